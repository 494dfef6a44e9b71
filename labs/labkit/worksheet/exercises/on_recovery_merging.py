"""Exercise 3, third part: what is lost after the heal, and a merge that loses nothing."""

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

from labkit.engine import Request, Simulator
from labkit.network import Heal, isolate
from labkit.observe import LOST, Requests
from labkit.protocols import LastWriterReplica, Write
from labkit.topology import build
from labkit.values import listed
from labkit.worksheet.exercises.on_recovery_from_above import IMPORTS
from labkit.worksheet.moment import Moment, states
from labkit.worksheet.refuting import CaseTable, Refuted, Unusable, call, plain
from labkit.worksheet.step import Step

Board = dict[str, dict[str, set[str]]]
Order = frozenset[tuple[int, int]]  # (earlier, later): which edit has seen which

# ---- last write wins -------------------------------------------------------------------------------------------------

CUT, HEAL = 500, 1_000
HISTORY = (  # when, by whom, to which task, what
    (100, "planner", "report", "draft"),
    (600, "coder", "report", "version 2"), (700, "coder", "report", "version 3"),
    (650, "tester", "mail", "to bob"), (800, "tester", "report", "checked"), (900, "coder", "mail", "to ann"),
)

SIDES = (("planner", "coder"), ("tester", "writer"))
TABLE = "\n".join(f"| {time} | {agent} | {task} | {state} |" for time, agent, task, state in sorted(HISTORY))


def last_writes() -> Simulator:
    """The history, played by replicas that keep the last write."""
    graph = build("mesh", (*SIDES[0], *SIDES[1]))
    sim = Simulator(graph, LastWriterReplica, seed=1)
    for time, agent, task, state in HISTORY:
        sim.plan(time, Request(agent, Write(task, state)))
    for event in isolate(graph, *SIDES[1]):
        sim.plan(CUT, event)
        sim.plan(HEAL, Heal(event.source, event.target))
    sim.run(until=HEAL + 500)
    return sim


def counts() -> dict[str, int]:
    """The count of each edit: one more than that of the edit which its agent held."""
    held: dict[tuple[tuple[str, str], str], int] = {}
    found = {}
    for time, agent, task, state in sorted(HISTORY):
        own = next(side for side in SIDES if agent in side)
        found[state] = held.get((own, task), 0) + 1
        held |= {(side, task): found[state] for side in (SIDES if time < CUT else (own,))}
    return found


def replaced(sim: Simulator, task: str, edit: str) -> Moment:
    """When an agent whose board has held this edit first held it no more."""
    held: set[str] = set()
    for time, agents in states(sim):
        holding = {name for name, agent in agents.items()
                   if isinstance(agent, LastWriterReplica) and edit in agent.values(task)}
        if held - holding:
            return Moment(sim, time)
        held |= holding
    return Moment(sim, sim.now)


def _lost(lost: Any) -> None:
    edits = [state for *_, state in HISTORY]
    choose = f"choose out of {listed(edits, most=len(edits))}"
    if type(plain(lost)) not in (list, tuple, set):
        raise Unusable(f"this is not a list of edits: {choose}")
    if strange := [text for text in lost if text not in edits]:
        raise Unusable(f"“{strange[0]}” is none of the edits: {choose}")
    sim, count = last_writes(), counts()
    gone = [one.request.value for one in Requests(sim).at(sim.present)
            if one.outcome == LOST and isinstance(one.request, Write)]
    kept = {state for agent in sim.system.agents.values() if isinstance(agent, LastWriterReplica)
            for task in ("report", "mail") for state in agent.values(task)}
    for _, agent, task, state in HISTORY:
        if state in lost and state in kept:
            other = next(other for *_, about, other in HISTORY if about == task and other in gone)
            alike = count[other] == count[state]
            why = "their counts are equal, so the names decide" if alike else "its count is the higher one"
            raise Refuted(f"“{state}” of {agent} is still there after the merge: two edits of the {task} meet, and "
                          f"{why}", replaced(sim, task, other))
        if state in lost and state not in gone:
            raise Refuted(f"“{state}” is not lost: it was replaced by an agent that had seen it",
                          replaced(sim, task, state))
        if state in gone and state not in lost:
            raise Refuted(f"an edit of the {task} is missing from your list: two edits of the {task} meet in the "
                          "merge, neither writer has seen the other's, and one of the two stays",
                          replaced(sim, task, state))


