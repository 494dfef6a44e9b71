"""Each topology has the links that a formula on paper gives it, and what cannot be built is refused with a remedy."""

import tracemalloc
from itertools import combinations, product
from math import sqrt
from typing import Any

import networkx as nx
import pytest
from labkit.topology import build, kinds
from labkit.values import agent_names
from seeds import one_in

SIZES = (2, 3, 5, 8, 20, 50, 200)
SIMPLE = ("star", "mesh", "ring", "tree")
Degrees = list[int]


def star(n: int) -> Degrees:
    return [n - 1] + [1] * (n - 1)


def mesh(n: int) -> Degrees:
    return [n - 1] * n


def ring(n: int) -> Degrees:
    return [2] * n if n > 2 else [1] * n


def tree(n: int, branching: int = 2) -> Degrees:
    """Agent i has the children branching × i + 1 … branching × i + branching, and everyone but the root a parent."""
    last = n - 1
    children = [max(0, min(last - branching * i, branching)) for i in range(n)]
    return [count + (i > 0) for i, count in enumerate(children)]


def hybrid(n: int, backbone: str = "ring", cluster: str = "star", clusters: int | None = None) -> Degrees:
    """Runs of nearly equal length; the first of each run is on the backbone too."""
    count = clusters or max(2, round(sqrt(n)))
    starts = [i * n // count for i in range(count + 1)]
    degrees: Degrees = []
    for spine, start, end in zip(DEGREES[backbone](count), starts, starts[1:], strict=False):
        inside = DEGREES[cluster](end - start) if end - start > 1 else [0]
        degrees += [inside[0] + spine, *inside[1:]]
    return degrees


DEGREES = {"star": star, "mesh": mesh, "ring": ring, "tree": tree, "hybrid": hybrid}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("kind", "links"), [
    ("star", lambda n: n - 1),
    ("mesh", lambda n: n * (n - 1) // 2),
    ("ring", lambda n: n if n > 2 else 1),
    ("tree", lambda n: n - 1),
    ("hybrid", lambda n: n if n > 6 else n - 1),  # three gateways or more close a ring, two are a line
])
def test_links_and_degrees_are_those_of_the_formula(kind: str, links: Any, n: int) -> None:
    graph = build(kind, n)
    assert graph.number_of_edges() == links(n)
    assert [graph.degree(agent) for agent in agent_names(n)] == DEGREES[kind](n)
    assert tuple(graph) == agent_names(n)
    assert nx.is_connected(graph)


@pytest.mark.parametrize("n", (2, 3, 7, 8, 30, 200))
@pytest.mark.parametrize("branching", [1, 2, 3, 5, 300])
def test_a_tree_fills_its_rows_from_left_to_right(branching: int, n: int) -> None:
    graph = build("tree", n, branching=branching)
    assert nx.is_tree(graph)
    assert [graph.degree(agent) for agent in graph] == tree(n, branching)


@pytest.mark.parametrize(("backbone", "cluster"), one_in(5, [pytest.param(*pair) for pair in product(SIMPLE, SIMPLE)]))
def test_every_hybrid_is_its_backbone_between_the_firsts_of_its_clusters(backbone: str, cluster: str) -> None:
    for n in (2, 3, 8, 20, 50):
        for clusters in {None, 2, min(5, n), n}:
            graph = build("hybrid", n, backbone=backbone, cluster=cluster, clusters=clusters)
            assert [graph.degree(agent) for agent in graph] == hybrid(n, backbone, cluster, clusters)
            assert nx.is_connected(graph)


def test_the_hybrid_of_eight_looks_as_we_draw_it() -> None:
    links = {tuple(sorted(link)) for link in build("hybrid", 8).edges}
    assert links == {("a", "c"), ("c", "f"), ("a", "f"), ("a", "b"), ("c", "d"), ("c", "e"), ("f", "g"), ("f", "h")}


@pytest.mark.parametrize("kind", ["star", "mesh", "ring", "tree", "hybrid"])
def test_every_agent_has_a_place_of_its_own(kind: str) -> None:
    for n in SIZES:
        graph = build(kind, n)
        places = [graph.nodes[agent]["pos"] for agent in agent_names(n)]
        assert len(set(places)) == n
        assert all(len(place) == 2 for place in places)


@pytest.mark.parametrize("kind", ["star", "mesh", "ring", "tree", "hybrid"])
def test_names_of_ones_own_stand_where_the_letters_would(kind: str) -> None:
    names = ["root", "ann", "bob", "cy", "dan", "eve"]
    letters, own = build(kind, 6), build(kind, names)
    assert list(own) == names
    assert {tuple(names[ord(x) - ord("a")] for x in link) for link in letters.edges} == set(own.edges)
    assert [own.nodes[name]["pos"] for name in names] == [letters.nodes[x]["pos"] for x in letters]


def test_the_first_agent_is_the_hub_and_the_root() -> None:
    assert max(build("star", 9).degree, key=lambda pair: pair[1])[0] == "a"
    assert nx.eccentricity(build("tree", 7), "a") == 2


def test_a_network_remembers_how_it_was_built() -> None:
    assert build("ring", 5).graph == {"kind": "ring", "options": {}}
    assert build("tree", 5, branching=3).graph == {"kind": "tree", "options": {"branching": 3}}


def test_building_twice_gives_two_networks() -> None:
    one, other = build("mesh", 4), build("mesh", 4)
    one.remove_edge("a", "b")
    assert other.has_edge("a", "b")
    assert set(other.edges) == set(combinations("abcd", 2))


def test_the_lessons_five_come_first() -> None:
    assert kinds()[:5] == ("star", "mesh", "ring", "tree", "hybrid")


@pytest.mark.parametrize(("kind", "agents", "options", "remedy"), [
    ("star", 1, {}, "a network to look at has 2 to 200 agents, not 1: choose a number in between"),
    ("star", 0, {}, "not 0: choose"),
    ("star", -3, {}, "not -3: choose"),
    ("star", 201, {}, "not 201: choose"),
    ("mesh", 10_000, {}, "not 10000: choose"),
    ("mesh", ["ann"], {}, "not 1: choose"),
    ("mesh", [], {}, "not 0: choose"),
    ("ring", True, {}, r"a whole number \(5\) or a sequence of names .*, not True"),
    ("ring", 5.0, {}, "not 5.0"),
    ("ring", "abc", {}, r"a sequence of names \(\['ann', 'bob'\]\), not 'abc'"),
    ("ring", None, {}, "not None"),
    ("ring", {"a", "b"}, {}, "a sequence of names"),
    ("ring", ["a", "b", "a"], {}, "two agents are called 'a': give each agent a name of its own"),
    ("ring", ["a", 3], {}, "3 is not a name for an agent: use a text"),
    ("bus", 5, {}, "there is no topology 'bus': choose one of star, mesh, ring, tree"),
    ("star", 5, {"branching": 2}, "a star has no option 'branching': it has no options"),
    ("tree", 5, {"depth": 2}, "a tree has no option 'depth': its options are branching"),
    ("hybrid", 5, {"rings": 2}, "its options are backbone, cluster and clusters"),
    ("tree", 5, {"branching": 0}, "branching=0: each agent of a tree has 1, 2, 3 … children"),
    ("tree", 5, {"branching": True}, "branching=True"),
    ("tree", 5, {"branching": "2"}, "branching='2'"),
    ("hybrid", 8, {"clusters": 1}, "clusters=1: split 8 agents into 2 to 8 clusters"),
    ("hybrid", 8, {"clusters": 9}, "clusters=9: split 8 agents into 2 to 8"),
    ("hybrid", 8, {"clusters": True}, "clusters=True"),
    ("hybrid", 8, {"clusters": 2.5}, "clusters=2.5"),
    ("hybrid", 8, {"backbone": "hybrid"}, "a hybrid of hybrids would never end: choose another"),
    ("hybrid", 8, {"cluster": "hybrid"}, "a hybrid of hybrids would never end: choose another"),
    ("hybrid", 8, {"backbone": "bus"}, "there is no topology 'bus': choose one of"),
])
def test_what_cannot_be_built_is_refused_with_a_remedy(kind: str, agents: Any, options: Any, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        build(kind, agents, **options)


def test_a_number_far_too_large_is_refused_before_a_name_is_made() -> None:
    tracemalloc.start()
    with pytest.raises(ValueError, match="2 to 200 agents, not 200000"):
        build("star", 200_000)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000
