"""The lessons and exercises as a course: they take the time they state, give no answer away, and answer every task.

After a change of a time or a lesson: python tests/test_course.py --renew
"""

import ast
import json
import re
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import labkit
import pytest
from labkit.lesson.questions import question
from lesson_text import CHANGE, EXERCISES, FOLDED, LESSONS, NOTEBOOKS, Part, minutes, parts, stated
from tells import TELLS

README = NOTEBOOKS.parent / "README.md"
START = NOTEBOOKS / "00-start-here.ipynb"
BETWEEN = re.compile(r"(<!-- made by tests/test_course.py -->\n).*?(<!-- end -->)", re.DOTALL)
ABOUT = {  # the question of each lesson, and what one is able to do afterwards
    "00": ("Does everything work?", "cut, crash, heal, undo"),
    "01": ("Who can talk to whom, and what if a link breaks?", "choose a topology and defend it in numbers"),
    "01b": ("What is an agent, and how do I write one?", "write, watch, search and break an agent of your own"),
    "02": ("How do agents agree on one value?", "spoil a vote in eight ways, and prove which rules prevent it"),
    "02b": ("How do they agree although messages are lost and agents die?",
            "delete a safety rule and get the shortest run in which two agents differ"),
    "03": ("Who notices a split, who may go on, and what is lost?",
           "cut a running cluster in two, and see what its clients get"),
    "04": ("How do agents take turns and share out work?", "make an effect happen once, although tasks are done twice"),
    "05": ("Which patterns keep a service useful, and at what price?",
           "end a retry storm, and say which pattern did it"),
    "06": ("How is my system doing?",
           "read from metrics, a log and a trace what has happened"),
    "07": ("Does it hold outside of the simulator?",
           "run your agents as processes, cut their cables, and tell which read and which write to trust"),
}

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)


def number(lesson: Path) -> str:
    return lesson.name.split("-")[0]


def title(lesson: Path) -> str:
    words = lesson.stem.split("-", 1)[1].replace("-", " ")
    return f"{number(lesson)} {words[0].upper()}{words[1:]}".replace("paxos", "Paxos").replace("raft", "Raft")


def course_map(folder: str, *, able: bool) -> str:
    """The table of all lessons; folder: where they are, from the page that shows it."""
    rows = [f"| Lesson | Question |{' You will be able to |' if able else ''} Core path | With everything |",
            "|---|---|---|---|" + ("---|" if able else "")]
    for lesson in LESSONS:
        asked, ability = ABOUT[number(lesson)]
        core, everything = stated(lesson)
        more = f" {ability} |" if able else ""
        rows.append(f"| [{title(lesson)}]({folder}{lesson.name}) | {asked} |{more} {core} min | {everything} min |")
    return "\n".join(rows) + "\n"


def with_map(text: str, table: str) -> str:
    assert BETWEEN.search(text), "the marks between which the table stands are gone"
    return BETWEEN.sub(lambda old: f"{old[1]}{table}{old[2]}", text)


def test_the_readme_and_the_first_lesson_show_the_times_that_the_lessons_state() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_map(text, course_map("notebooks/", able=True)) == text, "python tests/test_course.py --renew"
    cells = json.loads(START.read_text(encoding="utf-8"))["cells"]
    (shown,) = ("".join(cell["source"]) for cell in cells if cell["id"] == "objectives")
    assert with_map(shown, course_map("", able=False)) == shown, "python tests/test_course.py --renew"


@each_lesson
def test_a_lesson_takes_the_time_that_it_states(lesson: Path) -> None:
    for deeper, said in zip((False, True), stated(lesson), strict=True):
        assert minutes(lesson, deeper=deeper) == pytest.approx(said, rel=0.2), f"deeper parts counted: {deeper}"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.stem)
def test_an_exercise_takes_the_time_that_it_states(exercise: Path) -> None:
    for deeper, said in zip((False, True), stated(exercise), strict=True):
        assert minutes(exercise, deeper=deeper) == pytest.approx(said, rel=0.1), f"stretch counted: {deeper}"


def test_each_core_path_of_the_exercises_and_the_reflection_fits_an_afternoon_with_the_others() -> None:
    *exercises, reflection = (stated(exercise)[0] for exercise in EXERCISES)
    assert max(exercises) <= 28 and sum(exercises) <= 105 and reflection <= 25


def test_the_core_paths_fit_a_morning_and_what_comes_after_it_half_an_hour() -> None:
    *morning, afterwards = (stated(lesson)[0] for lesson in LESSONS)
    assert sum(morning) <= 165 and afterwards <= 30


