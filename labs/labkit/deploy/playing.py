"""A scenario's text, or a counterexample's, against real processes: as far as a real network lets itself be ordered.

What a person does (asking, cutting, killing) is done at its time, or in its place. What the network does by itself (a
message arrives, a timer expires) is waited for; it counts as done only if it came after what the lines before name, and
where it came too early that is told. A cable is as slow as the middle of the latency that the text gives, as far as a
cable can be slowed; without one it is as fast as it is. What nobody can make a real network do is left out, and told:
to lose or double one message, to cut one direction, to let an agent pause. Messages that the text does not name arrive
as well. Where nothing can run for real, a recording may be shown instead, and says that it is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from time import monotonic

from labkit.agents import AgentError
from labkit.deploy.deployed import SLOWEST, Deployed, deploy
from labkit.deploy.recording import Recording, recorded
from labkit.engine import LATENCY, PACE, Deliver, Event, Model, Request, Simulator, Timeout
from labkit.network import Crash, Cut, Heal, Network, Restart
from labkit.protocols import NONE, Own, Protocol, find
from labkit.scenario import Line, Scenario, parse
from labkit.values import brief, canonical, expect, shorthand

LATE = 3.0  # seconds until what the network does by itself is no longer waited for
REPORTED = 10.0  # seconds until nobody waits any longer for the report of what a person did: a restart takes a while
HEARD = 0.2  # seconds until what came before a change of a cable has been reported: only then has the change its place
TOO_SLOW = f"a real cable is slowed by {SLOWEST:g} ms at most"


@dataclass(frozen=True)
class Played:
    """What happened, as a simulation; left_out: which lines could not be done, each with the reason.

    instead: empty, or why this is a recording, and of when.
    """

    run: Simulator
    left_out: tuple[str, ...]
    instead: str = ""

    def __str__(self) -> str:
        if self.instead:
            return self.instead
        done = f"{len(self.run)} events happened."
        if not self.left_out:
            return f"{done} Every line was done."
        return "\n".join([f"{done} Left out:", *(f"  {one}" for one in self.left_out)])


def play_for_real(
    scenario: Scenario, protocols: Own = NONE, *, pace: float = 1.0, source: str = "", otherwise: str = "",
) -> Played:
    """Play the scenario with processes. protocols: your own classes by name; pace and source: as for `deploy`.

    otherwise: the name of a recording. Where no agent can run for real, it is given if it tells this scenario; if not,
    the simulator's run is, and either says what it is.
    """
    expect(scenario, Scenario, "play_for_real takes a scenario, play_for_real(parse(text))")
    protocol = find(scenario.protocol, protocols)
    recording = recorded(otherwise) if otherwise else None
    model = Model(scenario.graph, scenario.cast(protocols), protocol.properties)
    left_out = [*_weather(scenario, pace)]
    try:
        started = deploy(model, seed=scenario.seed, pace=pace, source=source)
    except (ValueError, AgentError) as why:
        if recording:
            return _instead(scenario, protocols, recording, str(why))
        raise
    with started as real:
        _prepare(real, scenario, pace)
        began, unit = monotonic(), pace / 1_000
        order, cables = _Order(real, scenario), _Cables(real)
        for line, following in zip_longest(scenario.lines, scenario.lines[1:]):
            real.run(PACE * unit if line.time is None else max(0.0, began + line.time * unit - monotonic()))
            if reason := cables.follow(line, following) or _do(real, line, protocol) or order.keeps(line):
                left_out.append(f"{line}: {reason}")
        if scenario.until is not None:
            real.run(max(0.0, began + scenario.until * unit - monotonic()))
    return Played(real.trace(), tuple(left_out))  # in which nothing is under way any more


def _instead(scenario: Scenario, protocols: Own, recording: Recording, why: str) -> Played:
    """The recording, if it tells this scenario, or else the simulator's run."""
    if parse(recording.story) == scenario:
        return Played(recording.run, (), f"Recorded, not run now: {why}. {recording.when}")
    told = f"Simulated, not run for real: {why}. Of this scenario there is no recording."
    return Played(scenario.play(protocols), (), told)


