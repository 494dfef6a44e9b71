"""The reflection: five takeaways that can be run, three questions whose answers reach the hand-in, and the quiz."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from labkit.views import Quiz
from labkit.worksheet import QUIZ

NOTEBOOK = Path(__file__).resolve().parents[1] / "labs" / "reflection.ipynb"
CELLS = {cell["id"]: "".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]}
CODE = [name for name, cell in CELLS.items() if not cell.startswith(("#", "**", "Read"))]
TAKEAWAYS = ("Network topology affects communication and fault tolerance.",
             "Consensus algorithms enable distributed agreement.",
             "Partition detection is critical for distributed systems.",
             "Recovery mechanisms handle network failures.",
             "Distributed coordination is complex but powerful.")


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session in an empty folder, in which the imports have been run."""
    monkeypatch.chdir(tmp_path)
    session: dict[str, Any] = {"__name__": "reflection"}
    exec(CELLS["imports"], session)
    return session


def printed(session: dict[str, Any], cell: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(CELLS[cell], session)
    return out.getvalue()


def test_each_takeaway_of_the_lesson_stands_there_with_a_cell_to_run() -> None:
    text = "\n".join(CELLS.values())
    assert all(f"**{takeaway}**" in text for takeaway in TAKEAWAYS)
    assert sum(name.startswith("takeaway-") and name in CODE for name in CELLS) == 5
    assert all(len(CELLS[name].splitlines()) <= 10 for name in CODE)


def test_the_experiments_show_what_the_takeaways_say(names: dict[str, Any]) -> None:
    assert printed(names, "takeaway-topology").splitlines() == [
        "star: longest way 2, broadcast 7, crashes survived for sure 0",
        "tree: longest way 5, broadcast 7, crashes survived for sure 0",
        "ring: longest way 4, broadcast 9, crashes survived for sure 1",
        "mesh: longest way 1, broadcast 49, crashes survived for sure 6"]
    assert printed(names, "takeaway-detection").splitlines() == [
        "mutual (('a',), ('b',), ('c',))", "any (('a', 'b', 'c'),)"]
    for search in ("takeaway-consensus", "takeaway-coordination"):
        assert printed(names, search).startswith("✔ No invariant is broken. Every run was looked at")
    shown = eval(CELLS["takeaway-recovery"], names)
    waits, answers_all = shown.reports
    assert waits.open and not waits.lost
    assert answers_all.lost and not answers_all.open


def test_the_answers_reach_the_hand_in(names: dict[str, Any], tmp_path: Path) -> None:
    exec(CELLS["progress"], names)
    for number, question in enumerate(("topology", "consensus", "challenges")):
        cell = CELLS[f"answer-{question}"]
        assert cell == f'answers["{question}"] = """\n\n"""'
        exec(cell.replace("\n\n", f"\nBecause of reason {number}.\n"), names)
    exec(CELLS["hand-in-see"], names)
    (found,) = tmp_path.rglob("reflection.md")
    text = found.read_text(encoding="utf-8")
    assert all(f"Because of reason {number}." in text for number in range(3)) and "Not answered yet" not in text


def test_the_questions_are_those_of_the_document(names: dict[str, Any], tmp_path: Path) -> None:
    exec(CELLS["progress"], names)
    exec(CELLS["hand-in-see"], names)
    (found,) = tmp_path.rglob("reflection.md")
    asked = [line.lstrip("# ") for line in found.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert asked == [CELLS[f"question-{name}"].splitlines()[0].lstrip("# ") for name in (
        "topology", "consensus", "challenges")]


def test_the_quiz_has_all_misconceptions(names: dict[str, Any]) -> None:
    exec(CELLS["quiz-see"], names)
    assert isinstance(names["quiz"], Quiz) and names["quiz"].questions == QUIZ


def test_the_core_asks_five_of_them_out_of_at_least_four_lessons(names: dict[str, Any]) -> None:
    asked = eval(CELLS["five-see"], names).questions
    assert len(asked) == 5 and len({one.lesson for one in asked}) >= 4 and all(one in QUIZ for one in asked)
