"""Replicas that always answer: each takes writes alone, and they compare their tables whenever they can.

The other choice beside consensus. After Dynamo (DeCandia et al., SOSP 2007, §4.4 and 4.7): version vectors tell which
write has seen which, and fingerprints (`merkle`) find where two tables differ without sending all of them.
Promise: a write is acknowledged at once, on whatever side of a partition; once messages get through again, all
replicas come to hold the same. Left out: quorums of readers and writers, hinted handoff, deletion.
"""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from labkit.agents import Agent, Decides, Effect, Holds, Reply, Send, SetTimer
from labkit.protocols.protocol import Protocol
from labkit.protocols.replication.crdt import LastWriterWins, Siblings
from labkit.protocols.replication.merkle import Merkle
from labkit.values import brief, by_name, frozendict

COMPARE = "compare"
STORED = "stored"


@dataclass(frozen=True)
class Write:
    """A client puts a value under a key."""

    key: str
    value: Hashable

    def __str__(self) -> str:
        return f"write {self.key} {brief(self.value)}"


@dataclass(frozen=True)
class Marks:
    """The fingerprints of some parts of the sender's table, by path."""

    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        many = f"fingerprints, of {len(self.parts)} parts of the table"
        return "fingerprint, of the whole table" if [path for path, _ in self.parts] == [""] else many


@dataclass(frozen=True)
class Entries:
    """All that the sender holds below these paths; `back` asks for the receiver's in return."""

    paths: tuple[str, ...]
    entries: frozendict[str, Any]
    back: bool

    def __str__(self) -> str:
        keys = ", ".join(self.entries) or "none"
        return f"entries: {keys}{', asks for those of the receiver' if self.back else ''}"


@dataclass
class Replica(Agent, Holds, Decides):
    """Takes every write at once, and compares its table with one peer after the other; conflicts stay side by side."""

    every: tuple[int, int] = (40, 60)
    table: Merkle = field(default_factory=Merkle)
    turn: int = 0
    durable: ClassVar[tuple[str, ...]] = ("table", "turn")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("table", "Table"),)

    # ---- the rule ----------------------------------------------------------------------------------------------------

    def blank(self) -> Any:
        """What a key holds before its first write; its type says what becomes of writes that have not seen each other.

        Here both stay, until somebody who has seen them writes.
        """
        return Siblings()

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Iterator[Effect]:
        if self.peers:
            yield SetTimer(COMPARE, self.every)

    def request(self, value: Any) -> Iterator[Effect]:
        if not isinstance(value, Write):
            raise ValueError(f"a replica is not asked for {brief(value)}: ask with Write('milk', 3)")
        held: Any = self.table.get(value.key) or self.blank()
        self.table = self.table.put(value.key, held.write(self.id, value.value))
        yield Reply(value, STORED)

    def timeout(self, timer: str) -> Iterator[Effect]:
        ring = sorted(self.everyone, key=by_name)
        self.turn = self.turn % len(self.peers) + 1
        yield Send(ring[(ring.index(self.id) + self.turn) % len(ring)], Marks((("", self.table.mark),)))
        yield SetTimer(COMPARE, self.every)

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        match message:
            case Marks(parts):
                yield from self.compare(sender, parts)
            case Entries(paths, entries, back):
                if back:
                    yield Send(sender, Entries(paths, self.below(paths), back=False))
                self.merge(entries)

    def compare(self, sender: str, parts: tuple[tuple[str, str], ...]) -> Iterator[Effect]:
        """Where a fingerprint differs go one level down, or, where there is none, send what is there."""
        deeper: list[tuple[str, str]] = []
        leaves: list[str] = []
        for path, mark in parts:
            here = self.table.at(path)
            if here is None or not here.parts:
                if here is None or here.mark != mark:
                    leaves.append(path)
            elif here.mark != mark:
                deeper += [(part.path, part.mark) for part in here.parts]
        if deeper:
            yield Send(sender, Marks(tuple(deeper)))
        if leaves:
            yield Send(sender, Entries(tuple(leaves), self.below(tuple(leaves)), back=True))

    def below(self, paths: tuple[str, ...]) -> frozendict[str, Any]:
        """What this replica holds below these paths."""
        return frozendict({key: held for path in paths for key, held in self.table.below(path).items()})

    def merge(self, entries: frozendict[str, Any]) -> None:
        """Take in what a peer holds."""
        for key in sorted(entries):
            mine: Any = self.table.get(key)
            merged = entries[key] if mine is None else mine.merge(entries[key])
            if merged != mine:
                self.table = self.table.put(key, merged)

    def decides_with(self, together: Collection[str]) -> bool:
        """It answers its clients whoever it reaches."""
        return True

    # ---- what to show ------------------------------------------------------------------------------------------------

    def values(self, key: str) -> frozenset[Hashable]:
        """What stands under a key: nothing, one value, or several in conflict."""
        held: Any = self.table.get(key)
        if held is None:
            return frozenset()
        return held.value if isinstance(held, Siblings) else frozenset({held.value})

    @property
    def holds(self) -> frozenset[Hashable]:
        """All writes that it can give back."""
        return frozenset(Write(key, value) for key, _ in self.table.items() for value in self.values(key))

    @property
    def conflicts(self) -> frozenset[Hashable]:
        """The writes that stand side by side."""
        return frozenset(write for write in self.holds if isinstance(write, Write) and len(self.values(write.key)) > 1)


@dataclass
class LastWriterReplica(Replica):
    """Keeps of two writes that have not seen each other the one with the higher stamp: the other is lost."""

    def blank(self) -> Any:
        return LastWriterWins()

def write_each_time(agent: str, number: int) -> Write:
    """What the clients of a running lab ask for: all write under the same key, so writes made apart are in conflict."""
    return Write(f"k{number}", f"{agent}{number}")


REPLICAS = Protocol(
    "replicas", Replica,
    "Every replica takes each write at once; writes that have not seen each other stay side by side.",
    settings=("every",), requests=(Write,), example="write milk 3", client=write_each_time, place=70,
)
LAST_WRITER_WINS = Protocol(
    "last writer wins", LastWriterReplica,
    "Every replica takes each write at once; of two that have not seen each other one is forgotten.",
    settings=("every",), requests=(Write,), example="write milk 3", client=write_each_time, place=80,
)
