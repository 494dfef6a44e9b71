"""Exercise 1, with pencil and paper: figures of the topologies, and what a cut or one more link changes."""

from typing import Any

import networkx as nx

from labkit.network import Network, cut
from labkit.topology import build, fault_tolerance
from labkit.values import listed
from labkit.worksheet.exercises.networks import after_crashes, drawn, figures_of, longest_way
from labkit.worksheet.refuting import Refuted, Unusable, one_of, plain
from labkit.worksheet.step import Step
from labkit.worksheet.team import TEAM

KINDS = ("star", "mesh", "ring", "tree")
MEASURES = ("hops", "messages", "crashes", "cuts", "links_per_agent", "links")


def numbers(answer: Any, names: tuple[str, ...]) -> dict[str, int]:
    """The answer, if it is a table with one whole number for each of these names."""
    if type(plain(answer)) is not dict or set(answer) != set(names):
        raise Unusable("the answer is no table of names and numbers, with one number for each of these: "
                       f"{listed(f'“{name}”' for name in names)}")
    for name in names:
        if type(answer[name]) is not int:
            raise Unusable(f"the number for “{name}”, {answer[name]!r}, is not a whole number")
    return {name: answer[name] for name in names}


def _count_links(answer: Any) -> None:
    links = numbers(answer, KINDS)
    for kind in KINDS:
        graph = build(kind, TEAM)
        if links[kind] != graph.number_of_edges():
            raise Refuted(f"a {kind} of eight agents has another number of links than {links[kind]}", graph)


def _single_points(answer: Any) -> None:
    if type(plain(answer)) not in (list, tuple, set) or not all(type(name) is str for name in answer):
        raise Unusable('the answer is no list of names: give one, such as ["coder", "clerk"]')
    graph = build("tree", TEAM)
    points = fault_tolerance(graph).articulation_points
    for name in answer:
        if name not in TEAM:
            raise Unusable(f"no agent of the team is called {name}")
    for name in TEAM:
        rest = after_crashes(graph, name)
        if name in answer and name not in points:
            raise Refuted(f"if {name} crashes, the seven others still reach each other", rest)
        if name in points and name not in answer:
            alone = rest.partitions()[-1]
            raise Refuted(f"an agent is missing: its crash separates {listed(alone)} from the rest", rest)


def _longest_way(answer: Any) -> None:
    hops = numbers(answer, KINDS)
    for kind in KINDS:
        graph = build(kind, TEAM)
        far = longest_way(graph)
        if hops[kind] < far:
            one, other = next(pair for pair, way in _ways(graph) if way == far)
            raise Refuted(f"in the {kind}, {one} and {other} have a longer way than {hops[kind]}", graph)
        if hops[kind] > far:
            raise Refuted(f"in the {kind}, no two agents need as many as {hops[kind]} hops", graph)


def _ways(graph: "nx.Graph[str]") -> list[tuple[tuple[str, str], int]]:
    """All pairs of agents with the hops between them."""
    found = dict(nx.all_pairs_shortest_path_length(graph))
    return [((one, other), found[one][other]) for one in TEAM for other in TEAM]


CUTS = ("it falls apart", "one agent is alone", "two halves of four")


def _two_cuts(answer: Any) -> None:
    ways = numbers(answer, CUTS)
    ring = build("ring", TEAM)
    links = list(ring.edges)
    pairs = [Network(ring).after(*cut(*one), *cut(*other)) for i, one in enumerate(links) for other in links[:i]]
    sizes = [sorted(map(len, network.partitions())) for network in pairs]
    shapes = {CUTS[0]: [size for size in sizes if len(size) > 1], CUTS[1]: [size for size in sizes if size[0] == 1],
              CUTS[2]: [size for size in sizes if size == [4, 4]]}
    for name, found in shapes.items():
        if ways[name] != len(found):
            shown = pairs[sizes.index(found[0])]
            more = "more" if ways[name] < len(found) else "fewer"
            raise Refuted(f"“{name}” is true after {more} than {ways[name]} of the 28 pairs of cuts", shown)


def _one_more_link(answer: Any) -> None:
    if type(plain(answer)) is not dict or set(answer) != {"better", "worse"}:
        raise Unusable('the answer is no table with a list for "better" and one for "worse"')
    star = build("star", TEAM)
    more = drawn(TEAM, [*star.edges, ("coder", "tester")])
    for side in ("better", "worse"):
        named = answer[side] if type(answer[side]) in (list, tuple, set) else [answer[side]]
        answer = {**answer, side: {one_of(name, MEASURES, "a figure that you name") for name in named}}
    before, after = figures_of(star), figures_of(more)
    for name in MEASURES:
        told = [side for side in ("better", "worse") if name in answer[side]]
        changed = after[name] - before[name]
        true = [] if not changed else ["better" if (changed > 0) == (name in ("crashes", "cuts")) else "worse"]
        if told != true:
            raise Refuted(f"“{name}” is {before[name]} without the new link and {after[name]} with it, "
                          f"so it {'gets ' + true[0] if true else 'does not change'}", more)


def _halves(answer: Any) -> None:
    told = numbers(answer, HALVES)
    mesh = build("mesh", TEAM)
    network = Network(mesh).after(*(
        event for a in TEAM[:4] for b in TEAM[4:] if (a, b) != (TEAM[0], TEAM[4]) for event in cut(a, b)
    ))
    faults = fault_tolerance(network.two_way())
    true = dict(zip(HALVES, (len(network.partitions()), len(faults.articulation_points), len(faults.bridges)),
                    strict=True))
    for name in HALVES:
        if told[name] != true[name]:
            raise Refuted(f"the number of {name} is not {told[name]}: crash agents and cut links in the network, one "
                          "at a time", network)


