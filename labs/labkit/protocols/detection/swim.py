"""A failure detector that asks: each period one peer is probed, and friends ask for whom one cannot reach oneself.

Das, Gupta & Motivala, "SWIM: scalable weakly-consistent infection-style process group membership" (2002), §3: the
failure detector, with the round of §4.3, so that each peer is asked once a round, that is, once in as many periods as
there are peers. Promise: who is down for good is suspected by all who are up one round and one period later at the
latest, for each may just have asked, and a probe is given up when its period ends; the messages of an agent do not grow
with the group. Left out: news that ride on the probes, incarnations, joining (§4.1, 4.2); so each agent finds out for
itself. The round is by name and not shuffled, because an agent draws no random numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import Agent, Effect, Send, SetTimer, Suspects
from labkit.protocols.protocol import Protocol
from labkit.values import by_name

PERIOD, PING = "period", "ping"


@dataclass(frozen=True)
class Ping:
    """Are you there? asker: who wants to know; the number tells one probe from the next."""

    asker: str
    number: int

    def __str__(self) -> str:
        return f"ping, probe {self.number} of {self.asker}"


@dataclass(frozen=True)
class Ack:
    """I am, or `about` is."""

    asker: str
    number: int
    about: str

    def __str__(self) -> str:
        return f"ack, {self.about} is there, probe {self.number} of {self.asker}"


@dataclass(frozen=True)
class PingFor:
    """Ask `about` for me."""

    about: str
    number: int

    def __str__(self) -> str:
        return f"ping request, ask {self.about} for me, probe {self.number}"


@dataclass
class Swim(Agent, Suspects):
    """Probes one peer a period; without an answer within `ping_timeout` it lets `helpers` others ask, too."""

    period: int = 200
    ping_timeout: int = 60
    helpers: int = 3
    number: int = 0
    asked: str = ""  # who is being probed
    answered: bool = True
    suspects: frozenset[str] = frozenset()
    durable: ClassVar[tuple[str, ...]] = ("number",)  # else an answer from before a crash would count for a new probe
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("asked", "Probes"), ("answered", "Has its answer"), ("suspects", "Suspects"),
    )

    def __post_init__(self) -> None:
        if not 0 < self.ping_timeout < self.period:
            raise ValueError(
                f"ping_timeout={self.ping_timeout} with period={self.period} leaves the probed one or the friends no "
                "time to answer: take 0 < ping_timeout < period"
            )
        if self.helpers < 0:
            raise ValueError(f"helpers={self.helpers}: take 0 or more friends to ask")

    def start(self) -> Iterator[Effect]:
        if self.peers:
            yield SetTimer(PERIOD, (1, self.period))  # not all at the same moment

    def timeout(self, timer: str) -> Iterator[Effect]:
        if timer == PERIOD:
            if not self.answered:
                self.suspects |= {self.asked}
            self.number, self.answered = self.number + 1, False
            self.asked = self._ring()[self.number % len(self.peers)]
            yield Send(self.asked, Ping(self.id, self.number))
            yield SetTimer(PING, (self.ping_timeout, self.ping_timeout))
            yield SetTimer(PERIOD, (self.period, self.period))
        elif not self.answered:
            for friend in self.friends():
                yield Send(friend, PingFor(self.asked, self.number))

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        self.suspects -= {sender}
        match message:
            case Ping(asker, number):
                yield Send(sender, Ack(asker, number, self.id))
            case PingFor(about, number) if about != self.id:
                yield Send(about, Ping(sender, number))
            case Ack(asker, number, about) if asker == self.id:
                self.suspects -= {about}
                self.answered = self.answered or (about, number) == (self.asked, self.number)
            case Ack(asker, _, _):
                yield Send(asker, message)

    def friends(self) -> tuple[str, ...]:
        """Who asks in my place: those after the probed one in the round, others each time."""
        ring = [peer for peer in self._ring() if peer != self.asked]
        first = self.number % len(ring) if ring else 0
        return tuple((ring[first:] + ring[:first])[: self.helpers])

    def _ring(self) -> list[str]:
        """The peers by name, beginning after one's own, so that not all probe the same."""
        ring = sorted(self.everyone, key=by_name)
        place = ring.index(self.id)
        return ring[place + 1 :] + ring[:place]


PROTOCOL = Protocol(
    "swim", Swim, "Each agent probes one other per period, and asks friends to try before it suspects.",
    settings=("period", "ping_timeout", "helpers"), place=110,
)
