"""Distances in hops, fast enough to follow a learner's clicks: each agent's neighbours are the bits of one integer.

Betweenness as in Brandes 2001, "A faster algorithm for betweenness centrality", §4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx


@dataclass(frozen=True)
class Hops:
    """All shortest paths of a network, summed up; pairs that cannot reach each other are left out."""

    longest: int  # hops between the two connected agents that are farthest apart
    mean: float  # hops, over all reachable pairs; 0.0 where there are none
    reachable: float  # share of all pairs that can reach each other, 0 … 1
    load: dict[str, float]  # share of the pairs of *other* agents whose shortest path runs through this agent


def hops(graph: "nx.Graph[str]") -> Hops:
    """Distances and loads of an undirected network."""
    names = list(graph)
    masks = neighbour_masks(graph)
    n = len(names)
    longest = total = reached = 0
    load = [0.0] * n
    for source in range(n):
        levels = levels_from(masks, source)
        longest = max(longest, len(levels) - 1)
        for distance, level in enumerate(levels):
            total += distance * level.bit_count()
            reached += level.bit_count() if distance else 0
        _add_loads(masks, levels, source, load)
    others = (n - 1) * (n - 2)
    return Hops(
        longest,
        total / reached if reached else 0.0,
        reached / (n * (n - 1)) if n > 1 else 1.0,
        {name: load[i] / others if others else 0.0 for i, name in enumerate(names)},
    )


def one_way_hops(graph: "nx.DiGraph[str]") -> tuple[int, float]:
    """Hops of the longest shortest path and of the mean one, where links may work in one direction only."""
    masks = neighbour_masks(graph)
    counts = [hop for agent in range(len(masks)) for hop, level in enumerate(levels_from(masks, agent)) if hop
              for _ in range(level.bit_count())]
    return max(counts, default=0), sum(counts) / len(counts) if counts else 0.0


def neighbour_masks(graph: "nx.Graph[str] | nx.DiGraph[str]") -> list[int]:
    """For each agent, in the graph's order, the set of its neighbours: bit j is set for the j-th agent."""
    bit = {name: 1 << i for i, name in enumerate(graph)}
    return [sum(bit[near] for near in graph[name] if near != name) for name in graph]


def levels_from(masks: list[int], source: int, alive: int = -1) -> list[int]:
    """The agents 0, 1, 2 … hops from `source`, as sets of bits; paths lead only through agents in `alive`."""
    level = seen = 1 << source
    levels = []
    while level:
        levels.append(level)
        near = 0
        for agent in bits(level):
            near |= masks[agent]
        level = near & alive & ~seen
        seen |= level
    return levels


def bits(mask: int) -> Iterator[int]:
    """The indices of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _add_loads(masks: list[int], levels: list[int], source: int, load: list[float]) -> None:
    """Add, for each agent, its share of the shortest paths that start at `source`."""
    paths = {source: 1}
    before: dict[int, list[int]] = {}
    for nearer, level in pairwise(levels):
        for agent in bits(level):
            before[agent] = list(bits(masks[agent] & nearer))
            paths[agent] = sum(paths[previous] for previous in before[agent])
    below = dict.fromkeys(paths, 0.0)
    for agent in reversed(before):  # farthest first
        for previous in before[agent]:
            below[previous] += paths[previous] / paths[agent] * (1 + below[agent])
        load[agent] += below[agent]
