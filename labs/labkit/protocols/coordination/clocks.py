"""Agents that carry clocks: one on the wall, which may be off, and two that only count what could be known.

Lamport 1978 (rules IR1 and IR2), Fidge 1988, Mattern 1989. Each event of an agent ticks its two logical clocks, and
each message carries them. Beside them is a register that all agents copy, read in two ways: the last write wins, by the
time on the wall or by Lamport's clock. Promise: by Lamport's clock, a write that has seen another is never lost to it.
By wall clocks that are off, it is. Left out: saving both of two writes made apart (see `Replica`), physical clocks that
messages set (Lamport's last section), hybrid clocks.

An agent knows no time, so its client says what time it is, and the agent's wall clock is off by `skew`.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, ClassVar

from labkit.agents import Agent, Effect, Invariant, Reply, Send, Sometimes, World
from labkit.protocols.protocol import Protocol
from labkit.values import BEFORE, CONCURRENT, LamportClock, VectorClock, brief, by_name, canonical

NOTED, SENT, STORED = "noted", "sent", "stored"


@dataclass(frozen=True)
class Note:
    """A client's wish: let something happen at this agent alone."""

    text: Hashable

    def __str__(self) -> str:
        return f"note {brief(self.text)}"


@dataclass(frozen=True)
class Tell:
    """A client's wish: send this to a peer."""

    to: str
    text: Hashable

    def __str__(self) -> str:
        return f"tell {self.to} {brief(self.text)}"


@dataclass(frozen=True)
class Set:
    """A client's wish: write this into the register. at: the right time, by the client's clock."""

    value: Hashable
    at: int

    def __post_init__(self) -> None:
        if self.at.__class__ is not int:
            raise ValueError(f"set takes a value and a time, as set red 100, not {brief(self.at)}")

    def __str__(self) -> str:
        return f"set {brief(self.value)}, at time {self.at}"


@dataclass(frozen=True)
class Told:
    """What an agent tells another, with its clocks."""

    text: Hashable
    lamport: LamportClock
    vector: VectorClock

    def __str__(self) -> str:
        return f"word: {brief(self.text)}, clock {self.lamport}, seen {self.vector}"


@dataclass(frozen=True)
class Written:
    """A write with its three stamps: the time on the writer's wall, and its two clocks."""

    value: Hashable
    writer: str
    wall: int
    lamport: LamportClock
    vector: VectorClock

    def __str__(self) -> str:
        return f"write: {brief(self.value)}, wall {self.wall}, clock {self.lamport}, seen {self.vector}"


@dataclass
class Stamped(Agent):
    """Counts its events, and keeps all writes that it has heard of; its register is read off them in two ways."""

    skew: int = 0  # how far this agent's wall clock is ahead; less than 0: behind
    lamport: LamportClock = field(default_factory=LamportClock)
    vector: VectorClock = field(default_factory=VectorClock)
    writes: tuple[Written, ...] = ()
    durable: ClassVar[tuple[str, ...]] = ("lamport", "vector", "writes")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("lamport", "Lamport clock"), ("vector", "Vector clock"), ("by_wall", "Register by the wall"),
        ("by_lamport", "Register by Lamport"),
    )

    # The rules. Forget one, and the clocks no longer tell what came before what.

    def tick(self) -> None:
        """Each event is one later than the last."""
        self.lamport, self.vector = self.lamport.ticked(), self.vector.ticked(self.id)

    def learn(self, lamport: LamportClock, vector: VectorClock) -> None:
        """An arrival is later than the sending, too."""
        self.lamport, self.vector = self.lamport.after(lamport), self.vector.merged(vector).ticked(self.id)

    def wall_stamp(self, write: Written) -> Any:
        """The order of writes by the clocks on the walls; of two at the same time the later name wins."""
        return write.wall, by_name(write.writer)

    def lamport_stamp(self, write: Written) -> Any:
        """The order of writes by Lamport's clock; of two with the same count the later name wins."""
        return write.lamport, by_name(write.writer)

    # What happens.

    def request(self, value: Any) -> Iterator[Effect]:
        if not isinstance(value, Note | Tell | Set):
            yield Reply(value, "refused: ask with Note('lunch'), Tell('b', 'hello') or Set('red', 100)", ok=False)
            return
        self.tick()
        match value:
            case Note():
                yield Reply(value, NOTED)
            case Tell(to, text) if to in self.peers:
                yield Send(to, Told(text, self.lamport, self.vector))
                yield Reply(value, SENT)
            case Tell(to):
                yield Reply(value, f"refused: {self.id} has no peer {brief(to)}", ok=False)
            case Set(written, at):
                write = Written(written, self.id, at + self.skew, self.lamport, self.vector)
                self.writes = (*self.writes, write)
                yield from (Send(peer, write) for peer in self.peers)
                yield Reply(value, STORED)

    def receive(self, sender: str, message: Told | Written) -> None:
        self.learn(message.lamport, message.vector)
        if isinstance(message, Written) and message not in self.writes:
            self.writes = (*self.writes, message)

    @property
    def by_wall(self) -> Written | None:
        """The write with the latest time on a wall."""
        return max(self.writes, key=self.wall_stamp, default=None)

    @property
    def by_lamport(self) -> Written | None:
        """The write with the latest Lamport clock."""
        return max(self.writes, key=self.lamport_stamp, default=None)

    @property
    def note(self) -> str:
        return f"clock {self.lamport}, seen {self.vector}"


