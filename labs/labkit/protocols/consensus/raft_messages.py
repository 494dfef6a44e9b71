"""What agents say to each other in Raft, and to clients. Ongaro & Ousterhout 2014, figure 2.

The sender of a message is known, so no message names it.
"""

from collections.abc import Hashable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Applied:
    """The answer to a request that is safe: the index of its entry in the log, and the entry's term."""

    index: int
    term: int


@dataclass(frozen=True)
class RequestVote:
    term: int
    last_index: int
    last_term: int


@dataclass(frozen=True)
class Vote:
    term: int
    granted: bool


@dataclass(frozen=True)
class AppendEntries:
    """All entries after index `prev`; without any it is a heartbeat. `commit`: so far the leader has applied."""

    term: int
    prev: int
    prev_term: int
    entries: tuple[Entry, ...]
    commit: int


@dataclass(frozen=True)
class Appended:
    """Up to index `match` the follower's log is the leader's; if not ok, up to there at most."""

    term: int
    success: bool
    match: int


@dataclass(frozen=True)
class Forwarded:
    """A client's request on its way to the leader, with the number that the agent asked has given it."""

    number: int
    value: Hashable
