"""What agents say to each other in Raft, and to clients. Ongaro & Ousterhout 2014, figure 2.

The sender of a message is known, so no message names it.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.values import brief

NO_LEADER = "no leader"  # the answer to a request that was not taken: ask again, later or elsewhere


@dataclass(frozen=True)
class Entry:
    """A request in the log, with the term of the leader that took it; indices count from 1.

    `asked` is the agent that the client has asked, and `number` that agent's own count: together they name the request.
    Without them it is nobody's request.
    """

    term: int
    value: Hashable
    asked: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{brief(self.value)} (term {self.term})"


@dataclass(frozen=True)
class Applied:
    """The answer to a request that is safe: the index of its entry in the log, and the entry's term."""

    index: int
    term: int

    def __str__(self) -> str:
        return f"applied as entry {self.index} of term {self.term}"


@dataclass(frozen=True)
class RequestVote:
    term: int
    last_index: int
    last_term: int

    def __str__(self) -> str:
        return f"vote request, term {self.term}, {log_until(self.last_index, self.last_term)}"


@dataclass(frozen=True)
class Vote:
    term: int
    granted: bool

    def __str__(self) -> str:
        return f"vote {'yes' if self.granted else 'no'}, term {self.term}"


@dataclass(frozen=True)
class AppendEntries:
    """All entries after index `prev`; without any it is a heartbeat. `commit`: so far the leader has applied."""

    term: int
    prev: int
    prev_term: int
    entries: tuple[Entry, ...]
    commit: int

    def __str__(self) -> str:
        committed = f"committed up to {self.commit}" if self.commit else "none committed"
        if not self.entries:
            return f"heartbeat, term {self.term}, {log_until(self.prev, self.prev_term)}, {committed}"
        first, last = self.prev + 1, self.prev + len(self.entries)
        numbers = f"entry {first}" if first == last else f"entries {first}–{last}"
        values = ", ".join(brief(entry.value) for entry in self.entries)
        after = f", after entry {self.prev} of term {self.prev_term}" if self.prev else ""
        return f"{numbers}: {values}, term {self.term}{after}, {committed}"


@dataclass(frozen=True)
class Appended:
    """Up to index `match` the follower's log is the leader's; if not ok, up to there at most."""

    term: int
    success: bool
    match: int

    def __str__(self) -> str:
        logs = f", logs match up to entry {self.match}{'' if self.success else ' at most'}" if self.match > 0 else ""
        return f"{'acknowledged' if self.success else 'refused'}, term {self.term}{logs}"


@dataclass(frozen=True)
class Forwarded:
    """A client's request on its way to the leader, with the number that the agent asked has given it."""

    number: int
    value: Hashable

    def __str__(self) -> str:
        return f"request, forwarded to the leader: {brief(self.value)}"


def log_until(index: int, term: int) -> str:
    """Where a log ends, in words."""
    return f"log ends at entry {index} of term {term}" if index else "log is empty"
