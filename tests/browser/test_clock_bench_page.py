"""The clock bench in a real browser: click two events, read the sentence, see the band; make a run of one's own."""

import pytest
from access import objections
from lab import Notebook, Open, eventually
from picture import Picture
from playwright.sync_api import Locator, expect

BENCH = "from labkit.views import ClockBench\nbench = ClockBench()\nbench"
POINTS = """plot => [...plot.querySelectorAll('.scatterlayer .point')].map(point => {
    const box = point.ownerSVGElement.getBoundingClientRect(), {e, f} = point.transform.baseVal.consolidate().matrix;
    return [box.x + e, box.y + f];
})"""
BANDS = "plot => [...plot.querySelectorAll('path')].filter(path => path.style.strokeWidth === '9px').length"
APART = """plot => {
    const boxes = [...plot.querySelectorAll('.textpoint text')].map(text => text.getBoundingClientRect());
    return boxes.every((a, i) => boxes.slice(i + 1).every(b =>
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 4 || b.bottom <= a.top + 4));
}"""


def diagram(stage: Locator) -> Locator:
    return stage.locator("[data-panel=spacetime] .js-plotly-plot")


def click_event(notebook: Notebook, stage: Locator, number: int) -> None:
    """Click the mark of an event, counted from 1 in the order of the run."""
    x, y = diagram(stage).evaluate(POINTS)[number - 1]
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.click(x, y)


def press(notebook: Notebook, name: str) -> None:
    notebook.page.get_by_role("button", name=name, exact=True).click()


def test_two_clicks_say_how_the_events_are_related_and_draw_the_chain(open_notebook: Open) -> None:
    notebook = open_notebook(BENCH)
    stage = notebook.stage()
    sentence, picture = stage.locator("[data-panel=summary]"), diagram(stage)
    click_event(notebook, stage, 2)
    expect(sentence).to_contain_text("① is a's note at 20. Click another event")
    click_event(notebook, stage, 5)
    expect(sentence).to_contain_text("a's note at 20 and c's note at 45 are concurrent: no chain of messages")
    assert picture.evaluate(BANDS) == 0
    click_event(notebook, stage, 2)
    expect(sentence).to_contain_text("② is c's note at 45")
    click_event(notebook, stage, 5)
    expect(sentence).to_contain_text("Click two events")
    click_event(notebook, stage, 2)
    expect(sentence).to_contain_text("① is a's note at 20")
    click_event(notebook, stage, 9)
    expect(sentence).to_contain_text("by a chain of 2 messages: a → b, time 30 to 53; b → c, time 66 to 88.")
    eventually(lambda: picture.evaluate(BANDS) == 1, "the chain is drawn as a band", notebook.page)
    controls = Picture(notebook.page, stage)
    shown = controls.control("First event").locator("option:checked").inner_text()
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == "a's note at 20"
    assert notebook.run_more("print(bench.chosen, bench.relation)").strip() == "(2, 9) before"
    assert notebook.errors == []


def test_stamps_do_not_overlap_each_other(open_notebook: Open) -> None:
    notebook = open_notebook(BENCH)
    stage, page = notebook.stage(), notebook.page
    stamps, picture = Picture(page, stage).control("Stamps"), diagram(stage)
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 1080})
        for kind, words in (("Lamport", "6"), ("vector", "a:2 b:3 c:4")):
            stamps.select_option(kind)
            expect(picture.locator(".textpoint text", has_text=words).first).to_be_visible()
            click_event(notebook, stage, 11)
            eventually(lambda: bool(picture.evaluate(APART)), "no text lies on another", page)
    assert notebook.errors == []


def test_a_run_of_ones_own_grows_by_buttons_and_back_takes_it_back(open_notebook: Open) -> None:
    notebook = open_notebook(BENCH)
    stage = notebook.stage()
    table = stage.locator("[data-panel=events] summary")
    press(notebook, "Start empty")
    expect(table).to_contain_text("Every event: 0")
    press(notebook, "Local event")
    press(notebook, "Send")
    expect(stage.locator("[data-panel=status]")).to_contain_text("the message is still on its way")
    press(notebook, "Run 15")
    expect(table).to_contain_text("Every event: 3")
    click_event(notebook, stage, 1)
    click_event(notebook, stage, 3)
    expect(stage.locator("[data-panel=summary]")).to_contain_text("happened before b's receipt at")
    press(notebook, "Back")
    expect(table).to_contain_text("Every event: 2")
    press(notebook, "Example")
    expect(table).to_contain_text("Every event: 12")
    assert notebook.errors == []


@pytest.mark.long
def test_nothing_moves_when_something_is_clicked_and_all_fits_one_screen(open_notebook: Open) -> None:
    notebook = open_notebook(BENCH)
    stage, page = notebook.stage(), notebook.page
    page.set_viewport_size({"width": 1280, "height": 800})
    boxes = page.locator(".day13-clocks > .day13-controls, .day13-clocks [data-panel]")

    def places() -> list[int]:
        top = page.locator(".day13-clocks").bounding_box()
        assert top is not None and top["height"] <= 688
        return [round(box["y"] - top["y"]) for box in (box.bounding_box() for box in boxes.all()) if box]

    Picture(page, stage).control("Stamps").select_option("vector")
    notebook.settled("print(bench.status)")
    before = places()
    for number in (2, 9, 5, 12):
        click_event(notebook, stage, number)
        notebook.settled("print(bench.status)")
        assert places() == before, f"the click on event {number} has moved something"
    for name in ("Local event", "Send", "Run 15", "Send", "Drop", "Drop", "Back", "Start empty", "Drop", "Example"):
        press(notebook, name)
        notebook.settled("print(bench.status)")
        assert places() == before, f"{name} has moved something"
    page.set_viewport_size({"width": 1280, "height": 1100})


@pytest.mark.long
def test_everybody_can_use_it(open_notebook: Open) -> None:
    notebook = open_notebook(BENCH)
    notebook.stage()
    notebook.run_more("bench.choose('Stamps', 'vector'); bench.compare(2, 9); bench.press('Send')")
    assert objections(notebook) == []


def test_the_keyboard_chooses_events_in_the_menus_and_along_the_picture(open_notebook: Open) -> None:
    notebook = open_notebook(BENCH)
    stage, page = notebook.stage(), notebook.page
    sentence = stage.locator("[data-panel=summary]")
    page.get_by_role("combobox", name="First event").focus()
    page.keyboard.press("ArrowDown")
    expect(sentence).to_contain_text("① is b's sending at 10")
    stage.focus()
    page.keyboard.press("ArrowRight")
    expect(sentence).to_contain_text("b's sending at 10 and a's note at 20 are concurrent")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(sentence).to_contain_text("b's sending at 10 happened before c's receipt at 32")
    assert notebook.errors == []
