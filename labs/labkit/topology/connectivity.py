"""How many failures a network survives: exact if that is cheap, else sampled.

Agent and link connectivity try shortcuts that hold for every graph (Whitney 1932; Plesník 1975) before they ask
networkx for a maximum flow. A link from an agent to itself joins nothing and is not counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from random import Random

import networkx as nx

from labkit.topology.hops import bits, levels_from, neighbour_masks

EXACT_UP_TO = 2_000  # sets of failed agents: up to this number all are tried, beyond it a sample
SAMPLES = 1_000


@dataclass(frozen=True)
class Share:
    """The expected share of all agents in the largest partition after some random crashes."""

    mean: float
    exact: bool  # all sets of agents were tried, not a sample


def share_after(graph: "nx.Graph[str]", failures: int, seed: int = 0) -> Share:
    """The share of all n agents in the largest partition after `failures` crashes, on average over which crash."""
    n = len(graph)
    if isinstance(failures, bool) or not isinstance(failures, int) or not 0 <= failures < n:
        raise ValueError(f"failures={failures!r}: of {n} agents, 0 to {n - 1} can crash")
    masks = neighbour_masks(graph)
    exact = comb(n, failures) <= EXACT_UP_TO
    crashes: Iterable[tuple[int, ...]] = (
        combinations(range(n), failures) if exact else _samples(n, failures, Random(seed))
    )
    shares = [_largest(masks, (1 << n) - 1 - sum(1 << agent for agent in down)) / n for down in crashes]
    return Share(sum(shares) / len(shares), exact)


def agent_connectivity(graph: "nx.Graph[str]", articulation_points: Iterable[str]) -> int:
    """The fewest crashes that split the network (or leave one agent); 0 if it is already split."""
    masks = neighbour_masks(graph)
    n, smallest = len(masks), min(mask.bit_count() for mask in masks)
    if n < 2 or smallest == 0 or not nx.is_connected(graph):
        return 0
    if any(True for _ in articulation_points):
        return 1
    if smallest >= n - 2 or smallest <= 2:  # at least 2·smallest − n + 2, or 2 without articulation points
        return smallest
    side_by_side = all(  # any two unlinked agents have as many neighbours in common
        masks[a] >> b & 1 or (masks[a] & masks[b]).bit_count() >= smallest for a, b in combinations(range(n), 2)
    )
    return smallest if side_by_side else int(nx.node_connectivity(graph))


def link_connectivity(graph: "nx.Graph[str]", bridges: Iterable[tuple[str, str]]) -> int:
    """The fewest cuts that split the network; 0 if it is already split."""
    masks = neighbour_masks(graph)
    n, smallest = len(masks), min(mask.bit_count() for mask in masks)
    if n < 2 or smallest == 0 or not nx.is_connected(graph):
        return 0
    if any(True for _ in bridges):
        return 1
    two_hops = all(len(levels_from(masks, agent)) <= 3 for agent in range(n))
    if smallest <= 2 or two_hops:  # then no set of cuts is smaller than those round one agent
        return smallest
    return int(nx.edge_connectivity(graph))


def _largest(masks: list[int], alive: int) -> int:
    """The number of agents in the largest partition of those alive."""
    best = 0
    while alive.bit_count() > best:
        start = next(bits(alive))
        group = sum(levels_from(masks, start, alive))
        best = max(best, group.bit_count())
        alive &= ~group
    return best


def _samples(n: int, failures: int, random: Random) -> Iterator[tuple[int, ...]]:
    """Sets of agents drawn with random() alone, so that a seed gives the same sets in every Python version."""
    for _ in range(SAMPLES):
        agents = list(range(n))
        for i in range(failures):
            other = i + int(random.random() * (n - i))
            agents[i], agents[other] = agents[other], agents[i]
        yield tuple(agents[:failures])
