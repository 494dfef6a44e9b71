"""The class report: every hand-in is checked again from its code, a forged one is shown, and none breaks the report."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from labkit.worksheet import CORRECT, STEPS, report_class
from labkit.worksheet.class_report import main
from labkit.worksheet.report import Handed, hand_ins_in, recheck_all, rechecked, write_pages

SMALL = ("count the links", "tree", "may go on")
LIE = "def tree(agents, children):\n    return [(agents[0], other) for other in agents[1:]]\n"


def solved(name: str) -> str:
    return f"{STEPS[name].imports}\n{STEPS[name].solution}\n"


def record(source: str, state: str = CORRECT, **more: Any) -> dict[str, Any]:
    return {"state": state, "tries": 2, "hints": 1, "opened": False, "source": source, "reasons": []} | more


def student(folder: Path, name: str, steps: Any, system: str | None = "print('a run')\n", inside: str = "") -> Path:
    """The hand-in of one student; steps: name → record."""
    place = folder / name / inside
    place.mkdir(parents=True)
    (place / "progress.json").write_text(json.dumps({"version": 1, "steps": steps}), encoding="utf-8")
    if system is not None:
        (place / "system.py").write_text(system, encoding="utf-8")
    return place


def good() -> dict[str, Any]:
    return {name: record(solved(name)) for name in SMALL}


def checked(folder: Path) -> dict[str, Handed]:
    return {handed.student: handed for handed in recheck_all(hand_ins_in(folder))}


def kinds(handed: Handed, *names: str) -> list[str]:
    return [handed.results[name].kind for name in names]


def test_what_holds_what_does_not_and_what_has_no_code_are_told_apart(tmp_path: Path) -> None:
    steps = good() | {"merge": record("", "not yet", reasons=["two boards differ"])}
    student(tmp_path, "honest", steps, inside="my-repository/day13/hand-in")
    student(tmp_path, "forger", good() | {"tree": record(LIE), "may go on": record("")})
    found = checked(tmp_path)
    assert kinds(found["honest"], *SMALL, "merge", "team") == ["holds"] * 3 + ["not yet", "not tried yet"]
    assert (found["honest"].done, found["honest"].claimed, found["honest"].doubtful) == (3, 3, [])
    assert kinds(found["forger"], *SMALL) == ["holds", "does not hold", "no code"]
    assert found["forger"].doubtful == ["tree", "may go on"]
    assert "directly below it" in found["forger"].results["tree"].because
    assert found["honest"].system == "runs by itself"


def test_a_forged_file_is_shown_as_such_on_every_page_that_names_the_student(tmp_path: Path) -> None:
    student(tmp_path, "ada", good())
    student(tmp_path, "bob", {"tree": record(LIE)})
    first = report_class(tmp_path, tmp_path.parent / f"{tmp_path.name}-out")
    overview, page = (first.with_name(name).read_text(encoding="utf-8") for name in ("index.html", "student-002.html"))
    assert "More is claimed than the code shows: bob." in overview
    assert "Claimed as correct, but not so by the code: “tree”." in page
    assert "Claimed as correct, but" not in first.with_name("student-001.html").read_text(encoding="utf-8")


@pytest.mark.long
def test_without_a_progress_file_the_steps_are_checked_from_the_program(tmp_path: Path) -> None:
    place = student(tmp_path, "ada", {}, system=f"{solved('tree')}\n\n{solved('may go on')}")
    (place / "progress.json").unlink()
    student(tmp_path, "bob", {}, system=LIE)
    (tmp_path / "bob" / "progress.json").write_text("{", encoding="utf-8")
    found = checked(tmp_path)
    assert kinds(found["ada"], "tree", "may go on") == ["holds", "holds"]
    assert kinds(found["bob"], "tree", "may go on") == ["does not hold", "not tried yet"]
    assert any("damaged" in problem for problem in found["bob"].problems)


@pytest.mark.long
def test_a_program_that_lacks_an_answer_or_does_not_run_is_said(tmp_path: Path) -> None:
    student(tmp_path, "ada", good(), system=f"{solved('tree')}\nraise SystemExit\n")
    (ada,) = checked(tmp_path).values()
    assert ada.problems == ("system.py lacks the answers to “may go on”.",)
    assert ada.system.startswith("does not run by itself")


def damaged(text: bytes) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        student(folder, "odd", {}, system=None)
        (folder / "odd" / "progress.json").write_bytes(text)
    return write


def with_steps(steps: Any) -> Callable[[Path], object]:
    return lambda folder: student(folder, "odd", steps, system=None)


ODD: dict[str, Callable[[Path], object]] = {
    "an empty folder": lambda folder: (folder / "odd").mkdir(),
    "a folder in the place of the file": lambda folder: (folder / "odd" / "progress.json").mkdir(parents=True),
    "no text": damaged(b"\xff\xfe\x00"), "not JSON": damaged(b"{'steps'"), "a list": damaged(b"[1, 2]"),
    "nested too deep": damaged(b"[" * 100_000), "a number with many digits": damaged(b'{"steps": ' + b"9" * 9_000),
    "too large": damaged(b'"' + b"x" * 3_000_000 + b'"'),
    "steps that are a list": with_steps([1, 2]), "a record that is a number": with_steps({"tree": 7}),
    "fields of wrong types": with_steps({"tree": {"state": [1], "tries": "many", "source": 3, "reasons": "none"}}),
    "half a letter": with_steps({"tree": record("", "not yet", reasons=["\ud800"])}),
    "a step that there is not": with_steps({"no such step": record("1")}),
    "an answer without an end": with_steps({"tree": record("x" * 200_000)}),
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_lies_in_the_folder_the_report_is_written_and_nothing_is_touched(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "class"
    inside.mkdir()
    ODD[name](inside)
    before = {path: path.read_bytes() for path in inside.rglob("*") if path.is_file()}
    (odd,) = checked(inside).values()
    assert odd.results["tree"].kind in ("not tried yet", "not yet", "no code")
    assert report_class(inside, tmp_path / "out").exists()
    assert {path: path.read_bytes() for path in inside.rglob("*") if path.is_file()} == before


HOSTILE = {
    "a syntax error": "def tree(:", "half a letter": "x = '\ud800'", "an error": "1 / 0",
    "an exit": "raise SystemExit", "a hard exit": "import os\nos._exit(0)",
    "a signal to itself": "import os\nos.kill(os.getpid(), 9)", "a recursion": "def f():\n    return f()\nf()",
    "a flood": "while True:\n    print('x' * 10_000)", "memory": "x = bytearray(3_000_000_000)",
    "its own judge": "from labkit.worksheet import STEPS\nfor step in STEPS.values():\n"
                     "    object.__setattr__(step, 'judge', print)\ndef tree(agents, children):\n    return 7\n",
    "a verdict of its own": "import os\nfor number in range(3, 30):\n    try:\n"
                            "        os.write(number, b'[\"tree\", \"correct\", \"\"]\\n')\n"
                            "    except OSError:\n        pass\nos._exit(0)",
}


@pytest.mark.long
def test_hostile_answers_neither_pass_nor_spoil_the_others(tmp_path: Path) -> None:
    steps = [name for name, step in STEPS.items() if step.kind == "code" and name != "may go on"]
    given = dict(zip(steps, HOSTILE.values(), strict=False))
    assert len(given) == len(HOSTILE)
    student(tmp_path, "eve", {name: record(text) for name, text in given.items()} | {"may go on": good()["may go on"]})
    (eve,) = checked(tmp_path).values()
    came = {what: eve.results[name].kind for what, name in zip(HOSTILE, given, strict=True)}
    assert came == dict.fromkeys(HOSTILE, "does not hold")
    assert (eve.done, eve.results["may go on"].kind) == (1, "holds")


@pytest.mark.long
def test_one_that_ends_the_process_which_checks_it_is_named(tmp_path: Path) -> None:
    student(tmp_path, "odd", {"tree": record("import os\nos.kill(os.getppid(), 9)"), "may go on": record("x")})
    student(tmp_path, "zoe", {"may go on": record(solved("may go on"))})
    found = checked(tmp_path)
    assert found["zoe"].done == 1
    assert kinds(found["odd"], "tree", "may go on") == ["not checked"] * 2
    assert "ended the process" in found["odd"].problems[-1]


@pytest.mark.long
def test_an_endless_answer_costs_its_time_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecked, "SECONDS", 2.0)
    monkeypatch.setattr(rechecked, "SPARE", 3.0)
    student(tmp_path, "odd", {"tree": record("while True: pass"), "may go on": record(solved("may go on"))})
    began = time.monotonic()
    (odd,) = recheck_all(hand_ins_in(tmp_path), together=20)
    assert time.monotonic() - began < 15
    assert kinds(odd, "tree", "may go on") == ["not checked", "holds"]
    assert "does not come to an end" in odd.results["tree"].because


class Page(HTMLParser):
    """What of a page would load something, or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.mark.long
