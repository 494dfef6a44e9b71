"""Answers to exercise 1, right and wrong: each is the text of a cell; a wrong one with words of the reason."""

from typing import NamedTuple


class Tried(NamedTuple):
    """right: other solutions than the lab's. wrong: cell → words that the refutation must contain; at least four."""

    right: tuple[str, ...]
    wrong: dict[str, str]


BY_HAND = {
    "count the links": Tried(
        right=('links = dict(tree=8 - 1, ring=8, mesh=8 * 7 // 2, star=7)',),
        wrong={
            'links = {"star": 8, "mesh": 28, "ring": 8, "tree": 7}': "a star of eight",
            'links = {"star": 7, "mesh": 56, "ring": 8, "tree": 7}': "a mesh of eight",
            'links = {"star": 7, "mesh": 28, "ring": 7, "tree": 7}': "a ring of eight",
            'links = {"star": 7, "mesh": 28, "ring": 8, "tree": 8}': "a tree of eight",
            'links = {"star": 7, "mesh": 28, "ring": 8}': "one number for each",
            'links = 28': "one number for each",
            'links = {"star": 7.0, "mesh": 28, "ring": 8, "tree": 7}': "not a whole number",
            'links = {"star": 7, "mesh": 28, "ring": 8, "tree": type("Any", (int,), {"__eq__": lambda *a: True})()}':
                "type Any",
        },
    ),
    "single points of a tree": Tried(
        right=('points = {"writer", "tester", "coder", "planner"}',
               'points = ("coder", "tester", "planner", "writer")'),
        wrong={
            'points = ["planner"]': "its crash separates",
            'points = ["planner", "coder", "tester"]': "separates clerk from the rest",
            'points = ["planner", "coder", "tester", "writer", "clerk"]': "if clerk crashes",
            'points = ["coder", "tester", "writer"]': "an agent is missing",
            'points = ["planner", "coder", "tester", "writer", "reviewer"]': "if reviewer crashes",
            'points = ["root"]': "no agent of the team is called root",
            'points = "planner"': "no list of names",
            'points = 4': "the answer is no list of names: give one",
        },
    ),
    "longest way": Tried(
        right=('hops = dict(star=1 + 1, mesh=1, ring=8 // 2, tree=3 + 2)',),
        wrong={
            'hops = {"star": 2, "mesh": 1, "ring": 7, "tree": 5}': "in the ring, no two agents need as many as 7",
            'hops = {"star": 1, "mesh": 1, "ring": 4, "tree": 5}': "in the star",
            'hops = {"star": 2, "mesh": 1, "ring": 4, "tree": 3}': "in the tree, searcher and clerk",
            'hops = {"star": 2, "mesh": 1, "ring": 4, "tree": 6}': "in the tree, no two agents need as many as 6",
            'hops = {"star": 2, "mesh": 0, "ring": 4, "tree": 5}': "in the mesh",
            'hops = {"star": 2, "mesh": 1, "ring": 3, "tree": 5}': "in the ring",
            'hops = {"ring": 4}': "one number for each",
        },
    ),
    "two cuts in a ring": Tried(
        right=('ways = dict(zip(("it falls apart", "one agent is alone", "two halves of four"), (8 * 7 // 2, 8, 4)))',),
        wrong={
            'ways = {"it falls apart": 0, "one agent is alone": 8, "two halves of four": 4}': "more than 0 of the 28",
            'ways = {"it falls apart": 20, "one agent is alone": 8, "two halves of four": 4}': "“it falls apart”",
            'ways = {"it falls apart": 28, "one agent is alone": 0, "two halves of four": 4}': "“one agent is alone”",
            'ways = {"it falls apart": 28, "one agent is alone": 16, "two halves of four": 4}': "fewer than 16",
            'ways = {"it falls apart": 28, "one agent is alone": 8, "two halves of four": 8}': "“two halves of four”",
            'ways = {"it falls apart": 28, "one agent is alone": 8, "two halves of four": 1}': "more than 1",
            'ways = [28, 8, 4]': "one number for each",
        },
    ),
    "choose and say why": Tried(
        right=('choice = {"the team": ("mesh", "A"), "the news desk": ("star", "B")}',
               'choice = {"the news desk": ["star", "B"], "the team": ["ring", "A"]}',
               'choice = {"the news desk": ("Star", "(b)"), "the team": ("ring", "a")}'),
        wrong={
            'choice = {"the team": ("star", "A"), "the news desk": ("star", "B")}':
                "a star does not meet the needs of the team: the crash",
            'choice = {"the team": ("hybrid", "A"), "the news desk": ("star", "B")}':
                "a hybrid does not meet the needs of the team",
            'choice = {"the team": ("ring", "E"), "the news desk": ("star", "B")}': "did not ask for that",
            'choice = {"the team": ("mesh", "E"), "the news desk": ("star", "B")}': "not true of a mesh",
            'choice = {"the team": ("ring", "A"), "the news desk": ("mesh", "D")}':
                "a broadcast takes 49 messages",
            'choice = {"the team": ("ring", "A"), "the news desk": ("tree", "C")}':
                "its longest way has 5 hops",
            'choice = {"the team": ("ring", "A"), "the news desk": ("star", "C")}': "the news desk did not ask",
            'choice = {"the team": ("ring", "A"), "the news desk": ("star", "A")}': "not true of a star",
            'choice = {"the team": "ring", "the news desk": "star"}': "a topology and a reason",
            'choice = ("ring", "A")': "not two pairs",
            'choice = {"the team": ("ring", ["A"]), "the news desk": ("star", "B")}': "the reason for the team is",
        },
    ),
    "one more link": Tried(
        right=('effect = dict(worse=("links", "messages"), better=())',),
        wrong={
            'effect = {"better": ["hops"], "worse": ["messages", "links"]}': "“hops” is 2 without the new link and 2",
            'effect = {"better": ["crashes"], "worse": ["messages", "links"]}': "“crashes” is 0",
            'effect = {"better": ["cuts"], "worse": ["links"]}': "“messages” is 7 without the new link and 9 with it",
            'effect = {"better": ["messages"], "worse": ["links"]}': "so it gets worse",
            'effect = {"better": [], "worse": ["messages", "links", "links_per_agent"]}': "“links_per_agent” is 7",
            'effect = {"better": [], "worse": ["messages"]}': "“links” is 7 without the new link and 8",
            'effect = {"better": [], "worse": ["latency"]}': "is “latency”, which is none of these: “hops”",
            'effect = ["messages", "links"]': 'a list for "better"',
        },
    ),
    "two halves and a bridge": Tried(
        right=('halves = {"links whose cut splits it": 1, "agents whose crash splits it": 2, "partitions": 1}',),
        wrong={
            'halves = {"partitions": 2, "agents whose crash splits it": 2, "links whose cut splits it": 1}':
                "the number of partitions is not 2",
            'halves = {"partitions": 1, "agents whose crash splits it": 0, "links whose cut splits it": 1}':
                "the number of agents whose crash splits it is not 0",
            'halves = {"partitions": 1, "agents whose crash splits it": 1, "links whose cut splits it": 1}':
                "the number of agents whose crash splits it is not 1",
            'halves = {"partitions": 1, "agents whose crash splits it": 2, "links whose cut splits it": 0}':
                "the number of links whose cut splits it is not 0",
            'halves = {"partitions": 1, "agents whose crash splits it": 8, "links whose cut splits it": 1}':
                "the number of agents whose crash splits it is not 8",
            'halves = (1, 2, 1)': "one number for each",
        },
    ),
}

