"""What an agent has time for: messages that wait for a busy agent, and an agent that pauses. Off unless asked for.

A queue of one server, first come, first served: a message is handled when its service ends, so a busy agent answers
late, and an agent that is asked for more than it can do has a queue that grows. A pause is what a garbage collection or
a slow disk does to a process: it is up, does nothing, and knows nothing of it afterwards (Kleppmann, "Designing
Data-Intensive Applications", 2017, chapter 8). Left out: several servers, priorities, and the time that timers and
clients' requests take.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from labkit.agents import is_range
from labkit.engine.events import Deliver, Drop, Event, Request, Timeout, Wait
from labkit.values import listed


@dataclass(frozen=True)
class Capacity:
    """How much an agent can do: the time that it needs for a message, and how many may wait besides the one in service.

    service: a range of units of time. queue: what arrives when so many wait is lost; None: any number may wait.
    """

    service: tuple[int, int]
    queue: int | None = None

    def __post_init__(self) -> None:
        if not is_range(self.service):
            raise ValueError(
                f"service is a range (low, high) of whole numbers, 0 < low <= high, as (4, 6), not {self.service!r}"
            )
        if self.queue is not None and (self.queue.__class__ is not int or self.queue < 0):
            raise ValueError(f"queue is how many messages may wait, a whole number or None, not {self.queue!r}")


def check_capacity(given: Any, names: Mapping[str, Any]) -> dict[str, Capacity]:
    """The capacity of each agent that has a limit; ValueError for an agent that there is not."""
    if not isinstance(given, Mapping) or not all(isinstance(one, Capacity) for one in given.values()):
        raise ValueError(f"capacity is a table such as {{'a': Capacity(service=(4, 4), queue=20)}}, not {given!r}")
    if odd := [name for name in given if name not in names]:
        raise ValueError(f"there is no agent {odd[0]!r} to give a capacity: the agents are {listed(names, most=12)}")
    return dict(given)


@dataclass(slots=True)
class Load:
    """Who is busy: until when an agent serves what has arrived, until when it pauses, how many messages wait there."""

    busy: dict[str, int] = field(default_factory=dict)
    paused: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)  # the one in service included

    def copy(self) -> "Load":
        """A separate one in the same state."""
        return replace(self, busy=self.busy.copy(), paused=self.paused.copy(), waiting=self.waiting.copy())

    def in_turn(self, event: Event, now: int, capacity: Mapping[str, Capacity]) -> Event:
        """What happens instead of this arrival or request: it waits, or it is lost at a full queue, or just happens."""
        if isinstance(event, Request):
            return Wait(event) if self.paused.get(event.agent, 0) > now else event
        if not isinstance(event, Deliver):
            return event
        limit = capacity.get(event.target)
        if limit is None:
            return Wait(event) if max(self.busy.get(event.target, 0), self.paused.get(event.target, 0)) > now else event
        if limit.queue is not None and self.waiting.get(event.target, 0) > limit.queue:
            return Drop(event, f"the queue of {event.target} is full")
        return Wait(event)

    def free_at(self, agent: str, now: int) -> int:
        """From when on the agent has time for what arrives now."""
        return max(now, self.busy.get(agent, 0), self.paused.get(agent, 0))

    def placed(self, agent: str, due: int) -> None:
        """One more message waits at the agent, and its service ends then."""
        self.busy[agent] = max(due, self.busy.get(agent, 0))
        self.waiting[agent] = self.waiting.get(agent, 0) + 1

    def gone(self, agent: str) -> None:
        """One message less waits there."""
        left = self.waiting.get(agent, 0) - 1
        if left > 0:
            self.waiting[agent] = left
        else:
            self.waiting.pop(agent, None)

    def pause(self, agent: str, until: int) -> None:
        """The agent does nothing until then; what it was busy with is left for later."""
        self.paused[agent] = max(until, self.paused.get(agent, 0))
        self.busy.pop(agent, None)

    def crash(self, agent: str) -> None:
        """What waits at the agent is lost with its memory."""
        for table in (self.busy, self.paused, self.waiting):
            table.pop(agent, None)


def after_pause(event: Event, due: int, now: int, until: int) -> int:
    """When this happens at an agent that does nothing from now until then: service is interrupted, a timer is late."""
    return max(due, until) if isinstance(event, Timeout) else due + until - now