def _cast(world: World) -> list[Stamped]:
    return [agent for agent in world.agents.values() if isinstance(agent, Stamped)]


def had_seen(world: World, later: Written, earlier: Written) -> bool:
    """Whether the writer of the one had heard of the other: no clock is asked, but the order in its own list."""
    own = [write for agent in _cast(world) if agent.id == later.writer for write in agent.writes]
    return earlier in own and own.index(earlier) < own.index(later)


def _lost(world: World, agent: Stamped, kept: Written | None) -> str | None:
    """The write that has seen the one that is kept, in a sentence; None where there is none."""
    for write in agent.writes if kept is not None else ():
        if kept is not None and had_seen(world, write, kept):
            seen = f"{write.writer} had seen it when it wrote {canonical(write.value)}"
            return f"{agent.id} keeps {canonical(kept.value)}, but {seen}"
    return None


def _lost_by_wall(world: World) -> str | None:
    return next((why for agent in _cast(world) if (why := _lost(world, agent, agent.by_wall))), None)


def _lost_by_lamport(world: World) -> str | None:
    return next((why for agent in _cast(world) if (why := _lost(world, agent, agent.by_lamport))), None)


def _pairs(world: World) -> Iterator[tuple[Written, Written]]:
    """Any two writes."""
    return combinations(dict.fromkeys(write for agent in _cast(world) for write in agent.writes), 2)


def _backwards(world: World) -> str | None:
    for one, other in (pair for two in _pairs(world) for pair in (two, two[::-1])):
        later = one.lamport < other.lamport and one.vector.compare(other.vector) == BEFORE
        if had_seen(world, other, one) and not later:
            what = f"{other.writer} had seen {canonical(one.value)} when it wrote {canonical(other.value)}"
            return f"{what}, but the clocks {other.lamport} and {other.vector} are no later"
    return None


KEPT_BY_WALL = Invariant(
    "kept by the wall", "By the clocks on the walls a write that has seen another is never lost to it.", _lost_by_wall
)
KEPT_BY_LAMPORT = Invariant(
    "kept by Lamport", "By Lamport's clock a write that has seen another is never lost to it.", _lost_by_lamport
)
CLOCK_CONDITION = Invariant(
    "clock condition", "A write that has seen another has the later clocks, of either kind.", _backwards
)
ONE_SAW_THE_OTHER = Sometimes(
    "one saw the other", "In some run a write has seen another.",
    lambda world: any(had_seen(world, *two) or had_seen(world, *two[::-1]) for two in _pairs(world)),
)
MADE_APART = Sometimes(
    "made apart", "In some run two writes have not seen each other.",
    lambda world: any(one.vector.compare(other.vector) == CONCURRENT for one, other in _pairs(world)),
)
CLOCK_PROPERTIES = (KEPT_BY_WALL, KEPT_BY_LAMPORT, CLOCK_CONDITION, ONE_SAW_THE_OTHER)


def set_each_time(agent: str, number: int) -> Set:
    """What the clients of a running lab ask for, with a time that rises from round to round."""
    return Set(f"{agent}{number}", 100 * number)


Stamped.expected = CLOCK_PROPERTIES
PROTOCOL = Protocol(
    "clocks", Stamped,
    "Every event ticks a Lamport clock and a vector clock; a register shows what a wall clock that is off loses.",
    settings=("skew",), requests=(Note, Tell, Set), example="tell b hello", client=set_each_time, place=140,
)
