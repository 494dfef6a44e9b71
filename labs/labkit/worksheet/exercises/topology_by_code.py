"""Exercise 1, as functions: from the agents to their links, judged by what the network does when agents crash."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, permutations
from math import ceil
from typing import Any

import networkx as nx

from labkit.values import agent_names, listed
from labkit.worksheet.exercises.networks import after_crashes, drawn, longest_way, network_of
from labkit.worksheet.refuting import Refuted, call
from labkit.worksheet.step import Step

IMPORTS = "from labkit.network import partitions\n"
LARGEST_TREE, MOST_CHILDREN = 12, 4
Links = tuple[tuple[str, str], ...]
TEAMS = range(3, 17)  # sizes of which a design must be sound


def _tree(tree: Callable[..., Any]) -> None:
    for n in range(1, LARGEST_TREE + 1):
        for children in range(1, MOST_CHILDREN + 1):
            agents = agent_names(n)
            graph = network_of(tree, agents, children)
            when = f"with {_agents(n)} and at most {children} directly below each"
            _connected(graph, when)
            if graph.number_of_edges() != n - 1:
                raise Refuted(f"{when}, there are {graph.number_of_edges()} links, but a tree has one for each agent "
                              f"below the root, {n - 1}", graph)
            depth = nx.single_source_shortest_path_length(graph, agents[0])
            for agent in agents:
                below = sum(depth[near] > depth[agent] for near in graph[agent])
                if below > children:
                    raise Refuted(f"{when}, {agent} has {below} directly below it", graph)
            lowest = max(agents, key=lambda agent: depth[agent])
            if depth[lowest] > (flat := _levels(n, children)):
                raise Refuted(f"{when}, {lowest} is {depth[lowest]} hops below the root, but all fit in {flat}", graph)


def _levels(n: int, children: int) -> int:
    """How deep a tree of n agents must be."""
    room, levels = 1, 0
    while room < n:
        levels += 1
        room += children**levels
    return levels


def _ring_with_chords(rule: Callable[..., Any]) -> None:
    for n in TEAMS:
        graph = network_of(rule, agent_names(n))
        _survives(graph, 2)
        _at_most(graph, ceil(3 * n / 2))


def _team_topology(rule: Callable[..., Any]) -> None:
    for n in TEAMS:
        graph = network_of(rule, agent_names(n))
        _survives(graph, 1)
        _at_most(graph, 2 * n)
        if (far := longest_way(graph)) > 3:
            raise Refuted(f"with {_agents(n)} the longest way is {far} hops", graph)


def _connected(graph: "nx.Graph[str]", when: str) -> None:
    first = next(iter(graph))
    for agent in graph:
        if not nx.has_path(graph, first, agent):
            raise Refuted(f"{when}, no way leads from {first} to {agent}", graph)


def _survives(graph: "nx.Graph[str]", crashes: int) -> None:
    """Refuted if some set of that many agents or fewer splits the others by its crash."""
    _connected(graph, f"with {_agents(len(graph))}, all up")
    for number in range(1, crashes + 1):
        for down in combinations(graph, number):
            rest = graph.subgraph(agent for agent in graph if agent not in down)
            if rest and not nx.is_connected(rest):
                network = after_crashes(graph, *down)
                one, other = (group[0] for group in network.partitions()[:2])
                fall = f"{listed(down)} crash{'es' if number == 1 else ''}"
                raise Refuted(f"with {_agents(len(graph))}, no way leads from {one} to {other} if {fall}", network)


def _at_most(graph: "nx.Graph[str]", links: int) -> None:
    if graph.number_of_edges() > links:
        raise Refuted(f"with {_agents(len(graph))} there are {graph.number_of_edges()} links, and at most {links} "
                      "are allowed", graph)


def _agents(number: int) -> str:
    return f"{number} agent{'s' if number > 1 else ''}"


def _single_points(single_points: Callable[..., Any]) -> None:
    for agents, links in every_network(5):
        found = call(single_points, agents, links, gives=(list, tuple, set, frozenset), words="a list of agents")
        points = _points(links)
        if wrong := [name for name in agents if (name in found) != (name in points)]:
            told = ", ".join("–".join(link) for link in links)
            what = f"the link{'s' * (len(links) > 1)} {told}" if links else "no links"
            but = (f"your function leaves out {wrong[0]}, whose crash splits the others" if wrong[0] in points else
                   f"your function names {wrong[0]}, whose crash separates nobody")
            shown = after_crashes(drawn(agents, links), wrong[0]) if len(agents) > 1 else None
            raise Refuted(f"with {_agents(len(agents))} and {what}, {but}", shown)
        if strange := [name for name in found if name not in agents]:
            raise Refuted(f"your function names {strange[0]!r}, which is none of the agents")


@cache
def _points(links: Links) -> frozenset[str]:
    graph: nx.Graph[str] = nx.Graph(list(links))
    return frozenset(nx.articulation_points(graph))


def every_network(largest: int) -> Iterator[tuple[tuple[str, ...], Links]]:
    """Agents and links of all networks of fewer agents, and of that many one for each shape; few links come first."""
    for n in range(1, largest + 1):
        agents, seen = agent_names(n), set[frozenset[tuple[str, str]]]()
        pairs = [*combinations(agents, 2)]
        for number in range(len(pairs) + 1):
            for links in combinations(pairs, number):
                if n < largest:
                    yield agents, links
                elif frozenset(links) not in seen:
                    seen.update(_renamed(agents, links))
                    yield agents, links
                    yield agents, tuple((b, a) for a, b in reversed(links))


def _renamed(agents: tuple[str, ...], links: Links) -> Iterator[frozenset[tuple[str, str]]]:
    """The same shape with the agents in any other order."""
    for order in permutations(agents):
        new = dict(zip(agents, order, strict=True))
        yield frozenset((min(new[a], new[b]), max(new[a], new[b])) for a, b in links)


TREE = Step(
    "tree", 1,
    "Write `tree(agents, children)`: the links of a tree in which `agents[0]` is the root and each agent has at most "
    "`children` others directly below it. Make it as flat as possible. `agents` is a tuple of names, a link is a pair "
    "of names. It is tried with 1 to 12 agents and 1 to 4 children.", "code",
    blank="def tree(agents, children):\n    ...",
    solution='''def tree(agents, children):
    links = []
    for i in range(1, len(agents)):
        parent = (i - 1) // children
        links.append((agents[parent], agents[i]))
    return links''',
    because="The tree is filled row by row. Agent 0 takes agents 1 to c, agent 1 takes the next c, and so on. Read "
    "backwards: the parent of agent i is agent (i − 1) // c. Each agent but the root gets one link: n − 1 in all.",
    hints=("Each agent but agents[0] has one parent. So one loop over the others makes all links.",
           "Number the places of a tree with two children each, row by row. What is the parent of place 5, of 6, of 7?",
           "The parent of place i is (i − 1) // children."),
    judge=_tree, imports=IMPORTS, stretch=True,
)

TEAM_TOPOLOGY = Step(
    "team topology", 1,
    "Design the topology of your own team as `team_topology(agents)`. Its needs: whichever one agent crashes, the "
    "others still reach each other; the longest way is at most three hops; there are at most twice as many links as "
    "agents. All of it for teams of 3 to 16 agents. Many designs do. `agents` is a tuple of names; return a list of "
    "links.",
    "code",
    blank="def team_topology(agents):\n    ...",
    solution='''def team_topology(agents):
    n = len(agents)
    step = max(2, round(n**0.5))
    ring = [(agents[i], agents[(i + 1) % n]) for i in range(n)]
    if n < 5:
        return ring
    return ring + [(agents[i], agents[(i + step) % n]) for i in range(n)]''',
    because="A ring has no single point of failure, but it is long. Chords to the agent about √n places further on "
    "make it short: a few chords bring a message near, a few steps to the place. Each agent gives two links, so there "
    "are at most 2n. Another design: two hubs, each with a link to every other agent.",
    hints=("Which of the five topologies has no single point of failure and few links? What is wrong with it at 16?",
           "A ring may have chords: links from each agent to the one some places further on, counted modulo n. "
           "Or give a star a second hub.",
           "Try chords over 2, 3 and 4 places on 16 agents: measure(build(…)) or TopologyExplorer tells the hops. "
           "Small teams need no chords."),
    judge=_team_topology, imports=IMPORTS,
)

RING_WITH_CHORDS = Step(
    "ring with chords", 1,
    "Write `ring_with_chords(agents)`: a network that the crash of any two agents does not split, for 3 to 16 agents, "
    "with at most 3n/2 links (rounded up). Fewer are not enough: each agent needs three neighbours, and a link has two "
    "ends.", "code",
    blank="def ring_with_chords(agents):\n    ...",
    solution='''def ring_with_chords(agents):
    n = len(agents)
    half = (n + 1) // 2
    ring = [(agents[i], agents[(i + 1) % n]) for i in range(n)]
    return ring + [(agents[i], agents[(i + half) % n]) for i in range(half)]''',
    because="Two crashes cut a ring into two lines. A chord straight across joins each agent to the opposite side, so "
    "the two lines keep a link. With an odd number one agent has two chords. Harary showed in 1962 that no network "
    "does it with fewer links.",
    hints=("Two crashes cut a ring into two lines. Which chords join the two lines, whichever two agents crash?",
           "Link each agent to the one opposite. A link has two ends, so go only half-way round.",
           "For 5 agents: half is 3, and the chords start from agents 0, 1 and 2."),
    judge=_ring_with_chords, imports=IMPORTS, stretch=True,
)

SINGLE_POINTS = Step(
    "single points of failure", 1,
    "Write `single_points(agents, links)`: a list of the agents whose crash separates others that could reach each "
    "other before. The network may be in several parts to begin with. `partitions(agents, table)` of the lab gives the "
    "parts; the table says for each agent with whom it is linked. It is tried on all networks of up to four "
    "agents, and on every shape of five.",
    "code",
    blank="def single_points(agents, links):\n    ...",
    solution='''def parts(agents, links):
    table = {agent: [] for agent in agents}
    for a, b in links:
        if a in table and b in table:
            table[a].append(b)
            table[b].append(a)
    return len(partitions(agents, table))

def single_points(agents, links):
    found, before = [], parts(agents, links)
    for agent in agents:
        others = [other for other in agents if other != agent]
        if parts(others, links) > before:
            found.append(agent)
    return found''',
    because="Take each agent away and count the parts. An agent in the middle leaves more parts behind. One at an end "
    "leaves as many, and one that was alone leaves one part fewer.",
    hints=("Take one agent away with all its links, and count the parts of the rest. Compare with the parts before.",
           "If the number of parts rises, the agent was a single point of failure. Why is “more than one” not enough?",
           "partitions wants links in both directions: put b into the list of a, and a into the list of b."),
    judge=_single_points, imports=IMPORTS, stretch=True,
)