@each_lesson
def test_an_explanation_is_folded_and_every_task_has_a_folded_answer(lesson: Path) -> None:
    for part in parts(lesson):
        assert "**Explain.**" not in part.text, part.text[:60]
        if part.text.startswith(CHANGE):
            assert FOLDED.search(part.text), f"no answer to {part.text[:60]!r}"


def sections(lesson: Path) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts(lesson):
        found.setdefault(part.section, []).append(part)
    return found


def asked(lesson: Path) -> list[tuple[str, list[Part]]]:
    """The questions of a lesson, each with all parts up to its section's end, the head of the lesson included."""
    head, *_ = sections(lesson).values()
    return [(part.question, [*head, *section]) for section in sections(lesson).values()
            for part in section if part.question]


@each_lesson
def test_no_answer_stands_in_sight_of_its_question(lesson: Path) -> None:
    for name, around in asked(lesson):
        for part in around:
            if part.kind == "markdown" or part.question is None:
                found = re.search(TELLS[name], part.visible)
                assert found is None, f"{name!r} is answered in {part.cell}: {found[0]!r}"
        assert not re.search(TELLS[name], question(name).text), f"{name!r} answers itself"


def test_a_planted_answer_is_found() -> None:
    for name, tell in TELLS.items():
        asked_for = question(name)
        assert re.search(tell, f"{asked_for.answer}. {asked_for.because}"), name


@each_lesson
def test_each_question_is_followed_by_a_folded_explanation(lesson: Path) -> None:
    found = [*parts(lesson)]
    for place, part in enumerate(found):
        later = [one for one in found[place + 1 :] if one.question or "<summary><b>Explain" in one.text]
        assert part.question is None or any(not one.question for one in later[:2]), part.question



def test_the_lessons_lead_from_one_to_the_next_and_back() -> None:
    for before, after in pairwise(LESSONS):
        *_, last = parts(before)
        assert f"]({after.name})" in last.text or any(
            f"**Next:** [{title(after)}]({after.name})" in part.text for part in parts(before)), before.name
        assert f"]({before.name})" in next(parts(after)).text, after.name
    assert "](glossary.ipynb)" in "".join(part.text for part in parts(START))


@cache
def words_of_the_lab() -> set[str]:
    """Every text in labkit's code: names of buttons, menus, measures, faults, presets."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(labkit.__file__).parent.rglob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@each_lesson
def test_every_control_that_a_lesson_names_is_there(lesson: Path) -> None:
    known = words_of_the_lab()
    for part in parts(lesson):
        if part.kind == "markdown":
            named = re.findall(r"(?:[Pp]ress|[Ss]et|[Oo]pen|[Cc]hoose|preset|under) \*([^*\n]+)\*(?!\*)", part.text)
            assert {name for name in named if name != "Explain"} <= known, part.cell


def test_every_term_that_a_lesson_defines_stands_in_the_glossary() -> None:
    book = json.loads((NOTEBOOKS / "glossary.ipynb").read_text(encoding="utf-8"))
    listed = set(re.findall(r"^\| \*\*(.+?)\*\* \|", "\n".join("".join(c["source"]) for c in book["cells"]), re.M))
    assert len(listed) >= 40
    defined = {"agent", "link", "topology", "partition", "hub", "hop", "bridge", "root", "majority", "effects", "model",
               "seed", "space–time diagram", "token", "world", "explorer", "facet", "consensus", "quorum", "exhaustive",
               "witness", "grid", "coordinator", "push-sum", "ballot", "proposer", "acceptor", "chosen", "log",
               "committed", "candidate", "failure detector", "patience", "suspects", "split brain", "fencing token",
               "concurrent", "vector clock", "bully", "epoch", "idempotency key", "dead letters",
               "spanning tree", "process", "stale read", "key–value store"}
    bold = {word.lower() for lesson in LESSONS for part in parts(lesson)
            for word in re.findall(r"\*\*([A-Za-z–-]+(?: [a-z–-]+)?)\*\*", part.text)}
    assert defined <= bold, "the lessons define these no more"
    assert defined <= listed


if __name__ == "__main__" and sys.argv[1:] == ["--renew"]:
    front = with_map(README.read_text(encoding="utf-8"), course_map("notebooks/", able=True))
    README.write_text(front, encoding="utf-8")
    book = json.loads(START.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["id"] == "objectives":
            cell["source"] = with_map("".join(cell["source"]), course_map("", able=False)).splitlines(keepends=True)
    START.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