# ---- a merge that loses nothing --------------------------------------------------------------------------------------

NAMES = ("ann 1", "bob 1", "cat 1", "ann 2")


def _merge(answer: Any) -> None:
    for mine, theirs, right in pairs():
        asked = f"in merge({_told(mine)}, {_told(theirs)})"
        found = plain(call(answer, mine, theirs, gives=dict, words="a board, {task: {edit: seen}}"))
        if why := _why_wrong(asked, mine, theirs, found, right):
            raise Refuted(f"{asked} {why}", side_by_side(mine, theirs, found, right))


def _why_wrong(asked: str, mine: Board, theirs: Board, found: Mapping[Any, Any], right: Board) -> str:
    """What is wrong about the board that was found; "" if nothing is."""
    for task, edits in right.items():
        here = found.get(task, {})
        if type(here) is not dict:
            raise Unusable(f"{asked} a task has no dict of edits, {{edit: seen}}")
        for edit in edits:
            if edit not in here:
                return f"“{edit}” is lost, though no other edit has seen it"
        for edit, seen in here.items():
            by = next((later for board in (mine, theirs) for later, old in board.get(task, {}).items() if edit in old),
                      None)
            if edit not in edits:
                return (f"“{edit}” is on the board again, though “{by}” has seen and replaced it" if by
                        else f"nobody has made an edit “{edit}”")
            if type(seen) not in (set, frozenset) or seen != edits[edit]:
                return (f"what “{edit}” had seen has changed: from {_set(edits[edit])} to "
                        f"{_set(seen) if type(seen) in (set, frozenset) else seen}")
    odd = [str(task) for task in found if task not in right]
    return f"there is no task {listed(odd)} on either board" if odd else ""


def side_by_side(mine: Board, theirs: Board, found: Mapping[Any, Any], right: Board) -> CaseTable:
    """The two boards, what the merge gave, and what it should have given, with one row for each edit."""
    boards = (mine, theirs, found, right)
    rows = dict.fromkeys((task, edit) for board in boards for task, edits in board.items() for edit in edits)
    return CaseTable(
        "Which edits are on a board (✔), and what they had seen",
        ("Task", "Edit", "Mine", "Theirs", "Your merge", "A right merge"),
        tuple((str(task), str(edit), *(_seen(board, task, edit) for board in boards)) for task, edit in rows),
    )


def _seen(board: Mapping[Any, Any], task: Any, edit: Any) -> str:
    """Whether this edit is on the board, and what it had seen."""
    if edit not in board.get(task, {}):
        return "–"
    seen = board[task][edit]
    if type(seen) not in (set, frozenset):
        return "✔, had seen no set"
    return f"✔, had seen {listed(sorted(map(str, seen)), most=len(NAMES)) if seen else 'nothing'}"


def pairs() -> Iterator[tuple[Board, Board, Board]]:
    """Every two boards that can come about with up to four edits of one task, and what their merge is; then two tasks.

    Who has heard of an edit knows of all that this edit had seen. So a board is what the newest edits of a history are,
    and the merge of two boards is the board of the one who has heard of both.
    """
    for size in range(len(NAMES) + 1):
        for order in _orders(size):
            heard = [part for part in _subsets(size) if all(early in part for early, late in order if late in part)]
            for one, other in product(heard, repeat=2):
                yield _board(one, order), _board(other, order), _board(one | other, order)
    report: Board = {"report": {"ann 1": set()}}
    mail: Board = {"mail": {"bob 1": {"ann 1"}}}
    for mine, theirs in ((report, mail), (mail, report), (report | mail, mail), (mail, report | mail)):
        yield mine, theirs, mine | theirs


def _subsets(size: int) -> list[frozenset[int]]:
    return [frozenset(chosen) for number in range(size + 1) for chosen in combinations(range(size), number)]


