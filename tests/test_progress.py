"""Progress is kept in a file: through restarts, updates, two notebooks at once, and damage."""

import json
from pathlib import Path

import pytest
from labkit.worksheet.progress import Progress, Record, records_in
from labkit.worksheet.verdict import CORRECT, NOT_TRIED, NOT_YET, Verdict, not_yet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "day13"


def test_a_fresh_start_writes_nothing_until_something_was_tried(folder: Path) -> None:
    progress = Progress(folder)
    assert progress.of("ring") == Record() and progress.all() == {}
    progress.note("ring", Verdict(NOT_TRIED))
    assert not folder.exists()


def test_what_was_tried_is_there_after_a_restart(folder: Path) -> None:
    before = Progress(folder)
    before.note("ring", not_yet("with one agent it stops"))
    before.note("ring", not_yet("with one agent it stops"))
    before.open_hint("ring", 2)
    before.note("ring", Verdict(CORRECT), "def ring(agents): …")
    before.open_solution("ring")
    assert Progress(folder).of("ring") == Record(
        CORRECT, 3, 1, True, "def ring(agents): …", ("with one agent it stops",))


def test_a_step_that_was_correct_once_stays_correct_and_keeps_that_answer(folder: Path) -> None:
    progress = Progress(folder)
    progress.note("ring", Verdict(CORRECT), "good")
    progress.note("ring", not_yet("the last link is missing"), "bad")
    assert progress.of("ring") == Record(CORRECT, 2, 0, False, "good", ("the last link is missing",))
    progress.note("ring", Verdict(CORRECT), "better")
    assert progress.of("ring").source == "better"


def test_two_notebooks_open_at_once_lose_nothing(folder: Path) -> None:
    one, other = Progress(folder), Progress(folder)
    for number in range(10):
        one.note(f"one {number}", Verdict(CORRECT), str(number))
        other.note(f"other {number}", not_yet(str(number)))
        one.open_hint("both", 99)
        other.open_hint("both", 99)
    assert one.all() == other.all() == Progress(folder).all()
    assert len(one.all()) == 21 and one.of("both").hints == 20
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


def test_an_update_of_the_lab_keeps_steps_and_fields_that_it_does_not_know(folder: Path) -> None:
    Progress(folder).note("ring", Verdict(CORRECT), "good")
    path = folder / "progress.json"
    told = json.loads(path.read_text())
    told["steps"]["of next year"] = {"state": CORRECT, "stars": 3}
    told["steps"]["ring"]["stars"] = 5
    path.write_text(json.dumps(told))
    Progress(folder).open_hint("ring", 3)
    Progress(folder).open_hint("of next year", 3)
    steps = json.loads(path.read_text())["steps"]
    assert steps["ring"]["stars"] == 5 and steps["of next year"]["stars"] == 3
    assert Progress(folder).of("of next year") == Record(CORRECT, hints=1)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 1, "steps": []}', "\x00", "[" * 9999])
def test_a_damaged_file_is_set_aside_and_that_is_said(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "progress.json").write_text(text)
    progress = Progress(folder)
    progress.note("ring", Verdict(CORRECT), "good")
    assert progress.remark == ("The file of your progress is damaged. It is now called progress-set-aside-1.json; "
                               "a new one was begun.")
    assert (folder / "progress-set-aside-1.json").read_text() == text
    assert Progress(folder).of("ring").state == CORRECT


def test_bytes_that_are_no_text_and_a_later_version_are_set_aside_each_under_a_name_of_its_own(folder: Path) -> None:
    folder.mkdir()
    (folder / "progress.json").write_bytes(b"\xff\xfe\xff")
    assert Progress(folder).all() == {}
    (folder / "progress.json").write_text('{"version": 2, "steps": {}}')
    later = Progress(folder)
    assert later.all() == {} and "another version of the lab" in later.remark
    assert sorted(path.name for path in folder.iterdir()) == ["progress-set-aside-1.json", "progress-set-aside-2.json"]


def test_damage_within_a_step_is_no_credit(folder: Path) -> None:
    folder.mkdir()
    odd = {"a": 5, "b": {"state": "perfect", "tries": -1, "hints": "2", "opened": 1, "source": 3, "reasons": [1, "x"]}}
    (folder / "progress.json").write_text(json.dumps({"version": 1, "steps": odd}))
    progress = Progress(folder)
    assert progress.of("a") == Record() and progress.of("b") == Record(NOT_TRIED, reasons=("x",))
    assert progress.note("a", not_yet("no")).state == NOT_YET


def test_a_file_deleted_by_hand_is_a_fresh_start_and_a_folder_that_cannot_be_written_is_said(folder: Path) -> None:
    progress = Progress(folder)
    progress.note("ring", Verdict(CORRECT), "good")
    (folder / "progress.json").unlink()
    assert progress.all() == {}
    folder.rmdir()
    folder.write_text("a file in the place of the folder")
    assert progress.note("ring", Verdict(CORRECT), "good").state == CORRECT
    assert "could not be saved" in progress.remark


def test_answers_to_the_quiz_are_there_after_a_restart_beside_the_steps(folder: Path) -> None:
    before = Progress(folder)
    assert before.quiz() == {}
    before.note_quiz("Half is enough.", "yes")
    before.note("ring", Verdict(CORRECT), "good")
    Progress(folder).note_quiz("Retrying fixes it.", "no")
    assert before.quiz() == Progress(folder).quiz() == {"Half is enough.": "yes", "Retrying fixes it.": "no"}
    assert list(Progress(folder).all()) == ["ring"]


def test_who_reads_the_steps_only_does_not_notice_the_quiz(folder: Path) -> None:
    progress = Progress(folder)
    progress.note("ring", not_yet("no"))
    before = records_in(progress.path.read_text())
    progress.note_quiz("Half is enough.", "yes")
    assert records_in(progress.path.read_text()) == before == progress.all()


@pytest.mark.parametrize("held", ["", ', "quiz": 5', ', "quiz": {"Half is enough.": 2, "x": ["y"]}'])
def test_a_file_without_a_quiz_or_with_damage_in_it_is_read_as_one_without_answers(folder: Path, held: str) -> None:
    folder.mkdir()
    (folder / "progress.json").write_text('{"version": 1, "steps": {"ring": {"state": "correct"}}' + held + "}")
    progress = Progress(folder)
    assert progress.quiz() == {} and progress.of("ring").state == CORRECT and not progress.remark
    progress.note_quiz("Half is enough.", "no")
    assert Progress(folder).quiz() == {"Half is enough.": "no"}


def test_what_a_later_version_writes_beside_the_steps_is_kept(folder: Path) -> None:
    folder.mkdir()
    (folder / "progress.json").write_text('{"version": 1, "steps": {}, "stars": [5]}')
    Progress(folder).note("ring", not_yet("no"))
    Progress(folder).note_quiz("Half is enough.", "no")
    told = json.loads((folder / "progress.json").read_text())
    assert told["stars"] == [5] and list(told) == ["version", "steps", "stars", "quiz"]


def test_a_file_deleted_by_hand_takes_the_answers_to_the_quiz_with_it(folder: Path) -> None:
    progress = Progress(folder)
    progress.note_quiz("Half is enough.", "no")
    progress.path.unlink()
    assert progress.quiz() == {}
