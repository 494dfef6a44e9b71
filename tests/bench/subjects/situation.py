"""What is clicked, the same for everyone: agents on a circle, one in the centre whose crash splits the network.

The rivals bring no partitions: they get them from networkx, and their colours from here.
"""

from dataclasses import dataclass, field

import networkx as nx
from labkit.topology import build, kinds, register
from labkit.topology.layout import hub

Link = tuple[str, str]

UP = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")
DOWN = "#D55E00"


@dataclass
class Situation:
    """A network, the links that are cut at first, and who is down."""

    graph: "nx.Graph[str]"
    cut: list[Link]
    down: set[str] = field(default_factory=set)

    def toggle(self, agent: str) -> None:
        """Crash the agent, or restart it."""
        self.down ^= {agent}

    def colours(self) -> dict[str, str]:
        """A colour for each agent: by partition, the largest first, or down."""
        working: nx.Graph[str] = nx.Graph(self.graph)
        working.remove_edges_from(self.cut)
        working.remove_nodes_from(self.down)
        groups = sorted(nx.connected_components(working), key=len, reverse=True)
        found = dict.fromkeys(self.graph, DOWN)
        for number, group in enumerate(groups):
            found |= dict.fromkeys(group, UP[number % len(UP)])
        return found


def situation(kind: str, n: int) -> Situation:
    """The first agent holds two halves together; all other links between them are cut."""
    for name, links in (("chords", chords), ("all", everyone)):
        if name not in kinds():
            register(name, links, hub)
    graph = build(kind, n)
    centre, *others = graph
    left = set(others[: n // 2])
    cut = [(a, b) for a, b in graph.edges if centre not in (a, b) and (a in left) != (b in left)]
    return Situation(graph, cut)


def chords(agents: tuple[str, ...]) -> list[Link]:
    """A ring in which each agent is also linked to the next but one: 2 n links."""
    return [(agents[i], agents[(i + step) % len(agents)]) for i in range(len(agents)) for step in (1, 2)]


def everyone(agents: tuple[str, ...]) -> list[Link]:
    """Everyone linked to everyone, as in a full mesh."""
    return [(a, b) for i, a in enumerate(agents) for b in agents[:i]]
