"""Failure detectors that listen: everyone says "alive" now and then, and silence makes suspicious.

Two ways to judge a silence. `FixedTimeout`: longer than so many units is too long. `PhiAccrual` of Hayashibara, Défago,
Yared & Katayama, "The φ accrual failure detector" (2004), §4: too long is what would be very rare, given how this
peer's messages have come so far. Promise: who is down for good is suspected by all who are up, and stays suspected.
Not promised, because nobody can: that whoever is suspected is down. Left out: agents that come and go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import erfc, inf, log10, sqrt
from typing import Any

from labkit.agents import Agent, Effect, Send, SetTimer, Suspects
from labkit.protocols.protocol import Protocol
from labkit.values import frozendict

BEAT, TICK, SILENCE = "beat", "tick", "silence of "
NOTHING: frozendict[str, Any] = frozendict()


@dataclass(frozen=True)
class Alive:
    """A heartbeat: nothing more than a sign of life."""


@dataclass
class Heartbeats(Agent, Suspects):
    """Sends a heartbeat to each peer once a `period`; its subclasses judge how long a silence may last."""

    period: int = 50
    suspects: frozenset[str] = frozenset()

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
        gaps = (self.period // self.tick, *self.gaps.get(peer, ()))  # the first is what all have agreed on
        mean = sum(gaps) / len(gaps)
        spread = max(sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)), mean / 4)
        later = erfc((self.ticks - self.last[peer] - mean) / spread / sqrt(2)) / 2
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
