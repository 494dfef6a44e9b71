"""Each lesson keeps the form that learners rely on: one title, short cells, links that lead somewhere."""

import json
import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
EXERCISES = sorted((NOTEBOOKS.parent / "labs").glob("*.ipynb"))
MOST_LINES = 10  # of a cell


def cells(lesson: Path, kind: str) -> list[str]:
    book: dict[str, Any] = json.loads(lesson.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


def lines(cell: str) -> int:
    """How many lines a cell has, the blank ones left out."""
    return len([line for line in cell.splitlines() if line])


def headings(lesson: Path) -> list[int]:
    """The level of each heading, in order."""
    text = re.sub(r"```.*?```", "", "\n".join(cells(lesson, "markdown")), flags=re.S)
    return [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.M)]


each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)


def test_there_are_lessons() -> None:
    assert [lesson.name for lesson in LESSONS][:2] == ["00-start-here.ipynb", "01-network-topology.ipynb"]


@each_lesson
def test_one_title_and_no_level_is_skipped(lesson: Path) -> None:
    levels = headings(lesson)
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


@each_lesson
def test_the_first_cell_says_what_you_will_do_and_how_long_it_takes(lesson: Path) -> None:
    first = cells(lesson, "markdown")[0]
    assert "**You will** " in first and re.search(r"\*\*Time:\*\* \d+ minutes", first)


@each_lesson
def test_cells_are_short_and_a_class_only_overrides_one_rule(lesson: Path) -> None:
    for cell in cells(lesson, "code"):
        assert lines(cell) <= MOST_LINES, cell
        assert "pip install" not in cell
        if lesson.name.startswith("01b"):  # there whole agents are written
            continue
        for name, base, body in re.findall(r"class (\w+)(.*)\n((?:    .*\n?)*)", cell):
            assert re.fullmatch(r"\((Paxos|Raft|Locked|Saga|TaskQueue)\):", base), name
            assert body.count("def ") == 1 and len(body.splitlines()) <= 3, name


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.stem)
def test_cells_of_exercises_are_short_also_those_with_a_blank(exercise: Path) -> None:
    for cell in cells(exercise, "code"):
        assert lines(cell) <= MOST_LINES, cell


@each_lesson
def test_what_a_lesson_imports_is_offered_by_a_face(lesson: Path) -> None:
    for module, names in re.findall(r"^from (labkit\S*) import (.*)", "\n".join(cells(lesson, "code")), flags=re.M):
        assert {name.strip() for name in names.split(",")} <= set(import_module(module).__all__), module


@each_lesson
def test_the_kernel_is_named_so_that_no_dialog_opens(lesson: Path) -> None:
    book = json.loads(lesson.read_text(encoding="utf-8"))
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    assert "widgets" not in book["metadata"]


@each_lesson
def test_links_between_lessons_lead_somewhere(lesson: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", "\n".join(cells(lesson, "markdown"))):
        assert (NOTEBOOKS / target).exists(), target


def test_every_experiment_of_the_topology_lesson_is_predicted_explained_and_changed() -> None:
    lesson = NOTEBOOKS / "01-network-topology.ipynb"
    text = "\n".join(cells(lesson, "markdown"))
    assert sum("predict(" in cell for cell in cells(lesson, "code")) >= 8
    assert text.count("<b>Explain</b>") >= 6 and text.count("**Change it yourself.**") >= 6
