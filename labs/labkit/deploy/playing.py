"""A scenario's text, or a counterexample's, against real processes: as far as a real network lets itself be ordered.

What a person does (asking, cutting, killing) is done at its time, or in its place. What the network does by itself (a
message arrives, a timer expires) is waited for. A cable is as slow as the middle of the latency that the text gives;
without one it is as fast as it is. What nobody can make a real network do is left out, and told: to lose or double one
message, to cut one direction, to let an agent pause. Messages that the text does not name arrive as well. Where nothing
can run for real, a recording may be shown instead, and says that it is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from time import monotonic

from labkit.agents import AgentError
from labkit.deploy.deployed import Deployed, deploy
from labkit.deploy.recording import recorded
from labkit.engine import LATENCY, PACE, Deliver, Event, Model, Simulator, Timeout
from labkit.network import Cut, Heal, Network
from labkit.protocols import NONE, Own, Protocol, find
from labkit.scenario import Line, Scenario, parse
from labkit.values import brief, canonical, expect, shorthand

LATE = 3.0  # seconds until what the network does by itself is no longer waited for


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
    model = Model(scenario.graph, scenario.cast(protocols), protocol.properties)
    left_out = [*_weather(scenario)]
    try:
        started = deploy(model, seed=scenario.seed, pace=pace, source=source)
    except (ValueError, AgentError) as why:
        if otherwise:
            return _instead(scenario, protocols, otherwise, str(why))
        raise
    with started as real:
        _prepare(real, scenario, pace)
        began, unit = monotonic(), pace / 1_000
        done, cables = _Done(real), _Cables(real)
        for line, following in zip_longest(scenario.lines, scenario.lines[1:]):
            real.run(PACE * unit if line.time is None else max(0.0, began + line.time * unit - monotonic()))
            if reason := cables.follow(line, following) or _do(real, line, protocol, done):
                left_out.append(f"{line}: {reason}")
        if scenario.until is not None:
            real.run(max(0.0, began + scenario.until * unit - monotonic()))
    return Played(real.trace(), tuple(left_out))  # in which nothing is under way any more


def _instead(scenario: Scenario, protocols: Own, otherwise: str, why: str) -> Played:
    """The recording, if it tells this scenario, or else the simulator's run."""
    recording = recorded(otherwise)
    if parse(recording.story) == scenario:
        return Played(recording.run, (), f"Recorded, not run now: {why}. {recording.when}")
    told = f"Simulated, not run for real: {why}. Of this scenario there is no recording."
    return Played(scenario.play(protocols), (), told)


class _Done:
    """Which events of the run the text has named, so that each is named once."""

    def __init__(self, real: Deployed) -> None:
        self._real = real
        self._named = set[int]()

    def happens(self, line: Line) -> bool:
        """Wait until the event of this line has happened; False if it does not."""
        return self._real.until(lambda: self._found(line), LATE)

    def _found(self, line: Line) -> bool:
        for step, done in enumerate(self._real.trace().trace):
            if step not in self._named and _is(done.event, line):
                self._named.add(step)
                return True
        return False


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


def _weather(scenario: Scenario) -> Iterator[str]:
    """What the scenario says of the network that a real one does not let itself be told."""
    for slow in scenario.slow:
        if slow.arrow:
            yield f"{slow}: a real cable is as slow in one direction as in the other"
    for busy in scenario.busy:
        yield f"{busy}: a real processor has times of its own"
    if scenario.duplication:
        yield f"duplication {scenario.duplication!r}: this network doubles nothing"


def _prepare(real: Deployed, scenario: Scenario, pace: float) -> None:
    """Make the cables as slow, and as bad, as the scenario says."""
    latency = [(*link, scenario.latency) for link in scenario.graph.edges if scenario.latency != LATENCY]
    latency += [(slow.source, slow.target, slow.latency) for slow in scenario.slow if not slow.arrow]
    for a, b, (low, high) in latency:
        real.slow(a, b, round((low + high) / 2 * pace))
    for a, b in scenario.graph.edges if scenario.loss else ():
        real.lose(a, b, scenario.loss)


def _do(real: Deployed, line: Line, protocol: Protocol, done: _Done) -> str:
    """Do what else the line may say, or wait for it; why not, where that cannot be."""
    match line.verb, line.agents:
        case "request", (agent,):
            real.request(agent, protocol.request(line.what))
        case ("deliver" | "timeout"), _:
            return "" if done.happens(line) else f"it did not happen within {LATE:.0f} s"
        case ("drop" | "duplicate" | "pause"), _:
            return "nobody can make a real network do this"
        case "crash", (agent,) if agent in real.processes:
            real.crash(agent)
        case "restart", (agent,) if agent not in real.processes:
            real.restart(agent)
    return ""


def _is(event: Event, line: Line) -> bool:
    if isinstance(event, Timeout):
        return line.verb == "timeout" and (event.agent, event.timer) == (*line.agents, line.what)
    if isinstance(event, Deliver) and line.verb == "deliver" and (event.source, event.target) == line.agents:
        return any(text(event.message) == line.what for text in (canonical, shorthand, brief))
    return False
