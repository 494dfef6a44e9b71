"""Exercise 3, first part: the groups of a split network as seen from above, by hand and by a detector."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations, product
from typing import Any

import networkx as nx

from labkit.lesson import PartitionDetector
from labkit.network import Crash, Cut, Network
from labkit.values import listed
from labkit.worksheet.refuting import Refuted, Unusable, call, plain
from labkit.worksheet.step import Step
from labkit.worksheet.team import COUNCIL

Links = dict[str, list[str]]
ONE_WAY: Links = {"planner": ["coder"], "coder": ["tester"], "tester": ["planner", "writer"], "reviewer": ["writer"]}
VISITOR = "visitor"
IMPORTS = "from labkit.worksheet import Beating, Teammate"
PICTURE = "planner → coder → tester → planner, and tester → writer ← reviewer"


def shown(agents: Sequence[str], links: Links) -> Network | None:
    """These agents with these one-way links; other directions are cut, and a visitor is down: it passes nothing on.

    None for a single agent.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(agents)
    ways = [(a, b) for a, near in links.items() for b in near]
    graph.add_edges_from(ways)
    if len(graph) < 2:
        return None
    strangers = [Crash(name) for name in graph if name not in agents]
    return Network(graph).after(*(Cut(b, a) for a, b in ways if (b, a) not in ways), *strangers)


def _groups_by_hand(groups: Any) -> None:
    _compare("", COUNCIL, ONE_WAY, _as_groups(groups))


def _as_groups(groups: Any) -> list[list[str]]:
    """The groups as lists; Refuted for what are no groups of names."""
    lists = (list, tuple, set, frozenset)
    if type(plain(groups)) in lists and all(type(group) in lists for group in groups):
        named = [list(group) if type(group) in (list, tuple) else sorted(group, key=str) for group in groups]
        if all(type(name) is str for group in named for name in group):
            return named
    raise Unusable("the answer is no list of groups: give a list of lists of names")


def _compare(of: str, agents: Sequence[str], links: Links, found: list[list[str]]) -> None:
    """Refuted with what is wrong about these groups, if anything is.

    of: whose groups they are. "": found by hand, so in any order, and no picture gives them away.
    """
    reached = reach(agents, links)
    right = together(reached)
    if found == right:
        return
    if why := _why_wrong(agents, links, found):
        raise Refuted(f"the groups of {of} are wrong: {why}" if of else why, shown(agents, links) if of else None)
    if of:
        raise Refuted(f"the groups of {of} are right, but not sorted: {found} should be {right}", shown(agents, links))


def _why_wrong(agents: Sequence[str], links: Links, found: list[list[str]]) -> str:
    """What is wrong about these groups, whatever their order; "" if nothing is."""
    reached = reach(agents, links)
    told = [name for group in found for name in group]
    if strangers := [name for name in told if name not in agents]:
        return f"{strangers[0]} is in a group, but {strangers[0]} is no agent of the team"
    for group in found:
        for a, b in combinations(group, 2):
            for mute, deaf in ((a, b), (b, a)):
                if deaf not in reached[mute]:
                    if deaf in reach([*agents, VISITOR], links)[mute]:
                        return (f"{a} and {b} are put together, but only {VISITOR} is between them, and {VISITOR} is "
                                "no agent: it passes nothing on")
                    return f"{a} and {b} are put together, but nothing that {mute} sends reaches {deaf}"
    for name in agents:
        if told.count(name) > 1:
            return f"{name} is in more than one place, but each agent belongs to one group"
        if name not in told:
            return f"{name} is missing, but every agent belongs to a group, even if it is alone there"
    place = {name: number for number, group in enumerate(found) for name in group}
    for a, b in combinations(agents, 2):
        if place[a] != place[b] and b in reached[a] and a in reached[b]:
            return f"{a} and {b} are put apart, but each reaches the other"
    return ""


def reach(agents: Sequence[str], links: Links) -> dict[str, set[str]]:
    """For each agent those that its messages reach, itself included."""
    known = {a: {b for b in links.get(a, ()) if b in agents} for a in agents}
    reached = {}
    for start in agents:
        found, edge = {start}, [start]
        while edge:
            fresh = known[edge.pop()] - found
            found |= fresh
            edge += fresh
        reached[start] = found
    return reached


