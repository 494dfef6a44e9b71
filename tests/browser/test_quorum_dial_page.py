"""The dial of quorums in a real browser: turn it, read the answer, step through a stale read, and go back."""

import pytest
from access import objections
from lab import Notebook, Open
from playwright.sync_api import expect

DIAL = "from labkit.views import QuorumDial\ndial = QuorumDial()\ndial"


def press(notebook: Notebook, name: str) -> None:
    notebook.page.get_by_role("button", name=name, exact=True).click()


def test_turn_the_dials_read_the_answer_and_step_through_a_stale_read(open_notebook: Open) -> None:
    notebook = open_notebook(DIAL)
    stage, page = notebook.stage(), notebook.page
    summary, check = stage.locator("[data-panel=summary]"), stage.locator("[data-panel=check]")
    expect(summary).to_contain_text("Can a read be stale? Yes")
    expect(check).to_contain_text("a shortest run to a stale read has 2 events")
    for slider in (1, 2):  # R, then W
        page.get_by_role("slider").nth(slider).focus()
        page.get_by_role("slider").nth(slider).press("ArrowRight")
        notebook.settled("print(dial.question)")
    expect(summary).to_contain_text("Can a read be stale? No: R + W > N (R + W = 4, N = 3)")
    expect(check).to_contain_text("✔ Checked by search", timeout=30_000)
    press(notebook, "Show the run")
    expect(stage.locator("[data-panel=status]")).to_contain_text("no read is stale")
    press(notebook, "One and all")
    expect(summary).to_contain_text("No")
    press(notebook, "Dynamo")
    expect(check).to_contain_text("a shortest run to a stale read has 9 events", timeout=30_000)
    page.get_by_role("button", name="Show the run", exact=True).dblclick()  # counts once
    player = page.locator(".day13-player")
    expect(player.locator("[data-panel=summary]")).to_contain_text("Step 0 of 9")
    expect(stage).to_be_hidden()
    for step in range(1, 10):
        press(notebook, "Step")
        expect(player.locator("[data-panel=summary]")).to_contain_text(f"Step {step} of 9")
    expect(player.locator("[data-panel=lights]")).to_contain_text("no stale read: broken at step 9")
    press(notebook, "Back to the dial")
    expect(stage).to_be_visible()
    expect(player).to_have_count(0)
    assert notebook.errors == []


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 1920])
def test_nothing_moves_when_it_is_turned_and_dial_and_run_fit_one_screen(open_notebook: Open, width: int) -> None:
    notebook = open_notebook(DIAL)
    stage, page = notebook.stage(), notebook.page
    page.set_viewport_size({"width": width, "height": {1280: 800, 1920: 1080}[width]})
    notebook.settled("print(dial.question)")
    boxes = page.locator(".day13-dial > .day13-controls, .day13-dial > .day13-frame [data-panel]")

    def tall() -> float:
        box = page.locator(".day13-dial").bounding_box()
        assert box is not None
        return box["height"]

    def places() -> list[int]:
        top = page.locator(".day13-dial").bounding_box()
        assert top is not None
        return [round(box["y"] - top["y"]) for box in (box.bounding_box() for box in boxes.all()) if box]

    before = places()
    assert tall() <= 688
    for n, r, w, sloppy in ((3, 2, 2, "strict"), (5, 5, 5, "sloppy"), (5, 3, 2, "strict"), (1, 1, 1, "sloppy")):
        notebook.run_more(f"dial.turn({n}, {r}, {w})\ndial.count('{sloppy}')\ndial.complete()")
        page.wait_for_timeout(300)
        assert places() == before, f"N = {n}, R = {r}, W = {w} has moved something"
        if r + w <= n or sloppy == "sloppy":
            press(notebook, "Show the run")
            page.locator(".day13-player .js-plotly-plot .scatterlayer .point").first.wait_for()
            notebook.settled("print(dial.player.moment.step)")
            assert tall() <= 688, f"the run with N = {n}, R = {r}, W = {w} does not fit: {tall()}"
            press(notebook, "Back to the dial")
            expect(stage).to_be_visible()
            page.wait_for_timeout(300)
            assert places() == before, "coming back from the run has moved something"
    assert notebook.errors == []
    page.set_viewport_size({"width": 1280, "height": 1100})


@pytest.mark.long
def test_axe_finds_nothing_to_object_to_in_dial_and_run(open_notebook: Open) -> None:
    notebook = open_notebook(DIAL)
    notebook.stage()
    assert objections(notebook) == []
    press(notebook, "Show the run")
    notebook.page.locator(".day13-player .js-plotly-plot .scatterlayer .point").first.wait_for()
    assert objections(notebook) == []
    assert notebook.errors == []
