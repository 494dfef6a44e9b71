"""What a topology is good for: numbers for the lesson's four considerations.

Communication, fault tolerance, scalability and constraints, each a small table that can be checked by hand.
A network that has fallen apart is measured too: distances then count the pairs that can still reach each other.
"""

from dataclasses import dataclass
from math import log2

import networkx as nx

from labkit.topology.connectivity import Share, agent_connectivity, link_connectivity, share_after
from labkit.topology.hops import hops
from labkit.topology.shapes import build
from labkit.values import by_name

Link = tuple[str, str]


@dataclass(frozen=True)
class Communication:
    """How far apart agents are, and what talking costs."""

    diameter: int  # hops between the two reachable agents farthest apart
    mean_hops: float  # over all pairs that can reach each other
    reachable: float  # share of all pairs that can reach each other
    broadcast_messages: int  # link-messages until everyone in every partition knows, by flooding: see `broadcast_cost`
    busiest: str  # the agent that most shortest paths run through
    busiest_load: float  # betweenness: the share of the other agents' pairs that it relays, 0 … 1


@dataclass(frozen=True)
class FaultTolerance:
    """What can break before agents are cut off."""

    articulation_points: tuple[str, ...]  # agents whose crash alone splits the others
    bridges: tuple[Link, ...]  # links whose cut alone splits the network
    agent_connectivity: int  # the fewest crashes that split it (n − 1 for a full mesh)
    link_connectivity: int  # the fewest cuts that split it


@dataclass(frozen=True)
class Constraints:
    """What the network asks of its agents and of its wires."""

    most_links: int  # links of the agent that has most
    most_linked: str
    links: int
    worst_latency: float  # diameter × time per hop, in the unit of that time


@dataclass(frozen=True)
class Growth:
    """How links and the busiest agent's links grow with the number of agents."""

    sizes: tuple[int, ...]
    links: tuple[int, ...]
    most_links: tuple[int, ...]
    links_law: str  # in words, e.g. "grows with the square of n"
    most_links_law: str


@dataclass(frozen=True)
class Measures:
    """All of it for one network; `scalability` is None for a graph that `build` cannot make at other sizes."""

    communication: Communication
    fault_tolerance: FaultTolerance
    scalability: Growth | None
    constraints: Constraints
    largest_share: tuple[Share, ...]  # after 1, 2, … random crashes


def measure(
    graph: "nx.Graph[str]", failures: int = 2, time_per_hop: float = 1.0, seed: int = 0
) -> Measures:
    """The four considerations of the lesson, measured.

    failures: up to how many random crashes `largest_share` looks at. time_per_hop: in any unit; `worst_latency` is in
    the same. seed: for the sampled shares. Raises ValueError for a directed graph or one without agents.
    """
    if graph.is_directed() or not graph:
        raise ValueError("measure takes an undirected network with at least one agent: see labkit.topology.build")
    if time_per_hop <= 0:
        raise ValueError(f"time_per_hop={time_per_hop}: a hop takes a positive time")
    told = communication(graph)
    return Measures(
        told,
        fault_tolerance(graph),
        growth(graph.graph["kind"], **graph.graph["options"]) if "kind" in graph.graph else None,
        constraints(graph, told.diameter, time_per_hop),
        tuple(share_after(graph, k, seed) for k in range(1, min(failures, len(graph) - 1) + 1)),
    )


def communication(graph: "nx.Graph[str]") -> Communication:
    """Distances, the price of a broadcast and the busiest agent."""
    paths = hops(graph)
    busiest = min(paths.load, key=lambda name: (-round(paths.load[name], 9), by_name(name)))
    return Communication(
        paths.longest, paths.mean, paths.reachable, broadcast_cost(graph), busiest, paths.load[busiest]
    )


def broadcast_cost(graph: "nx.Graph[str]") -> int:
    """Link-messages when one agent of each partition floods it with news.

    Flooding: whoever hears the news for the first time sends it over all its links but the one it came by. That is
    2 × links − (agents − 1) in a connected network. No way of telling everyone needs fewer than agents − 1 messages,
    and only networks without a circle get by with that.
    """
    groups = nx.number_connected_components(graph)
    return 2 * graph.number_of_edges() - (len(graph) - groups)


def fault_tolerance(graph: "nx.Graph[str]") -> FaultTolerance:
    """Single points of failure by name, and how many failures it takes to split the network."""
    points = tuple(sorted(nx.articulation_points(graph), key=by_name))
    named = [sorted(link, key=by_name) for link in nx.bridges(graph)]
    bridges = tuple((a, b) for a, b in sorted(named, key=lambda link: (by_name(link[0]), by_name(link[1]))))
    return FaultTolerance(
        points, bridges, agent_connectivity(graph, points), link_connectivity(graph, bridges)
    )


def constraints(graph: "nx.Graph[str]", diameter: int, time_per_hop: float = 1.0) -> Constraints:
    """Links an agent must hold, links in all, and the worst latency."""
    most_linked = min(graph, key=lambda name: (-graph.degree(name), by_name(name)))
    return Constraints(
        graph.degree(most_linked), most_linked, graph.number_of_edges(), diameter * time_per_hop
    )


def growth(kind: str, sizes: tuple[int, ...] = (10, 25, 50, 100, 200), **options: object) -> Growth | None:
    """Links and the busiest agent's links at several sizes, with the law they follow in words.

    Sizes at which the topology cannot be built are left out; None where fewer than two are left.
    """
    graphs = [graph for graph in (_built(kind, n, options) for n in sizes) if graph is not None]
    if len(graphs) < 2:
        return None
    sizes = tuple(len(graph) for graph in graphs)
    links = tuple(graph.number_of_edges() for graph in graphs)
    most = tuple(max(graph.degree(name) for name in graph) for graph in graphs)
    return Growth(sizes, links, most, growth_law(sizes, links), growth_law(sizes, most))


def _built(kind: str, agents: int, options: dict[str, object]) -> "nx.Graph[str] | None":
    try:
        return build(kind, agents, **options)
    except ValueError:  # a hybrid with more clusters than agents, a topology for particular names
        return None


def growth_law(sizes: tuple[int, ...], values: tuple[int, ...]) -> str:
    """The power of n that the last step up follows, in words; sizes and values grow side by side."""
    if values[-2] == values[-1]:
        return f"stays at {values[-1]}"
    power = log2(values[-1] / values[-2]) / log2(sizes[-1] / sizes[-2])
    for exact, words in ((2, "with the square of n"), (1, "in step with n"), (0.5, "like the square root of n")):
        if abs(power - exact) < 0.12:
            return f"grows {words}"
    return f"grows about like n to the power of {power:.1f}"
