"""The state of a simulation after a number of steps: the system, and what is due when."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from labkit.agents import CancelTimer, Transition
from labkit.engine.events import Deliver, Drop, Event, Timeout, packet_of
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

    def copy(self) -> "Snapshot":
        """A separate snapshot that can go on differently."""
        return replace(self, system=self.system.copy(), pending=self.pending.copy(), timers=self.timers.copy())

    @property
    def size(self) -> int:
        """How many entries a copy holds."""
        return self.system.size + len(self.pending)

    def take(self, event: Event, order: int = 0) -> None:
        """The event happens: remove the pending items that it invalidates. order: of its item, 0 if done by hand."""
        if order:
            self.pending.pop(order, None)
            if isinstance(event, Deliver):
                return
        match event:
            case Timeout(agent, timer):
                self.cancel(agent, timer)
            case Crash(agent):
                for key in [key for key in self.timers if key.agent == agent]:
                    self.pending.pop(self.timers.pop(key), None)
            case Deliver() | Drop() if not order:
                packet = packet_of(event)
                for item in [item for item in self.pending.values() if item.packet == packet]:
                    del self.pending[item.order]

    def place(self, item: Scheduled) -> None:
        """Add the item to what is due; a timer that is already set is replaced."""
        self.order = item.order
        self.pending[item.order] = item
        if isinstance(item.event, Timeout):
            self.pending.pop(self.timers.get(item.event, 0), None)
            self.timers[item.event] = item.order

    def cancel(self, agent: str, timer: str) -> None:
        """Remove the pending timeout of this timer, if there is one."""
        self.pending.pop(self.timers.pop(Timeout(agent, timer), 0), None)

    def redo(self, done: Step) -> None:
        """Repeat a recorded step: no agent is asked again, no random number is drawn."""
        self.take(done.event, done.order)
        self.system.commit(done.event, done.transition)
        agent, effects = done.transition
        for effect in effects:
            if isinstance(effect, CancelTimer) and agent is not None:
                self.cancel(agent.id, effect.name)
        for item in done.scheduled:
            self.place(item)
        self.step, self.time = self.step + 1, done.time
