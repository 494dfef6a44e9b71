"""How a judge searches a learner's agents: safety in every order of events, an outcome in runs that nobody disturbs.

A search that is cut short refutes nothing, for a sound class may send more than ours; what it has found by then is a
shortest run, so nothing shorter was missed.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from labkit.agents import AGREEMENT, VALIDITY, Agent, Invariant, first_violation
from labkit.engine import Deliver, Event, Model, Request, Simulator
from labkit.network import Crash, Restart
from labkit.observe import sent
from labkit.search import explore
from labkit.topology import build
from labkit.values import agent_names, brief, listed
from labkit.worksheet.moment import Moment, broken_at, undecided
from labkit.worksheet.output import end_of_run
from labkit.worksheet.refuting import Refuted, Unusable

MOST_STATES = 12_000
LONG = 1_000  # events, far more than a vote takes
ENOUGH = 40  # events, times the square of the number of agents: each says something to each other one many times
PROMISES: tuple[Invariant, ...] = (AGREEMENT, VALIDITY)
Requests = Sequence[tuple[str, Hashable]]


def an_agent_class(answer: Any, head: str, base: type[Agent]) -> type[Any]:
    """The answer, if it is a class of such agents; head: the line that it should begin with."""
    if not (isinstance(answer, type) and issubclass(answer, base)):
        raise Unusable(f"the answer is no class that begins with “{head}”")
    return answer


def safe(
    kind: type[Agent], agents: int, requests: Requests, after: Iterable[Event] = (), limit: int = MOST_STATES,
    story: str = "", **bounds: Any,
) -> None:
    """No two agents decide differently, and nothing that nobody asked for; Refuted with a shortest run that does.

    story: what has happened before, in words, if anything has.
    """
    before = tuple(after)
    found = explore(_model(kind, agents, requests), after=before, limit=limit, progress=False, **bounds)
    if found.violated:
        happens = [*([story] if story else []), *told_run(found.replay(), len(before))]
        told = ", then ".join(part.removeprefix("then ") for part in happens)
        refuted = Unusable if found.breaks_down else Refuted
        this = f"this is a run that breaks it: {told}. In the end {_short(found.why)}" if told else _short(found.why)
        raise refuted(f"With {agents} agents, {this}", found)


def told_run(sim: Simulator, first: int = 0) -> Iterator[str]:
    """What happens to the agents from that step on, in words: who is asked, who crashes, and what it forgets."""
    before: dict[str, Agent] = {}
    restarted = ""
    for number, step in enumerate(sim.trace[first:], first):
        match step.event:
            case Request(agent=agent, value=value):
                yield f"{agent} is asked for {value!r}"
            case Crash(agent=agent):
                before[agent] = sim.at(number).system.agents[agent]
                if not any(later.event == Restart(agent) for later in sim.trace[number:]):
                    yield f"{agent} crashes"
            case Restart(agent=agent):
                forgotten = [*_forgotten(before[agent], sim.at(number + 1).system.agents[agent])]
                yield f"{agent} crashes and forgets {listed(forgotten) or 'nothing'}"
                restarted = agent
            case Deliver(source=source, target=target, message=message) if target == restarted:
                yield f"then {target} gets “{message}” from {source}"
                restarted = ""


def _forgotten(before: Agent, after: Agent) -> Iterator[str]:
    """The fields that were lost, each with its value where it is short."""
    for name, held in vars(before).items():
        if held != getattr(after, name):
            many = isinstance(held, tuple | frozenset | Mapping)
            yield name if many else f"{name} ({brief(held) if isinstance(held, str) else held})"


def comes_to_rest(kind: type[Agent], agents: int, requests: Requests) -> None:
    """Nothing is being sent any more after a while; Refuted with a run that goes on and on."""
    sim = _begun(kind, agents, requests)
    _run(sim, agents, requests, ENOUGH * agents * agents)
    if sim.next_due() is not None:
        raise Refuted(f"{_when(agents, requests)}, your agents never stop sending: after {len(sim):,} events they have "
                      f"sent {sent(sim).total():,} messages, and there is no end to it", sim)


def _begun(kind: type[Agent], agents: int, requests: Requests, seed: int = 1) -> Simulator:
    """The agents after they have been asked for these values, in a run that goes on with this seed."""
    end_of_run()
    model = _model(kind, agents, requests)
    try:
        return model.simulate(seed)
    except ValueError as why:
        raise Unusable(f"{_when(agents, requests)}, {_short(str(why))}") from why


def _run(sim: Simulator, agents: int, requests: Requests, steps: int = LONG) -> None:
    try:
        sim.run(steps=steps)
    except ValueError as why:
        raise Unusable(f"{_when(agents, requests)}, {_short(str(why))}", sim) from why


def _short(why: str) -> str:
    """Without what is of use in a cell of a notebook only."""
    return why.removesuffix(". Mend the class and run again; the trace so far is kept")


def decides(kind: type[Agent], agents: int, requests: Requests, down: Collection[str] = ()) -> None:
    """All agents that are up decide, if nothing goes wrong but that these are down; Refuted with a run where not."""
    gone = f" while {listed(down)} {'is' if len(down) == 1 else 'are'} down" if down else ""
    for seed in (1, 2, 3):
        sim = _begun(kind, agents, requests, seed)
        for name in down:
            sim.crash(name)
        _run(sim, agents, requests)
        told = {decision.agent for decision in sim.system.decisions}
        if silent := [name for name in sim.system.agents if name not in told and name not in down]:
            still = "" if sim.next_due() is None else f"; after {LONG:,} events messages are still being sent"
            raise Refuted(f"{_when(agents, requests)}{gone}, {listed(silent)} never "
                          f"decide{'s' if len(silent) == 1 else ''}, although all "
                          f"messages{' to agents that are up' * bool(down)} arrive{still}", undecided(sim))


def divided(kind: type[Agent], agents: int) -> None:
    """The network is cut in two, each side has a client of its own: they never differ, and a majority decides."""
    names = agent_names(agents)
    fewer, more = names[: agents // 2], names[agents // 2 :]
    requests = ((names[0], "red"), (names[-1], "blue"))
    sim = _begun(kind, agents, requests)
    sim.isolate(*fewer)
    _run(sim, agents, requests)
    told = {decision.agent for decision in sim.system.decisions}
    when = f"{_when(agents, requests)} while {listed(fewer)} are cut off from {listed(more)}"
    if broken := first_violation(PROMISES, sim.system):
        raise Refuted(f"{when}, {broken[1]}", Moment(sim, broken_at(sim, PROMISES)))
    if len(fewer) < len(more) and (silent := [name for name in more if name not in told]):
        raise Refuted(f"{when}, {listed(silent)} should decide and do not", undecided(sim, more))


def _model(kind: type[Agent], agents: int, requests: Requests) -> Model:
    try:
        return Model(build("mesh", agents), kind, PROMISES, requests)
    except (ValueError, TypeError) as why:
        raise Unusable(f"agents of this class cannot be made: {why}") from why


def _when(agents: int, requests: Requests) -> str:
    return f"with {agents} agents, when {listed(f'{agent} is asked for {value!r}' for agent, value in requests)}"
