"""check, hint, solution, progress: what a learner writes in a cell of an exercise. None of them ever raises."""

import sys
from collections.abc import Callable
from functools import wraps
from html import escape
from inspect import signature
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from labkit.values import expect, listed
from labkit.views.stage import Guarded, Panel, Scene, Stage, TablePanel, table_panel, text_panel
from labkit.views.worksheet.checked import Checked, next_hints, sentence, unmarked
from labkit.worksheet import (
    CORRECT,
    EXERCISES,
    FOLDER,
    NOT_TRIED,
    STEPS,
    Progress,
    Step,
    judge,
    older,
    run_now,
    score,
    step_called,
    written,
)

ENOUGH_HINTS = 2
SIGNS = {CORRECT: "✔", NOT_TRIED: "·"}
HEAD = ["", "Step", "State", "Tries", "Hints", "Solution"]
LEFT_OUT: Any = object()
_PROGRESS: dict[Path, Progress] = {}
_CHECKED: dict[int, Checked] = {}  # the last one, under the number of the cell in which it was made


class Told(Guarded):
    """Sentences, tables, and a program to read; it reads as text, too, where no widget is drawn."""

    def __init__(self, panels: dict[str, Panel], program: str = "") -> None:
        self._panels, self.program = panels, program
        self._stage = Stage(self._scene())
        shown = [widgets.HTML(f"<pre class='day13-program'>{escape(program)}</pre>")] if program else []
        super().__init__(self._stage, *shown)

    def __repr__(self) -> str:
        told = [self.program] if self.program else []
        for panel in self._panels.values():
            if panel["kind"] == "text":
                told.append(panel["text"])
            elif panel["kind"] == "table":
                told += _lines(panel)
        return "\n".join(filter(None, told))

    def _scene(self) -> Scene:
        return {"panels": {**self._panels, "status": self._told("below")}}


def _lines(table: TablePanel) -> list[str]:
    """A table as text, with the one that is folded in it."""
    more = _lines(table["more"]) if "more" in table else []
    return [table["title"], *("  " + "  ".join(row) for row in table["rows"]), *more]


def _never_raises(ask: Callable[..., Guarded]) -> Callable[..., Guarded]:
    """What goes wrong is said in a sentence."""
    @wraps(ask)
    def asked(*given: Any, **named: Any) -> Guarded:
        try:
            signature(ask).bind(*given, **named)
        except TypeError:
            return _says(_how_to(ask.__name__, given))
        try:
            return ask(*given, **named)
        except ValueError as why:
            text = str(why)
            return _says(f"{text[:1].upper()}{text[1:]}.")

    return asked


def _how_to(ask: str, given: tuple[Any, ...]) -> str:
    """How it is called, where it was called with too little, with too much, or with something that it does not take."""
    if ask == "progress":
        return "Write progress(), or with the number of an exercise, progress(3)."
    if given and type(given[0]) is str and given[0] in STEPS:
        answer = f", {STEPS[given[0]].answer}" if ask == "check" else ""
        return f'{ask} takes the name of a step{" and one answer" * bool(answer)}: {ask}("{given[0]}"{answer}).'
    return f'Write the name of the step first: {ask}("count the links"{", links" if ask == "check" else ""}).'


@_never_raises
def check(name: str, answer: Any = LEFT_OUT, *, folder: str | Path = FOLDER) -> Guarded:
    """Judge the answer to a step, remember the verdict, and show it with hints and with what shows why.

    answer: left out, what the notebook has under the name that the cell of the step gives it.
    """
    if type(answer) is str and answer in STEPS and not (type(name) is str and name in STEPS):
        raise ValueError(f'the name comes first: check("{answer}", …)')
    step, progress = _step(name), _progress(folder)
    notebook = vars(sys.modules["__main__"])
    if answer is LEFT_OUT:
        answer = notebook.get(step.answer, LEFT_OUT)
    if answer is LEFT_OUT:
        raise ValueError(f"there is no {step.answer} in this notebook yet: run the cell above first, which makes it")
    remark = older(step.answer, notebook) if notebook.get(step.answer, LEFT_OUT) is answer else ""
    verdict = judge(step, answer, notebook)
    source = written(step, answer, notebook).text if verdict.correct else ""
    progress.note(step.name, verdict, source)
    _CHECKED.clear()
    _CHECKED[run_now(notebook)] = shown = Checked(step, answer, verdict, progress, remark)
    return shown


