"""Positions of agents in the picture: plain arithmetic in the unit disc, no numpy.

Every layout keeps 2 to 200 agents apart: with more than forty on a circle, the circle folds inwards. Left out: the long
links of a hybrid whose backbone is a mesh may pass behind agents of other clusters, and a tree with one child each, a
line, is readable only up to 36 agents.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from math import atan2, ceil, cos, hypot, pi, sin

import networkx as nx

Point = tuple[float, float]
Positions = dict[str, Point]

ON_A_CIRCLE = 40  # more agents on one circle would touch each other
INNERMOST = 0.42  # how far a folded circle reaches inwards


def circle(agents: Sequence[str], **_options: object) -> Positions:
    """A circle, first agent on top; with more than 40, agents step inwards in turn, each at its own angle."""
    n, rows = len(agents), ceil(len(agents) / ON_A_CIRCLE)
    depth = (1 - INNERMOST) / max(1, rows - 1)
    turn = rows * ceil(n / rows)  # whole rounds of steps, so that the last agent is not beside the first
    return {name: _polar(1 - depth * (i % rows), i / turn) for i, name in enumerate(agents)}


def places_of(graph: "nx.Graph[str]") -> Positions:
    """Where the agents of a network are drawn; on a circle where nobody has said it."""
    places: Positions = {name: node["pos"] for name, node in graph.nodes.items() if node.get("pos")}
    return places if len(places) == len(graph) else circle(list(graph))


def hub(agents: Sequence[str]) -> Positions:
    """The first agent in the centre, the others round it."""
    return {agents[0]: (0.0, 0.0), **circle(agents[1:])}


def folded_ring(agents: Sequence[str]) -> Positions:
    """A circle; with more than 40 agents, a closed line that runs in and out like the teeth of a gear."""
    n = len(agents)
    rows = ceil(n / ON_A_CIRCLE)
    if rows == 1:
        return circle(agents)
    teeth = 2 * ceil(n / (2 * rows))  # even, so that the line closes where it began
    places: Positions = {}
    for tooth in range(teeth):
        here = agents[tooth * n // teeth : (tooth + 1) * n // teeth]
        for i, name in enumerate(here):
            inwards = i / max(1, len(here) - 1)
            depth = inwards if tooth % 2 else 1 - inwards
            places[name] = _polar(1 - (1 - INNERMOST) * depth, tooth / teeth)
    return places


def tree(agents: Sequence[str], parents: Sequence[int]) -> Positions:
    """The root on top and one row per level; a tree with more than 16 in a row grows outwards from the centre.

    parents[i] is the index of agent i's parent and less than i; the root is its own parent.
    """
    n = len(agents)
    level, leaves = [0] * n, [0] * n
    for i in range(1, n):
        level[i] = level[parents[i]] + 1
    for i in reversed(range(n)):
        leaves[i] = leaves[i] or 1
        if i:
            leaves[parents[i]] += leaves[i]
    left = [0.0] * n  # the share of the width to the left of i's children
    taken = [0.0] * n
    for i in range(1, n):
        left[i] = left[parents[i]] + taken[parents[i]]
        taken[parents[i]] += leaves[i] / leaves[0]
    middle = [left[i] + leaves[i] / leaves[0] / 2 for i in range(n)]
    depth = max(level) or 1
    if max(level.count(row) for row in range(depth + 1)) > 16:
        return {name: _polar(level[i] / depth, middle[i]) for i, name in enumerate(agents)}
    return {name: (2.4 * middle[i] - 1.2, 0.9 - 1.8 * level[i] / depth) for i, name in enumerate(agents)}


def clusters(
    centres: Sequence[Point], backbone: Iterable[tuple[int, int]], groups: Sequence[Positions]
) -> Positions:
    """Each group of positions, shrunk and moved to its centre; backbone: which centres are linked.

    A group is turned so that its agents keep clear of the links that leave its first agent, the gateway.
    """
    nearest = min((hypot(p[0] - q[0], p[1] - q[1]) for i, p in enumerate(centres) for q in centres[:i]), default=2)
    radius = 0.38 * nearest / (1 + 0.38 * nearest)  # neighbours keep a gap, and everything stays in the unit disc
    middles = [(x * (1 - radius), y * (1 - radius)) for x, y in centres]
    linked: list[list[int]] = [[] for _ in centres]
    for a, b in backbone:
        linked[a].append(b)
        linked[b].append(a)
    gateways = middles
    for _round in range(3):  # groups turn towards the others' gateways, which turn as well
        placed = [
            _well_turned(middle, [gateways[other] for other in others], radius, list(group.values()))
            for middle, others, group in zip(middles, linked, groups, strict=True)
        ]
        gateways = [points[0] for points in placed]
    return {
        name: (round(x, 6), round(y, 6))
        for group, points in zip(groups, placed, strict=True)
        for name, (x, y) in zip(group, points, strict=True)
    }


def _well_turned(middle: Point, others: list[Point], radius: float, group: list[Point]) -> list[Point]:
    """The group within that radius of its middle, turned so that the links of its first agent are clear."""
    shrink = radius / max([1.0, *(hypot(x, y) for x, y in group)])
    small = [(shrink * x, shrink * y) for x, y in group]
    near = sorted(others, key=lambda other: hypot(other[0] - middle[0], other[1] - middle[1]))[:6]
    inwards = atan2(-middle[1], -middle[0]) - atan2(small[0][1], small[0][0])
    turns = (inwards + 2 * pi * step / 36 for step in range(36))
    return max((_turned(small, middle, turn) for turn in turns), key=partial(_goodness, near, radius))


def _turned(group: Sequence[Point], middle: Point, turn: float) -> list[Point]:
    """The group turned by that angle, then moved to its middle."""
    c, s = cos(turn), sin(turn)
    return [(middle[0] + x * c - y * s, middle[1] + x * s + y * c) for x, y in group]


def _goodness(others: Sequence[Point], radius: float, group: Sequence[Point]) -> tuple[float, float, float]:
    """Best if no agent is on a link from the gateway to the others; among those, if the gateway is far inside."""
    gateway, *rest = group
    clear = min((_beside(point, gateway, other) for point in rest for other in others), default=0.0)
    return min(round(clear, 6), 0.15 * radius), -round(hypot(*gateway), 6), round(clear, 6)


def _beside(point: Point, start: Point, end: Point) -> float:
    """The distance of a point from the line between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / (dx * dx + dy * dy)
    along = max(0.0, min(1.0, along))
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _polar(radius: float, turn: float) -> Point:
    """A point by its distance from the centre and its share of a clockwise turn from the top."""
    return round(radius * sin(2 * pi * turn), 6), round(radius * cos(2 * pi * turn), 6)
