"""Values that two sides may change apart and merge later: whatever the order, all come to the same.

Conflict-free replicated data types, in their state-based form: Shapiro, Preguiça, Baquero & Zawirski, "Conflict-free
replicated data types" (2011), and the same authors' "A comprehensive study" (2011), §3. Promise: `merge` is
commutative, associative and idempotent. The promise does not say that nothing is lost: see `LastWriterWins`. Left out:
clearing away what was removed, which would need to know that all have heard of it.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from labkit.values import brief, by_name, covers, frozendict, larger

NOTHING: frozendict[str, Any] = frozendict()


@dataclass(frozen=True)
class VersionVector:
    """How much one has seen of each agent's doings. Parker et al., "Detection of mutual inconsistency" (1983)."""

    seen: frozendict[str, int] = NOTHING

    def after(self, agent: str) -> "VersionVector":
        """One more by this agent."""
        return VersionVector(self.seen | {agent: self.seen.get(agent, 0) + 1})

    def merge(self, other: "VersionVector") -> "VersionVector":
        """All that either has seen."""
        return VersionVector(larger(self.seen, other.seen))

    def includes(self, other: "VersionVector") -> bool:
        """Whether the other has seen nothing that this one has not."""
        return covers(self.seen, other.seen)


@dataclass(frozen=True)
class Counter:
    """Counts up and down; each agent keeps its own two counts, so no addition is counted twice (PN-counter)."""

    up: frozendict[str, int] = NOTHING
    down: frozendict[str, int] = NOTHING

    def add(self, agent: str, amount: int = 1) -> "Counter":
        """The counter after this agent has added so much, which may be less than nothing."""
        if amount < 0:
            return replace(self, down=self.down | {agent: self.down.get(agent, 0) - amount})
        return replace(self, up=self.up | {agent: self.up.get(agent, 0) + amount})

    def merge(self, other: "Counter") -> "Counter":
        """Both sides' additions, each counted once."""
        return Counter(larger(self.up, other.up), larger(self.down, other.down))

    @property
    def value(self) -> int:
        """The sum of all that was added."""
        return sum(self.up.values()) - sum(self.down.values())


@dataclass(frozen=True)
class ObservedRemoveSet:
    """A set in which who removes, removes what it has seen: an addition made elsewhere meanwhile stays (OR-set).

    Each addition has a tag of its own, agent and number.
    """

    added: frozenset[tuple[Hashable, str, int]] = frozenset()
    removed: frozenset[tuple[Hashable, str, int]] = frozenset()

    def add(self, agent: str, item: Hashable) -> "ObservedRemoveSet":
        """The set with the item, which this agent puts in."""
        number = sum(by == agent for _, by, _ in self.added) + 1
        return replace(self, added=self.added | {(item, agent, number)})

    def remove(self, item: Hashable) -> "ObservedRemoveSet":
        """The set without the additions of this item that are known here."""
        return replace(self, removed=self.removed | {tag for tag in self.added if tag[0] == item})

    def merge(self, other: "ObservedRemoveSet") -> "ObservedRemoveSet":
        """All additions and all removals of both sides."""
        return ObservedRemoveSet(self.added | other.added, self.removed | other.removed)

    @property
    def value(self) -> frozenset[Hashable]:
        """What is in the set."""
        return frozenset(item for item, _, _ in self.added - self.removed)


@dataclass(frozen=True)
class LastWriterWins:
    """A register that keeps the write with the highest stamp, and forgets the other, although it was acknowledged.

    A stamp is a Lamport clock with the name of the writer, not the time on a wall.
    """

    value: Hashable = None
    stamp: tuple[int, str] = (0, "")

    def write(self, agent: str, value: Hashable) -> "LastWriterWins":
        """The register after this agent has written."""
        return LastWriterWins(value, (self.stamp[0] + 1, agent))

    def __str__(self) -> str:
        return brief(self.value)

    def merge(self, other: "LastWriterWins") -> "LastWriterWins":
        """The later write; of two with the same count that of the later name."""
        return max(self, other, key=lambda one: (one.stamp[0], by_name(one.stamp[1])))


@dataclass(frozen=True)
class Siblings:
    """A register that keeps all writes of which none has seen the other, and lets the reader decide.

    As in Dynamo (DeCandia et al. 2007, §4.4); a write replaces what its writer has seen.
    """

    writes: frozenset[tuple[Hashable, VersionVector]] = frozenset()

    def write(self, agent: str, value: Hashable) -> "Siblings":
        """The register after this agent has read all of it and written."""
        seen = VersionVector()
        for _, version in self.writes:
            seen = seen.merge(version)
        return Siblings(frozenset({(value, seen.after(agent))}))

    def __str__(self) -> str:
        return " or ".join(sorted(map(brief, self.value)))

    def merge(self, other: "Siblings") -> "Siblings":
        """All writes that no other write has seen."""
        both = self.writes | other.writes
        return Siblings(frozenset(
            one for one in both
            if not any(later[1] != one[1] and later[1].includes(one[1]) for later in both)
        ))

    @property
    def value(self) -> frozenset[Hashable]:
        """What stands side by side; more than one value is a conflict."""
        return frozenset(value for value, _ in self.writes)


Mergeable = Counter | ObservedRemoveSet | LastWriterWins | Siblings
