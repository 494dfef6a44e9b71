"""What an exhaustive search need not visit, and why nothing is lost: no violation, and no shorter way to it.

Three arguments, each of them about messages that need not arrive:
1. Losing a message, or cutting a link, only keeps messages from arriving. That can happen in every run anyway: the run
   may end before they do. So drops and cuts are not tried.
2. A message that its target will ignore for ever is as good as lost (`labkit.relevance`). So it is taken out.
3. Of two states that differ only in that one has more messages in flight, timers set or faults to spare, that one can
   do all that the other can. So the other is not visited, if it is not nearer to the beginning.
"""

from collections.abc import Iterator

from labkit.configurations import CRASHES, DUPLICATES, TIMEOUTS, Configuration, Move, Space
from labkit.relevance import Relevance


class Reduction:
    """The moves of a space that need to be tried; asked for each configuration in the order of their distance."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._relevance = Relevance(space)
        self._most: dict[tuple[object, ...], list[int]] = {}  # for each core, what was to hand in states visited
        for _ in self._new(space.first):
            pass

    def moves(self, here: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """The moves that may lead to something new."""
        for move, there in self._space.moves(here):
            for lean in self._new(there):
                yield move, lean

    def _new(self, there: Configuration) -> Iterator[Configuration]:
        """The configuration without what cannot matter, if no visited one can do the same and more."""
        agents, down, timers, said, cut, asked, left, flight = there
        if self._relevance.known:
            matters = 0
            for agent in agents:
                matters |= self._relevance.mask(agent)
            flight &= matters
        if not left[TIMEOUTS]:
            timers = 0
        spare = (1 << left[TIMEOUTS]) - 1 | (1 << left[DUPLICATES]) - 1 << 8 | (1 << left[CRASHES]) - 1 << 16
        hand = flight << 88 | timers << 24 | spare
        core = (agents, down, said, cut, asked)
        known = self._most.setdefault(core, [])
        for other in known:
            if other & hand == hand:
                return
        known[:] = [other for other in known if hand & other != other]
        known.append(hand)
        yield Configuration(agents, down, timers, said, cut, asked, left, flight)
