"""Answers to the first half of exercise 3, right and wrong: the views from above and from inside."""

from answers_to_topology import Tried

WALK = """
def walk(start, connectivity):
    found, to_visit = {start}, [start]
    while to_visit:
        near = set(connectivity.get(to_visit.pop(), []))
        to_visit += near - found
        found |= near
    return found
"""
KNOWN = "{a: [b for b in connectivity.get(a, []) if b in agents] for a in agents}"


def groups_by(rule: str, *, known: str = KNOWN, key: str = "(-len(group), group)") -> str:
    """A detector that walks the known links and puts an agent a with those for which the rule holds."""
    return f"""{WALK}
def partitions(agents, connectivity):
    known = {known}
    reached = {{a: walk(a, known) for a in agents}}
    groups = {{tuple(sorted({rule})) for a in agents}}
    return sorted(map(list, groups), key=lambda group: {key})"""


STRONG = "b for b in reached[a] if a in reached[b]"


def watcher(silence: str, heard: str, gives: str = "return self.wait_for(sender)") -> str:
    return f"""
class Watcher(Beating):
    def silence(self, peer):
        self.suspects = {silence}

    def receive(self, sender, message):
        self.suspects = {heard}
        {gives}"""


def may_go_on(rule: str) -> str:
    return f"def may_go_on(members, reachable):\n    return {rule}"


FROM_ABOVE = {
    "groups by hand": Tried(
        right=('groups = [("writer",), {"reviewer"}, ["tester", "coder", "planner"]]',),
        wrong={
            'groups = [["planner", "coder", "tester", "writer"], ["reviewer"]]': "nothing that writer sends reaches",
            'groups = [["planner", "coder", "tester", "writer", "reviewer"]]': "are put together, but nothing that",
            'groups = [["planner", "coder", "tester"], ["writer", "reviewer"]]': "writer sends reaches reviewer",
            'groups = [["planner"], ["coder"], ["tester"], ["writer"], ["reviewer"]]': "each reaches the other",
            'groups = [["planner", "coder"], ["tester"], ["writer"], ["reviewer"]]': "are put apart, but each",
            'groups = [["planner", "coder", "tester"]]': "writer is missing, but every agent belongs to a group",
            'groups = [["writer"], ["reviewer"]]': "planner is missing, but every agent belongs to a group",
            'groups = [["planner", "coder", "tester", "writer"], ["reviewer", "writer"]]': "nothing that writer sends",
            'groups = [["planner", "coder", "tester"], ["writer"], ["writer"], ["reviewer"]]': "in more than one place",
            'groups = ["planner", "coder", "tester"]': "no list of groups",
        },
    ),
    "first in the list": Tried(
        right=('first = sorted(["writer", "reviewer"])[1]', 'first = "wri" + "ter"'),
        wrong={
            'first = "planner"': "planner takes along all that it reaches",
            'first = "coder"': "coder takes along all that it reaches",
            'first = "tester"': "tester takes along all that it reaches",
            'first = "reviewer"': "reviewer and writer",
            'first = "mailer"': "not the name of one agent",
        },
    ),
    "partitions": Tried(
        right=(
            "import networkx as nx\n\n"
            "def partitions(agents, connectivity):\n"
            "    graph = nx.DiGraph()\n"
            "    graph.add_nodes_from(agents)\n"
            "    graph.add_edges_from((a, b) for a in agents for b in connectivity.get(a, ()) if b in graph)\n"
            "    groups = [tuple(sorted(group)) for group in nx.strongly_connected_components(graph)]\n"
            "    return tuple(sorted(sorted(groups), key=len, reverse=True))",
            "def partitions(agents, connectivity):\n"
            "    reached = {a: {a} | {b for b in connectivity.get(a, []) if b in agents} for a in agents}\n"
            "    for via in agents:\n"
            "        for a in agents:\n"
            "            if via in reached[a]:\n"
            "                reached[a] |= reached[via]\n"
            "    left, groups = sorted(agents), []\n"
            "    while left:\n"
            "        groups.append([b for b in left if b in reached[left[0]] and left[0] in reached[b]])\n"
            "        left = [b for b in left if b not in groups[-1]]\n"
            "    return sorted(groups, key=lambda group: -len(group))",
        ),
        wrong={
            groups_by("b for b in reached[a]"): "a and b are put together, but nothing that",
            groups_by("b for b in agents if b in reached[a] or a in reached[b]"): "are put together, but nothing that",
            groups_by("b for b in agents if a == b or b in known[a] and a in known[b]"): "more than one place",
            groups_by(STRONG, known="connectivity"): "KeyError: 'visitor' (partitions, line",
            groups_by("b for b in reached[a] if b in agents and a in reached[b]", known="connectivity"):
                "a and b are put together, but only visitor is between them, and visitor is no agent",
            groups_by("b for b in reached[a] if a in walk(b, connectivity)", known="connectivity"): "no agent of the",
            groups_by(STRONG, known="{a: [b for b in connectivity[a] if b in agents] for a in agents}"): "KeyError",
            groups_by(STRONG, key="group"): "not sorted",
            groups_by(STRONG).replace("tuple(sorted(b for b in reached[a] if a in reached[b]))",
                                      "tuple(b for b in agents if b in reached[a] and a in reached[b])"): "not sorted",
            groups_by(STRONG).replace("tuple(sorted(b for", "tuple(sorted((b for").replace(
                "in reached[b]))", "in reached[b]), reverse=True))"): "not sorted",
            groups_by(STRONG).replace("for a in agents}\n    return", "for a in agents if known[a]}\n    return"):
                "is missing",
            "from labkit.lesson import PartitionDetector\n\n"
            "def partitions(agents, connectivity):\n"
            "    found = PartitionDetector().detect_partition(agents, connectivity)\n"
            "    return sorted(map(sorted, found), key=lambda group: (-len(group), group))":
                "is no agent of the team",
            WALK + "\ndef partitions(agents, connectivity):\n    walk(agents[0], connectivity)": "is a return missing",
            groups_by(STRONG).replace("known =", "agents.sort(reverse=True)\n    known ="): "changes what it was",
        },
    ),
}

