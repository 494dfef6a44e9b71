"""How runs can end: every state of a search in which nothing more can happen."""

from collections.abc import Iterator

from labkit.agents import World
from labkit.engine import Model, System
from labkit.network import Heal, Restart
from labkit.search.histories import KINDS
from labkit.search.space import Space

FAULTS = ("timeouts", "drops", "duplicates", "crashes", "cuts")
MENDS = (Restart, Heal)


def endings(model: Model, limit: int = 300_000, **faults: int) -> Iterator[tuple[World, int]]:
    """Each state in which nothing is left but to mend what is broken, with the length of a shortest run to it.

    faults: how many in one run. AssertionError if there are more states than `limit`.
    """
    start = System(model.topology, model.agents)
    for name in start.agents:
        start.start(name)
    space = Space(start, model.requests, tuple(faults.get(name, 0) for name in FAULTS), frozenset(KINDS))
    reached, level, length = {space.first}, [space.first], 0
    while level:
        fresh = []
        for here in level:
            goes_on = False
            for move, there in space.all_moves(here):
                goes_on |= move.kind not in MENDS
                if there not in reached:
                    reached.add(there)
                    fresh.append(there)
            if not goes_on:
                yield space.seen(here), length
        assert len(reached) <= limit, "more states than can be looked at"
        level, length = fresh, length + 1
