"""Let an agent act: run one handler on a copy and keep the agent given as it was.

Every field that the handler changes is checked here, and every effect in `gate`, before anything changes.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

from labkit.agents.agent import Agent
from labkit.agents.effects import EFFECTS, Effect
from labkit.agents.immutable import ATOMS, AgentError, check_immutable, is_own, unseen
from labkit.values import blank, by_name, listed, quick

A = TypeVar("A", bound=Agent)


class Transition(NamedTuple):
    """What an event does to an agent: its new state, None where no agent is concerned, and the effects."""

    agent: Agent | None
    effects: tuple[Effect, ...] = ()


NOTHING = Transition(None)


def act(agent: Agent, handler: str, *args: Any) -> Transition:
    """The agent after one of its handlers has run, and the effects; the agent given stays as it was.

    Raises AgentError where the handler raises, or keeps a value that can change; effects are not looked at.
    """
    before = agent.__dict__
    new = blank(agent.__class__)
    new.__dict__ = after = before.copy()
    try:
        result = getattr(new, handler)(*args)
        effects = result if result.__class__ is list or result is None else _listed(result)
    except AgentError:
        raise
    except Exception as problem:
        raise AgentError(_blame(agent, handler, args, problem)) from problem
    for name, value in after.items():
        if value.__class__ not in ATOMS and value is not (old := before.get(name)):
            check_immutable(unseen(old, value), f"field {name!r} of agent {agent.id}", code=True)
    return quick(Transition, (new, tuple(effects or ())))


def kind_of(agents: Mapping[str, A]) -> type[A]:
    """The class that most of these agents are of."""
    kinds = [type(agent) for agent in agents.values()]
    return max(kinds, key=kinds.count)


def restarted(agent: Agent, fresh: Agent) -> Agent:
    """What a crash leaves of an agent: `fresh` as it was created, with the durable fields kept."""
    return _twin(fresh, fresh.__dict__ | {name: agent.__dict__[name] for name in agent.durable})


def create(kind: Callable[..., A], names: Iterable[str], **options: Any) -> dict[str, A]:
    """One agent for each name, with all others as its peers; options go to each of them."""
    names = tuple(names)
    if isinstance(kind, type) and is_dataclass(kind):
        _check_options(kind, options)
    return {name: kind(name, tuple(peer for peer in names if peer != name), **options) for name in names}


def cast_of(
    agents: Callable[..., Agent] | Mapping[str, Agent], names: Iterable[str], **options: object
) -> Mapping[str, Agent]:
    """The agents by name: those given, or one of the given class, with these options, for each name."""
    if isinstance(agents, Mapping):
        if options:
            raise ValueError(f"agents that are made take no options: give {listed(options)} where you make them")
    elif callable(agents):
        agents = create(agents, sorted(names, key=by_name), **options)
    else:
        raise ValueError(f"agents is an Agent class, or a table with one agent for each name, not {agents!r}")
    for name, agent in agents.items():
        if not isinstance(agent, Agent):
            raise ValueError(f"{agent!r} is no agent: derive its class from Agent, class {type(agent).__name__}(Agent)")
        if agent.id != name:
            raise ValueError(f"the agent for {name} calls itself {agent.id!r}: give both the same name")
    return agents


def _check_options(kind: type, options: Mapping[str, object]) -> None:
    """ValueError for an option that agents of this class do not have."""
    known = [field.name for field in fields(kind) if field.init and field.name not in ("id", "peers")]
    for option in options:
        if option not in known:
            near = get_close_matches(option, known, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            has = f"its options are {listed(known, most=20)}" if known else "it has none"
            raise ValueError(f"{kind.__name__} has no option {option!r}: {meant}{has}")


def checked(agent: Agent) -> Agent:
    """The agent itself, if all its fields are immutable and its durable fields exist."""
    known = {field.name for field in fields(agent)} | set(vars(agent))
    for name in agent.durable:
        if name not in known:
            raise AgentError(f"{type(agent).__name__} has no field {name!r}: durable names {listed(sorted(known))}")
    for name, value in vars(agent).items():
        check_immutable(value, f"field {name!r} of agent {agent.id}", code=True)
    return agent


def _twin(agent: A, state: dict[str, Any]) -> A:
    """Another agent of this class in this state."""
    new = blank(agent.__class__)
    new.__dict__ = state
    return new


def _listed(result: Any) -> list[Any]:
    """Effects as a list: one effect alone is fine, so are tuples and generators."""
    if result.__class__ in EFFECTS or isinstance(result, str) or not isinstance(result, Iterable):
        return [result]
    return list(result)


def _blame(agent: Agent, handler: str, args: tuple[Any, ...], problem: Exception) -> str:
    frames = traceback.extract_tb(problem.__traceback__)[1:] or traceback.extract_tb(problem.__traceback__)
    own = [frame for frame in frames if is_own(frame.filename)]  # of the learner's class, not of the lab's or a library
    place = (own or [frame for frame in frames if frame.filename == frames[0].filename])[-1]
    given = ", ".join(repr(arg) for arg in args)
    return (
        f"agent {agent.id} broke in {handler}({given}): {type(problem).__name__}: {problem} "
        f"({place.name}, line {place.lineno}). Mend the class and run again; the trace so far is kept"
    )