class _Order:
    """Which events of the run the text has named, each once, and whether they happened in the order of its lines.

    The last line that kept the order holds its place: a line that did not keep it makes no later one fail. Where no
    line waits for anything, nothing is looked at before the end: a run that is looked at later is told more exactly.
    """

    def __init__(self, real: Deployed, scenario: Scenario) -> None:
        self._real = real
        self._waits = any(line.verb in ("deliver", "timeout") for line in scenario.lines)
        self._events: list[Event] = []  # of the run, as far as it has been looked at
        self._named = set[int]()  # their steps
        self._last, self._place = "", -1  # the last line that kept the order, and the step of its event

    def keeps(self, line: Line) -> str:
        """Find the event of this line, or wait for it; why the line is left out, if its event is not in its place."""
        match line.verb:
            case _ if not self._waits:
                pass
            case "deliver" | "timeout" if not self._comes(line, LATE):
                return self._why_not(line)
            case "request" | "crash" | "restart" if not self._comes(line, REPORTED):
                return f"it was done, but not reported within {REPORTED:.0f} s, so its place is not known"
            case "cut" | "heal" | "isolate" | "preset":
                self._real.run(HEARD)
                while self._comes(line, 0.0):  # it may have changed several cables
                    pass
        return ""

    def _comes(self, line: Line, seconds: float) -> bool:
        """Wait until an event of this line has happened after the last place, which is its place then."""
        start = self._place + 1

        def found() -> bool:
            nonlocal start
            self._look()
            step = next(self._steps(line, start), -1)
            start = len(self._events)
            if step >= 0:
                self._named.add(step)
                self._last, self._place = str(line), step
            return step >= 0

        return self._real.until(found, seconds)

    def _why_not(self, line: Line) -> str:
        early = next(self._steps(line, 0), -1)
        if early < 0:
            return f"it did not happen within {LATE:.0f} s"
        self._named.add(early)
        return f"it happened, but before “{brief(self._last)}”, which it should have followed"

    def _steps(self, line: Line, start: int) -> Iterator[int]:
        return (step for step in range(start, len(self._events))
                if step not in self._named and _is(self._events[step], line))

    def _look(self) -> None:
        self._events += [step.event for step in self._real.trace().trace[len(self._events) :]]


class _Cables:
    """Which directions the text has cut by now; a cable is cut where both are, and mended where neither is."""

    def __init__(self, real: Deployed) -> None:
        self._real = real
        self._said = Network(real.model.topology)

    def follow(self, line: Line, following: Line | None) -> str:
        """Cut and mend the cables of the line, if any; why not, where that would need a cable of one direction."""
        changes = [one for one in line.faults(self._said) if isinstance(one, Cut | Heal)]
        self._said = self._said.after(*changes)
        left_out = ""
        for a, b in sorted({(min(one.source, one.target), max(one.source, one.target)) for one in changes}):
            match len(self._said.cut & {(a, b), (b, a)}):
                case 0:
                    self._real.heal(a, b)
                case 2:
                    self._real.cut(a, b)
                case _ if not _completes(following, line):
                    left_out = "a real cable works in both directions or in none"
        return left_out


def _completes(following: Line | None, line: Line) -> bool:
    """Whether the next line, at the same time, does the same in the other direction."""
    return following is not None and following.verb == line.verb and bool(following.what) and (
        following.agents[::-1] == line.agents and following.time == line.time)


def _weather(scenario: Scenario, pace: float) -> Iterator[str]:
    """What the scenario says of the network that a real one does not let itself be told."""
    if scenario.latency != LATENCY and _delay(scenario.latency, pace) > SLOWEST:
        yield f"latency {scenario.latency[0]} {scenario.latency[1]}: {TOO_SLOW}"
    for slow in scenario.slow:
        if slow.arrow:
            yield f"{slow}: a real cable is as slow in one direction as in the other"
        elif _delay(slow.latency, pace) > SLOWEST:
            yield f"{slow}: {TOO_SLOW}"
    for busy in scenario.busy:
        yield f"{busy}: a real processor has times of its own"
    if scenario.duplication:
        yield f"duplication {scenario.duplication!r}: this network doubles nothing"


def _prepare(real: Deployed, scenario: Scenario, pace: float) -> None:
    """Make the cables as slow, and as bad, as the scenario says."""
    latency = [(*link, scenario.latency) for link in scenario.graph.edges if scenario.latency != LATENCY]
    latency += [(slow.source, slow.target, slow.latency) for slow in scenario.slow if not slow.arrow]
    for a, b, span in latency:
        real.slow(a, b, min(_delay(span, pace), SLOWEST))
    for a, b in scenario.graph.edges if scenario.loss else ():
        real.lose(a, b, scenario.loss)


def _delay(latency: tuple[int, int], pace: float) -> int:
    """How many milliseconds longer a cable takes that is as slow as the middle of this latency."""
    return round(sum(latency) / 2 * pace)


def _do(real: Deployed, line: Line, protocol: Protocol) -> str:
    """Do what else a person does, if that is what the line says; why not, where that cannot be."""
    match line.verb, line.agents:
        case "request", (agent,):
            real.request(agent, protocol.request(line.what))
        case "crash", (agent,):
            if agent not in real.processes:
                return f"agent {agent} is down already"
            real.crash(agent)
        case "restart", (agent,):
            if agent in real.processes:
                return f"agent {agent} runs already"
            real.restart(agent)
        case ("drop" | "duplicate" | "pause"), _:
            return "nobody can make a real network do this"
    return ""


def _is(event: Event, line: Line) -> bool:
    """Whether the line names this event."""
    match line.verb, event:
        case "deliver", Deliver(_, source, target, message):
            return (source, target) == line.agents and any(
                text(message) == line.what for text in (canonical, shorthand, brief))
        case "timeout", Timeout(agent, timer):
            return (agent, timer) == (*line.agents, line.what)
        case ("request", Request(agent)) | ("crash", Crash(agent)) | ("restart", Restart(agent)):
            return (agent,) == line.agents
        case ("cut" | "heal" | "isolate" | "preset"), Cut() | Heal():
            return True  # nobody else changes cables
    return False
