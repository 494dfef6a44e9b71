"""Quorum reads and writes: each key has N replicas; a write waits for W of them, a read for R, and R + W > N overlap.

Weighted voting of Gifford (1979) with one vote for each replica, in the form of Dynamo (DeCandia et al. 2007, §4.5):
any agent coordinates a client's request, and a hash ring says which agents are the key's homes. Two writes are ordered
as in Lynch & Shvartsman (1997): the coordinator first asks R replicas for their stamps, then stores the next one.
Promise, where R + W > N: a read that began after a write was acknowledged returns it or a newer one. Not promised: one
copy. While a write is in progress one read may return the new value and a later read the old one (`RepairingStore` does
not), and a write that was refused for want of answers may still take effect later. Left out: version vectors and
siblings (`replicas`), comparing whole tables (`merkle`), members that change.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from labkit.agents import Agent, CancelTimer, Effect, Holds, Reply, Send, SetTimer
from labkit.patterns import HashRing
from labkit.protocols.protocol import Protocol
from labkit.protocols.replication.replicas import Write
from labkit.protocols.replication.store_messages import (
    EMPTY,
    NOTHING,
    Held,
    Kept,
    Operation,
    Query,
    Read,
    Store,
    Version,
)
from labkit.protocols.replication.store_properties import NEVER_BACK, QUORUM_STORE_PROPERTIES
from labkit.values import brief, frozendict

NO_QUORUM = "no answer from a quorum: a write may still take effect later"
OPERATION = "operation"


@lru_cache(maxsize=64)
def ring_of(agents: frozenset[str]) -> HashRing:
    """The ring of these agents, made once."""
    return HashRing(tuple(agents), virtual=32)


@dataclass
class QuorumStore(Agent, Holds):
    """Stores versions for others, and coordinates what its own clients ask for.

    replicas, reads, writes: N, R and W. patience: how long an operation waits for answers before it is refused.
    """

    replicas: int = 3
    reads: int = 2
    writes: int = 2
    patience: tuple[int, int] = (150, 150)
    table: frozendict[str, Version] = EMPTY
    stamp: int = 0  # the last that it gave to a write
    asked: int = 0  # how many operations it has begun
    open: frozendict[int, Operation] = EMPTY
    durable: ClassVar[tuple[str, ...]] = ("table", "stamp", "asked")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("table", "Stored: key, version"), ("open", "In progress"))

    def __post_init__(self) -> None:
        for name, needed in (("reads", self.reads), ("writes", self.writes)):
            if not 1 <= needed <= self.replicas:
                raise ValueError(f"{name}={needed}: wait for 1 to {self.replicas} of {self.replicas} replicas")

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def homes(self, key: str) -> tuple[str, ...]:
        """The N agents that store the key, by the ring."""
        return ring_of(frozenset(self.everyone)).owners(key, self.replicas)

    def has_read(self, operation: Operation) -> bool:
        """R replicas have told what they hold: one of them at least has stored each acknowledged write."""
        return len(operation.answers) >= self.reads

    def has_written(self, operation: Operation) -> bool:
        """W replicas have stored it."""
        return len(operation.kept) >= self.writes

    def next_stamp(self, newest: Version) -> int:
        """Higher than all that was acknowledged before, and than those that it gave itself."""
        return max(newest.stamp, self.stamp) + 1

    def is_newer(self, version: Version, key: str) -> bool:
        """A replica keeps the newest version, in whatever order versions arrive."""
        return version.order > self.table.get(key, NOTHING).order

    def writes_back(self, operation: Operation) -> bool:
        """A plain read answers with the newest that it was told, and leaves the others as they are."""
        return False

    # ---- what happens ------------------------------------------------------------------------------------------------

    def request(self, value: Any) -> Iterator[Effect]:
        if not isinstance(value, Write | Read):
            raise ValueError(f"a store is not asked for {brief(value)}: ask with Write('milk', 3) or Read('milk')")
        self.asked += 1
        operation = self._note(Operation(self.asked, value))
        yield SetTimer(f"{OPERATION} {self.asked}", self.patience)
        yield from self.query(operation, self.homes(value.key))

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        match message:
            case Query(number, key):
                yield Send(sender, Held(number, self.held(key)))
            case Store(number, key, version, home):
                self.keep(key, version, home)
                yield Send(sender, Kept(number))
            case Held(number, version) if number in self.open:
                yield from self._answered(self.open[number], sender, version)
            case Kept(number) if number in self.open:
                yield from self._stored(self.open[number], sender)

    def timeout(self, timer: str) -> Iterator[Effect]:
        yield from self.run_out(self.open[int(timer.removeprefix(OPERATION))])

    def run_out(self, operation: Operation) -> Iterator[Effect]:
        """Too few have answered in time: nobody can say what became of it."""
        self.open = frozendict({number: one for number, one in self.open.items() if number != operation.number})
        yield Reply(operation.request, NO_QUORUM, ok=False)

    def query(self, operation: Operation, agents: Sequence[str]) -> Iterator[Effect]:
        """Ask these agents, and itself if it is among them, what they hold."""
        number, key = operation.number, operation.request.key
        yield from (Send(agent, Query(number, key)) for agent in agents if agent != self.id)
        if self.id in agents:
            yield from self._answered(operation, self.id, self.held(key))

    def store(self, operation: Operation, version: Version) -> Iterator[Effect]:
        """Store this version at the homes of the key."""
        operation = self._note(replace(operation, version=version, wider=False))
        yield SetTimer(f"{OPERATION} {operation.number}", self.patience)
        yield from self.place(operation, [(home, "") for home in self.homes(operation.request.key)])

    def place(self, operation: Operation, places: Sequence[tuple[str, str]]) -> Iterator[Effect]:
        """Let these agents store the version, each for itself or in place of a home."""
        number, key, version = operation.number, operation.request.key, operation.version or NOTHING
        mine = [home for agent, home in places if agent == self.id]
        yield from (Send(agent, Store(number, key, version, home)) for agent, home in places if agent != self.id)
        for home in mine:
            self.keep(key, version, home)
            yield from self._stored(operation, self.id)

    def held(self, key: str) -> Version:
        """The newest version that it could give back."""
        return self.table.get(key, NOTHING)

    def keep(self, key: str, version: Version, home: str) -> None:
        """Store a version, unless a newer one is there."""
        if self.is_newer(version, key):
            self.table = self.table | {key: version}

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _answered(self, operation: Operation, sender: str, version: Version) -> Iterator[Effect]:
        if operation.version is not None:
            return  # a late answer
        operation = self._note(replace(operation, answers=operation.answers | {sender: version}))
        if not self.has_read(operation):
            return
        if isinstance(operation.request, Write):
            self.stamp = self.next_stamp(operation.newest)
            yield from self.store(operation, Version(operation.request.value, self.stamp, self.id))
        elif self.writes_back(operation):
            yield from self.store(operation, operation.newest)
        else:
            yield from self._close(operation, operation.newest)

    def _stored(self, operation: Operation, sender: str) -> Iterator[Effect]:
        operation = self._note(replace(operation, kept=operation.kept | {sender}))
        if operation.version is not None and self.has_written(operation):
            yield from self._close(operation, operation.version)

    def _note(self, operation: Operation) -> Operation:
        self.open = self.open | {operation.number: operation}
        return operation

    def _close(self, operation: Operation, result: Version) -> Iterator[Effect]:
        self.open = frozendict({number: one for number, one in self.open.items() if number != operation.number})
        yield CancelTimer(f"{OPERATION} {operation.number}")
        yield Reply(operation.request, result)

    # ---- what to show ------------------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Hashable]:
        """The newest write of each key that it stores."""
        return frozenset(Write(key, version.value) for key, version in self.table.items())

    @property
    def note(self) -> str:
        return ", ".join(f"{key}: {brief(one.value, 12)}, version {one.stamp}" for key, one in self.table.items())[:60]


@dataclass
class RepairingStore(QuorumStore):
    """A read first stores what it found at W replicas: then no later read can return an older version.

    The second phase of a read of Attiya, Bar-Noy & Dolev, "Sharing memory robustly in message-passing systems" (1995).
    """

    def writes_back(self, operation: Operation) -> bool:
        """What W of the answers agree on need not be stored again."""
        return sum(version == operation.newest for version in operation.answers.values()) < self.writes


def write_each_time(agent: str, number: int) -> Write:
    """What the clients of a running lab ask for: each write has a key of its own, so all of them can be found again."""
    return Write(f"{agent}{number}", number)


QuorumStore.expected = QUORUM_STORE_PROPERTIES
RepairingStore.expected = (*QUORUM_STORE_PROPERTIES, NEVER_BACK)
PROTOCOL = Protocol(
    "quorum store", QuorumStore,
    "A write waits for W replicas of its key and a read for R; if R + W > N, they have one in common.",
    settings=("replicas", "reads", "writes", "patience"), requests=(Write, Read), example="write milk 3",
    client=write_each_time, others=(RepairingStore,), place=90,
)
