"""What callers ask of a server and what they get, by spans of time: offered load, attempts, goodput, queue, delay.

Offered are the calls that callers begin, whether or not they go out; attempts are messages, first ones and retries;
good are the calls whose answer came before the caller gave up. Works with the agents of `labkit.protocols.Service`.
Looks at each step once, and gives a span only when it is over.
"""

from dataclasses import dataclass, field
from itertools import chain
from statistics import median

from labkit.agents import Send
from labkit.engine import Deliver, Drop, Pause, Simulator, Step, Wait, said
from labkit.network import Crash, Cut, Heal, Restart
from labkit.protocols import Service
from labkit.values import expect

ENOUGH = 5  # spans in which calls are answered, until a service counts as recovered


@dataclass(frozen=True)
class Span:
    """What happened from `begin` to before `end`.

    queue: of the messages that waited anywhere, at its longest. times: to answer, of the good calls, sorted.
    """

    begin: int
    end: int
    offered: int
    attempts: int
    retries: int
    good: int
    failed: int
    queue: int
    times: tuple[int, ...]

    @property
    def median(self) -> float | None:
        """Half of the good calls were answered within this time; None if there was none."""
        return median(self.times) if self.times else None

    @property
    def worst(self) -> int | None:
        """The longest time to an answer; None if there was none."""
        return self.times[-1] if self.times else None

    def rate(self, count: int) -> float:
        """So many of these per 100 units of time."""
        return 100 * count / (self.end - self.begin)


@dataclass(slots=True)
class _Tally:
    """queue: of a new one what waits at its begin."""

    queue: int
    offered: int = 0
    attempts: int = 0
    retries: int = 0
    good: int = 0
    failed: int = 0
    times: list[int] = field(default_factory=list)


class Load:
    """The load of a simulation in spans of `width` units of time."""

    def __init__(self, sim: Simulator, width: int = 100) -> None:
        expect(sim, Simulator, "Load takes a simulation")
        if width.__class__ is not int or width < 1:
            raise ValueError(f"width is a whole number of units of time, at least 1, not {width!r}")
        self._sim, self._width, self._step = sim, width, 0
        self._tallies: list[_Tally] = []
        self._before = {name: one for name, one in sim.at(0).system.agents.items() if isinstance(one, Service)}
        self._begun: dict[tuple[str, int], int] = {}  # since when each open call is open
        self._waiting: set[int] = set()  # numbers of messages
        self._faults: list[tuple[int, str]] = []

    def spans(self, until: int | None = None) -> list[Span]:
        """All that are over by that time, by default by now; those in which nothing happened, too."""
        self.extend()
        last = (self._sim.now if until is None else min(until, self._sim.now)) // self._width
        return [self._span(number, number + 1) for number in range(last)]

    def between(self, begin: int, end: int) -> Span:
        """All spans from one time to another as one; both are multiples of the width."""
        if begin % self._width or end % self._width or not 0 <= begin < end <= self._sim.now:
            raise ValueError(
                f"begin and end are multiples of {self._width}, up to now ({self._sim.now}), not {begin} and {end}")
        self.extend()
        return self._span(begin // self._width, end // self._width)

    def served_from(self, since: int) -> int | None:
        """From when on, after `since`, nine of ten calls are answered in time for five spans; None: not yet."""
        spans = [span for span in self.spans() if span.begin >= since]
        for number in range(len(spans) - ENOUGH + 1):
            these = spans[number : number + ENOUGH]
            if 10 * sum(span.good for span in these) >= 9 * sum(span.offered for span in these):
                return these[0].begin
        return None

    def faults(self, until: int | None = None) -> list[tuple[int, str]]:
        """The faults and repairs by that time, by default by now: when, and what in a sentence."""
        self.extend()
        return [one for one in self._faults if until is None or one[0] <= until]

    def extend(self) -> None:
        """Take in what has happened since."""
        for done in self._sim.trace[self._step :]:
            self._step += 1
            self._take(done)
        self._reach(self._sim.now // self._width)

    def _span(self, first: int, end: int) -> Span:
        tallies = self._tallies[first:end]
        offered, attempts, retries, good, failed = (
            sum(getattr(tally, name) for tally in tallies)
            for name in ("offered", "attempts", "retries", "good", "failed"))
        return Span(
            first * self._width, end * self._width, offered, attempts, retries, good, failed,
            max(tally.queue for tally in tallies), tuple(sorted(chain.from_iterable(tally.times for tally in tallies))),
        )

    def _reach(self, number: int) -> _Tally:
        """The tally of that span; those before it exist, too."""
        while len(self._tallies) <= number:
            self._tallies.append(_Tally(len(self._waiting)))
        return self._tallies[number]

    def _take(self, done: Step) -> None:
        tally = self._reach(done.time // self._width)
        match done.event:
            case Wait(Deliver(number)):
                self._waiting.add(number)
                tally.queue = max(tally.queue, len(self._waiting))
            case Deliver(number) | Drop(Deliver(number)):
                self._waiting.discard(number)
            case Pause() | Crash() | Restart() | Cut() | Heal():
                self._faults.append((done.time, said(done.event)))
        agent = done.transition.agent
        if isinstance(agent, Service) and agent.id != agent.server:
            before, self._before[agent.id] = self._before[agent.id], agent
            if not isinstance(done.event, Restart):  # which makes a caller forget its open calls
                self._follow(before, agent, done, tally)

    def _follow(self, before: Service, agent: Service, done: Step, tally: _Tally) -> None:
        """What a caller has done in this step, from how it was and is."""
        begun = agent.calls - before.calls
        sent = sum(isinstance(effect, Send) for effect in done.transition.effects)
        tally.offered += begun
        tally.attempts += sent
        tally.retries += sent if not begun else 0
        tally.failed += agent.failed - before.failed
        if begun and sent:
            self._begun[agent.id, agent.calls] = done.time
        for number in _numbers(before) - _numbers(agent):
            since = self._begun.pop((agent.id, number))
            if agent.answered > before.answered:
                tally.good += 1
                tally.times.append(done.time - since)


def _numbers(agent: Service) -> set[int]:
    return {one.number for one in agent.open}
