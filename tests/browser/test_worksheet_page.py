"""An exercise in a real notebook page, as a student does it: wrong, hint, the case that breaks it, right, progress."""

import pytest
from access import objections
from lab import Notebook, Open
from labkit.worksheet import step_called
from playwright.sync_api import Locator, expect

TREE = step_called("tree")
WRONG = "def tree(agents, children):\n    return [(agents[0], agent) for agent in agents[1:]]"
CHECK = 'check("tree", tree)'
CELLS = (f"from labkit.views import check, hint, progress, solution\n{TREE.imports}", f"{TREE.blank}\n{CHECK}",
         f"{WRONG}\nwrong = {CHECK}\nwrong", f"{TREE.solution}\n{CHECK}", "progress()")


@pytest.fixture(scope="module")
def exercise(shared: Notebook) -> Notebook:
    shared.replace(*CELLS)
    shared.run_all()
    return shared


def output(notebook: Notebook, cell: int) -> Locator:
    return notebook.page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea")


def test_a_blank_a_wrong_and_a_right_answer_are_told_apart(exercise: Notebook) -> None:
    expect(output(exercise, 1)).to_contain_text("Not tried yet: replace the three dots")
    line = output(exercise, 1).locator("[data-panel=verdict]").bounding_box()
    assert line is not None and line["height"] < 2 * 18, "no empty line below a verdict of one line"
    expect(output(exercise, 2)).to_contain_text("✘ Not yet, because with")
    expect(output(exercise, 2)).to_contain_text("Exercise 1: 0 of")
    expect(output(exercise, 3)).to_contain_text("✔ Correct: tree.")
    expect(output(exercise, 3)).to_contain_text("Exercise 1: 1 of")
    assert exercise.errors == []


def test_hints_come_one_after_the_other(exercise: Notebook) -> None:
    wrong = output(exercise, 2)
    for number, text in enumerate(TREE.hints, 1):
        wrong.get_by_role("button", name="Hint").click()
        expect(wrong).to_contain_text(f"Hint {number} of {len(TREE.hints)}: {text}")
    expect(wrong).to_contain_text('Write solution("tree") to see our solution.')
    expect(wrong.get_by_role("button", name="Hint")).to_be_hidden()


def test_the_case_that_breaks_it_opens_as_a_picture_that_can_be_tried(exercise: Notebook) -> None:
    wrong = output(exercise, 2)
    wrong.get_by_role("button", name="Show it").click()
    expect(wrong).to_contain_text("Below is the case that breaks it.")
    wrong.locator(".js-plotly-plot .scatterlayer .point").first.wait_for(timeout=60_000)
    expect(wrong.get_by_role("button", name="Broadcast")).to_be_visible()
    assert exercise.errors == []


def test_progress_is_shown_for_each_step(exercise: Notebook) -> None:
    row = output(exercise, 4).locator("tr", has=exercise.page.get_by_role("rowheader", name="tree", exact=True))
    shown = output(exercise, 4)
    expect(shown).to_contain_text("1 of ")
    expect(shown.locator("table").first).to_contain_text("tree")
    expect(row.first if row.count() else shown).to_contain_text("correct")


def test_a_restart_of_the_kernel_loses_no_progress(exercise: Notebook, open_notebook: Open) -> None:
    exercise.page.evaluate("""async () => {
        const panel = [...window.jupyterapp.shell.widgets("main")].find(widget => widget.sessionContext);
        await panel.sessionContext.session.kernel.restart();
    }""")
    exercise.wait_until_ready()
    exercise.replace(CELLS[0], "progress()", 'solution("tree")')
    exercise.run_all()
    expect(output(exercise, 1)).to_contain_text("1 of ")
    expect(output(exercise, 2)).to_contain_text("One solution of “tree”; yours may look different.")
    expect(output(exercise, 2).locator("pre.day13-program")).to_contain_text("parent = (i - 1) // children")
    assert exercise.errors == []


@pytest.mark.long
def test_everybody_can_read_it_in_both_themes(exercise: Notebook) -> None:
    exercise.replace(*CELLS, 'solution("tree")', 'hint("tree")')
    exercise.run_all()
    output(exercise, 2).get_by_role("button", name="Hint").click()
    expect(output(exercise, 2)).to_contain_text("Hint ")
    assert objections(exercise) == []
