"""How a judge searches a learner's agents: safety in every order of events, an outcome in runs that nobody disturbs.

A search that is cut short refutes nothing, for a sound class may send more than ours; what it has found by then is a
shortest run, so nothing shorter was missed.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any

from labkit.agents import AGREEMENT, VALIDITY, Agent, Invariant, first_violation
from labkit.engine import Event, Model
from labkit.search import explore
from labkit.topology import build
from labkit.values import agent_names, listed
from labkit.worksheet.refuting import Refuted

MOST_STATES = 12_000
LONG = 1_000  # events, far more than a vote takes
PROMISES: tuple[Invariant, ...] = (AGREEMENT, VALIDITY)
Requests = Sequence[tuple[str, Hashable]]


def an_agent_class(answer: Any, name: str, base: type[Agent]) -> type[Any]:
    """The answer, if it is a class of such agents."""
    if not (isinstance(answer, type) and issubclass(answer, base)):
        raise Refuted(f"give a class that begins with class {name}({base.__name__}):")
    return answer


def safe(
    kind: type[Agent], agents: int, requests: Requests, after: Iterable[Event] = (), limit: int = MOST_STATES,
    story: str = "", **bounds: Any,
) -> None:
    """No two agents decide differently, and nothing that nobody asked for; Refuted with a shortest run that does.

    story: what has happened before, in words, if anything has.
    """
    found = explore(_model(kind, agents, requests), after=after, limit=limit, progress=False, **bounds)
    if found.violated:
        raise Refuted(f"{agents} agents, {story or _asked(requests)}: {found.why}", found)


def decides(kind: type[Agent], agents: int, requests: Requests, down: Collection[str] = ()) -> None:
    """All agents that are up decide, if nothing goes wrong but that these are down; Refuted with a run without "
    "that."""
    gone = f", {listed(down)} {'is' if len(down) == 1 else 'are'} down" if down else ""
    for seed in (1, 2, 3):
        model, sim = _model(kind, agents, requests), None
        try:
            sim = model.simulate(seed)
            for name in down:
                sim.crash(name)
            sim.run(steps=LONG)
        except ValueError as why:
            raise Refuted(f"{agents} agents, {_asked(requests)}: {why}", sim) from why
        told = {decision.agent for decision in sim.system.decisions}
        if silent := [name for name in sim.system.agents if name not in told and name not in down]:
            still = "" if sim.next_due() is None else f", and after {LONG:,} events messages are still being sent"
            raise Refuted(f"{agents} agents, {_asked(requests)}{gone}, and all messages arrive: {listed(silent)} "
                          f"never decide{'s' if len(silent) == 1 else ''}{still}", sim)


def divided(kind: type[Agent], agents: int) -> None:
    """The network is cut in two, each side has a client of its own: they never differ, and a majority decides."""
    names = agent_names(agents)
    fewer, more = names[: agents // 2], names[agents // 2 :]
    requests = ((names[0], "red"), (names[-1], "blue"))
    sim = _model(kind, agents, requests).simulate(seed=1)
    sim.isolate(*fewer)
    try:
        sim.run(steps=LONG)
    except ValueError as why:
        raise Refuted(f"{agents} agents, {_asked(requests)}: {why}", sim) from why
    told = {decision.agent for decision in sim.system.decisions}
    cut = f"{listed(fewer)} are cut off from {listed(more)}"
    if broken := first_violation(PROMISES, sim.system):
        raise Refuted(f"{agents} agents, {_asked(requests)}, {cut}: {broken[1]}", sim)
    if len(fewer) < len(more) and (silent := [name for name in more if name not in told]):
        raise Refuted(f"{agents} agents, {_asked(requests)}, {cut}: {listed(silent)} should decide and do not", sim)


def _model(kind: type[Agent], agents: int, requests: Requests) -> Model:
    try:
        return Model(build("mesh", agents), kind, PROMISES, requests)
    except (ValueError, TypeError) as why:
        raise Refuted(f"agents of this class cannot be made: {why}") from why


def _asked(requests: Requests) -> str:
    return listed(f"{agent} is asked for {value!r}" for agent, value in requests)
