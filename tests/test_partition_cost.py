"""A single change costs what falls off or joins, not the size of the network."""

from random import Random

import pytest
from labkit.network import IncrementalPartitions
from labkit.topology import build
from random_networks import cut, heal


class Counted(dict):
    """A dictionary that counts how often it is read and written."""

    read = written = 0

    def __getitem__(self, key: str) -> object:
        self.read += 1
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: object) -> None:
        self.written += 1
        super().__setitem__(key, value)


def watched(kind: str, n: int) -> IncrementalPartitions:
    """Partitions that count whose neighbours they look at and who gets another group."""
    graph = build(kind, n)
    live = IncrementalPartitions(list(graph), graph)
    live._near, live._group = Counted(live._near), Counted(live._group)
    return live


@pytest.mark.parametrize("seed", range(10))
def test_a_cut_looks_at_hardly_more_than_twice_what_falls_off(seed: int) -> None:
    random = Random(seed)
    graph = build("tree", 200)
    for a, b in random.sample(sorted(graph.edges), 20):
        live = watched("tree", 200)
        cut(live, a, b)
        smaller = min(map(len, live.groups()))
        assert live._near.read <= 2 + 2 * (2 * smaller + 4)  # each agent that is visited is looked up twice
        assert live._group.written <= 2 * smaller


def test_a_cut_in_a_mesh_is_answered_next_door() -> None:
    live = watched("mesh", 150)
    cut(live, "a", "b")
    assert live._near.read <= 8


@pytest.mark.parametrize("seed", range(10))
def test_a_heal_moves_only_the_smaller_group(seed: int) -> None:
    random = Random(seed)
    graph = build("tree", 200)
    for a, b in random.sample(sorted(graph.edges), 20):
        live = watched("tree", 200)
        cut(live, a, b)
        smaller, live._group.written = min(map(len, live.groups())), 0
        heal(live, *random.sample([a, b], 2))
        assert live._group.written == smaller
        assert len(live.groups()) == 1


def test_a_second_way_round_costs_nothing() -> None:
    live = watched("ring", 200)
    cut(live, "a", "b")
    live._group.written = 0
    heal(live, "a", "b")
    assert live._group.written == 0
