"""The notebooks of the exercises hold the steps as the worksheet knows them: task, size, blank cell, check."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from labkit.worksheet import EXERCISES, STEPS, Step

LABS = Path(__file__).parents[1] / "labs"
BOOKS = sorted(LABS.glob("exercise-*.ipynb"))
EVERY = pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))


@cache
def cells(number: int) -> list[tuple[str, str]]:
    """Kind and text of each cell of that exercise's notebook."""
    (path,) = LABS.glob(f"exercise-{number}-*.ipynb")
    book: Any = json.loads(path.read_text(encoding="utf-8"))
    return [(cell["cell_type"], "".join(cell["source"])) for cell in book["cells"]]


def words(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).split())


def place(step: Step) -> int:
    """Where the cell is that checks it."""
    called = f'check("{step.name}", {step.answer})'
    found = [i for i, (kind, text) in enumerate(cells(step.exercise)) if kind == "code" and called in text]
    assert len(found) == 1, f"{called} stands {len(found)} times in the notebook"
    return found[0]


def test_each_exercise_has_a_notebook() -> None:
    assert [int(path.name.split("-")[1]) for path in BOOKS] == list(EXERCISES)
    assert {step.exercise for step in STEPS.values()} == set(EXERCISES)


@EVERY
def test_a_step_stands_in_its_notebook_as_it_is_checked_task_then_blank_then_check(step: Step) -> None:
    at = place(step)
    (task, told), blank = cells(step.exercise)[at - 2], cells(step.exercise)[at - 1]
    assert task == "markdown" and words(step.task) in words(told)
    assert (blank[0], blank[1].strip()) == ("code", step.blank.strip())
    assert step.size in words(told).lower() or words(step.size) in words(told)


@EVERY
def test_a_step_has_its_hint_within_reach_and_its_solution_nowhere_above(step: Step) -> None:
    _, check = cells(step.exercise)[place(step)]
    assert f'hint("{step.name}")' in check
    assert all(step.solution.strip() not in text for _, text in cells(step.exercise)[:place(step)])


@EVERY
def test_a_notebook_imports_what_its_steps_need(step: Step) -> None:
    imported = {name for kind, text in cells(step.exercise) if kind == "code" for name in names(text)}
    assert names(step.imports) <= imported


@pytest.mark.parametrize("number", EXERCISES)
def test_the_steps_of_a_notebook_are_in_the_order_of_the_worksheet(number: int) -> None:
    steps = [step for step in STEPS.values() if step.exercise == number]
    assert [place(step) for step in steps] == sorted(place(step) for step in steps)
    checks = re.findall(r'^check\("(.+?)"', "\n".join(text for kind, text in cells(number) if kind == "code"), re.M)
    assert checks == [step.name for step in steps]


def names(text: str) -> set[str]:
    """The names that a cell imports."""
    return {alias.asname or alias.name for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}


def test_an_empty_line_is_no_line_that_has_to_be_written() -> None:
    blank = "class Board:\n    def take(self):\n        ..."
    solution = "class Board:\n    free = True\n\n\n    def take(self):\n        self.free = False\n\n        return 1"
    step = Step("take", 1, "", "code", blank, solution, "", (), lambda _: None)
    assert step.size == "our solution has 3 lines of its own"
