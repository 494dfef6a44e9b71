"""Answers to exercise 3, right and wrong: each is the text of a cell; a wrong one with words of the reason."""

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


def merge(*lines: str) -> str:
    inside = "\n".join(f"        {line}" for line in lines)
    around = "def merge(mine, theirs):\n    merged = {}\n    for task in [*mine, *theirs]:\n"
    return f"{around}{inside}\n    return merged"


ALL = "edits = mine.get(task, {}) | theirs.get(task, {})"


def team(
    may: str = "2 * len(together) > len(self.everyone)",
    promises: str = "task not in self.promised or self.promised[task] == asker",
    merged: str = "self.board | theirs",
) -> str:
    return f"""
class Team(Teammate):
    def may_go_on(self, together):
        return {may}

    def promises(self, task, asker):
        return {promises}

    def merged(self, theirs):
        return {merged}"""


FROM_ABOVE = {
    "groups by hand": Tried(
        right=('groups = [("writer",), {"reviewer"}, ["tester", "coder", "planner"]]',),
        wrong={
            'groups = [["planner", "coder", "tester", "writer"], ["reviewer"]]': "nothing that writer sends reaches",
            'groups = [["planner", "coder", "tester", "writer", "reviewer"]]': "are together, but nothing that",
            'groups = [["planner", "coder", "tester"], ["writer", "reviewer"]]': "writer sends reaches reviewer",
            'groups = [["planner"], ["coder"], ["tester"], ["writer"], ["reviewer"]]': "each reaches the other",
            'groups = [["planner", "coder"], ["tester"], ["writer"], ["reviewer"]]': "are apart, but each reaches",
            'groups = [["planner", "coder", "tester"]]': "writer is missing",
            'groups = [["planner", "coder", "tester", "writer"], ["reviewer", "writer"]]': "nothing that writer sends",
            'groups = [["planner", "coder", "tester"], ["writer"], ["writer"], ["reviewer"]]': "in more than one place",
            'groups = ["planner", "coder", "tester"]': "a list of groups",
        },
    ),
    "first in the list": Tried(
        right=('first = sorted(["writer", "reviewer"])[1]', 'first = "wri" + "ter"'),
        wrong={
            'first = "planner"': "planner takes all along that it reaches",
            'first = "coder"': "coder takes all along that it reaches",
            'first = "tester"': "tester takes all along that it reaches",
            'first = "reviewer"': "reviewer and writer",
            'first = "mailer"': "the name of one agent",
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
            groups_by("b for b in reached[a]"): "a and b are together, but nothing that",
            groups_by("b for b in agents if b in reached[a] or a in reached[b]"): "are together, but nothing that",
            groups_by("b for b in agents if a == b or b in known[a] and a in known[b]"): "more than one place",
            groups_by(STRONG, known="connectivity"): "KeyError: 'visitor'",
            groups_by("b for b in reached[a] if b in agents and a in reached[b]", known="connectivity"):
                "are together, but nothing that",
            groups_by("b for b in reached[a] if a in walk(b, connectivity)", known="connectivity"): "no agent of the",
            groups_by(STRONG, known="{a: [b for b in connectivity[a] if b in agents] for a in agents}"): "KeyError",
            groups_by(STRONG, key="group"): "not sorted",
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
        right=('crash_or_cut = ["no", "c"]', 'crash_or_cut = tuple("no c".split())'),
        wrong={
            'crash_or_cut = ("yes", "a")': "a cut may outlast any patience",
            'crash_or_cut = ("yes", "b")': "cut off together",
            'crash_or_cut = ("no", "d")': "the links lose nothing",
            'crash_or_cut = ("yes", "c")': "it cannot tell them apart",
            'crash_or_cut = ("no", "a")': "a cut may outlast any patience",
            'crash_or_cut = "no"': "give two texts",
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
            watcher("self.suspects | {peer}", "self.suspects - {sender}", "return None"): "must begin the wait anew",
            watcher("self.suspects", "self.suspects - {sender}"): "does not suspect",
            watcher("frozenset({peer})", "self.suspects - {sender}"): "does not suspect",
            watcher("self.suspects | {peer}", "frozenset()"): "does not suspect",
            watcher("self.suspects | {peer}", "self.suspects | {sender}"): "signs of life it hears all the time",
            watcher("frozenset(self.peers)", "self.suspects - {sender}"): "whose signs of life it hears all the time",
            watcher("self.suspects | {self.id}", "self.suspects - {sender}"): "that is, itself",
            watcher("self.suspects + {peer}", "self.suspects - {sender}"): "broke in",
            watcher("{peer}", "self.suspects - {sender}"): "can change in place",
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
            may_go_on("reachable >= set(members)"): "may not go on, though these are more than half",
            may_go_on("len(reachable & set(members)) >= 3"): "may not go on, though these are more than half",
            may_go_on("members[0] in reachable"): "not more than half of the members",
            may_go_on("bool(reachable)"): "both sides of one cut",
            may_go_on("False"): "may not go on, though these are more than half",
            may_go_on("len(reachable & set(members)) / len(members)"): "expected True or False",
        },
    ),
}

MERGING = {
    "lost after the heal": Tried(
        right=('lost = {"to ann", "checked"}', 'lost = ("checked", "to ann")'),
        wrong={
            'lost = []': "is lost too",
            'lost = ["checked"]': "“to ann” of coder, written at 900, is lost too",
            'lost = ["version 2", "checked", "to ann"]': "“version 2” is not lost",
            'lost = ["draft", "version 2", "checked", "to ann"]': "replaced by somebody who had seen it",
            'lost = ["version 3", "to bob"]': "higher count stays, not the later time",
            'lost = ["checked", "to bob"]': "“to bob” of tester is still there",
            'lost = 2': "a list of edits",
        },
    ),
    "merge": Tried(
        right=(
            merge(ALL, "merged[task] = {edit: seen for edit, seen in edits.items()",
                  "                if not any(edit in other for other in edits.values())}"),
            "def merge(mine, theirs):\n"
            "    merged = {task: dict(edits) for task, edits in mine.items()}\n"
            "    for task, edits in theirs.items():\n"
            "        for edit, seen in edits.items():\n"
            "            here = merged.setdefault(task, {})\n"
            "            if not any(edit in other for other in here.values()):\n"
            "                left = {other: old for other, old in here.items() if other not in seen}\n"
            "                merged[task] = left | {edit: frozenset(seen)}\n"
            "    return merged",
        ),
        wrong={
            "def merge(mine, theirs):\n    return mine | theirs": "is lost, though no other edit has seen it",
            merge(ALL, "merged[task] = edits"): "is on the board again, though",
            merge(ALL, "merged[task] = dict([max(edits.items(), key=lambda pair: len(pair[1]))])"):
                "is lost, though no other edit has seen it",
            merge(ALL, "merged[task] = dict([max(edits.items())])"): "is lost, though no other edit has seen it",
            merge(ALL, "old = set().union(*edits.values())",
                  "merged[task] = {edit: set() for edit in edits if edit not in old}"): "had seen has changed",
            merge("old = set().union(*theirs.get(task, {}).values())",
                  "mine_left = {e: s for e, s in mine.get(task, {}).items() if e not in old}",
                  "merged[task] = mine_left | theirs.get(task, {})"): "is on the board again, though",
            "def merge(mine, theirs):\n"
            "    for task in theirs:\n"
            "        mine.setdefault(task, {}).update(theirs[task])\n"
            "    return mine": "changes what it was given",
            merge("edits = mine[task] | theirs[task]", "merged[task] = edits"): "KeyError",
            merge(ALL, "old = set().union(*edits.values())",
                  "merged[task] = {e: s for e, s in edits.items() if e not in old}").replace(
                "[*mine, *theirs]", "mine"): "is lost, though no other edit has seen it",
        },
    ),
}

TOGETHER = {
    "team": Tried(
        right=(
            team(may="len(together) >= len(self.everyone) // 2 + 1",
                 promises="self.promised.get(task, asker) == asker",
                 merged="{**theirs, **self.board}"),
            "class Team(Teammate):\n"
            "    def may_go_on(self, together):\n"
            "        away = [one for one in self.everyone if one not in together]\n"
            "        return len(together) > len(away)\n\n"
            "    def promises(self, task, asker):\n"
            "        if task in self.board:\n"
            "            return False\n"
            "        return self.promised.get(task) in (None, asker)\n\n"
            "    def merged(self, theirs):\n"
            "        board = dict(self.board)\n"
            "        for task, agent in theirs.items():\n"
            "            board.setdefault(task, agent)\n"
            "        return board",
        ),
        wrong={
            team(may="True"): "members",
            team(may="2 * len(together) >= len(self.everyone)"): "cut into two pairs",
            team(may="2 * len(together) > len(self.peers)"): "2 of 4 members",
            team(may="len(together) >= 3"): "3-3-3 split",
            team(may="2 * len(together) > len(self.reachable)"): "2 of 4 members",
            team(may="len(together) == len(self.everyone)"): "it may go on",
            team(may="False"): "safe and useless",
            team(promises="True"): "had promised it to more than one",
            team(promises="task not in self.board"): "had promised it to more than one",
            team(promises="asker == self.id"): "safe and useless",
            team(promises="asker not in self.suspects"): "had promised it to more than one",
            team(merged="theirs"): "nobody's board any more: lost",
            team(merged="self.board"): "still do not know",
            team(merged="theirs if len(theirs) > len(self.board) else self.board"): "lost",
            team(merged="self.board.update(theirs)"): "never changes",
            "class Team:\n    pass": "derived from Teammate",
        },
    ),
    "time to recover": Tried(
        right=("latest = 50 + 15", "latest = 65.0"),
        wrong={
            "latest = 0": "healed is not recovered",
            "latest = 50": "then it travels",
            "latest = 55": "then it travels",
            "latest = 15": "the next one leaves 50 units later",
            "latest = 200": "it never takes 200 units",
            "latest = 'never'": "a number of units",
        },
    ),
    "time to notice": Tried(
        right=("noticed = [200 - 50 + 5, 200 + 15]",),
        wrong={
            "noticed = (200, 200)": "sooner than 200",
            "noticed = (205, 215)": "sooner than 205",
            "noticed = (155, 200)": "later than 200",
            "noticed = (150, 215)": "the earliest is not 150",
            "noticed = (155, 265)": "the latest is not 265",
            "noticed = 200": "two whole numbers",
        },
    ),
}

ANSWERS = FROM_ABOVE | FROM_INSIDE | MERGING | TOGETHER
