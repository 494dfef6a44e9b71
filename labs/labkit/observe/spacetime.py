"""The space–time diagram of a run as data: one line per agent, one arrow per message. Lamport 1978.

It grows with the run, so that drawing a moment looks at what is visible and not at the whole history.
"""

from bisect import bisect_left, bisect_right
from copy import copy
from dataclasses import dataclass, replace

from labkit.agents import Decide
from labkit.engine import (
    Deliver,
    Drop,
    Forward,
    Pause,
    Request,
    Scheduled,
    Simulator,
    Step,
    Timeout,
    Wait,
    packet_of,
    said,
)
from labkit.network import Crash, Cut, Groups, Heal, Network, Restart
from labkit.observe.transcript import decision
from labkit.values import Growing, brief

NEVER = 1 << 60  # a step that does not come


@dataclass(slots=True)
class Arrow:
    """A message on one link as the simulator has scheduled it, with the step that sent it and what became of it."""

    item: Scheduled
    packet: Deliver
    begun: int
    ended: int = NEVER  # at which step
    arrived: int = 0  # when it ended
    lost: str = ""  # why, if it was

    @property
    def to(self) -> str:
        """The end of the link; a message that finds no link is on its way to its target all the same."""
        return self.item.to or self.packet.target

    @property
    def words(self) -> str:
        """The message in words."""
        return brief(self.packet.message)


@dataclass(frozen=True)
class Mark:
    """Something that happened at one agent."""

    step: int
    time: int
    agent: str
    kind: str  # decides, timeout, request, crash, restart, pause
    text: str  # what happened, in words


@dataclass(frozen=True)
class Era:
    """From this step and time on the network is like this."""

    step: int
    time: int
    network: Network
    groups: Groups


class SpaceTime:
    """Arrows, marks and eras of a simulation; it takes in each step as the simulator makes it."""

    def __init__(self, sim: Simulator) -> None:
        self._before: SpaceTime | None = None  # the chart from which this one branched off
        self._from = 0  # at which step
        self._arrows: list[Arrow] = []
        self._marks: Growing[Mark] = Growing()
        self._eras: Growing[Era] = Growing()
        self.times: Growing[int] = Growing()  # of each step, the beginning first
        self.longest = 0  # no message has been on one link for longer
        self._open: dict[int, Arrow] = {}  # by the order of its item
        first = sim.at(0)
        network = first.system.network
        self._eras.append(Era(0, 0, network, network.partitions()))
        self.times.append(0)
        for item in first.pending.values():
            self._begin(item, 0)
        for done in sim.trace:
            self._take(done)
        sim.watch(self._take)

    def branch(self, sim: Simulator) -> "SpaceTime":
        """The chart of a branch that has just begun; what has ended by then is shared."""
        new, step = copy(self), len(sim)
        new._before, new._from = self, step
        flying = [arrow for arrow in self.visible(step, self.times[step]) if arrow.ended > step]
        new._arrows = [replace(arrow, ended=NEVER, arrived=0, lost="") for arrow in flying]
        new._open = {arrow.item.order: arrow for arrow in new._arrows}
        new._marks = self._marks.branch(bisect_right(self._marks, step, key=lambda mark: mark.step))
        new._eras = self._eras.branch(bisect_right(self._eras, step, key=lambda era: era.step))
        new.times = self.times.branch(step + 1)
        sim.watch(new._take)
        return new

    def visible(self, step: int, since: int) -> list[Arrow]:
        """The arrows at that step that had not ended before the time `since`, in the order of sending."""
        if self._before is None:
            return self._own(step, since)
        if step <= self._from:
            return self._before.visible(step, since)
        old = self._before.visible(self._from, since) if since <= self.times[self._from] else []
        both = [arrow for arrow in old if arrow.ended <= self._from] + self._own(step, since)
        return sorted(both, key=lambda arrow: arrow.item.order)

    def _own(self, step: int, since: int) -> list[Arrow]:
        last = bisect_right(self._arrows, step, key=lambda arrow: arrow.begun)
        first = bisect_left(self._arrows, since - self.longest, hi=last, key=lambda arrow: arrow.item.since)
        return [arrow for arrow in self._arrows[first:last] if arrow.ended > step or arrow.arrived >= since]

    def flying(self, step: int) -> list[Arrow]:
        """The messages on links at that step, in the order of sending."""
        return [arrow for arrow in self.visible(step, self.times[step]) if arrow.ended > step and arrow.item.to]

    def marked(self, step: int, since: int) -> list[Mark]:
        """The marks at that step, from the time `since` on."""
        last = bisect_right(self._marks, step, key=lambda mark: mark.step)
        return self._marks[bisect_left(self._marks, since, hi=last, key=lambda mark: mark.time) : last]

    def era(self, step: int) -> Era:
        """The network as it was at that step."""
        return self._eras[bisect_right(self._eras, step, key=lambda era: era.step) - 1]

    def eras_until(self, step: int, since: int) -> list[Era]:
        """The eras up to that step that had not ended before the time `since`."""
        last = bisect_right(self._eras, step, key=lambda era: era.step)
        return self._eras[max(0, bisect_right(self._eras, since, hi=last, key=lambda era: era.time) - 1) : last]

    def _take(self, done: Step) -> None:
        number = len(self.times)
        self.times.append(done.time)
        self._end(done, number)
        for item in done.scheduled:
            self._begin(item, number)
        self._mark(done, number)
        if isinstance(done.event, Cut | Heal | Crash | Restart):
            network = self._eras[-1].network.after(done.event)
            self._eras.append(Era(number, done.time, network, network.partitions()))

    def _begin(self, item: Scheduled, step: int) -> None:
        packet = item.packet
        if packet is not None and item.at:
            self._open[item.order] = arrow = Arrow(item, packet, step)
            self._arrows.append(arrow)
            self.longest = max(self.longest, item.due - item.since)

    def _end(self, done: Step, step: int) -> None:
        packet = packet_of(done.event)
        if packet is None or not isinstance(done.event, Deliver | Drop | Forward | Wait):
            return
        orders = [done.order] if done.order else [o for o, a in self._open.items() if a.packet.number == packet.number]
        for order in orders:
            if (arrow := self._open.pop(order, None)) is not None:
                arrow.ended, arrow.arrived = step, done.time
                arrow.lost = done.event.why if isinstance(done.event, Drop) else ""
                self.longest = max(self.longest, done.time - arrow.item.since)

    def _mark(self, done: Step, step: int) -> None:
        match done.event:
            case Timeout(name) | Request(name) | Crash(name) | Restart(name) | Pause(name):
                self._marks.append(Mark(step, done.time, name, type(done.event).__name__.lower(), said(done.event)))
        agent, effects = done.transition
        for effect in effects:
            if isinstance(effect, Decide) and agent is not None:
                words = f"{agent.id} {decision(effect.value, effect.about)}"
                self._marks.append(Mark(step, done.time, agent.id, "decides", words))