def _orders(size: int) -> Iterator[Order]:
    """Every way in which later edits may have seen earlier ones; who has seen an edit has seen what that had seen.

    The second edit of ann, the last of all, has seen her first.
    """
    possible = list(combinations(range(size), 2))
    for chosen in _subsets(len(possible)):
        order = {possible[number] for number in chosen}
        transitive = all((a, d) in order for a, b in order for c, d in order if b == c)
        if transitive and (size < len(NAMES) or (0, size - 1) in order):
            yield frozenset(order)


def _board(heard: frozenset[int], order: Order) -> Board:
    """The board of an agent that has heard of these edits."""
    newest = [edit for edit in sorted(heard) if not any((edit, later) in order for later in heard)]
    if not newest:
        return {}
    return {"report": {NAMES[edit]: {NAMES[early] for early, late in order if late == edit} for edit in newest}}


def _told(board: Board) -> str:
    tasks = [", ".join(f'"{edit}": {_set(seen)}' for edit, seen in edits.items()) for edits in board.values()]
    return "{" + ", ".join(f'"{task}": {{{edits}}}' for task, edits in zip(board, tasks, strict=True)) + "}"


def _set(seen: Any) -> str:
    return "{" + ", ".join(f'"{edit}"' for edit in sorted(seen, key=str)) + "}" if seen else "set()"


LOSING = (
    Step(
        "lost after the heal", 3,
        "Four agents share a board on which the last write wins. *Last* is not told by the clock: each edit gets a "
        "count, one more than the count of the version of that task which the writer's board holds, or 1 if it holds "
        "none. A merge keeps the edit with the higher "
        "count; if the counts are equal, that of the agent whose name comes later in the alphabet. From 500 to 1,000 "
        "the network is cut: planner and coder are on one side, tester and writer on the other.\n\n"
        f"| Time | Agent | Task | Edit |\n|---|---|---|---|\n{TABLE}\n\n"
        "All hear of the draft before the cut. Which edits are lost: acknowledged, gone after the merge, and not "
        "replaced by an agent that had seen them?", "figure",
        blank='lost = [...]  # out of "draft", "version 2", "version 3", "checked", "to ann", "to bob"',
        solution='lost = ["checked", "to ann"]',
        because="“checked” was the last edit of the report, but its count is 2, and that of version 3 is 3. Both edits "
        "of the mail have count 1, so the name decides, and tester comes after coder. Each of the two lost edits was "
        "the later one by the clock. draft and version 2 are no loss: whoever replaced them had seen them.",
        hints=("Write down the count of each edit. draft has 1.",
               "An edit that its own side has replaced is not lost. Which edits meet in the merge?"),
        judge=_lost, imports=IMPORTS,
    ),
)

KEEPING = (
    Step(
        "merge", 3,
        "Write `merge(mine, theirs)` for two boards that were edited apart. A board is a table `{task: {edit: seen}}`: "
        "for each task the edits that are valid, and with each edit the set of all earlier edits that its writer had "
        "seen. An edit replaces those that it has seen, and no others; edits that have not seen each other both stay. "
        "Keep what each edit had seen, and do not change the boards that you are given.", "code",
        blank="""def merge(mine, theirs):
    merged = {}
    for task in [*mine, *theirs]:
        edits = ...  # all edits of this task, with what they had seen
        replaced = ...  # every edit that is in the seen-set of any of these
        merged[task] = ...
    return merged""",
        solution="""def merge(mine, theirs):
    merged = {}
    for task in [*mine, *theirs]:
        edits = mine.get(task, {}) | theirs.get(task, {})
        replaced = set().union(*edits.values())
        merged[task] = {edit: seen for edit, seen in edits.items() if edit not in replaced}
    return merged""",
        because="An edit goes only if one that has seen it is there: that is a replacement, all else would be a loss. "
        "The rule does not ask which board is mine, in which order boards come, or how often; so all agents come to "
        "the same board. In practice a version vector says in few numbers what the set of seen edits says here.",
        hints=("Two dicts together: first | second. What does mine.get(task, {}) give for a task that only they have?",
               "set().union(*sets) is everything that is in one of the sets.",
               "An edit stays if it is in no set of seen edits."),
        judge=_merge, imports=IMPORTS, stretch=True,
    ),
)
