"""A service under load as a story that can be told again: setting, seed, faults at their times, and what came of it.

All callers together offer a share of what the server can do: each waits between two calls of its own, whatever became
of the last one (an open loop). Two settings with one seed and the same faults meet the same weather.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from labkit.agents import create
from labkit.engine import Capacity, Simulator
from labkit.observe import Load, Span
from labkit.patterns import retry_policy
from labkit.protocols import Service
from labkit.topology import build
from labkit.values import listed

SERVER = "a"  # the middle of the star
SERVICE = 4  # units that the server needs for a call
LIMIT = 100 / SERVICE  # calls in 100 units
PAUSE = 600  # units
WIDTH = 100  # of a span; all times of the panel are multiples of it
ENOUGH = 5  # spans until a service counts as itself again
PAUSES, RESTARTS = "pause", "restart"
USUAL_LOAD = 75


class Fault(NamedTuple):
    """What was done to the server, and when."""

    time: int
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} at {self.time:,}"


class Spell(NamedTuple):
    """From when to when a fault lasts; a restart takes no time, and it ends a pause."""

    begin: int
    end: int
    kind: str


@dataclass(frozen=True)
class Setting:
    """What can be tried: when callers call again, when they stop to, how many calls may wait, how much is offered.

    breaker: failures in a row until it opens, 0: never. queue: how many calls may wait, None: any number. budget: one
    retry for so many calls, 0: no limit. load: percent of what the server can do.
    """

    retry: str = "at once"
    breaker: int = 0
    queue: int | None = None
    budget: int = 0
    load: int = USUAL_LOAD

    def __post_init__(self) -> None:
        retry_policy(self.retry)  # raises ValueError for an unknown name
        for name, least, most in (("breaker", 0, 100), ("budget", 0, 100), ("load", 1, 100)):
            _whole(name, getattr(self, name), least, most)
        if self.queue is not None:
            _whole("queue (None: any number)", self.queue, 0, 10_000)

    def __str__(self) -> str:
        told = ["no retry" if self.retry == "none" else self.retry]
        told += [f"breaker {self.breaker}"] * bool(self.breaker)
        told += [f"queue {self.queue}"] * (self.queue is not None)
        told += [f"budget {self.budget}"] * bool(self.budget)
        told += [f"load {self.load} %"] * (self.load != USUAL_LOAD)
        return ", ".join(told)

    def every(self, callers: int) -> tuple[int, int]:
        """How long each of so many callers waits between two calls."""
        mean = 100 * SERVICE * callers / self.load
        return max(1, int(0.75 * mean)), max(1, int(1.25 * mean))


@dataclass(frozen=True)
class Outcome:
    """Calls answered in time in 100 units: before the first fault, in the pauses, and at the end; None: no such time.

    queue: at its longest. again: how many units after the end of the last fault it was itself again, for good; None:
    not by now. over: whether the last fault is over.
    """

    before: float | None
    during: float | None
    after: float | None
    queue: int
    again: int | None
    over: bool


def first_state(
    callers: int, seed: int, kind: type[Service], setting: Setting, options: Mapping[str, Any]
) -> Simulator:
    """The callers around the server, at time 0."""
    graph = build("star", callers + 1)
    agents = create(
        kind, graph, **dict(options), server=SERVER, every=setting.every(callers), retry=setting.retry,
        breaker=setting.breaker, budget=setting.budget,
    )
    return Simulator(graph, agents, seed=seed,
                     capacity={SERVER: Capacity(service=(SERVICE, SERVICE), queue=setting.queue)})


def strike(sim: Simulator, kind: str) -> None:
    """Let the fault happen now."""
    if kind == PAUSES:
        sim.pause(SERVER, PAUSE)
    else:
        sim.crash(SERVER)
        sim.restart(SERVER)


def play(sim: Simulator, faults: Sequence[Fault], until: int) -> None:
    """Run until that time, with each fault at its time."""
    for fault in faults:
        sim.run(until=fault.time)
        strike(sim, fault.kind)
    sim.run(until=until)


def waiting(sim: Simulator, time: int) -> int:
    """How many calls waited at the server at the end of that unit of time."""
    return sim.at(steps_by(sim, time)).waiting.get(SERVER, 0)


def steps_by(sim: Simulator, time: int) -> int:
    """How many steps had happened at the end of that unit of time."""
    return bisect_right(sim.trace, time, key=lambda done: done.time)


def spells(faults: Sequence[Fault]) -> list[Spell]:
    """How long each fault lasts."""
    cured = [fault.time for fault in faults if fault.kind == RESTARTS]
    found = []
    for time, kind in faults:
        end = min([time + PAUSE, *(at for at in cured if at >= time)]) if kind == PAUSES else time
        found.append(Spell(time, end, kind))
    return found


def outcome(sim: Simulator, load: Load, faults: Sequence[Fault], until: int) -> Outcome:
    """What came of it by that time."""
    all_spells = spells(faults)
    before = rate(load, 0, all_spells[0].begin if faults else until)
    paused = [(one.begin, min(one.end, until)) for one in all_spells if one.end > one.begin]
    units = sum(end - begin for begin, end in paused)
    good = sum(load.between(begin, end).good for begin, end in paused if end > begin)
    last = all_spells[-1] if faults else Spell(until, until, "")
    spans = load.spans(until)
    since = itself_again(spans, last.begin) if faults else None
    return Outcome(
        before, 100 * good / units if units else None, rate(load, max(last.end, until - 1_000), until),
        max([waiting(sim, until), *(span.queue for span in spans)]),
        None if since is None else max(0, since - last.end), last.end <= until,
    )


def itself_again(spans: Sequence[Span], since: int) -> int | None:
    """From when on nine of ten calls are answered in time for five spans, and half of them ever after."""
    found = None
    later = [span for span in spans if span.begin >= since]
    for first in range(len(later) - ENOUGH + 1):
        these = later[first : first + ENOUGH]
        good, offered = sum(span.good for span in these), sum(span.offered for span in these)
        if found is None and 10 * good >= 9 * offered:
            found = these[0].begin
        elif 2 * good < offered:
            found = None
    return found


def rate(load: Load, begin: int, end: int) -> float | None:
    """Calls answered in time in 100 units; None where there is no time between."""
    if end <= begin:
        return None
    span = load.between(begin, end)
    return span.rate(span.good)


def told(faults: Sequence[Fault]) -> str:
    """The faults in words."""
    return listed(map(str, faults)) if faults else "no fault"


def _whole(name: str, value: object, least: int, most: int) -> None:
    if value.__class__ is not int or not least <= value <= most:  # type: ignore[operator]
        raise ValueError(f"{name} is a whole number from {least} to {most:,}, not {value!r}")
