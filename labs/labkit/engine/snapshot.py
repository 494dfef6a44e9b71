"""The state of a simulation after a number of steps: the system, and what is due when."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from labkit.agents import CancelTimer, Transition
from labkit.engine.capacity import Load
from labkit.engine.events import Deliver, Drop, Event, Pause, Timeout, packet_of
from labkit.engine.system import System
from labkit.network import Crash


class Scheduled(NamedTuple):
    """An event that is due; a message has been on the link from `at` to `to` since the time `since`."""

    due: int
    order: int  # of two items due at the same time the lower comes first
    event: Event
    since: int = 0
    at: str = ""
    to: str = ""

    @property
    def packet(self) -> Deliver | None:
        """The message that the event concerns, if any."""
        return packet_of(self.event)

    @property
    def waits_at(self) -> str:
        """The agent at which it waits until that one has time; "" where it is no message that has arrived."""
        return self.event.target if not self.to and isinstance(self.event, Deliver) else ""


class Step(NamedTuple):
    """One event that happened: when, what the agent did, and what was scheduled."""

    time: int
    event: Event
    transition: Transition
    order: int  # of the item that came due; 0 if it was done by hand
    scheduled: tuple[Scheduled, ...]


@dataclass(slots=True)
class Snapshot:
    """The state of a simulation; `pending` holds what is due, by order; `timers` the order of each set timer."""

    system: System
    step: int = 0
    time: int = 0
    order: int = 0  # of the last item that was placed
    pending: dict[int, Scheduled] = field(default_factory=dict)
    timers: dict[Timeout, int] = field(default_factory=dict)
    load: Load = field(default_factory=Load)

    @property
    def waiting(self) -> dict[str, int]:
        """How many messages wait at each agent that is busy, the one in service included."""
        return self.load.waiting

    def copy(self) -> "Snapshot":
        """A separate snapshot that can go on differently."""
        return replace(self, system=self.system.copy(), pending=self.pending.copy(), timers=self.timers.copy(),
                       load=self.load.copy())

    @property
    def size(self) -> int:
        """How many entries a copy holds."""
        return self.system.size + len(self.pending)

    def take(self, event: Event, time: int, order: int = 0) -> list[Scheduled]:
        """The event happens: remove the pending items that it invalidates; the result is those that it only moves.

        order: of its item, 0 if done by hand.
        """
        self.time = time
        if order:
            item = self.pending.pop(order, None)
            if isinstance(event, Deliver):
                if item is not None and not item.to:
                    self.load.gone(event.target)
                return []
        match event:
            case Timeout(agent, timer):
                self.cancel(agent, timer)
            case Crash(agent):
                for key in [key for key in self.timers if key.agent == agent]:
                    self.pending.pop(self.timers.pop(key), None)
                lost = self._removed(lambda item: item.waits_at == agent)
                self.load.crash(agent)
                return lost
            case Pause(agent, units):
                until = time + units
                self.load.pause(agent, until)
                return self._removed(lambda item: item.waits_at == agent or (
                    isinstance(item.event, Timeout) and item.event.agent == agent and item.due < until))
            case Deliver() | Drop() if not order:
                packet = packet_of(event)
                self._removed(lambda item: item.packet == packet)
        return []

    def place(self, item: Scheduled) -> None:
        """Add the item to what is due; a timer that is already set is replaced."""
        self.order = item.order
        self.pending[item.order] = item
        if isinstance(item.event, Timeout):
            self.pending.pop(self.timers.get(item.event, 0), None)
            self.timers[item.event] = item.order
        elif not item.to and isinstance(item.event, Deliver):
            self.load.placed(item.event.target, item.due)

    def cancel(self, agent: str, timer: str) -> None:
        """Remove the pending timeout of this timer, if there is one."""
        self.pending.pop(self.timers.pop(Timeout(agent, timer), 0), None)

    def redo(self, done: Step) -> None:
        """Repeat a recorded step: no agent is asked again, no random number is drawn."""
        self.take(done.event, done.time, done.order)
        self.system.commit(done.event, done.transition)
        agent, effects = done.transition
        for effect in effects:
            if isinstance(effect, CancelTimer) and agent is not None:
                self.cancel(agent.id, effect.name)
        for item in done.scheduled:
            self.place(item)
        self.step += 1

    def _removed(self, which: Callable[[Scheduled], bool]) -> list[Scheduled]:
        """The pending items of that kind, in the order in which they are due, which are no longer pending."""
        found = sorted((item for item in self.pending.values() if which(item)), key=lambda item: item[:2])
        for item in found:
            del self.pending[item.order]
            if item.waits_at:
                self.load.gone(item.waits_at)
        return found
