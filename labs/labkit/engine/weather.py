"""Delays, losses and copies from a seed, each drawn for itself: it depends on what it belongs to, and on nothing else.

The delay of a message depends on the seed, its sender, its receiver, its kind and how many of that kind went that way
before; a timer's on the seed, its agent, its name and how often it was set. So two runs that differ in one thing differ
by that thing only: "common random numbers" in the theory of simulation. The numbers come from SplitMix64 (Steele, Lea &
Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), which takes any counter as its state.
"""

from collections.abc import Mapping
from hashlib import blake2b

import networkx as nx

from labkit.agents import is_range
from labkit.engine.events import Deliver, kind_of_message
from labkit.engine.system import Started
from labkit.network import Cut, Network, Way

Range = tuple[int, int]
LATENCY = (5, 15)
ALL = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
# They make other numbers of the number of a delay.
LOSS, COPY, SERVICE = 0x5851F42D4C957F2D, 0x14057B7EF767814F, 0x2545F4914F6CDD1D


class Weather:
    """What a network does to messages, for one seed; see `Simulator` for the settings.

    `loss` and `duplication` may be changed, for what is sent from then on.
    """

    def __init__(
        self,
        topology: "nx.Graph[str]",
        seed: int,
        latency: Range | Mapping[Way, Range],
        loss: float,
        duplication: float,
    ) -> None:
        if seed.__class__ is not int:
            raise ValueError(f"seed is a whole number, so that the story can be told again, not {seed!r}")
        for chance in (loss, duplication):
            if not isinstance(chance, int | float) or not 0 <= chance <= 1:
                raise ValueError(f"loss and duplication are chances between 0 and 1, not {chance!r}")
        self._latency, self._slow = (LATENCY, dict(latency)) if isinstance(latency, Mapping) else (latency, {})
        for bounds in (self._latency, *self._slow.values()):
            if not is_range(bounds):
                raise ValueError(f"latency is a range (low, high) of whole numbers, 0 < low <= high, not {bounds!r}")
        Network(topology).after(*(Cut(*way) for way in self._slow))  # raises ValueError for a link that is not there
        self.seed, self.loss, self.duplication = seed, loss, duplication
        self._streams: dict[tuple[str, ...], int] = {}

    def timer(self, started: Started) -> int:
        """How long until the timer runs out."""
        return _between(started.after, self._draw(started.timer, started.nth))

    def travel(self, packet: Deliver, at: str, to: str) -> tuple[int, bool]:
        """How long the message takes for the link from `at` to `to`, and whether it is lost there by chance."""
        _, source, target, message, nth = packet
        drawn = self._draw((source, target, kind_of_message(message), at, to), nth)
        low, high = self._slow.get((at, to), self._latency) if self._slow else self._latency
        delay = low + (drawn * (high - low + 1) >> 64)
        return delay, bool(self.loss) and _mixed(drawn ^ LOSS) < self.loss * 2**64

    def service(self, packet: Deliver, bounds: Range) -> int:
        """How long its receiver is busy with the message."""
        drawn = self._draw((packet.source, packet.target, kind_of_message(packet.message)), packet.nth)
        return _between(bounds, _mixed(drawn ^ SERVICE))

    def copies(self, packet: Deliver) -> bool:
        """Whether the network makes a copy of the message; of a copy it makes none."""
        if not self.duplication or packet.nth < 0:
            return False
        drawn = self._draw((packet.source, packet.target, kind_of_message(packet.message)), packet.nth)
        return _mixed(drawn ^ COPY) < self.duplication * 2**64

    def _draw(self, stream: tuple[str, ...], count: int) -> int:
        """The count-th number of this stream: 64 random bits."""
        begin = self._streams.get(stream)
        if begin is None:
            digest = blake2b(repr((self.seed, *stream)).encode(), digest_size=8).digest()
            begin = self._streams[stream] = int.from_bytes(digest, "big")
        return _mixed(begin + count * GOLDEN)


def _mixed(state: int) -> int:
    """The 64 bits that SplitMix64 makes of this state."""
    bits = state & ALL
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 & ALL
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB & ALL
    return bits ^ bits >> 31


def _between(bounds: Range, drawn: int) -> int:
    low, high = bounds
    return low + (drawn * (high - low + 1) >> 64)
