"""The five topologies of the lesson as networkx graphs with positions, and a registry for your own.

A shape is a function from agent names to links; `build` checks the names and adds the positions.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import sqrt
from typing import Any

import networkx as nx

from labkit.topology import layout
from labkit.values import agent_names, expect, listed

Links = Iterable[tuple[str, str]]
Agents = Sequence[str]

SMALLEST, LARGEST = 2, 200


@dataclass(frozen=True)
class Shape:
    """How a kind of topology links its agents and where it draws them."""

    links: Callable[..., Links]
    places: Callable[..., layout.Positions]
    own: bool = False  # registered by a user

    def options(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.links).parameters)[1:]


def build(kind: str, agents: int | Agents, **options: Any) -> "nx.Graph[str]":
    """A network of that kind: its nodes are agents with a `pos`, its edges are links.

    agents: how many (2 to 200; they are named a, b, c …) or their names. The first agent is the hub or the root.
    options: `branching` of a tree (default 2); `backbone`, `cluster` and `clusters` of a hybrid (default: a ring of
    about √n stars); relay=False if agents do not forward messages for others.
    Raises ValueError for an unknown kind or option, or a number out of range.
    """
    expect(kind, str, "a topology is called by its name, build('ring', 8)")
    shape = shape_of(kind)
    names = _named(agents)
    relay = options.pop("relay", True)
    for option in options:
        if option not in shape.options():
            has = f"its options are {listed(shape.options())}" if shape.options() else "it has no options"
            raise ValueError(f"a {kind} has no option {option!r}: {has}")
    graph: nx.Graph[str] = nx.Graph(kind=kind, options=dict(options))
    if not isinstance(relay, bool):
        raise ValueError(f"relay={relay!r}: choose True (agents forward messages for others) or False")
    if not relay:
        graph.graph["relay"] = False
    graph.add_nodes_from(names)
    most = len(names) ** 2
    for number, (a, b) in enumerate(shape.links(names, **options)):
        if number > most:
            raise ValueError(f"topology {kind!r} gives more than {most:,} links for {len(names)} agents: let it end")
        if a == b or a not in graph or b not in graph:
            raise ValueError(f"topology {kind!r} links {a!r} to {b!r}: link two different agents of its list")
        graph.add_edge(a, b)
    places = shape.places(names, **options)
    if missing := [name for name in names if name not in places]:
        raise ValueError(f"topology {kind!r} has no place for {listed(map(repr, missing))}: give each agent an (x, y)")
    nx.set_node_attributes(graph, {name: places[name] for name in names}, "pos")
    return graph


def kinds() -> tuple[str, ...]:
    """The topologies that `build` knows, the lesson's five first."""
    return tuple(SHAPES)


def register(
    kind: str, links: Callable[..., Links], places: Callable[..., layout.Positions] = layout.circle
) -> None:
    """Add a topology of your own, e.g. register("line", lambda agents: zip(agents, agents[1:])).

    links: names → pairs of names. places: names → {name: (x, y)} within -1 … 1 (default: a circle).
    """
    expect(kind, str, "the name of a topology is a text")
    for rule in (links, places):
        expect(rule, Callable, "links and places are functions of the names of the agents")
    if kind in SHAPES and not SHAPES[kind].own:
        raise ValueError(f"{kind!r} is one of the lesson's own topologies: register yours under another name")
    SHAPES[kind] = Shape(links, places, own=True)


def _named(agents: int | Agents) -> Agents:
    """The names of that many agents, or the given names; ValueError for a number that cannot be drawn."""
    if isinstance(agents, int) and not isinstance(agents, bool):
        check_size(agents)  # before any name is made: somebody will type 1000000000
    names = agent_names(agents)
    check_size(len(names))
    return names


def check_size(agents: int) -> None:
    """ValueError for a number of agents that cannot be drawn legibly."""
    if not SMALLEST <= agents <= LARGEST:
        raise ValueError(
            f"a network to look at has {SMALLEST} to {LARGEST} agents, not {agents}: choose a number in between"
        )


def shape_of(kind: str) -> Shape:
    if kind not in SHAPES:
        raise ValueError(f"there is no topology {kind!r}: choose one of {listed(SHAPES, most=20)}")
    return SHAPES[kind]


def _star(agents: Agents) -> Links:
    return [(agents[0], spoke) for spoke in agents[1:]]


def _mesh(agents: Agents) -> Links:
    return combinations(agents, 2)


def _ring(agents: Agents) -> Links:
    closing = [(agents[-1], agents[0])] if len(agents) > 2 else []
    return [*pairwise(agents), *closing]


def _tree(agents: Agents, branching: int = 2) -> Links:
    return [(agents[parent], agents[i]) for i, parent in enumerate(_parents(agents, branching)) if i]


def _parents(agents: Agents, branching: int) -> list[int]:
    """The index of each agent's parent, rows filled from left to right; the root is its own parent."""
    if isinstance(branching, bool) or not isinstance(branching, int) or branching < 1:
        raise ValueError(f"branching={branching!r}: each agent of a tree has 1, 2, 3 … children")
    return [max(0, (i - 1) // branching) for i in range(len(agents))]


def _place_tree(agents: Agents, branching: int = 2) -> layout.Positions:
    return layout.tree(agents, _parents(agents, branching))


def _hybrid(agents: Agents, backbone: str = "ring", cluster: str = "star", clusters: int | None = None) -> Links:
    groups = _groups(agents, backbone, cluster, clusters)
    gateways = [group[0] for group in groups]
    links = list(shape_of(backbone).links(gateways)) if len(gateways) > 1 else []
    for group in groups:
        links += shape_of(cluster).links(group) if len(group) > 1 else []
    return links


def _place_hybrid(
    agents: Agents, backbone: str = "ring", cluster: str = "star", clusters: int | None = None
) -> layout.Positions:
    groups = _groups(agents, backbone, cluster, clusters)
    gateways = [group[0] for group in groups]
    centres = shape_of(backbone).places(gateways)
    links = [(gateways.index(a), gateways.index(b)) for a, b in shape_of(backbone).links(gateways)]
    inside = [shape_of(cluster).places(group) if len(group) > 1 else {group[0]: (0.0, 0.0)} for group in groups]
    return layout.clusters([centres[gateway] for gateway in gateways], links, inside)


def _groups(agents: Agents, backbone: str, cluster: str, clusters: int | None) -> list[Agents]:
    """The agents in that many groups of (nearly) equal size; the first of each group is its gateway."""
    if "hybrid" in (backbone, cluster):
        raise ValueError("a hybrid of hybrids would never end: choose another backbone and cluster")
    n = len(agents)
    count = max(2, round(sqrt(n))) if clusters is None else clusters
    if isinstance(count, bool) or not isinstance(count, int) or not 1 < count <= n:
        raise ValueError(f"clusters={clusters!r}: split {n} agents into 2 to {n} clusters")
    return [agents[i * n // count : (i + 1) * n // count] for i in range(count)]


SHAPES: dict[str, Shape] = {
    "star": Shape(_star, layout.hub),
    "mesh": Shape(_mesh, layout.circle),
    "ring": Shape(_ring, layout.folded_ring),
    "tree": Shape(_tree, _place_tree),
    "hybrid": Shape(_hybrid, _place_hybrid),
}