@_never_raises
def hint(name: str, *, folder: str | Path = FOLDER) -> Guarded:
    """The hints of a step that were opened before, and the next one; each says more than the one before.

    Below a check in the same cell they come with its verdict, for a cell shows only what is last in it.
    """
    step, progress = _step(name), _progress(folder)
    if (above := _checked_above()) is not None and above.step is step:
        above.hint()
        return above
    return Told({f"hint {number}": text_panel(text) for number, text in enumerate(next_hints(step, progress))})


@_never_raises
def solution(name: str, *, folder: str | Path = FOLDER) -> Guarded:
    """Our solution of a step, and why it is right; after one try, or two hints."""
    step, progress = _step(name), _progress(folder)
    known = progress.of(step.name)
    if not known.tries and known.hints < min(ENOUGH_HINTS, len(step.hints)):
        return _says(f'Try it once, or open two hints: hint("{step.name}"). Then the solution opens.')
    progress.open_solution(step.name)
    text = f"One solution of “{step.name}”; yours may look different. {unmarked(step.because)}"
    above = _checked_above()
    verdict: dict[str, Panel] = {"verdict": text_panel(sentence(above.step, above.verdict))} if above else {}
    return Told({**verdict, "why": text_panel(text)}, step.solution)


def _checked_above() -> Checked | None:
    """What a check in the cell that runs now has come to; None without one."""
    now = run_now(vars(sys.modules["__main__"]))
    return _CHECKED.get(now) if now else None


@_never_raises
def progress(exercise: int | None = None, *, folder: str | Path = FOLDER) -> Guarded:
    """How far you are: a table for each exercise; first and unfolded this one, or that of the step checked last."""
    known = _progress(folder)
    if exercise is not None and (type(exercise) is not int or exercise not in EXERCISES):
        raise ValueError(f"the exercises are {listed(map(str, EXERCISES))}: write progress(3) for the third")
    at = exercise or next((STEPS[name].exercise for name in reversed(known.all()) if name in STEPS), min(EXERCISES))
    tables: dict[str, Panel] = {
        f"exercise {number}": _table(number, f"{EXERCISES[number]}. {score(number, known)}", known, number == at)
        for number in sorted(EXERCISES, key=lambda number: (number != at, number)) if _steps(number)
    }
    done = sum(known.of(name).state == CORRECT for name in STEPS)
    head = f"{done} of {len(STEPS)} steps are correct. {known.remark}".strip()
    return Told({"all": text_panel(head), **tables})


def _table(number: int, title: str, known: Progress, unfolded: bool) -> TablePanel:
    """The steps of an exercise; those of the stretch are folded below the others."""
    steps = _steps(number)
    core, stretch = ([step for step in steps if step.stretch is part] for part in (False, True))
    table = table_panel("below", title, HEAD, _rows(core, known), unfolded=unfolded)
    if stretch:
        done = sum(known.of(step.name).state == CORRECT for step in stretch)
        words = f"Stretch: {done} of {len(stretch)} steps correct"
        table["more"] = table_panel("below", words, HEAD, _rows(stretch, known), unfolded=False)
    return table


def _rows(steps: list[Step], known: Progress) -> list[list[str]]:
    rows = []
    for step in steps:
        record = known.of(step.name)
        rows.append([SIGNS.get(record.state, "✘"), step.name, record.state, str(record.tries),
                     f"{record.hints} of {len(step.hints)}", "opened" if record.opened else "–"])
    return rows


def _steps(number: int) -> list[Step]:
    return [step for step in STEPS.values() if step.exercise == number]


def _step(name: object) -> Step:
    if type(name) is not str:
        raise ValueError('write the name of the step in quotes, as in check("count the links", links)')
    return step_called(name)


def _progress(folder: str | Path) -> Progress:
    """One for each folder: where nothing can be written, it remembers by itself until the kernel ends."""
    expect(folder, str | Path, 'folder is the name of a folder, folder="day13"')
    return _PROGRESS.setdefault(Path(folder).absolute(), Progress(folder))


def _says(text: str) -> Told:
    return Told({"said": text_panel(text)})
