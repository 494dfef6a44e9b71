"""Single cuts and heals are followed as if the whole network were searched anew, and who follows wrongly is caught."""

from random import Random

import networkx as nx
import pytest
from labkit.network import IncrementalPartitions, Reach
from labkit.topology import build
from random_networks import cut, heal, searched_anew, some_ways
from seeds import seeds


def follows_any_course(kind: type[IncrementalPartitions], random: Random, start: "nx.DiGraph[str]", reach: Reach,
                       steps: int, one_way: bool = True) -> bool:
    """Whether it says what the oracle says after each of many random changes."""
    ways, agents = start.copy(), sorted(start)
    live = kind(agents, ways, reach)
    for _ in range(steps):
        a, b = random.choice(sorted(ways.edges)) if ways.edges and random.random() < 0.7 else random.sample(agents, 2)
        cuts, touched = random.random() < 0.5, [(a, b), (b, a)][one_way and random.random() < 0.5 :]
        for way in touched:
            (live.cut_way if cuts else live.heal_way)(*way)
        (ways.remove_edges_from if cuts else ways.add_edges_from)(touched)
        if live.groups() != searched_anew(ways, reach):
            return False
    return True


def a_start(random: Random) -> "nx.DiGraph[str]":
    """A few agents linked at random, or more of them hanging together by hardly more than a tree."""
    if random.random() < 0.4:
        return some_ways(random, random.randint(2, 9))
    graph = build("tree", random.randint(4, 16), branching=random.randint(1, 3)).to_directed()
    for _ in range(random.randrange(3)):
        graph.add_edge(*random.sample(sorted(graph), 2))
    return graph


@pytest.mark.parametrize("reach", ["mutual", "any"])
@pytest.mark.parametrize("seed", seeds(4, 15))
def test_single_changes_are_followed_as_if_all_were_searched_anew(seed: int, reach: Reach) -> None:
    random = Random(seed)
    for _ in range(25):
        assert follows_any_course(IncrementalPartitions, random, a_start(random), reach, steps=30)


@pytest.mark.parametrize("reach", ["mutual", "any", None])
@pytest.mark.parametrize("kind", ["star", "mesh", "ring", "tree", "hybrid"])
def test_whole_links_are_followed_in_every_topology(kind: str, reach: Reach) -> None:
    random = Random(kind)
    for n in (2, 3, 8, 25, 60):
        start = build(kind, n).to_directed()
        assert follows_any_course(IncrementalPartitions, random, start, reach, steps=60, one_way=False)


class NeverSearches(IncrementalPartitions):
    """Believes that a cut never splits anything."""

    def _cut_off(self, a: str, b: str) -> set[str]:
        return set()


class StopsTooEarly(IncrementalPartitions):
    """Takes the first three agents that it finds for all that fell off."""

    def _cut_off(self, a: str, b: str) -> set[str]:
        return set(sorted(super()._cut_off(a, b))[:3])


class OnlyLooksNextDoor(IncrementalPartitions):
    """Knows no other way round than by one common neighbour."""

    def _cut_off(self, a: str, b: str) -> set[str]:
        return set() if self._near[a] & self._near[b] else {b}


class NeverJoins(IncrementalPartitions):
    """Opens a link but leaves the groups as they were."""

    def heal_way(self, source: str, target: str) -> None:
        self._open(source, target)


class TakesOneWayForTwo(IncrementalPartitions):
    """Is content when one of two agents hears the other."""

    def _mixed_groups(self) -> set[int]:
        return set()


@pytest.mark.parametrize("wrong", [NeverSearches, StopsTooEarly, OnlyLooksNextDoor, NeverJoins, TakesOneWayForTwo])
def test_whoever_follows_wrongly_is_caught(wrong: type[IncrementalPartitions]) -> None:
    random = Random(1)
    courses = [follows_any_course(wrong, random, a_start(random), "mutual", steps=30) for _ in range(40)]
    assert not all(courses)


def test_changing_nothing_changes_nothing() -> None:
    live = IncrementalPartitions(["a", "b", "c"], {"a": ["b"], "b": ["a"]})
    heal(live, "a", "b")
    cut(live, "a", "c")
    assert live.groups() == (("a", "b"), ("c",))
    cut(live, "a", "b")
    cut(live, "a", "b")
    assert live.groups() == (("a",), ("b",), ("c",))


def test_a_link_to_oneself_splits_and_joins_nothing() -> None:
    live = IncrementalPartitions(["a", "b"], {"a": ["a"]})
    cut(live, "a", "a")
    assert live.groups() == (("a",), ("b",))
    heal(live, "b", "b")
    cut(live, "b", "b")
    assert live.groups() == (("a",), ("b",))


def test_what_the_caller_gave_is_left_alone() -> None:
    lists: dict[str, list[str]] = {"a": ["b"], "b": ["a"]}
    live = IncrementalPartitions(["a", "b"], lists)
    cut(live, "a", "b")
    assert lists == {"a": ["b"], "b": ["a"]}


def test_a_one_way_link_is_only_trouble_while_it_is_there() -> None:
    live = IncrementalPartitions(["a", "b"], {})
    live.heal_way("a", "b")
    with pytest.raises(ValueError, match="a reaches b but not the other way round: choose reach="):
        live.groups()
    live.heal_way("b", "a")
    assert live.groups() == (("a", "b"),)


@pytest.mark.parametrize("change", ["cut_way", "heal_way"])
def test_a_stranger_is_refused_by_every_change(change: str) -> None:
    live = IncrementalPartitions(["a", "b"], {}, "any")
    with pytest.raises(ValueError, match="'x' is linked but not in the list of agents"):
        getattr(live, change)("a", "x")
    assert live.groups() == (("a",), ("b",))
