"""Logical clocks, as values that any agent can carry: they order events by what could have been known at them.

Lamport, "Time, clocks, and the ordering of events in a distributed system" (1978); vector clocks: Fidge 1988, Mattern
1989. Promise: an event that could have caused another has the smaller clock; of vector clocks the reverse is true as
well, so they also tell which events are concurrent. Version vectors (`labkit.protocols.replication.crdt`) share the
two rules at the end of this file: they count the writes that a value has seen, and not the events of an agent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from labkit.values.frozen import frozendict
from labkit.values.names import by_name

Order = Literal["before", "after", "equal", "concurrent"]
BEFORE: Order = "before"
AFTER: Order = "after"
EQUAL: Order = "equal"
CONCURRENT: Order = "concurrent"
NO_EVENTS: frozendict[str, int] = frozendict()


@dataclass(frozen=True, order=True)
class LamportClock:
    """One number; it tells no more than which of two events was not the cause of the other."""

    time: int = 0

    def ticked(self) -> "LamportClock":
        """One event later, at the same agent."""
        return LamportClock(self.time + 1)

    def after(self, received: "LamportClock") -> "LamportClock":
        """The clock of the event at which a message with that clock arrives: later than both."""
        return LamportClock(max(self.time, received.time) + 1)

    def __str__(self) -> str:
        return str(self.time)


@dataclass(frozen=True)
class VectorClock:
    """For each agent the number of its events that could be known here; agents without any are left out."""

    counts: frozendict[str, int] = NO_EVENTS

    def ticked(self, agent: str) -> "VectorClock":
        """One event of this agent later."""
        return VectorClock(self.counts | {agent: self.counts.get(agent, 0) + 1})

    def merged(self, other: "VectorClock") -> "VectorClock":
        """All that is known here or there."""
        return VectorClock(larger(self.counts, other.counts))

    def compare(self, other: "VectorClock") -> Order:
        """How the event of this clock is related to that of the other."""
        below, above = covers(other.counts, self.counts), covers(self.counts, other.counts)
        if below:
            return EQUAL if above else BEFORE
        return AFTER if above else CONCURRENT

    def __str__(self) -> str:
        return " ".join(f"{agent}:{self.counts[agent]}" for agent in sorted(self.counts, key=by_name)) or "nothing"


def larger(one: frozendict[str, int], other: Mapping[str, int]) -> frozendict[str, int]:
    """For each agent the larger of two counts."""
    return one | {agent: max(count, one.get(agent, 0)) for agent, count in other.items()}


def covers(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether no agent has a larger count in the other."""
    return all(one.get(agent, 0) >= count for agent, count in other.items())
