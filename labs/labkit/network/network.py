"""A network with its faults as a value: every change makes a new one, so for undo and rewind it is enough to keep them.

Left out: time, messages in flight, what agents believe. This is the network as an outside observer sees it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import networkx as nx

from labkit.network.changes import Crash, Cut, Heal, NetworkChange, Restart, Way
from labkit.network.partition import Groups, IncrementalPartitions, Reach
from labkit.values import by_name, listed


@dataclass(frozen=True, eq=False)
class Network:
    """A topology, the link directions that are cut and the agents that are down."""

    graph: "nx.Graph[str]"
    cut: frozenset[Way] = frozenset()
    crashed: frozenset[str] = frozenset()

    def after(self, *events: NetworkChange) -> "Network":
        """This network after the events; cutting what is already cut changes nothing.

        Raises ValueError for a link or an agent that does not exist.
        """
        closed, down = set(self.cut), set(self.crashed)
        for event in events:
            match event:
                case Cut(source, target):
                    closed.add(self._way(source, target))
                case Heal(source, target):
                    closed.discard(self._way(source, target))
                case Crash(agent):
                    down.add(self._agent(agent))
                case Restart(agent):
                    down.discard(self._agent(agent))
                case _:
                    raise ValueError(f"{event!r} is not an event: use Cut, Heal, Crash or Restart")
        return replace(self, cut=frozenset(closed), crashed=frozenset(down))

    @property
    def relays(self) -> bool:
        """Whether agents forward messages that are meant for others."""
        return bool(self.graph.graph.get("relay", True))

    def heard(self, agent: str) -> frozenset[str]:
        """The agents that can exchange messages with this one over a single link, itself included."""
        near = {other for other in self.graph[agent] if self.works(agent, other) and self.works(other, agent)}
        return frozenset({agent, *near})

    def healed(self) -> "Network":
        """The same topology with nothing cut and no agent down."""
        return Network(self.graph)

    def works(self, source: str, target: str) -> bool:
        """Whether a message from `source` to its neighbour `target` arrives."""
        return (source, target) not in self.cut and not self.crashed & {source, target}

    def alive(self) -> tuple[str, ...]:
        """Agents that are up, by name."""
        return tuple(sorted((agent for agent in self.graph if agent not in self.crashed), key=by_name))

    def connectivity(self) -> dict[str, list[str]]:
        """For each agent that is up, the neighbours that it reaches: the input of the lesson's detector."""
        return {a: [b for b in self.graph[a] if self.works(a, b)] for a in self.graph if a not in self.crashed}

    def partitions(self, reach: Reach = "mutual") -> Groups:
        """Groups of agents that are up and can still reach each other; a crashed agent is in none."""
        return IncrementalPartitions(self.alive(), self.connectivity(), reach).groups()

    def two_way(self) -> "nx.Graph[str]":
        """The agents that are up and the links that work both ways, so that a question can be answered."""
        graph = self.graph.copy()  # not a view, because its order would depend on the hash seed
        graph.remove_nodes_from(self.crashed)
        graph.remove_edges_from([way for way in self.cut if graph.has_edge(*way)])
        return graph

    def broadcast(self, source: str) -> tuple[tuple[str, ...], ...]:
        """The agents that first hear news from `source` after 0, 1, 2 … hops."""
        if self._agent(source) in self.crashed:
            raise ValueError(f"agent {source} is down and cannot broadcast: restart it or choose another agent")
        heard = {source}
        rounds: list[tuple[str, ...]] = [(source,)]
        while rounds[-1]:
            fresh = {b for a in rounds[-1] for b in self.graph[a] if b not in heard and self.works(a, b)}
            heard |= fresh
            rounds.append(tuple(sorted(fresh, key=by_name)))
        return tuple(rounds[:-1])

    def _agent(self, agent: str) -> str:
        if agent not in self.graph:
            raise ValueError(f"there is no agent {agent!r}: the agents are {listed(self.graph, most=12)}")
        return agent

    def _way(self, source: str, target: str) -> Way:
        if not self.graph.has_edge(self._agent(source), self._agent(target)):
            near = listed(sorted(self.graph[source], key=by_name)) or "nobody"
            raise ValueError(f"there is no link between {source} and {target}: {source} is linked to {near}")
        return source, target


def check_topology(topology: object) -> None:
    """ValueError for what is no network of agents, with what one is."""
    if not isinstance(topology, nx.Graph):
        raise ValueError(f"the topology is a network, such as build('mesh', 5), not {topology!r}")
    if topology.is_directed() or topology.is_multigraph():
        raise ValueError("a link of the topology goes both ways and is there once: use nx.Graph, and cut directions")
    if odd := [node for node in topology if not isinstance(node, str)]:
        raise ValueError(f"agents are called by texts, not {odd[0]!r}: nx.relabel_nodes(graph, str) gives them names")
    if not len(topology):
        raise ValueError("the topology has no agents: build('mesh', 5) has five")


class PartitionTracker:
    """The partitions of a changing network, updated by the difference between one state and the next."""

    def __init__(self, network: Network, reach: Reach) -> None:
        self._network = Network(network.graph)
        self._live = IncrementalPartitions(tuple(network.graph), network.graph, reach)
        self.follow(network)

    def follow(self, network: Network) -> Groups:
        """The partitions of `network`, which must have the same graph as the one before."""
        old, self._network = self._network, network
        for source, target in self._touched(old, network):
            if network.works(source, target):
                self._live.heal_way(source, target)
            else:
                self._live.cut_way(source, target)
        return tuple(group for group in self._live.groups() if not network.crashed.intersection(group))

    def _touched(self, old: Network, new: Network) -> Iterable[Way]:
        ways = set(old.cut ^ new.cut)
        for agent in old.crashed ^ new.crashed:
            ways |= {way for near in new.graph[agent] for way in ((agent, near), (near, agent))}
        return sorted(ways)