def test_the_pages_need_nothing_else_and_show_what_students_wrote_as_text(tmp_path: Path) -> None:
    student(tmp_path / "in", "<b>eve</b>", {
        "tree": record("<script>alert(1)</script>", reasons=["<script>alert(2)</script>"]), "merge": record(
            "", "not yet", reasons=["<img src=x onerror=alert(3)>", "half a letter \ud800"])})
    student(tmp_path / "in", "zoe", {}, system=None)
    first = report_class(tmp_path / "in", tmp_path / "out")
    pages = sorted(path.name for path in first.parent.iterdir())
    assert pages == ["index.html", "student-001.html", "student-002.html"]
    for name in pages:
        page = Page()
        page.feed((first.parent / name).read_text(encoding="utf-8"))
        assert not page.tags & {"script", "img", "b", "link", "iframe"}
        assert set(page.loads) <= set(pages)


def test_the_report_says_where_the_class_got_stuck(tmp_path: Path) -> None:
    for number in range(3):
        steps = {"merge": record("", "not yet", tries=7 + number, hints=2, reasons=["two boards differ"])}
        student(tmp_path / "in", f"student {number}", steps, system=None)
    overview = report_class(tmp_path / "in", tmp_path / "out").read_text(encoding="utf-8")
    assert "merge: 3 not yet" in overview
    assert "merge: 8.0 tries" in overview and "merge: 2.0 hints" in overview
    assert "<td>merge</td><td>3</td><td>two boards differ</td>" in overview


