"""What happened in a simulation, as text: a line a step, with its time, the event in words and what came of it.

Left out: timers that are set (they are seen when they run out), and the way of a message between two hops.
"""

from collections.abc import Hashable, Iterable, Iterator

from labkit.agents import Decide, Effect, Reply, Send
from labkit.engine import Request, Simulator, said
from labkit.network import Crash, Restart
from labkit.values import brief, expect, listed

WIDEST = 60  # of the events; a longer one pushes only its own line


def log(sim: Simulator) -> str:
    """The whole history, what the agents did when they started included."""
    expect(sim, Simulator, "log takes a simulation")
    rows = list(_rows(sim))
    clock = max((len(str(time)) for time, _, _ in rows), default=0)
    wide = max((len(event) for _, event, _ in rows if len(event) <= WIDEST), default=0)
    return "".join(f"{time:{clock}}  {event:{wide}}  {came}".rstrip() + "\n" for time, event, came in rows)


def outcome(effects: Iterable[Effect]) -> list[str]:
    """What came of an event: what is decided, what clients hear, who is sent what."""
    told: list[str] = []
    sent: dict[Hashable, list[str]] = {}
    for effect in effects:
        match effect:
            case Decide(value, about):
                told.append(decision(value, about))
            case Reply(request, result):
                told.append(f"answers {brief(request)}: {brief(result)}")
            case Send(to, message):
                sent.setdefault(message, []).append(to)
    return [*told, *(f"→ {listed(agents)}: {brief(message)}" for message, agents in sent.items())]


def decision(value: Hashable, about: str) -> str:
    """What an agent decides, in words."""
    return f"decides {about}: {brief(value)}" if about else f"decides {brief(value)}"


def _rows(sim: Simulator) -> Iterator[tuple[int, str, str]]:
    """Time, event and outcome of each step."""
    first = sim.at(0).system
    roles = {name: agent.role for name, agent in first.agents.items()}
    down: set[str] = set()
    for name in first.agents:
        begun: list[Effect] = [Decide(one.value, one.about) for one in first.decisions if one.agent == name]
        begun += [Reply(one.request, one.result) for one in first.replies if one.agent == name]
        begun += [Send(packet.target, packet.message) for packet in first.flight.values() if packet.source == name]
        if begun:
            yield 0, f"{name} starts", "; ".join(outcome(begun))
    for step in sim.trace:
        agent, effects = step.transition
        came = outcome(effects)
        match step.event:
            case Crash(name):
                down.add(name)
            case Restart(name):
                down.discard(name)
            case Request(name) if name in down:
                came = ["nobody hears it"]
        if agent is not None and agent.role != roles[agent.id]:
            roles[agent.id] = agent.role
            came.insert(0, f"now {agent.role or 'nothing'}")
        yield step.time, said(step.event), "; ".join(came)
