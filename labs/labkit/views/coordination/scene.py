"""What has become of each task, as plain data: one column of badges per state, a sentence with the counts, a table.

The sign, the heading and the colour of a column all say the same, so none of them is needed to read it.
"""

from collections.abc import Sequence

from labkit.agents import DEAD, DONE, RUNNING, WAITING
from labkit.engine import Request, Simulator, Snapshot
from labkit.observe import DOUBLED, LOST, REDONE, WORK_STATES, TaskState
from labkit.values import brief, listed
from labkit.views import stage

LOOKS = {  # sign, fill and ink of each state, and what it means
    WAITING: ("…", stage.WHITE, stage.BLACK, "With nobody: the task waits for an agent that is free."),
    RUNNING: ("▶", "#0072B2", stage.WHITE, "Handed out; where a time is named, to that agent until then."),
    DONE: ("✔", "#009E73", stage.BLACK, "Handed out once and executed once."),
    REDONE: ("↻", "#F0E442", stage.BLACK, "Handed out more than once, but executed once. ×2: handed out twice."),
    DOUBLED: ("‼", "#CC79A7", stage.BLACK, "Executed more than once. ×2: executed twice."),
    DEAD: ("⊘", "#3E4C59", stage.WHITE, "Given up, and the client was told so. ×2: it had been handed out twice."),
    LOST: ("✕", stage.DEAD.fill, stage.DEAD.ink, "Handed out, not executed, and nobody will ever do it."),
}
TOLD_FIRST = (DONE, REDONE, DOUBLED, RUNNING, WAITING, DEAD, LOST)  # the order of the sentence
ROOM = {DONE: 12}  # how many tasks a column shows; all others:
FEW = 6
NAME = 14  # letters of a task's name on the board


def counts(tasks: Sequence[TaskState], to_come: int = 0, missed: int = 0, takes: str = "") -> str:
    """How many tasks there are, and how many of them are in each state; to_come and missed are not among them."""
    told = [_counted(state, [task for task in tasks if task.state == state]) for state in TOLD_FIRST]
    plural = "" if len(tasks) == 1 else "s"
    sentence = f"{len(tasks)} task{plural}: {', '.join(filter(None, told))}" if tasks else "no task yet"
    more = f"; {to_come} still to come" if to_come else ""
    gone = f"; {missed} never arrived, because {takes} was down" if missed else ""
    return f"{sentence}{more}{gone}."


def columns(tasks: Sequence[TaskState]) -> dict[str, stage.Panel]:
    """The board: one column per state, which begins with its heading; what has no room is counted."""
    return {f"board {state}": _column(state, [task for task in tasks if task.state == state]) for state in WORK_STATES}


def tasks_panel(tasks: Sequence[TaskState]) -> stage.TablePanel:
    """Every task, one row each."""
    rows = [
        [task.name, task.state, task.holder or "–", "–" if task.until is None else str(task.until),
         _times(task.attempts), _times(task.effects)]
        for task in tasks
    ]
    head = ["Task", "State", "At", "Until", "Handed out", "Executed"]
    return stage.table_panel("below", f"Every task: {len(tasks)}", head, rows, unfolded=False)


def meaning_panel() -> stage.TablePanel:
    """What the states mean, which the headings of the columns also say under the pointer."""
    rows = [[f"{LOOKS[state][0]} {state}", LOOKS[state][3]] for state in WORK_STATES]
    return stage.table_panel("below", "What the states mean", ["State", "It means"], rows, unfolded=False)


def still_to_come(moment: Snapshot) -> int:
    """How many requests of clients are planned for later, or wait at an agent that pauses."""
    return sum(isinstance(item.event, Request) for item in moment.pending.values())


def never_arrived(sim: Simulator, step: int, takes: str) -> int:
    """How many tasks came while the agent that takes them was down, in the first steps of a run."""
    return sum(
        isinstance(done.event, Request) and done.event.agent == takes and done.transition.agent is None
        for done in sim.trace[:step]
    )


def _counted(state: str, tasks: Sequence[TaskState]) -> str:
    if not tasks:
        return ""
    where = listed(filter(None, map(_where, tasks))) if state == RUNNING and len(tasks) < 3 else ""
    return f"{len(tasks)} {state} {where}".strip()


def _where(task: TaskState) -> str:
    """The agent that has it, and until when; nothing where that is not known."""
    return f"at {task.holder}{_until(task)}" if task.holder else ""


def _until(task: TaskState) -> str:
    return "" if task.until is None else f" until {task.until}"


def _column(state: str, tasks: Sequence[TaskState]) -> stage.BadgesPanel:
    sign, fill, ink, meaning = LOOKS[state]
    items = [[sign, f"{state.capitalize()}: {len(tasks)}", fill, ink, meaning]]
    room = ROOM.get(state, FEW)
    shown = tasks if len(tasks) <= room else tasks[: room - 1]
    items += [[sign, _words(task), fill, ink, _story(task)] for task in shown]
    if rest := tasks[len(shown) :]:
        items.append(["", f"+{len(rest)} more", stage.WHITE, stage.BLACK, listed(task.name for task in rest)])
    return {"kind": "badges", "place": "board", "items": items}


def _words(task: TaskState) -> str:
    """The task on its badge: its name, and what its state leaves open."""
    name = brief(task.name, NAME)
    if task.state == RUNNING and task.holder:
        return f"{name}: {task.holder}{_until(task)}"
    if task.state == DOUBLED:
        return f"{name} ×{task.effects}"
    if task.state in (REDONE, DEAD):
        return f"{name} ×{task.attempts}"
    return name


def _story(task: TaskState) -> str:
    """All there is to say about a task."""
    state = f"{task.state} {_where(task)}".rstrip()
    return f"{task.name}: {state}, handed out {_times(task.attempts)}, executed {_times(task.effects)}"


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
