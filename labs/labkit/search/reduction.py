"""What an exhaustive search need not visit, and why nothing is lost: no violation, and no shorter way to it.

Three arguments, each of them about messages that need not arrive:
1. Losing a message, or cutting a link, only keeps messages from arriving. That can happen in every run anyway: the run
   may end before they do. So drops and cuts are not tried.
2. A message that its target will ignore for ever is as good as lost (`labkit.search.relevance`). So it is taken out.
3. Of two states that differ only in that one has more messages in flight, timers set or faults to spare, that one can
   do all that the other can. So the other is not visited, if it is not nearer to the beginning.

To find out what the second needs may take longer than the search, so both go on side by side. Until it is known every
message counts.
"""

from collections.abc import Iterator

from labkit.search.encoding import ones
from labkit.search.relevance import Relevance
from labkit.search.space import CRASHES, DUPLICATES, TIMEOUTS, Configuration, Move, Space

AT_ONCE, A_STATE = 10_000, 100  # tries that relevance has in the beginning, and with each state: it soon pays

Core = tuple[tuple[int, ...], int, int, int, int]
Hand = tuple[int, int]  # messages in flight; timers and faults to spare


class Reduction:
    """The moves of a space that need to be tried; asked for each configuration in the order of their distance."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._relevance = Relevance(space)
        self._allowed, self._masking = AT_ONCE, False
        self._most: dict[Core, list[Hand]] = {}  # what was to hand in the states visited
        budget = space.first.budget
        self._shifts = budget[TIMEOUTS], budget[TIMEOUTS] + budget[DUPLICATES]
        self._timers_from = sum(budget)
        self._lean(space.first)

    @property
    def gave_up(self) -> bool:
        """Whether it became too much to find out which messages can still matter."""
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
        """The configuration without what cannot matter; None where a visited one can do the same and more."""
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
        """Remember the hand, if none that is known holds as much; forget those that hold less."""
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
        """A state visited before can do the same without the messages that do not matter: it stands for that."""
        before, self._most = self._most, {}
        for core, hands in before.items():
            matters = self._matters(core[0])
            for flight, rest in hands:
                self._keep(core, (flight & matters, rest))
