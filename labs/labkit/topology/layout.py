"""Where agents stand in the picture: plain arithmetic in the unit disc, no numpy.

Every layout keeps 2 to 200 agents apart: past forty on a circle, the circle folds inwards.
"""

from collections.abc import Sequence
from math import ceil, cos, pi, sin, sqrt

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


def clusters(centres: Sequence[Point], groups: Sequence[Positions]) -> Positions:
    """Each group of positions, made small and moved to its centre, its first agent turned to the middle."""
    nearest = min((_length(p[0] - q[0], p[1] - q[1]) for i, p in enumerate(centres) for q in centres[:i]), default=2)
    radius = 0.38 * nearest / (1 + 0.38 * nearest)  # neighbours keep a gap, the whole stays in the unit disc
    places: Positions = {}
    for (cx, cy), group in zip(centres, groups, strict=True):
        shrink = radius / max([1.0, *(_length(x, y) for x, y in group.values())])
        cosine, sine = _turn(next(iter(group.values())), (-cx, -cy))
        for name, (x, y) in group.items():
            places[name] = (
                round(cx * (1 - radius) + shrink * (x * cosine - y * sine), 6),
                round(cy * (1 - radius) + shrink * (x * sine + y * cosine), 6),
            )
    return places


def _turn(here: Point, there: Point) -> tuple[float, float]:
    """Cosine and sine of the turn from one direction to the other; no turn where one has no direction."""
    length = _length(*here) * _length(*there)
    if length < 1e-9:
        return 1.0, 0.0
    return (here[0] * there[0] + here[1] * there[1]) / length, (here[0] * there[1] - here[1] * there[0]) / length


def _polar(radius: float, turn: float) -> Point:
    """A point by its distance from the centre and its share of a clockwise turn from the top."""
    return round(radius * sin(2 * pi * turn), 6), round(radius * cos(2 * pi * turn), 6)


def _length(x: float, y: float) -> float:
    return sqrt(x * x + y * y)
