"""Where agents stand in the picture: plain arithmetic in the unit disc, no numpy.

Every layout keeps 2 to 200 agents apart: past forty on a circle, the circle folds inwards.
"""

from collections.abc import Iterable, Sequence
from math import atan2, ceil, cos, hypot, pi, remainder, sin

Point = tuple[float, float]
Positions = dict[str, Point]

ON_A_CIRCLE = 40  # more than this on one circle would touch each other
INNERMOST = 0.42  # how far a folded circle reaches inwards


def circle(agents: Sequence[str]) -> Positions:
    """A circle, first agent on top; past 40 agents, one after the other steps inwards, each at its own angle."""
    n, rows = len(agents), ceil(len(agents) / ON_A_CIRCLE)
    depth = (1 - INNERMOST) / max(1, rows - 1)
    return {name: _polar(1 - depth * (i % rows), i / n) for i, name in enumerate(agents)}


def hub(agents: Sequence[str]) -> Positions:
    """The first agent in the centre, the others round it."""
    return {agents[0]: (0.0, 0.0), **circle(agents[1:])}


def folded_ring(agents: Sequence[str]) -> Positions:
    """A circle; past 40 agents, a closed line that runs in and out like the teeth of a gear."""
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
    """Root on top and a row a level; a tree with a row of more than 16 grows from the centre outwards.

    parents[i] is the index of agent i's parent and smaller than i; the root is its own parent.
    """
    n = len(agents)
    level, leaves = [0] * n, [0] * n
    for i in range(1, n):
        level[i] = level[parents[i]] + 1
    for i in reversed(range(n)):
        leaves[i] = leaves[i] or 1
        if i:
            leaves[parents[i]] += leaves[i]
    left = [0.0] * n  # the share of the width that lies left of i's own children
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
    """Each group of positions, made small and moved to its centre; backbone: which centres are linked.

    A group is turned: its first agent to the middle of the picture or, if that agent stands in the group's own centre,
    so that the others keep clear of the links of the backbone.
    """
    nearest = min((hypot(p[0] - q[0], p[1] - q[1]) for i, p in enumerate(centres) for q in centres[:i]), default=2)
    radius = 0.38 * nearest / (1 + 0.38 * nearest)  # neighbours keep a gap, the whole stays in the unit disc
    leaving: list[list[float]] = [[] for _ in centres]
    for a, b in backbone:
        leaving[a].append(atan2(centres[b][1] - centres[a][1], centres[b][0] - centres[a][0]))
        leaving[b].append(leaving[a][-1] + pi)
    places: Positions = {}
    for (cx, cy), links, group in zip(centres, leaving, groups, strict=True):
        shrink = radius / max([1.0, *(hypot(x, y) for x, y in group.values())])
        turn = _turn(list(group.values()), (-cx, -cy), links)
        for name, (x, y) in group.items():
            places[name] = (
                round(cx * (1 - radius) + shrink * (x * cos(turn) - y * sin(turn)), 6),
                round(cy * (1 - radius) + shrink * (x * sin(turn) + y * cos(turn)), 6),
            )
    return places


def _turn(group: Sequence[Point], middle: Point, links: Sequence[float]) -> float:
    """The angle by which to turn a group round its own centre."""
    if hypot(*group[0]) > 1e-9:
        return atan2(middle[1], middle[0]) - atan2(group[0][1], group[0][0]) if hypot(*middle) > 1e-9 else 0.0
    angles = [atan2(y, x) for x, y in group[1:]]

    def clearance(turn: float) -> float:
        return min((abs(remainder(angle + turn - link, 2 * pi)) for angle in angles for link in links), default=0.0)

    return max((2 * pi * step / 72 for step in range(72)), key=lambda turn: (round(clearance(turn), 6), -turn))


def _polar(radius: float, turn: float) -> Point:
    """A point by its distance from the centre and its share of a clockwise turn from the top."""
    return round(radius * sin(2 * pi * turn), 6), round(radius * cos(2 * pi * turn), 6)
