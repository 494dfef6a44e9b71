"""Sloppy quorums: where homes do not answer, stand-ins take their place, and hand over what they got once they can.

Dynamo (DeCandia et al. 2007), §4.6, hinted handoff. Promise: a write is acknowledged as long as W agents of all can be
reached, and reaches its homes once they answer again. The price: R + W > N is no longer a promise. The W that stored a
write and the R that a read asks need not have a home in common, so a read may be stale. Left out: a detector that says
beforehand which homes are down (here silence does), and comparing whole tables, for a stand-in may be lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from labkit.agents import Effect, Send, SetTimer
from labkit.protocols.protocol import Protocol
from labkit.protocols.replication.quorum_store import OPERATION, QuorumStore, ring_of, write_each_time
from labkit.protocols.replication.replicas import Write
from labkit.protocols.replication.store_messages import EMPTY, NOTHING, Operation, Read, Version
from labkit.protocols.replication.store_properties import SLOPPY_STORE_PROPERTIES
from labkit.values import brief, frozendict

HAND_OVER = "hand over"


@dataclass(frozen=True)
class HandOver:
    """You were silent when this was written: here it is."""

    key: str
    version: Version

    def __str__(self) -> str:
        return f"hand over: {self.key} is {self.version}"


@dataclass(frozen=True)
class TakenOver:
    """I have it, so forget it."""

    key: str
    version: Version

    def __str__(self) -> str:
        return f"taken over: {self.key} is {self.version}"


@dataclass
class SloppyStore(QuorumStore):
    """Turns to stand-ins when patience has run out, once; every: how often it tries to hand over what it holds."""

    every: tuple[int, int] = (80, 120)
    hints: frozendict[tuple[str, str], Version] = EMPTY  # by home and key
    durable: ClassVar[tuple[str, ...]] = ("table", "stamp", "asked", "hints")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("table", "Stored: key, version"), ("hints", "Held for others: home, key"), ("open", "In progress"),
    )

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def stand_ins(self, key: str) -> tuple[str, ...]:
        """The agents that follow the homes on the ring."""
        return ring_of(frozenset(self.everyone)).owners(key, len(self.everyone))[self.replicas :]

    def forgets(self, home: str, taken: TakenOver) -> bool:
        """What it holds for another it keeps until the home has that very version."""
        return self.hints.get((home, taken.key)) == taken.version

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Iterator[Effect]:
        if self.hints:
            yield SetTimer(HAND_OVER, self.every)

    def timeout(self, timer: str) -> Iterator[Effect]:
        if timer != HAND_OVER:
            yield from super().timeout(timer)
        elif self.hints:
            yield from (Send(home, HandOver(key, version)) for (home, key), version in self.hints.items())
            yield SetTimer(HAND_OVER, self.every)

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        match message:
            case HandOver(key, version):
                self.keep(key, version, "")
                yield Send(sender, TakenOver(key, version))
            case TakenOver(key) if self.forgets(sender, message):
                self.hints = frozendict({hint: one for hint, one in self.hints.items() if hint != (sender, key)})
            case _:
                had = bool(self.hints)
                yield from super().receive(sender, message)
                yield from self._hand_over_later(had)

    def run_out(self, operation: Operation) -> Iterator[Effect]:
        """Ask the stand-ins in place of the homes that are silent; give up when they are silent, too."""
        if operation.wider:
            yield from super().run_out(operation)
            return
        had, key = bool(self.hints), operation.request.key
        operation = self._note(replace(operation, wider=True))
        yield SetTimer(f"{OPERATION} {operation.number}", self.patience)
        if operation.version is None:
            yield from self.query(operation, self.stand_ins(key))
        else:
            silent = [home for home in self.homes(key) if home not in operation.kept]
            yield from self.place(operation, [*zip(self.stand_ins(key), silent, strict=False)])
        yield from self._hand_over_later(had)

    def held(self, key: str) -> Version:
        of_others = [version for (_, name), version in self.hints.items() if name == key]
        return max((self.table.get(key, NOTHING), *of_others), key=lambda version: version.order)

    def keep(self, key: str, version: Version, home: str) -> None:
        if not home:
            super().keep(key, version, home)
        elif version.order > self.hints.get((home, key), NOTHING).order:
            self.hints = self.hints | {(home, key): version}

    def _hand_over_later(self, had: bool) -> Iterator[Effect]:
        if self.hints and not had:
            yield SetTimer(HAND_OVER, self.every)

    # ---- what to show ------------------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Any]:
        return super().holds | {Write(key, version.value) for (_, key), version in self.hints.items()}

    @property
    def note(self) -> str:
        hints = [f"for {home}: {brief(version.value, 12)}" for (home, _), version in self.hints.items()]
        return ", ".join(filter(None, (super().note, *hints)))[:60]


SloppyStore.expected = SLOPPY_STORE_PROPERTIES
PROTOCOL = Protocol(
    "sloppy quorum", SloppyStore,
    "A quorum store that counts stand-ins where homes are silent: always writable, and a read may be stale.",
    settings=("replicas", "reads", "writes", "patience", "every"), requests=(Write, Read), example="write milk 3",
    client=write_each_time, place=95,
)
