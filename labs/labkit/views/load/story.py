"""A service under load as a story that can be told again: setting, seed, and faults at their times.

All callers together offer a share of what the server can do: each waits between two calls of its own, whatever became
of the last one (an open loop). Two settings with one seed and the same faults meet the same weather.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from labkit.agents import create
from labkit.engine import Capacity, Deliver, Simulator
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
PAUSES, RESTARTS = "pause", "restart"
USUAL_LOAD = 75


class Fault(NamedTuple):
    """What was done to the server, and when."""

    time: int
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} at {self.time:,}"


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
        for name, least, most in (("breaker", 0, 100), ("budget", 0, 100), ("load", 1, 200)):
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


class Run:
    """A run of the callers around the server, with its faults; all its times are multiples of 100."""

    def __init__(
        self, sim: Simulator, faults: tuple[Fault, ...] = (), past: Sequence[Span] = (), time: int = 0
    ) -> None:
        self.sim, self.faults, self.time = sim, faults, time
        self._load = Load(sim, WIDTH)
        self._spans = [*past]
        self._waiting = {time: _waiting(sim)}

    def advance(self, until: int) -> None:
        """Run until that time."""
        for time in range(self.time + WIDTH, until + 1, WIDTH):
            self.sim.run(until=time)
            self._spans.append(self._load.between(time - WIDTH, time))
            self._waiting[time] = _waiting(self.sim)
            self.time = time

    def strike(self, kind: str) -> None:
        """Let the fault happen now."""
        if kind == PAUSES:
            self.sim.pause(SERVER, PAUSE)
        else:
            self.sim.crash(SERVER)
            self.sim.restart(SERVER)
        self.faults = (*self.faults, Fault(self.time, kind))
        self._waiting[self.time] = _waiting(self.sim)

    def replay(self, faults: Sequence[Fault], until: int) -> None:
        """Run until that time, with those of these faults that have not happened yet, each at its time."""
        for time, kind in faults[len(self.faults) :]:
            self.advance(min(time, until))
            if time <= until:
                self.strike(kind)
        self.advance(until)

    def branch(self, time: int) -> "Run":
        """Another run that goes on from that time."""
        sim = self.sim.branch(self.steps(time))
        sim.run(until=time)
        new = Run(sim, self.past(time), self.spans(time), time)
        new._waiting = {at: number for at, number in self._waiting.items() if at <= time}
        return new

    def spans(self, until: int) -> tuple[Span, ...]:
        """What happened by that time, 100 units each."""
        return tuple(self._spans[: until // WIDTH])

    def past(self, until: int) -> tuple[Fault, ...]:
        """The faults by that time."""
        return tuple(fault for fault in self.faults if fault.time <= until)

    def waiting(self, time: int) -> int:
        """How many calls waited at the server then."""
        return self._waiting[time]

    def served(self, begin: int, end: int) -> int:
        """How many calls the server has worked on between these times."""
        steps = self.sim.trace[self.steps(begin) : self.steps(end)]
        return sum(isinstance(done.event, Deliver) and done.event.target == SERVER for done in steps)

    def steps(self, time: int) -> int:
        """How many steps had happened at the end of that unit of time."""
        return bisect_right(self.sim.trace, time, key=lambda done: done.time)


def first_state(
    callers: int, seed: int, kind: type[Service], setting: Setting, options: Mapping[str, Any]
) -> Run:
    """The callers around the server, at time 0."""
    graph = build("star", callers + 1)
    agents = create(
        kind, graph, **dict(options), server=SERVER, every=setting.every(callers), retry=setting.retry,
        breaker=setting.breaker, budget=setting.budget,
    )
    return Run(Simulator(graph, agents, seed=seed,
                         capacity={SERVER: Capacity(service=(SERVICE, SERVICE), queue=setting.queue)}))


def told(faults: Sequence[Fault]) -> str:
    """What was done to the server, in words."""
    return listed(map(str, faults)) if faults else "no fault"


def counted(faults: Sequence[Fault]) -> str:
    """How often each of it was done: 2 pauses and 1 restart. It is not called faults, for a restart is none."""
    kinds = [fault.kind for fault in faults]
    return listed(f"{kinds.count(kind)} {kind}{'s' * (kinds.count(kind) > 1)}" for kind in dict.fromkeys(kinds))


def _whole(name: str, value: object, least: int, most: int) -> None:
    if value.__class__ is not int or not least <= value <= most:
        raise ValueError(f"{name} is a whole number from {least} to {most:,}, not {value!r}")


def _waiting(sim: Simulator) -> int:
    return sim.present.waiting.get(SERVER, 0)