HALVES = ("partitions", "agents whose crash splits it", "links whose cut splits it")

COUNT_LINKS = Step(
    "count the links", 1,
    "The team has eight agents. How many links has each topology? Count by hand. (In the tree each agent has up to two "
    "others below it.)", "figure",
    blank='links = {"star": ..., "mesh": ..., "ring": ..., "tree": ...}',
    solution='links = {"star": 7, "mesh": 28, "ring": 8, "tree": 7}',
    because="A star and a tree of n agents have n − 1 links: each agent but the first is joined by one. A ring has "
    "n. In a mesh each of n agents has a link to n − 1 others, and each link was counted twice: n(n − 1)/2.",
    hints=("Draw three agents, then add one. How many links does the new one bring?",
           "In the mesh each of the eight has seven links, and each link has two ends."),
    judge=_count_links,
)

SINGLE_POINTS = Step(
    "single points of a tree", 1,
    "The team as a tree: below planner are coder and tester, below coder are writer and reviewer, below tester are "
    "searcher and mailer, and below writer is clerk. Which agents are single points of failure, that is, whose crash "
    "alone separates some of the others from the rest? List their names.", "figure",
    blank="points = [...]",
    solution='points = ["planner", "coder", "tester", "writer"]',
    because="An agent of a tree with somebody below it and anybody else beside that is a single point of failure: all "
    "ways between the two lead through it. Only the leaves, here reviewer, searcher, mailer and clerk, may go.",
    hints=("Draw the tree and cover one agent with a finger. Can the seven others still reach each other?",
           "Go from agent to agent. An agent at the end of a branch separates nobody.",
           "There are four, and planner is one of them."),
    judge=_single_points,
)

LONGEST_WAY = Step(
    "longest way", 1,
    "How many hops lie between the two agents of the team that are farthest apart? Give the number for each topology. "
    "(The tree is that of the step before.)", "figure",
    blank='hops = {"star": ..., "mesh": ..., "ring": ..., "tree": ...}',
    solution='hops = {"star": 2, "mesh": 1, "ring": 4, "tree": 5}',
    because="Mesh: everyone is next to everyone. Star: to the hub and on. Ring: halfway round, for the other direction "
    "would be longer. Tree: from clerk three hops up to planner, and two down to searcher or mailer.",
    hints=("A hop is a step over one link. Between two agents the shortest way counts.",
           "On the ring a message may go either way round.",
           "In the tree the two lie on different sides of planner. How deep is each side?"),
    judge=_longest_way,
)

TWO_CUTS = Step(
    "two cuts in a ring", 1,
    "A ring of eight has 28 pairs of links. Both links of a pair are cut. For how many of the 28 pairs does the team "
    "fall apart? For how many is one agent alone on its side, and for how many are there two halves of four?", "figure",
    blank='ways = {"it falls apart": ..., "one agent is alone": ..., "two halves of four": ...}',
    solution='ways = {"it falls apart": 28, "one agent is alone": 8, "two halves of four": 4}',
    because="After one cut the ring is a line, and each of its links is a bridge. So any second cut splits it: 28 of "
    "28. Alone is an agent whose own two links are cut, eight ways. Halves come from cuts that lie opposite each "
    "other, and eight links make four such pairs.",
    hints=("Cut one link. What shape is left, and what does any further cut do to it?",
           "An agent is alone if both of its own links are cut. How many agents are there?",
           "For two halves the cut links lie opposite each other. Do not count a pair twice."),
    judge=_two_cuts, stretch=True,
)

ONE_MORE_LINK = Step(
    "one more link", 1,
    "The team as a star, with planner in the middle. Now coder and tester get a link of their own. Which figures get "
    "better, which get worse? Choose from hops (of the longest way), messages (of a broadcast), crashes and cuts (that "
    "the team survives for sure), links_per_agent (of the busiest one) and links. Name none that stays as it is.",
    "prediction",
    blank='effect = {"better": [...], "worse": [...]}',
    solution='effect = {"better": [], "worse": ["messages", "links"]}',
    because="Nothing gets better: the longest way stays at two hops, and planner stays the single point of failure. A "
    "flood takes 9 messages where 7 did, and there are 8 links to keep alive. More links are not always better; it "
    "depends on where they are.",
    hints=("Who is still lost if planner crashes? And mailer, if its one link is cut?",
           "A flood sends 2 × links − (agents − 1) messages.",
           "Four of the six figures stay as they are."),
    judge=_one_more_link, stretch=True,
)

TWO_HALVES = Step(
    "two halves and a bridge", 1,
    "The mesh of the team loses links until two halves of four are left, each half still a mesh, and one link between "
    "planner and reviewer joins them. How many partitions are there? How many agents, and how many links, could split "
    "the team on their own?", "figure",
    blank='halves = {"partitions": ..., "agents whose crash splits it": ..., "links whose cut splits it": ...}',
    solution='halves = {"partitions": 1, "agents whose crash splits it": 2, "links whose cut splits it": 1}',
    because="All is connected, so there is one partition and no alarm. Yet the bridge and each of its two ends is a "
    "single point of failure. A connected network is not yet a healthy one.",
    hints=("A partition is a group of agents that reach each other. Does one link count?",
           "planner has three neighbours in its half and reviewer in the other. What if planner crashes?"),
    judge=_halves, stretch=True,
)
