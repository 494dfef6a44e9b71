"""Networks and faults drawn at random for the tests: the same seed, the same network."""

from collections.abc import Iterable
from random import Random

import networkx as nx
from labkit.network import Crash, Cut, Groups, Heal, IncrementalPartitions, Network, NetworkChange, Reach, Restart
from labkit.topology import build, kinds
from labkit.values import agent_names, by_name

KINDS = ("star", "mesh", "ring", "tree", "hybrid")


def some_graph(random: Random, n: int, density: float | None = None) -> "nx.Graph[str]":
    """Agents with links between any of them; often in several parts."""
    names, share = agent_names(n), random.random() if density is None else density
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from((a, b) for i, b in enumerate(names) for a in names[:i] if random.random() < share)
    return graph


def some_ways(random: Random, n: int) -> "nx.DiGraph[str]":
    """Agents with links that work one way or both."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(agent_names(n))
    share = random.random()
    graph.add_edges_from((a, b) for a in graph for b in graph if a != b and random.random() < share)
    return graph


def some_network(random: Random, largest: int = 14) -> Network:
    """An intact network of any of the lesson's kinds."""
    assert set(KINDS) <= set(kinds())
    return Network(build(random.choice(KINDS), random.randint(2, largest)))


def some_fault(random: Random, network: Network) -> NetworkChange:
    """Any event that may happen to this network."""
    a, b = random.choice(sorted(network.graph.edges))
    source, target = random.choice([(a, b), (b, a)])
    agent = random.choice(sorted(network.graph))
    changes: list[NetworkChange] = [Cut(source, target), Heal(source, target), Crash(agent), Restart(agent)]
    return random.choice(changes)


def as_groups(parts: Iterable[Iterable[str]]) -> Groups:
    """Groups as the lab lists them: largest first, ties by name, members by name."""
    named = [tuple(sorted(part, key=by_name)) for part in parts]
    return tuple(sorted(named, key=lambda group: (-len(group), [by_name(name) for name in group])))


def searched_anew(ways: "nx.DiGraph[str]", reach: Reach) -> Groups:
    """The oracle: networkx searches the whole network."""
    found = nx.strongly_connected_components(ways) if reach == "mutual" else nx.weakly_connected_components(ways)
    return as_groups(found)


def cut(live: IncrementalPartitions, a: str, b: str) -> None:
    """Close a link in both directions, whichever of them are still open."""
    live.cut_way(a, b)
    live.cut_way(b, a)


def heal(live: IncrementalPartitions, a: str, b: str) -> None:
    """Open a link in both directions, whichever of them are still closed."""
    live.heal_way(a, b)
    live.heal_way(b, a)
