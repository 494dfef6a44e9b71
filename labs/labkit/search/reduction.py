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

from labkit.search.encoding import ones
from labkit.search.relevance import Relevance
from labkit.search.space import CRASHES, DUPLICATES, TIMEOUTS, Configuration, Move, Space

AT_ONCE, A_STATE = 10_000, 100  # tries that relevance may make at the start, and more per state: it soon pays

Core = tuple[tuple[int, ...], int, int, int, int]
Hand = tuple[int, int]  # messages in flight; timers set and faults left


class Reduction:
    """The moves of a space that have to be tried; ask for the nearest configurations first."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._relevance = Relevance(space)
        self._allowed, self._masking = AT_ONCE, False
        self._most: dict[Core, list[Hand]] = {}  # the hands of the states visited, by core
        budget = space.first.budget
        self._shifts = budget[TIMEOUTS], budget[TIMEOUTS] + budget[DUPLICATES]
        self._timers_from = sum(budget)
        self._lean(space.first)

    @property
    def gave_up(self) -> bool:
        """Whether the relevance analysis exceeded its budget."""
        return self._relevance.gave_up

    def moves(self, here: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """The moves that may lead to something new."""
        if not self._masking and not self.gave_up:
            self._allowed += A_STATE
            self._masking = self._relevance.follow(self._allowed)
            if self._masking:
                self._mask_all()
        for move, there in self._space.moves(here):
            if (lean := self._lean(there)) is not None:
                yield move, lean

    def _lean(self, there: Configuration) -> Configuration | None:
        """The configuration without what cannot matter; None if a visited one can do at least as much."""
        agents, down, timers, said, cut, asked, budget, flight = there
        if self._masking:
            flight &= self._matters(agents)
        if not budget[TIMEOUTS]:
            timers = 0
        for_duplicates, for_crashes = self._shifts
        spare = ones(budget[TIMEOUTS])
        spare |= ones(budget[DUPLICATES]) << for_duplicates | ones(budget[CRASHES]) << for_crashes
        if not self._keep((agents, down, said, cut, asked), (flight, timers << self._timers_from | spare)):
            return None
        return Configuration(agents, down, timers, said, cut, asked, budget, flight)

    def _keep(self, core: Core, hand: Hand) -> bool:
        """Remember the hand unless a known one holds as much, and forget those that hold less."""
        flight, rest = hand
        known = self._most.setdefault(core, [])
        for more, other in known:
            if more & flight == flight and other & rest == rest:
                return False
        known[:] = [(less, other) for less, other in known if flight & less != less or rest & other != other]
        known.append(hand)
        return True

    def _matters(self, agents: tuple[int, ...]) -> int:
        """The bits of a flight that can matter to some agent."""
        matters = 0
        for agent in agents:
            matters |= self._relevance.mask(agent)
        return matters

    def _mask_all(self) -> None:
        """Remove the messages that do not matter from the states visited so far."""
        before, self._most = self._most, {}
        for core, hands in before.items():
            matters = self._matters(core[0])
            for flight, rest in hands:
                self._keep(core, (flight & matters, rest))
