"""What an exhaustive search can skip without missing a violation or a shorter run to it.

Three arguments, each about messages that need not arrive:
1. A drop or a cut only keeps messages from arriving, which any run may do anyway by ending before they arrive. So drops
   and cuts are not tried.
2. A message that its target will always ignore is as good as lost (`labkit.search.relevance`). So it is removed.
3. If two states differ only in that one has more messages in flight, timers set or faults left, it can do everything
   that the other can. So the other is not visited, unless it is nearer to the beginning.

The analysis for the second may take longer than the search, so both run side by side. Until it is complete, every
message counts.
"""

from collections.abc import Iterator
from typing import NamedTuple

from labkit.search.encoding import COPIES, NO_TIMERS, Flight, Timers
from labkit.search.relevance import Relevance
from labkit.search.space import CRASHES, DUPLICATES, TIMEOUTS, Configuration, Move, Space

# Tries that relevance may make at the start, more per move, and more still in a large search, where it pays.
# A try costs about as much as a move.
AT_ONCE, A_MOVE = 10_000, 1
LARGE, THEN = 20_000, 4

Core = tuple[tuple[int, ...], int, int, int, int]


class Hand(NamedTuple):
    """What a configuration holds besides its core: the more of it, the more can happen."""

    flight: Flight
    timers: Timers
    timeouts: int
    duplicates: int
    crashes: int

    def covers(self, other: "Hand") -> bool:
        """Whether everything that the other holds is here, too."""
        return (
            self.flight >= other.flight
            and self.timers >= other.timers
            and self.timeouts >= other.timeouts
            and self.duplicates >= other.duplicates
            and self.crashes >= other.crashes
        )


class Reduction:
    """The moves of a space that have to be tried; ask for the nearest configurations first."""

    def __init__(self, space: Space) -> None:
        self._space, self._target = space, space.encoding.target
        self._relevance = Relevance(space)
        self._moves, self._allowed, self._masking = 0, AT_ONCE, False
        self._most: dict[Core, list[Hand]] = {}  # the hands of the states visited, by core
        self._lean(space.first)

    @property
    def gave_up(self) -> bool:
        """Whether the relevance analysis exceeded its budget."""
        return self._relevance.gave_up

    @property
    def size(self) -> int:
        """How many hands and local states are kept."""
        return len(self._most) + self._relevance.size

    def moves(self, here: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """The moves that may lead to something new."""
        if not self._masking and not self.gave_up:
            self._masking = self._relevance.follow(self._allowed)
            if self._masking:
                self._mask_all()
        for move, there in self._space.moves(here):
            self._moves += 1
            self._allowed += A_MOVE if self._moves < LARGE else THEN
            if (lean := self._lean(there)) is not None:
                yield move, lean

    def _lean(self, there: Configuration) -> Configuration | None:
        """The configuration without what cannot matter; None if a visited one can do at least as much."""
        agents, down, timers, said, cut, asked, budget, flight = there
        if self._masking:
            flight = self._mattering(flight, agents)
        if not budget[TIMEOUTS]:
            timers = NO_TIMERS
        hand = Hand(flight, timers, budget[TIMEOUTS], budget[DUPLICATES], budget[CRASHES])
        if not self._keep((agents, down, said, cut, asked), hand):
            return None
        return Configuration(agents, down, timers, said, cut, asked, budget, flight)

    def _keep(self, core: Core, hand: Hand) -> bool:
        """Remember the hand unless a known one holds as much, and forget those that hold less."""
        known = self._most.get(core)
        if known is None:
            self._most[core] = [hand]
            return True
        if any(other.covers(hand) for other in known):
            return False
        known[:] = [other for other in known if not hand.covers(other)]
        known.append(hand)
        return True

    def _mattering(self, flight: Flight, agents: tuple[int, ...]) -> Flight:
        """The messages of a flight that can matter to their targets."""
        matters, target = self._relevance.matters, self._target
        left = [one for one in flight if (content := one // COPIES) in matters(agents[target[content]])]
        return flight if len(left) == len(flight) else frozenset(left)

    def _mask_all(self) -> None:
        """Remove the messages that do not matter from the states visited so far."""
        before, self._most = self._most, {}
        for core, hands in before.items():
            for hand in hands:
                self._keep(core, hand._replace(flight=self._mattering(hand.flight, core[0])))