BY_CODE = {
    "tree": Tried(
        right=("""
def tree(agents, children):
    links, waiting = [], list(agents[1:])
    row = list(agents[:1])
    while waiting:
        parent = row.pop(0)
        for child in waiting[:children]:
            links.append((child, parent))
            row.append(child)
        waiting = waiting[children:]
    return links
""", """
def tree(agents, children):
    for place, agent in enumerate(agents):
        if place:
            yield [agent, agents[(place + children - 1) // children - 1]]
"""),
        wrong={
            """
def tree(agents, children):
    return [(agents[i // children], agents[i]) for i in range(1, len(agents))]
""":
                "two different agents",
            """
def tree(agents, children):
    return [(agents[(i - 1) // children], agents[i]) for i in range(len(agents))]
""":
                "two different agents",
            "def tree(agents, children):\n    return [(agents[0], agent) for agent in agents[1:]]":
                "with 3 agents and at most 1 directly below each, a has 2 directly below it",
            "def tree(agents, children):\n    return list(zip(agents, agents[1:]))":
                "with 3 agents and at most 2 directly below each, c is 2 hops below the root",
            """
def tree(agents, children):
    return [(agents[(i - 1) // 2], agents[i]) for i in range(1, len(agents))]
""":
                "with 3 agents and at most 1 directly below each, a has 2",
            """
def tree(agents, children):
    return [(agents[max(0, i - children)], agents[i]) for i in range(1, len(agents))]
""":
                "directly below",
            """
def tree(agents, children):
    links = [(agents[(i - 1) // children], agents[i]) for i in range(1, len(agents))]
    links.append((agents[-1], agents[0]))
    return links
""": "with the agent a, your function gives the link (a, a)",
            "def tree(agents, children):\n    return [((i - 1) // children, i) for i in range(1, len(agents))]":
                "a pair of two different agents of the list",
            """
def tree(agents, children):
    [(agents[(i - 1) // children], agents[i]) for i in range(1, len(agents))]
""":
                "is a return missing",
            """
def tree(agents, children):
    from itertools import combinations
    return list(combinations(agents[:children + 1], 2))
""": "no way leads from",
        },
    ),
    "team topology": Tried(
        right=("""
def team_topology(agents):
    first, second, *others = agents
    return [(first, second), *((hub, one) for hub in (first, second) for one in others)]
""", """
def team_topology(agents):
    n = len(agents)
    for i in range(n):
        for j in range(i):
            if i - j in (1, 4, n - 4, n - 1):
                yield agents[i], agents[j]
"""),
        wrong={
            "def team_topology(agents):\n    return [(agents[0], agent) for agent in agents[1:]]":
                "with 3 agents, no way leads from b to c if a crashes",
            """
def team_topology(agents):
    n = len(agents)
    return [(agents[i], agents[(i + 1) % n]) for i in range(n)]
""": "with 8 agents the longest way is 4 hops",
            """
def team_topology(agents):
    return [(a, b) for i, a in enumerate(agents) for b in agents[:i]]
""": "with 6 agents there are 15 links, and at most 12",
            """
def team_topology(agents):
    n = len(agents)
    return [(agents[i], agents[(i + step) % n]) for i in range(n) for step in (1, 2)]
""": "with 14 agents the longest way is 4 hops",
            """
def team_topology(agents):
    n = len(agents)
    return [(agents[i], agents[(i + step) % n]) for i in range(n) for step in (1, 3)]
""": "two different agents",
            "def team_topology(agents):\n    return [(agents[(i - 1) // 3], agents[i]) for i in range(1, len(agents))]":
                "with 3 agents, no way leads from b to c if a crashes",
            """
def team_topology(agents):
    links = []
    for i in range(8):
        links.append((agents[i], agents[(i + 1) % 8]))
        links.append((agents[i], agents[(i + 3) % 8]))
    return links
""": "stops with an error",
            """
def team_topology(agents):
    hubs, links = agents[:3], []
    for agent in agents[3:]:
        links += [(hub, agent) for hub in hubs[:2]]
    return links + [(hubs[0], hubs[1]), (hubs[1], hubs[2])]
""": "if b crashes",
        },
    ),
    "ring with chords": Tried(
        right=("""
def ring_with_chords(agents):
    n = len(agents)
    if n % 2 == 0 and n >= 6:
        inner, outer = agents[: n // 2], agents[n // 2 :]
        rings = [(ring[i], ring[(i + 1) % len(ring)]) for ring in (inner, outer) for i in range(len(ring))]
        return rings + list(zip(inner, outer))
    links = {(i, (i + 1) % n) for i in range(n)} | {(i, i + n // 2) for i in range(n - n // 2)}
    return [(agents[i], agents[j]) for i, j in links]
""",),
        wrong={
            """
def ring_with_chords(agents):
    n = len(agents)
    return [(agents[i], agents[(i + 1) % n]) for i in range(n)]
""": "with 4 agents, no way leads from b to d if a and c crash",
            """
def ring_with_chords(agents):
    n = len(agents)
    return [(agents[i], agents[(i + step) % n]) for i in range(n) for step in (1, 2)]
""": "with 5 agents there are 10 links, and at most 8",
            """
def ring_with_chords(agents):
    n = len(agents)
    ring = [(agents[i], agents[(i + 1) % n]) for i in range(n)]
    return ring + [(agents[i], agents[(i + n // 2) % n]) for i in range(n // 2)]
""": "with 5 agents, no way leads",
            """
def ring_with_chords(agents):
    n = len(agents)
    ring = [(agents[i], agents[(i + 1) % n]) for i in range(n)]
    return ring + [(agents[0], agent) for agent in agents[2:-1]]
""": "if a and c crash",
            """
def ring_with_chords(agents):
    n = len(agents)
    return [(a, b) for i, a in enumerate(agents) for b in agents[:i]]
""": "with 5 agents there are 10 links",
            """
def ring_with_chords(agents):
    n = len(agents)
    ring = [(agents[i], agents[(i + 1) % n]) for i in range(n)]
    return ring + [(agents[i], agents[(i + 2) % n]) for i in range(0, n, 2)]
""": "no way leads from",
        },
    ),
    "single points of failure": Tried(
        right=("""
import networkx as nx

def single_points(agents, links):
    graph = nx.Graph(list(links))
    return set(nx.articulation_points(graph))
""", """
def single_points(agents, links):
    def reached(start, without):
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            for link in links:
                if here in link:
                    there = link[0] if link[1] == here else link[1]
                    if there not in seen and there != without:
                        seen.add(there)
                        waiting.append(there)
        return seen
    return [x for x in agents if any(reached(a, None) - {x} != reached(a, x) for a in agents if a != x
                                     and x in reached(a, None))]
"""),
        wrong={
            """
def single_points(agents, links):
    return [agent for agent in agents if sum(agent in link for link in links) > 1]
""": "with 3 agents and the links a–b, a–c, b–c, your function names a",
            """
def parts(agents, links):
    table = {agent: [] for agent in agents}
    for a, b in links:
        if a in table and b in table:
            table[a].append(b)
            table[b].append(a)
    return len(partitions(agents, table))

def single_points(agents, links):
    return [x for x in agents if parts([agent for agent in agents if agent != x], links) > 1]
""": "with 3 agents and no links, your function names a",
            """
def single_points(agents, links):
    count = {agent: sum(agent in link for link in links) for agent in agents}
    return [agent for agent in agents if count[agent] == max(count.values())]
""": "with 1 agent and no links, your function names a",
            "def single_points(agents, links):\n    return []": "leaves out a, whose crash splits the others",
            """
def single_points(agents, links):
    table = {agent: [] for agent in agents}
    for a, b in links:
        table[a].append(b)
    return [agent for agent in agents if len(partitions(agents, table, "any")) > 1]
""": "with 2 agents and no links, your function names a",
            """
def single_points(agents, links):
    ends = [end for link in links for end in link]
    leaves = {agent for agent in agents if ends.count(agent) == 1}
    return [a for a in agents if any(a in link and leaves & (set(link) - {a}) for link in links)]
""": "with 2 agents and the link a–b, your function names a",
            """
def single_points(agents, links):
    table = {a: [b for b in agents if (a, b) in links] for a in agents}
    found = []
    for agent in agents:
        others = [other for other in agents if other != agent]
        if len(partitions(others, table)) > len(partitions(agents, table)):
            found.append(agent)
    return found
""": "stops with an error",
            """
def single_points(agents, links):
    for agent in agents:
        linked = [link for link in links if agent in link]
        if len(linked) == len(links) and len(links) > 1:
            return [agent]
    return []
""": "leaves out",
        },
    ),
}

ANSWERS = {**BY_HAND, **BY_CODE}
