"""Answers to the second half of exercise 3, right and wrong: merging, and the whole team."""

from answers_to_topology import Tried


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


MERGING = {
    "lost after the heal": Tried(
        right=('lost = {"to ann", "checked"}', 'lost = ("checked", "to ann")'),
        wrong={
            'lost = []': "an edit of the report is missing from your list",
            'lost = ["checked"]': "an edit of the mail is missing from your list",
            'lost = ["version 2", "checked", "to ann"]': "“version 2” is not lost",
            'lost = ["draft", "version 2", "checked", "to ann"]': "replaced by an agent that had seen it",
            'lost = ["version 3", "to bob"]': "its count is the higher one",
            'lost = ["checked", "to bob"]': "their counts are equal, so the names decide",
            'lost = 2': "a list of edits",
            'lost = ["Checked", "to ann"]': "“Checked” is none of the edits",
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
            team(may="2 * len(together) + (min(self.everyone) in together) > len(self.everyone)"),
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
            team(promises="True"): "in a team of 4 agents, before anything breaks",
            team(promises="task not in self.board"): "had promised it to more than one",
            team(promises="task not in self.promised"): "its client asks again and hears a no",
            team(promises="self.promised.setdefault(task, asker) == asker"): "it only answers True or False",
            team(promises="asker == self.id"): "safe and useless",
            team(promises="asker not in self.suspects"): "had promised it to more than one",
            team(merged="theirs"): "nobody's board any more: lost",
            team(merged="self.board"): "still do not know",
            team(merged="theirs if len(theirs) > len(self.board) else self.board"): "lost",
            team(merged="self.board.update(theirs)"): "never changes",
            team(merged="[*self.board, *theirs]"): "the rule `merged` returns a board",
            team(may="None"): "the rule may_go_on returns None, which is neither yes nor no: is a return missing?",
            team(promises="None"): "the rule promises returns None, which is neither yes nor no: is a return missing?",
            team(merged="None"): "the rule merged returns None, which is no board: is a return missing?",
            "class Team(Teammate):\n    def may_go_on(self, together):\n        return True":
                "the rule merged is missing: write it",
            "class Team:\n    pass": "derived from Teammate",
        },
    ),
    "time to recover": Tried(
        right=("latest = 50 + 15", "latest = 65.0"),
        wrong={
            "latest = 0": "healed is not recovered",
            "latest = 50": "when has its next one arrived",
            "latest = 55": "when has its next one arrived",
            "latest = 15": "it can take longer than 15 units",
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

ANSWERS = MERGING | TOGETHER
