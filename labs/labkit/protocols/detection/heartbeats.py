"""Failure detectors that listen: everyone says "alive" now and then, and silence makes suspicious.

Two ways to judge a silence. `FixedTimeout`: longer than so many units is too long. `PhiAccrual` of Hayashibara, Défago,
Yared & Katayama, "The φ accrual failure detector" (2004), §4: too long is what would be very rare, given how this
peer's messages have come so far. Promise: who is down for good is suspected by all who are up, and stays suspected.
Not promised, because nobody can: that whoever is suspected is down. Left out: agents that come and go.

The paper leaves open how to begin, and what to do where all gaps are alike; what stands here is close to Akka's
`first-heartbeat-estimate` and `min-std-deviation`: see `PhiAccrual.samples` and `PhiAccrual.spread`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import erfc, inf, log10, sqrt
from typing import Any, ClassVar

from labkit.agents import Agent, Effect, Send, SetTimer, Suspects
from labkit.protocols.protocol import Protocol
from labkit.values import frozendict

BEAT, TICK, SILENCE = "beat", "tick", "silence of "
NOTHING: frozendict[str, Any] = frozendict()


@dataclass(frozen=True)
class Alive:
    """A heartbeat: nothing more than a sign of life."""

    def __str__(self) -> str:
        return "alive"


@dataclass
class Heartbeats(Agent, Suspects):
    """Sends a heartbeat to each peer once a `period`; its subclasses judge how long a silence may last."""

    columns: ClassVar[tuple[tuple[str, str], ...]] = (("suspects", "Suspects"),)

    period: int = 50
    suspects: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.period < 1:
            raise ValueError(f"period={self.period} leaves no time between two heartbeats: take 1 or more")

    def start(self) -> Iterator[Effect]:
        yield SetTimer(BEAT, (1, self.period))  # not all at the same moment
        for peer in self.peers:
            yield from self.hear(peer)

    def timeout(self, timer: str) -> Iterator[Effect]:
        yield SetTimer(BEAT, (self.period, self.period))
        for peer in self.peers:
            yield Send(peer, Alive())

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        self.suspects -= {sender}
        yield from self.hear(sender)

    def hear(self, peer: str) -> Iterator[Effect]:
        """A sign of life: from here on the silence of this peer is measured."""
        yield from ()


@dataclass
class FixedTimeout(Heartbeats):
    """Suspects a peer after so many units of `silence`."""

    silence: int = 200

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.silence <= self.period:
            raise ValueError(
                f"silence={self.silence} with period={self.period} suspects everyone before the next heartbeat can "
                f"come: take more than {self.period}"
            )

    def hear(self, peer: str) -> Iterator[Effect]:
        yield SetTimer(SILENCE + peer, (self.silence, self.silence))

    def timeout(self, timer: str) -> Iterator[Effect]:
        if timer == BEAT:
            yield from super().timeout(timer)
        else:
            self.suspects |= {timer.removeprefix(SILENCE)}


@dataclass
class PhiAccrual(Heartbeats):
    """Suspects a peer once φ has reached the threshold: the silence is one of those that come once in 10^φ times.

    An agent has no clock; it counts its own ticks, one every `tick` units. window: how many gaps between heartbeats it
    remembers of each peer.
    """

    threshold: float = 3.0
    window: int = 20
    tick: int = 5
    ticks: int = 0
    last: frozendict[str, int] = NOTHING  # the tick of the last sign of life
    gaps: frozendict[str, tuple[int, ...]] = NOTHING  # in ticks, the newest last

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.tick <= self.period:
            raise ValueError(
                f"tick={self.tick} with period={self.period} cannot measure the gaps: take 1 to {self.period}"
            )
        if self.window < 1:
            raise ValueError(f"window={self.window} remembers no gap: take 1 or more")
        if self.threshold <= 0:
            raise ValueError(f"threshold={self.threshold} suspects everyone at once: take more than 0, such as 3")

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def samples(self, peer: str) -> tuple[float, ...]:
        """The gaps by which to judge, in ticks: the period, on which all have agreed, and those that were remembered.

        So there is something to go by before the second heartbeat. The period stays among them; in Akka the first
        estimate leaves the window like any other.
        """
        return (self.period / self.tick, *self.gaps.get(peer, ()))

    def spread(self, samples: tuple[float, ...]) -> float:
        """The standard deviation, but never less than a quarter of the mean, nor than the tick that one counts by.

        Else gaps that were all alike would make the least delay infinitely suspicious.
        """
        mean = sum(samples) / len(samples)
        return max(sqrt(sum((gap - mean) ** 2 for gap in samples) / len(samples)), mean / 4, 1.0)

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Iterator[Effect]:
        yield SetTimer(TICK, (self.tick, self.tick))
        yield from super().start()

    def hear(self, peer: str) -> Iterator[Effect]:
        if peer in self.last:
            self.gaps = self.gaps | {peer: (*self.gaps.get(peer, ()), self.ticks - self.last[peer])[-self.window :]}
        self.last = self.last | {peer: self.ticks}
        yield from ()

    def timeout(self, timer: str) -> Iterator[Effect]:
        if timer == BEAT:
            yield from super().timeout(timer)
            return
        self.ticks += 1
        self.suspects |= {peer for peer in self.peers if self.phi(peer) >= self.threshold}
        yield SetTimer(TICK, (self.tick, self.tick))

    def phi(self, peer: str) -> float:
        """How suspicious the silence of this peer is: -log10 of the chance that a heartbeat comes even later."""
        samples = self.samples(peer)
        silence = self.ticks - self.last[peer] - sum(samples) / len(samples)
        later = erfc(silence / self.spread(samples) / sqrt(2)) / 2
        return -log10(later) if later > 0 else inf


FIXED_TIMEOUT = Protocol(
    "fixed timeout", FixedTimeout,
    "Every agent sends signs of life to all others, and suspects those that have been silent for too long.",
    settings=("period", "silence"), place=90,
)
PHI_ACCRUAL = Protocol(
    "phi accrual", PhiAccrual,
    "Every agent sends signs of life to all others, and suspects those whose silence is unusually long for them.",
    settings=("period", "threshold", "window", "tick"), place=100,
)
