"""Pictures stay readable: agents keep apart, stay in the frame, and lie on no link that is not theirs.

Coordinates run from -1.25 to 1.25. In a notebook one unit is about 160 px and the smallest dot 8 px wide, that is 0.05.
"""

from collections.abc import Iterable
from itertools import combinations, product
from math import dist
from typing import Any

import networkx as nx
import pytest
from labkit.topology import build, layout
from labkit.values import agent_names
from seeds import one_in

KINDS = ("star", "mesh", "ring", "tree", "hybrid")
SIMPLE = ("star", "mesh", "ring", "tree")
FRAME = 1.25


def apart(n: int) -> float:
    """How far apart the nearest two of n agents are at least: a dot of 42 px among ten, one of 8 px among 200."""
    return max(0.05, min(0.35, 4 / n))


def apart_with_options(n: int) -> float:
    """The same for hybrids and trees with options, up to 60 agents."""
    return max(0.05, min(0.16, 2.5 / n))


def beside(n: int) -> float:
    """How far an agent is at least from the links of others, up to 60 agents: 6 px, more than half a smallest dot."""
    assert n <= 60
    return 0.04


def places(graph: "nx.Graph[str]") -> dict[str, layout.Point]:
    return {agent: graph.nodes[agent]["pos"] for agent in graph}


def nearest(points: Iterable[layout.Point]) -> float:
    return min(dist(p, q) for p, q in combinations(points, 2))


def from_link(point: layout.Point, start: layout.Point, end: layout.Point) -> float:
    """Distance of a point from the line between two others."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    return dist(point, (ax + along * dx, ay + along * dy))


def nearest_foreign_link(graph: "nx.Graph[str]") -> float:
    at = places(graph)
    gaps = (from_link(at[c], at[a], at[b]) for a, b in graph.edges for c in graph if c not in (a, b))
    return min(gaps, default=2.0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_agents_stay_in_the_frame_and_apart_at_every_size(kind: str, step: int) -> None:
    too_near = {}
    for n in [*range(2, 60), *range(60, 201, step)]:
        points = list(places(build(kind, n)).values())
        assert all(abs(x) <= FRAME and abs(y) <= FRAME for x, y in points)
        if nearest(points) < apart(n):
            too_near[n] = round(nearest(points), 3)
    assert too_near == {}


@pytest.mark.parametrize("kind", ["star", "ring", "tree", "hybrid"])
def test_no_agent_lies_on_a_link_of_others(kind: str) -> None:
    for n in range(2, 61):
        assert nearest_foreign_link(build(kind, n)) >= beside(n), f"a {kind} of {n}"


HYBRIDS = [pytest.param(*pair, id="-".join(pair)) for pair in product(SIMPLE, SIMPLE)]
# The long links of a mesh of stars pass behind other stars: every star stands between some two.
CLEAR = [pair for pair in HYBRIDS if pair.id != "mesh-star"]


@pytest.mark.parametrize(("backbone", "cluster"), one_in(4, CLEAR))
def test_no_agent_of_any_hybrid_lies_on_a_link_of_others(backbone: str, cluster: str) -> None:
    for n in range(3, 61, 3):
        graph = build("hybrid", n, backbone=backbone, cluster=cluster)
        assert nearest_foreign_link(graph) >= 0.4 * beside(n), f"{n} agents"


@pytest.mark.parametrize(("backbone", "cluster"), one_in(4, HYBRIDS))
def test_agents_of_any_hybrid_keep_apart(backbone: str, cluster: str) -> None:
    for n in range(2, 61, 3):
        points = list(places(build("hybrid", n, backbone=backbone, cluster=cluster)).values())
        assert all(abs(x) <= FRAME and abs(y) <= FRAME for x, y in points)
        assert nearest(points) >= apart_with_options(n), f"{n} agents"


def test_a_tree_with_one_child_each_is_a_line_of_up_to_36_readable_agents() -> None:
    assert all(nearest(places(build("tree", n, branching=1)).values()) >= 0.05 for n in range(2, 37))


@pytest.mark.parametrize("branching", [2, 3, 4, 6])
def test_agents_of_broader_trees_keep_apart_and_off_the_links_of_others(branching: int) -> None:
    for n in range(2, 61):
        graph = build("tree", n, branching=branching)
        assert nearest(places(graph).values()) >= apart_with_options(n), f"{n} agents"
        assert nearest_foreign_link(graph) >= beside(n), f"{n} agents"


@pytest.mark.parametrize("place", [layout.circle, layout.folded_ring, layout.hub])
def test_circles_fill_the_disc_and_nothing_beyond(place: Any) -> None:
    for n in range(2, 201, 7):
        points = place(agent_names(n))
        assert tuple(points) == agent_names(n)
        assert max(dist(point, (0, 0)) for point in points.values()) == pytest.approx(1)


def test_the_hub_of_a_star_is_in_the_centre_and_the_root_of_a_tree_on_top() -> None:
    assert places(build("star", 9))["a"] == (0.0, 0.0)
    tree = places(build("tree", 31))
    assert max(tree, key=lambda agent: tree[agent][1]) == "a"


def test_children_stand_below_their_parents_and_in_their_order() -> None:
    graph = build("tree", 31)
    at = places(graph)
    rows = [agent_names(31)[2 ** row - 1:2 ** (row + 1) - 1] for row in range(5)]
    assert all(at[parent][1] > at[child][1] for parent, child in graph.edges)
    assert all([at[a][0] for a in row] == sorted(at[a][0] for a in row) for row in rows)


def test_neighbours_on_a_ring_are_neighbours_in_the_picture() -> None:
    for n in (5, 40, 41, 97, 200):
        graph = build("ring", n)
        at = places(graph)
        assert max(dist(at[a], at[b]) for a, b in graph.edges) <= max(2 * 3.1416 / n, 0.7)


def test_the_clusters_of_a_hybrid_do_not_mix() -> None:
    for n in (9, 16, 36, 64):
        at, size = list(places(build("hybrid", n)).values()), round(n ** 0.5)
        clusters = [at[i:i + size] for i in range(0, n, size)]
        middles = [(sum(x for x, _ in c) / size, sum(y for _, y in c) / size) for c in clusters]
        for middle, cluster in zip(middles, clusters, strict=True):
            assert all(min(middles, key=lambda m: dist(m, point)) == middle for point in cluster)


def test_a_picture_is_the_same_every_time() -> None:
    assert all(places(build(kind, 60)) == places(build(kind, 60)) for kind in KINDS)
