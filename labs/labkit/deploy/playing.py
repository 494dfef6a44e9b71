"""A scenario's text, or a counterexample's, against real processes: as far as a real network lets itself be ordered.

What a person does (asking, cutting, killing) is done at its time, or in its place. What the network does by itself (a
message arrives, a timer expires) is waited for. What nobody can make a real network do is left out, and told: to lose
or double one message, to cut one direction, to let an agent pause. Messages that the text does not name arrive as well.
Where nothing can run for real, a recording may be shown instead, and says that it is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from labkit.deploy.deployed import Deployed, deploy
from labkit.deploy.recording import recorded
from labkit.deploy.server import check_installed
from labkit.engine import PACE, Deliver, Event, Model, Simulator, Timeout
from labkit.network import Crash, Cut, Heal, Network, Restart
from labkit.protocols import NONE, Own, Protocol, find
from labkit.scenario import Line, Scenario
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

    otherwise: the name of a recording, which is given where no agent can run for real.
    """
    expect(scenario, Scenario, "play_for_real takes a scenario, play_for_real(parse(text))")
    if otherwise:
        when, run = recorded(otherwise)
        try:
            check_installed()
        except ValueError as why:
            return Played(run, (), f"Recorded, not run now: {why}. {when}")
    protocol = find(scenario.protocol, protocols)
    model = Model(scenario.graph, scenario.cast(protocols), protocol.properties)
    left_out = [*_weather(scenario)]
    with deploy(model, seed=scenario.seed, pace=pace, source=source) as real:
        for a, b in scenario.graph.edges if scenario.loss else ():
            real.lose(a, b, scenario.loss)
        began, unit = monotonic(), pace / 1_000
        done = _Done(real)
        for line in scenario.lines:
            real.run(PACE * unit if line.time is None else max(0.0, began + line.time * unit - monotonic()))
            if why := _do(real, line, protocol, done):
                left_out.append(f"{line}: {why}")
        if scenario.until is not None:
            real.run(max(0.0, began + scenario.until * unit - monotonic()))
    return Played(real.trace(), tuple(left_out))


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


def _weather(scenario: Scenario) -> Iterator[str]:
    """What the scenario says of the network that a real one does not let itself be told."""
    for part in (*scenario.slow, *scenario.busy):
        yield f"{part}: a real network and a real processor have times of their own"
    if scenario.duplication:
        yield f"duplication {scenario.duplication!r}: this network doubles nothing"


def _do(real: Deployed, line: Line, protocol: Protocol, done: _Done) -> str:
    """Do what the line says, or wait for it; why not, where that cannot be."""
    match line.verb, line.agents:
        case "request", (agent,):
            real.request(agent, protocol.request(line.what))
        case ("deliver" | "timeout"), _:
            return "" if done.happens(line) else f"it did not happen within {LATE:.0f} s"
        case ("drop" | "duplicate" | "pause"), _:
            return "nobody can make a real network do this"
        case "crash", (agent,):
            real.crash(agent)
        case "restart", (agent,):
            real.restart(agent)
        case _:
            return _change(real, line)
    return ""


def _change(real: Deployed, line: Line) -> str:
    """Cut and mend the cables of the line."""
    network: Network = real.system.network
    changes = line.faults(network)
    one_way = ""
    for change in changes:
        a, b = (change.source, change.target) if isinstance(change, Cut | Heal) else ("", "")
        if isinstance(change, Crash | Restart):
            (real.crash if isinstance(change, Crash) else real.restart)(change.agent)
        elif type(change)(b, a) not in changes and isinstance(change, Cut):
            one_way = "a real connection does not survive it when one of its directions is cut"
        elif a < b:
            (real.cut if isinstance(change, Cut) else real.heal)(a, b)
    return one_way


def _is(event: Event, line: Line) -> bool:
    if isinstance(event, Timeout):
        return line.verb == "timeout" and (event.agent, event.timer) == (*line.agents, line.what)
    if isinstance(event, Deliver) and line.verb == "deliver" and (event.source, event.target) == line.agents:
        return any(text(event.message) == line.what for text in (canonical, shorthand, brief))
    return False
