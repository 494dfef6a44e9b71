"""An agent answers what happens with effects; it knows no clock, no random number, no network and no screen.

So the same class runs in a simulator, in an exhaustive search and for real. The idea is that of "sans I/O" libraries
and of the pure core of etcd's raft.
"""

import traceback
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from labkit.values.names import listed

# Effects are not frozen: a simulation makes little else, and freezing would triple the price.


@dataclass(slots=True)
class Send:
    """Put a message on its way to a peer; it may arrive late, twice or never."""

    to: str
    message: Hashable


@dataclass(slots=True)
class SetTimer:
    """Ask for a timeout after a delay out of this range (low, high), in units of simulated time.

    The driver draws the delay. A timer of the same name that was already set starts afresh.
    """

    name: str
    after: tuple[int, int]


@dataclass(slots=True)
class CancelTimer:
    """Ask for no timeout after all; nothing happens if the timer is not set."""

    name: str


@dataclass(slots=True)
class Decide:
    """Say for good: this is what we agreed. `about` names the question where an agent decides more than one."""

    value: Hashable
    about: str = ""


@dataclass(slots=True)
class Reply:
    """Tell the client how its request ended; from now on the client relies on it."""

    request: Hashable
    result: Hashable


Effect = Send | SetTimer | CancelTimer | Decide | Reply
Effects = Iterable[Effect] | Effect | None
_EFFECTS = frozenset((Send, SetTimer, CancelTimer, Decide, Reply))


@dataclass
class Agent:
    """Base of all agents: override the handlers; each returns (or yields) effects, or nothing.

    Subclasses are dataclasses. Fields hold immutable values (numbers, texts, tuples, frozensets, frozendicts, frozen
    dataclasses) and are bound anew, never changed in place: self.votes = self.votes | {voter}.
    """

    id: str
    peers: tuple[str, ...]  # all other agents, by name
    durable: ClassVar[tuple[str, ...]] = ()  # names of the fields that survive a crash

    def start(self) -> Effects:
        """Called once at the beginning, and again after each restart."""
        return None

    def receive(self, sender: str, message: Any) -> Effects:
        """Called when a message arrives."""
        return None

    def timeout(self, timer: str) -> Effects:
        """Called when a timer has run out; it is no longer set."""
        return None

    def request(self, value: Any) -> Effects:
        """Called when a client asks this agent for something."""
        return None

    @property
    def role(self) -> str:
        """What to write beside this agent in a picture: 'leader', say."""
        return ""

    @property
    def suspects(self) -> frozenset[str]:
        """Whom this agent believes to be down."""
        return frozenset()

    @property
    def everyone(self) -> tuple[str, ...]:
        """The membership: this agent and its peers."""
        return (self.id, *self.peers)


class AgentError(ValueError):
    """A rule that an agent's code broke, in one sentence with the remedy."""


def act(agent: Agent, handler: str, *args: Any) -> tuple[Agent, tuple[Effect, ...]]:
    """The agent after one of its handlers has run, and the effects; the agent given stays as it was.

    Raises AgentError where the handler raises, returns what is no effect, or keeps a value that can change.
    """
    new = object.__new__(agent.__class__)
    new.__dict__ = agent.__dict__.copy()
    try:
        result = getattr(new, handler)(*args)
        effects = result if result.__class__ is list or result is None else _listed(result)
    except AgentError:
        raise
    except Exception as problem:
        raise AgentError(_blame(agent, handler, args, problem)) from problem
    if effects:
        for effect in effects:
            if effect.__class__ not in _EFFECTS:
                raise AgentError(_no_effect(agent, handler, effect))
    before = agent.__dict__
    for name, value in new.__dict__.items():
        if value is not before.get(name):
            check_immutable(value, f"field {name!r} of agent {agent.id}")
    return new, tuple(effects or ())


def check_immutable(value: object, what: str) -> None:
    """AgentError where a value could be changed in place and would change the past with it."""
    try:
        hash(value)
    except TypeError:
        kinds: dict[type, str] = {list: "a tuple", set: "a frozenset", dict: "a frozendict"}
        remedy = kinds.get(type(value), "immutable values only")
        raise AgentError(
            f"{what} holds a {type(value).__name__} that can change in place, so the past could change: use {remedy}"
        ) from None


def restarted(agent: Agent, fresh: Agent) -> Agent:
    """What a crash leaves of an agent: `fresh` as it was created, with the durable fields kept."""
    new = object.__new__(agent.__class__)
    new.__dict__ = fresh.__dict__ | {name: agent.__dict__[name] for name in agent.durable}
    return new


def create(kind: Callable[..., Agent], names: Iterable[str], **options: Any) -> dict[str, Agent]:
    """One agent a name, each with all others as its peers; options go to each of them."""
    names = tuple(names)
    return {name: kind(name, tuple(peer for peer in names if peer != name), **options) for name in names}


def checked(agent: Agent) -> Agent:
    """The agent itself, if all its fields are immutable and its durable fields exist."""
    known = {field.name for field in fields(agent)} | set(vars(agent))
    for name in agent.durable:
        if name not in known:
            raise AgentError(f"{type(agent).__name__} has no field {name!r}: durable names {listed(sorted(known))}")
    for name, value in vars(agent).items():
        check_immutable(value, f"field {name!r} of agent {agent.id}")
    return agent


def _listed(result: Any) -> list[Any]:
    """Effects as a list: one effect alone is fine, so are tuples and generators."""
    if result.__class__ in _EFFECTS or isinstance(result, str) or not isinstance(result, Iterable):
        return [result]
    return list(result)


def _no_effect(agent: Agent, handler: str, effect: Any) -> str:
    peer = agent.peers[0] if agent.peers else "b"
    remedy = "return a list of effects, or nothing" if effect is None else f"did you mean Send({peer!r}, {effect!r})?"
    return f"not an effect: {effect!r}, returned by {type(agent).__name__}.{handler} of agent {agent.id} ({remedy})"


def _blame(agent: Agent, handler: str, args: tuple[Any, ...], problem: Exception) -> str:
    place = traceback.extract_tb(problem.__traceback__)[-1]
    given = ", ".join(repr(arg) for arg in args)
    return (
        f"agent {agent.id} broke in {handler}({given}): {type(problem).__name__}: {problem} "
        f"({place.name}, line {place.lineno}). Mend the class and run again; the trace so far is kept"
    )