def test_the_command_line_says_where_the_report_is_or_why_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    student(tmp_path / "in", "ada", {"may go on": record(solved("may go on"))})
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "1 of 1 checked" in said and f"Open {tmp_path / 'out' / 'index.html'}" in said
    for wrong in ([], ["--help"], [str(tmp_path / "nowhere")], [str(tmp_path / "in" / "ada")]):
        assert main(wrong) == 2
    said = capsys.readouterr().out
    assert said.count("Use: python -m") == 2 and "there is no folder" in said and "holds no folders" in said


@pytest.mark.long
def test_the_command_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "labkit.worksheet.class_report"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout.startswith("Use:") and not done.stderr


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="without forks each answer has a process of its own")
def test_thirty_hand_ins_take_two_processors_under_three_minutes_and_no_honest_one_is_doubted(tmp_path: Path) -> None:
    """Time of processors, so that it does not matter what else runs."""
    random, planted = Random(13), {}
    for number in range(30):
        name = f"student {number:02}"
        steps = {one: record(f"# {name}\n{solved(one)}") for one in STEPS if random.random() < 0.9}
        planted[name] = ["tree"] if number % 5 == 0 else []
        steps["tree"] = record(LIE) if planted[name] else record(solved("tree"))
        student(tmp_path / "in", name, steps)
    before = os.times()
    found = recheck_all(hand_ins_in(tmp_path / "in"))
    write_pages(found, tmp_path / "out")
    after = os.times()
    assert {handed.student: handed.doubtful for handed in found} == planted
    assert len([*(tmp_path / "out").iterdir()]) == 31
    took = sum(getattr(after, kind) - getattr(before, kind) for kind in ("children_user", "children_system"))
    assert took / rechecked.AT_ONCE < 180, f"{took:.0f} seconds"
