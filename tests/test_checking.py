"""check, hint, solution and progress, as a learner writes them: they never raise, and they read as text, too."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cell_by_cell import Notebook, notebook
from labkit.search import Exploration
from labkit.topology import kinds
from labkit.views import Player, TopologyExplorer, check, hint, progress, solution
from labkit.views.worksheet import Checked
from labkit.views.worksheet.checked import HOW_IT_CAME, KEPT, sentence
from labkit.worksheet import (
    CORRECT,
    EXERCISES,
    NOT_YET,
    STEPS,
    Progress,
    Verdict,
    following,
    step_called,
    witness,
)
from labkit.worksheet.child import CHILDREN
from labkit.worksheet.output import Capped

NAME = "count the links"
RIGHT = {"star": 7, "mesh": 28, "ring": 8, "tree": 7}
WRONG = {**RIGHT, "star": 8}
STEP = step_called(NAME)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "day13"


@pytest.fixture
def cells() -> Iterator[Notebook]:
    with notebook() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def children() -> Iterator[None]:
    yield
    CHILDREN.close()


def test_the_way_of_a_learner_from_blank_to_correct(folder: Path) -> None:
    assert repr(check(NAME, ...)).startswith("Not tried yet: replace the three dots")
    assert not folder.exists()
    wrong = check(NAME, WRONG)
    assert repr(wrong).startswith("✘ Not yet, because a star of eight agents")
    wrong.press("Hint")
    assert f"Hint 1 of {len(STEP.hints)}: {STEP.hints[0]}" in repr(wrong)
    assert "of 11 steps correct" in repr(wrong)
    right = check(NAME, RIGHT)
    assert repr(right).startswith(f"✔ Correct: {NAME}. {STEP.because}")
    assert "Exercise 1: 1 of 11 steps correct." in repr(right)
    record = Progress(folder).of(NAME)
    assert (record.tries, record.hints, record.source) == (2, 1, f"links = {RIGHT}\n")
    assert record.reasons == (wrong.verdict.because,)


def test_hints_escalate_stay_readable_and_then_point_to_the_solution(folder: Path) -> None:
    hints = [f"Hint {number} of {len(STEP.hints)}: {text}" for number, text in enumerate(STEP.hints, 1)]
    last = f'That was the last hint of {len(STEP.hints)}. Write solution("{NAME}") to see our solution.'
    for number in range(1, len(hints)):
        assert repr(hint(NAME)).splitlines() == hints[:number]
    assert repr(hint(NAME)).splitlines() == repr(hint(NAME)).splitlines() == [*hints, last]
    assert repr(hint(NAME, folder=str(folder))).splitlines() == [*hints, last], "as after a restart"


def test_the_button_shows_the_hints_of_before_too_and_goes_after_the_last() -> None:
    hint(NAME)
    wrong = check(NAME, WRONG)
    for _ in STEP.hints[1:]:
        assert wrong.children[1].children[0].layout.display != "none"
        wrong.press("Hint")
    assert all(text in repr(wrong) for text in STEP.hints) and "That was the last hint" in repr(wrong)
    assert [button.layout.display for button in wrong.children[1].children] == ["none", None]


def test_a_wrong_answer_after_a_correct_one_loses_nothing_and_says_so() -> None:
    assert "is kept" not in repr(check(NAME, WRONG))
    check(NAME, RIGHT)
    assert "Your earlier correct answer is kept." in repr(check(NAME, WRONG))
    assert "is kept" not in repr(check(NAME, RIGHT))


def test_a_reason_with_a_capital_letter_is_a_sentence_and_every_one_ends_with_one_full_stop() -> None:
    said = {"it is too long": ", because it is too long.", "Two fail. Now it is red": ". Two fail. Now it is red.",
            "it says “no”": ", because it says “no”.", "it says “no.”": ", because it says “no.”",
            "is it?": ", because is it?"}
    assert {reason: following(reason) for reason in said} == said
    assert str(Verdict(NOT_YET, "Two fail")) == "not yet. Two fail."
    assert str(Verdict(NOT_YET, "two fail")) == "not yet, because two fail."


def test_a_reason_that_ends_in_quotes_has_its_full_stop_before_the_next_sentence() -> None:
    check(NAME, RIGHT)
    assert f". {KEPT}" in repr(check(NAME, WRONG))
    assert sentence(STEP, Verdict(NOT_YET, "it says “no”")).endswith("“no”.")


def test_a_verdict_on_an_old_value_says_first_from_which_run_it_is(cells: Notebook) -> None:
    cells.run(f"links = {WRONG}")
    cells.names["In"] = ["", f"links = {WRONG}", "links = {", f'check("{NAME}", links)']
    said = repr(check(NAME, cells["links"])).splitlines()
    assert said[0].startswith("The cell with links stopped with an error when it ran last, as In[2], so this is about")
    assert said[1].startswith("✘ Not yet, because a star")
    assert repr(check(NAME, dict(WRONG))).startswith("✘ Not yet"), "another value than that of the cell"


def test_a_hint_or_a_solution_below_a_check_in_its_cell_leaves_the_verdict_on_show(cells: Notebook) -> None:
    cells.names["In"] = ["", "a cell"]
    shown = check(NAME, WRONG)
    assert hint(NAME) is shown and repr(shown).startswith("✘ Not yet") and STEP.hints[0] in repr(shown)
    assert repr(solution(NAME)).startswith(STEP.solution) and "✘ Not yet" in repr(solution(NAME))
    cells.names["In"].append("the next cell")
    assert "✘" not in repr(hint(NAME)) and "✘" not in repr(solution(NAME))


def test_an_answer_that_is_left_out_is_looked_up_in_the_notebook(cells: Notebook) -> None:
    assert "run the cell above first" in repr(check("tree"))
    cells.run(step_called("tree").imports).run(step_called("tree").solution)
    assert repr(check("tree")).startswith("✔ Correct: tree.")


def test_marks_round_pieces_of_program_are_not_shown(cells: Notebook) -> None:
    marked = next(step for step in STEPS.values() if any("`" in text for text in step.hints))
    assert "`" not in "".join(repr(hint(marked.name)) for _ in marked.hints)
    assert all("`" not in sentence(step, Verdict(CORRECT)) for step in STEPS.values())


def test_the_solution_opens_after_one_try_or_two_hints(folder: Path) -> None:
    assert repr(solution(NAME)) == f'Try it once, or open two hints: hint("{NAME}"). Then the solution opens.'
    check(NAME, WRONG)
    assert STEP.solution in repr(solution(NAME)) and STEP.because in repr(solution(NAME))
    assert Progress(folder).of(NAME).opened
    hint("longest way")
    assert "Try it once" in repr(solution("longest way"))
    hint("longest way")
    assert step_called("longest way").solution in repr(solution("longest way"))


def test_progress_tells_each_step_of_each_exercise() -> None:
    check(NAME, RIGHT)
    check("longest way", {"star": 1, "mesh": 1, "ring": 1, "tree": 1})
    told = repr(progress())
    assert told.startswith(f"1 of {len(STEPS)} steps are correct.")
    assert f"  ✔  {NAME}  correct  1  0 of 2  –" in told and "  ✘  longest way  not yet  1  0 of 3  –" in told
    assert all(name in told for name in STEPS) and all(title in told for title in EXERCISES.values())


def test_the_exercise_that_is_worked_on_comes_first_unfolded_with_a_count_for_its_stretch() -> None:
    check(NAME, RIGHT)
    check("one member more", [1])
    assert list(progress().scene["panels"])[:3] == ["all", "exercise 2", "exercise 1"]
    assert list(progress(3).scene["panels"])[:3] == ["all", "exercise 3", "exercise 1"]
    tables = [panel for panel in progress(3).scene["panels"].values() if panel["kind"] == "table"]
    assert [table["open"] for table in tables] == [True, False, False, False]
    assert tables[0]["more"]["title"].startswith("Stretch: 0 of")
    assert "The exercises are 1, 2, 3 and 4" in repr(progress(7)) and "progress(3)" in repr(progress(1, 2))


def test_what_shows_it_opens_below_once(cells: Notebook) -> None:
    shown = check(NAME, WRONG)
    shown.press("Show it")
    explorer = shown.children[-1]
    assert isinstance(explorer, TopologyExplorer) and len(explorer.network.graph) == 8
    assert kinds() == ("star", "mesh", "ring", "tree", "hybrid"), "it is no topology to compare"
    explorer.crash(min(explorer.network.graph))
    explorer.undo()
    explorer.reset()
    assert len(explorer.network.graph) == 8 and not explorer.network.crashed
    shown.press("Show it")
    assert shown.status == "It is open already, below."
    assert "Hint" in [button.description for button in shown.children[1].children]


def test_a_run_that_breaks_it_opens_in_a_player(cells: Notebook) -> None:
    step, wrong = broken_by_a_run(cells)
    shown = check(step, wrong)
    assert isinstance(shown, Checked) and shown.verdict.shows
    shown.press("Show it")
    player = shown.children[-1]
    assert isinstance(player, Player) and player.moment.step == len(player.sim) > 0
    assert player.window[0] == 0 and player.window[1] >= player.times[-1]
    assert shown.status == f"Below is the case that breaks it. {HOW_IT_CAME}"


def broken_by_a_run(cells: Notebook) -> tuple[str, Any]:
    """A step and a wrong answer to it, which a search has refuted."""
    step = step_called("a vote in rounds")
    cells.run(step.imports)
    cells.run("class RoundVoter(Rounds):\n    def choose_value(self, reported):\n        return self.wanted")
    assert isinstance(witness(step, cells["RoundVoter"]), Exploration)
    return step.name, cells["RoundVoter"]


@pytest.mark.parametrize(("ask", "words"), [
    (lambda: check("cont the links", RIGHT), "did you mean 'count the links'"),
    (lambda: check(RIGHT, NAME), "The name comes first"),
    (lambda: check(), "Write the name of the step first"),
    (lambda: check(5, RIGHT), "in quotes"),
    (lambda: check(NAME, RIGHT, 3), 'check takes the name of a step and one answer: check("count the links", links).'),
    (lambda: hint(), 'Write the name of the step first: hint("count the links").'),
    (lambda: hint(NAME, RIGHT), 'hint takes the name of a step: hint("count the links").'),
    (lambda: check(NAME, RIGHT, folder=5), "Folder is the name of a folder, folder="),
    (lambda: hint([]), "in quotes"),
    (lambda: solution("nothing"), "There is no step 'nothing'"),
], ids=["a slip", "swapped", "nothing", "a number", "two answers", "no hint", "a hint for an answer",
        "no folder", "a list", "no step"])
def test_a_slip_in_the_call_is_a_sentence(ask: Any, words: str) -> None:
    assert words in repr(ask())


def test_a_folder_that_cannot_be_written_is_said_and_progress_is_kept_until_the_kernel_ends(folder: Path) -> None:
    folder.write_text("a file in the place of the folder")
    assert "could not be saved" in repr(check(NAME, RIGHT))
    assert "1 of" in repr(progress())


def test_what_it_printed_is_shown_shortened(cells: Notebook) -> None:
    step = step_called("tree")
    cells.run(f"{step.imports}\ndef tree(agents, children):\n    print('children:', children)\n    return []")
    said = repr(check("tree", cells["tree"]))
    assert "It printed, in the first run that printed anything: children: 1\n" in said and "children: 2" not in said


def test_a_flood_of_the_first_run_is_cut_short_and_later_runs_are_left_out() -> None:
    printed = Capped()
    for text in ("", "one\n", "two\n" * 300, "three\n"):
        printed.write(text)
        if text != "two\n" * 300:
            printed.end_run()
    assert printed.beginning() == "one\n"
    printed = Capped()
    printed.write("two\n" * 300)
    printed.write("")
    assert len(printed.beginning()) == 1_001 and printed.beginning().endswith("…")


FAULTY = "def near(i):\n    return i.get(1)\n\n\ndef tree(agents, children):\n    return near(agents)"


@pytest.mark.parametrize("inside", [True, False], ids=["in a child process", "here"])
def test_an_error_is_told_with_the_learners_own_function_and_the_line_of_its_cell(
    cells: Notebook, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    cells.run(step_called("tree").imports + "\nimport itertools").run(FAULTY)
    monkeypatch.setattr(CHILDREN, "ready", inside)
    said = repr(check("tree", cells["tree"]))
    assert said.startswith("✘ Not yet, because tree(('a',), 1) stops with an error: AttributeError")
    assert "no attribute 'get' (near, line 2)" in said


@pytest.mark.parametrize("inside", [True, False], ids=["in a child process", "here"])
def test_an_error_in_a_rule_that_the_lab_calls_is_told_with_the_rules_line(
    cells: Notebook, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    step = step_called("team")
    cells.run(step.imports)
    cells.run("\n\n" + step.solution.replace("return self.board | theirs", "self.board['x'] = 1\n        return 1"))
    monkeypatch.setattr(CHILDREN, "ready", inside)
    assert "merged, line 11" in repr(check("team", cells["Team"]))


def test_a_call_is_quoted_as_a_program_would_have_it(cells: Notebook) -> None:
    step = step_called("may go on")
    cells.run(step.imports + "\ndef may_go_on(members, reachable):\n    pass")
    said = repr(check("may go on", cells["may_go_on"]))
    assert "may_go_on(['planner'], {'planner'}) returns nothing (None); expected True or False" in said
    assert said.splitlines()[0].endswith("is a return missing?")


def test_asking_changes_neither_the_output_nor_the_limits_of_the_notebook() -> None:
    before = sys.stdout, sys.stderr, sys.getrecursionlimit(), sys.gettrace()
    check(NAME, WRONG)
    assert before == (sys.stdout, sys.stderr, sys.getrecursionlimit(), sys.gettrace())