FROM_INSIDE = {
    "crash or cut": Tried(
        right=('crash_or_cut = ["no", "c"]', 'crash_or_cut = tuple("no c".split())', 'crash_or_cut = ("No", "(c)")'),
        wrong={
            'crash_or_cut = ("yes", "a")': "a cut may outlast any patience",
            'crash_or_cut = ("yes", "b")': "cut off together",
            'crash_or_cut = ("no", "d")': "the links lose nothing",
            'crash_or_cut = ("yes", "c")': "it cannot tell them apart",
            'crash_or_cut = ("no", "a")': "a cut may outlast any patience",
            'crash_or_cut = "no"': "these are not two texts",
            'crash_or_cut = ("maybe", "c")': "the answer is “maybe”, which is none of these: “yes” and “no”",
            'crash_or_cut = ("no", "e")': "the reason is “e”, which is none of these",
            'crash_or_cut = ("no", ["c"])': "these are not two texts",
        },
    ),
    "suspect": Tried(
        right=(
            watcher("self.suspects.union([peer])", "frozenset(p for p in self.suspects if p != sender)",
                    "return [self.wait_for(sender)]"),
            "class Watcher(Beating):\n"
            "    def silence(self, peer):\n"
            "        self.suspects |= {peer}\n\n"
            "    def receive(self, sender, message):\n"
            "        self.suspects -= {sender}\n"
            "        yield self.wait_for(sender)",
        ),
        wrong={
            watcher("self.suspects | {peer}", "self.suspects"): "a sign of life ends a suspicion",
            watcher("self.suspects | {peer}", "self.suspects - {sender}", "return None"): "is a return missing?",
            watcher("self.suspects | {peer}", "self.suspects - {sender}", "return [*map(self.wait_for, self.peers)]"):
                "does not suspect",
            watcher("self.suspects", "self.suspects - {sender}"): "does not suspect",
            watcher("frozenset({peer})", "self.suspects - {sender}"): "does not suspect",
            watcher("self.suspects | {peer}", "frozenset()"): "does not suspect",
            watcher("self.suspects | {peer}", "self.suspects | {sender}"): "it began to suspect coder when",
            watcher("frozenset(self.peers)", "self.suspects - {sender}"): "one peer leaves the others alone",
            watcher("self.suspects | {self.id}", "self.suspects - {sender}"): "that is, itself",
            watcher("self.suspects + {peer}", "self.suspects - {sender}"): "the rule silence, line",
            watcher("self.suspects | frozenset(peer)", "self.suspects - {sender}"): "these are letters, not names",
            watcher("self.suspects | {f'agent {peer}'}", "self.suspects - {sender}"): "there is no agent with the name",
            watcher("{peer}", "self.suspects - {sender}"): "such as a list or a set: use a frozenset",
            watcher("[*self.suspects, peer]", "self.suspects"): "use a frozenset",
            "class Watcher:\n    suspects = frozenset()": "derived from Beating",
        },
    ),
    "may go on": Tried(
        right=(
            may_go_on("sum(name in reachable for name in members) >= len(members) // 2 + 1"),
            may_go_on("len([one for one in members if one in reachable]) > len([one for one in members "
                      "if one not in reachable])"),
            may_go_on("len(set(members).intersection(reachable)) * 1.0 / len(members) > 0.5"),
        ),
        wrong={
            may_go_on("2 * len(reachable & set(members)) >= len(members)"): "both sides of one cut",
            may_go_on("len(reachable & set(members)) >= len(members) // 2"): "may go on",
            may_go_on("2 * len(reachable) > len(members)"): "strangers do not count",
            may_go_on("2 * len(reachable & set(members)) > len(reachable)"): "both sides of one cut",
            may_go_on("reachable >= set(members)"): "may not go on, though that is more than half",
            may_go_on("len(reachable & set(members)) >= 3"): "may not go on, though that is more than half",
            may_go_on("2 * len(reachable & set(members)) + (members[0] in reachable) > len(members)"):
                "may go on, though that is not more than half of the members",
            may_go_on("members[0] in reachable"): "not more than half of the members",
            may_go_on("bool(reachable)"): "both sides of one cut",
            may_go_on("False"): "may not go on, though that is more than half",
            may_go_on("len(reachable & set(members)) / len(members)"): "expected True or False",
        },
    ),
}

ANSWERS = FROM_ABOVE | FROM_INSIDE
