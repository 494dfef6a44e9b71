"""Numbers for what clients and agents have said so far, in a run that an exhaustive search looks at.

To keep the order of everything costs states: two agents that decide can do so in two orders. So the order is kept only
for the kinds that a property reads in order (`ordered`); of the others it is counted how often each was said.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labkit.agents import Asked, Decision, Replied, Said
from labkit.search.exact import exact

KINDS: frozenset[type] = frozenset((Asked, Decision, Replied))


class Told(NamedTuple):
    """One history: what was said in order (a number), and how often what was said besides."""

    chain: int = 0
    bag: tuple[tuple[int, int], ...] = ()  # (what was said, how often), sorted


class Histories:
    """All histories of a search; the empty one is number 0."""

    def __init__(self, ordered: frozenset[type]) -> None:
        self.ordered = ordered
        self._items: list[Said] = []
        self._item: dict[object, int] = {}
        self._links: list[tuple[int, int]] = [(0, -1)]  # of each chain: the one before, and what was said last
        self._link: dict[tuple[int, int], int] = {}
        self._all = [Told()]
        self._number = {self._all[0]: 0}

    def after(self, history: int, more: Iterable[Said]) -> int:
        """The history that this one becomes when more is said; a decision that is repeated stands once."""
        chain, bag = self._all[history]
        for said in more:
            kind = said.__class__
            item = self._item.setdefault((kind, exact(said)), len(self._items))
            if item == len(self._items):
                self._items.append(said)
            if kind in self.ordered:
                if kind is not Decision or item not in self._walk(chain):
                    chain = self._linked(chain, item)
            else:
                counts = dict(bag)
                counts[item] = 1 if kind is Decision else counts.get(item, 0) + 1
                bag = tuple(sorted(counts.items()))
        told = Told(chain, bag)
        number = self._number.setdefault(told, len(self._all))
        if number == len(self._all):
            self._all.append(told)
        return number

    def of(self, history: int) -> Sequence[Said]:
        """What was said: first all that is kept in order, then the rest."""
        chain, bag = self._all[history]
        said = [self._items[item] for item in reversed(self._walk(chain))]
        return [*said, *(self._items[item] for item, times in bag for _ in range(times))]

    def _linked(self, chain: int, item: int) -> int:
        number = self._link.setdefault((chain, item), len(self._links))
        if number == len(self._links):
            self._links.append((chain, item))
        return number

    def _walk(self, chain: int) -> list[int]:
        """What was said in order, the last first."""
        found = []
        while chain:
            chain, item = self._links[chain]
            found.append(item)
        return found
