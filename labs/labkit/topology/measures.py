"""Figures for the lesson's four considerations: communication, fault tolerance, scalability and constraints.

Each can be checked by hand. In a split network, distances count only the pairs that can still reach each other. A link
from an agent to itself is none.
"""

from dataclasses import dataclass
from math import log2

import networkx as nx

from labkit.topology.connectivity import agent_connectivity, link_connectivity
from labkit.topology.hops import hops, neighbour_masks
from labkit.values import by_name, expect

Link = tuple[str, str]


@dataclass(frozen=True)
class Communication:
    """How far apart agents are, and what communication costs."""

    diameter: int  # hops between the two connected agents that are farthest apart
    mean_hops: float  # over all pairs that can reach each other
    reachable: float  # share of all pairs that can reach each other
    broadcast_messages: int  # messages over links to flood every partition: see `broadcast_cost`
    busiest: str  # the agent that most shortest paths run through
    busiest_load: float  # betweenness: the share of the other pairs that it relays, 0 … 1


@dataclass(frozen=True)
class FaultTolerance:
    """What has to fail before agents are cut off."""

    articulation_points: tuple[str, ...]  # agents whose crash alone splits the others
    bridges: tuple[Link, ...]  # links whose cut alone splits the network
    agent_connectivity: int  # the fewest crashes that split it (n − 1 for a full mesh)
    link_connectivity: int  # the fewest cuts that split it


@dataclass(frozen=True)
class Constraints:
    """What the network demands of its agents and of its links."""

    most_links: int  # links of the agent that has the most
    most_linked: str
    links: int
    worst_latency: float  # diameter × time per hop, in the unit of that time


@dataclass(frozen=True)
class Measures:
    """The figures of one network; how they grow with its size, `growth_law` says."""

    communication: Communication
    fault_tolerance: FaultTolerance
    constraints: Constraints


def measure(graph: "nx.Graph[str]", time_per_hop: float = 1.0) -> Measures:
    """The considerations of the lesson, measured for one network.

    time_per_hop: in any unit; `worst_latency` has the same. Raises ValueError for a directed graph or an empty one.
    """
    expect(graph, nx.Graph, "measure takes a network, such as build('ring', 8)")
    expect(time_per_hop, (int, float), "time_per_hop is a number")
    if graph.is_directed() or not graph:
        raise ValueError("measure takes an undirected network with at least one agent: see labkit.topology.build")
    if time_per_hop <= 0:
        raise ValueError(f"time_per_hop={time_per_hop}: a hop takes a positive time")
    told = communication(graph)
    return Measures(told, fault_tolerance(graph), constraints(graph, told.diameter, time_per_hop))


def communication(graph: "nx.Graph[str]") -> Communication:
    """Distances, the cost of a broadcast and the busiest agent."""
    paths = hops(graph)
    busiest = min(paths.load, key=lambda name: (-round(paths.load[name], 9), by_name(name)))
    return Communication(
        paths.longest, paths.mean, paths.reachable, broadcast_cost(graph), busiest, paths.load[busiest]
    )


def broadcast_cost(graph: "nx.Graph[str]") -> int:
    """Messages over links if one agent of each partition floods it with news.

    Flooding: an agent that first hears the news sends it over all its links except the one it came by. In a connected
    network that makes 2 × links − (agents − 1) messages. No broadcast needs fewer than agents − 1 messages, and
    flooding needs only these if the network has no cycle.
    """
    groups = nx.number_connected_components(graph)
    return 2 * _links(graph) - (len(graph) - groups)


def fault_tolerance(graph: "nx.Graph[str]") -> FaultTolerance:
    """The single points of failure, and how many failures it takes to split the network."""
    points = tuple(sorted(nx.articulation_points(graph), key=by_name))
    named = [sorted(link, key=by_name) for link in nx.bridges(graph)]
    bridges = tuple((a, b) for a, b in sorted(named, key=lambda link: (by_name(link[0]), by_name(link[1]))))
    return FaultTolerance(points, bridges, agent_connectivity(graph, points), link_connectivity(graph, bridges))


def constraints(graph: "nx.Graph[str]", diameter: int, time_per_hop: float = 1.0) -> Constraints:
    """The most links of one agent, the number of links, and the worst latency."""
    links = dict(zip(graph, (mask.bit_count() for mask in neighbour_masks(graph)), strict=True))
    most_linked = min(graph, key=lambda name: (-links[name], by_name(name)))
    return Constraints(links[most_linked], most_linked, _links(graph), diameter * time_per_hop)


def _links(graph: "nx.Graph[str]") -> int:
    return graph.number_of_edges() - nx.number_of_selfloops(graph)


def growth_law(sizes: tuple[int, ...], values: tuple[int, ...]) -> str:
    """The power of n by which the values grow between the last two sizes, in words."""
    if values[-2] == values[-1]:
        return f"stays at {values[-1]}"
    power = log2(values[-1] / values[-2]) / log2(sizes[-1] / sizes[-2])
    for exact, words in ((2, "with the square of n"), (1, "in step with n"), (0.5, "like the square root of n")):
        if abs(power - exact) < 0.12:
            return f"grows {words}"
    return f"grows about like n to the power of {power:.1f}"