def together(reached: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups in which each reaches the others, as `partitions` is to return them."""
    groups = {tuple(sorted(b for b in near if a in reached[b])) for a, near in reached.items()}
    return sorted(map(list, groups), key=lambda group: (-len(group), group))


def _first_in_the_list(first: Any) -> None:
    if plain(first) not in COUNCIL:
        raise Unusable(f"the answer is not the name of one agent: choose one of {listed(COUNCIL)}")
    right = {frozenset(group) for group in together(reach(COUNCIL, ONE_WAY))}
    others = [name for name in COUNCIL if name != first]
    for order in permutations(others):
        found = PartitionDetector().detect_partition([first, *order], ONE_WAY)
        if {frozenset(group) for group in found} != right:
            raise Refuted(f"with {first} first, the detector puts {listed(found[0])} together: {first} takes along all "
                          "that it reaches, also those that do not reach it")


def _partitions(answer: Any) -> None:
    for agents, links in networks():
        table = {agent: list(near) for agent, near in links.items()}
        ways = [f"{a}→{b}" for a, near in links.items() for b in near]
        of = f"{listed(agents)} with {listed(ways, most=len(ways)) if ways else 'no links'}"
        found = plain(call(answer, list(agents), table, gives=(list, tuple), words="a list of groups"))
        if not all(type(group) in (list, tuple) for group in found):
            raise Unusable(f"the groups of {of} are not lists: a group is a sorted list of names")
        _compare(of, agents, links, _as_groups(found))


def networks() -> Iterator[tuple[Sequence[str], Links]]:
    """All networks of one to four agents with one-way links, all of five with two-way links; some with a visitor.

    Up to three agents are listed in order and in the opposite order.
    """
    for size in (1, 2, 3, 4):
        agents = tuple("abcd"[:size])
        ways = [(a, b) for a in agents for b in agents if a != b]
        for chosen in product((False, True), repeat=len(ways)):
            links = _table(agents, (way for way, taken in zip(ways, chosen, strict=True) if taken))
            yield agents, links
            if 1 < size < 4:
                yield agents[::-1], links
        yield from ((agents, links) for links in _with_visitor(agents))
    pairs = list(combinations("abcde", 2))
    for chosen in product((False, True), repeat=len(pairs)):
        joined = [pair for pair, taken in zip(pairs, chosen, strict=True) if taken]
        yield tuple("abcde"), _table("abcde", [way for a, b in joined for way in ((a, b), (b, a))])


def _with_visitor(agents: Sequence[str]) -> Iterator[Links]:
    """A neighbour that is no agent: at the end of a link; with links of its own; and an agent that sends to nobody."""
    yield {agents[0]: [VISITOR]}
    if len(agents) > 1:
        yield {agent: [VISITOR] for agent in agents} | {VISITOR: list(agents)}


def _table(agents: Iterable[str], ways: Iterable[tuple[str, str]]) -> Links:
    table: dict[str, list[str]] = {agent: [] for agent in agents}
    for a, b in ways:
        table[a].append(b)
    return table


WALK = """def walk(start, connectivity):
    found = [start]
    for agent in found:  # also those that are added below
        found += [near for near in connectivity.get(agent, []) if near not in found]
    return found

def partitions(agents, connectivity):
"""
ENTRIES = "for each agent, which agents it sends to (every agent has an entry, strangers have none)"
SORTED = "    return sorted(map(list, groups), key=lambda group: (-len(group), group))"

STEPS = (
    Step(
        "groups by hand", 3,
        f"Five agents have links that carry messages one way only: {PICTURE}. Two agents are together if each can "
        "reach the other, directly or through others. Write down the groups; every agent is in exactly one.", "figure",
        blank="groups = [...]  # a list of lists of names",
        solution='groups = [["planner", "coder", "tester"], ["writer"], ["reviewer"]]',
        because="planner, coder and tester send to each other in a circle, so each reaches the other two. writer only "
        "receives, and reviewer only sends: neither can ask a question and hear the answer.",
        hints=("For each agent, write down all that its messages can reach, also through others.",
               "Then look for pairs in which each stands in the other's list. Who can answer writer?"),
        judge=_groups_by_hand, imports=IMPORTS, stretch=True,
    ),
    Step(
        "first in the list", 3,
        "The lesson's `PartitionDetector` puts the first agent of its list into a group with all that this agent "
        "reaches, then goes on with the first agent that is left. In the network of the step before, one agent must "
        "come first in the list for the detector to find the right groups. Which one?", "prediction",
        blank="first = ...  # the name of an agent",
        solution='first = "writer"',
        because="The detector follows the arrows in one direction, so the agent it starts with takes along even those "
        "that cannot answer. Only writer reaches nobody. A result that depends on the order of a list is not a "
        "property of the network.",
        hints=("Start with planner. Does the detector stop before it comes to writer?",
               "An agent that comes first must not take along anybody who does not reach it. Who reaches nobody?"),
        judge=_first_in_the_list, imports=IMPORTS, stretch=True,
    ),
    Step(
        "partitions", 3,
        "Complete `partitions(agents, connectivity)`. `agents` is a list of names. `connectivity` is a table with the "
        "names that each agent sends to; an agent that sends to nobody may be missing from it. The groups are those "
        "whose members all reach each other. A name that is not in `agents` is no agent: it belongs to no group and "
        "passes nothing on. What is given: `walk` returns all that can be reached from `start`, and the last line "
        "sorts the groups, the larger ones first.", "code",
        blank=f"""{WALK}    known = ...  # {ENTRIES}
    reached = {{a: walk(a, known) for a in agents}}
    groups = {{tuple(sorted(b for b in agents if ...)) for a in agents}}  # when are a and b together?
{SORTED}""",
        solution=f"""{WALK}    known = {{a: [b for b in connectivity.get(a, []) if b in agents] for a in agents}}
    reached = {{a: walk(a, known) for a in agents}}
    groups = {{tuple(sorted(b for b in agents if b in reached[a] and a in reached[b])) for a in agents}}
{SORTED}""",
        because="“Together” is now defined before anything is searched: in both directions. Then the answer depends on "
        "the network alone. Names that are no agents are removed first, because a visitor in a group looks like a "
        "majority that is not there. In graph theory these groups are the strongly connected components.",
        hints=("reached[a] holds all that a reaches. When are two agents together, in terms of reached?",
               "known is a table like connectivity, with every agent in it and no stranger: connectivity.get(a, []) "
               "is empty for an agent that is missing.",
               "A stranger in known connects agents that have no link: keep only those names that are in agents."),
        judge=_partitions, imports=IMPORTS,
    ),
)
