"""The load panel in a real browser: pause the server, run on, choose what helps, and go back in time."""

import json
from random import Random

import pytest
from access import objections
from lab import Notebook, Open, eventually
from picture import Picture
from playwright.sync_api import expect

CELL = "from labkit.views import LoadPanel\npanel = LoadPanel(20, load=50)\npanel"
CURVES = ".day13-stage [data-panel=chart] .scatterlayer .trace .js-line"
MODEL = """import json
from labkit.observe import Load
spans = Load(panel.sim).spans(panel.time)
rates = [[span.attempts, span.good, span.offered] for span in spans]
print(json.dumps([panel.time, rates, panel.status]))"""
DRAWN = "plot => plot.data[0].y.map((_, i) => [0, 1, 2].map(line => plot.data[line].y[i]))"


def press(notebook: Notebook, name: str) -> None:
    notebook.page.get_by_role("button", name=name, exact=True).click()


def curves(notebook: Notebook) -> list[str]:
    """The paths of the lines, as they are drawn."""
    paths = notebook.page.locator(CURVES).evaluate_all("lines => lines.map(line => line.getAttribute('d'))")
    return [str(path) for path in paths]


def test_pause_run_choose_a_breaker_and_go_back(open_notebook: Open) -> None:
    notebook = open_notebook(CELL)
    stage, page = notebook.stage(), notebook.page
    summary, tried = stage.locator("[data-panel=summary]"), stage.locator("[data-panel=tried]")
    picture, before = Picture(page, stage), curves(notebook)
    assert len(before) == 6
    press(notebook, "Pause the server")
    expect(summary).to_contain_text("The server pauses until 1,600.")
    expect(stage.locator("[data-panel=chart] .annotation-text")).to_have_text(["pause"])
    for time in ("2,000", "3,000"):
        press(notebook, "Run 1,000")
        expect(summary).to_contain_text(f"Time {time}.")
    expect(summary).to_contain_text("busy with calls whose callers have given up")
    eventually(lambda: all(now != then for now, then in zip(curves(notebook)[:4], before, strict=False)),
               "rates and queue are drawn anew", page)
    storm = curves(notebook)
    picture.control("Breaker").select_option("3 failures")
    expect(summary).to_contain_text("The service is itself again")
    expect(tried.locator("tr")).to_have_count(3)
    expect(tried.locator("tr").nth(1)).to_contain_text("▶ at once, breaker 3, load 50 %")
    expect(tried.locator("tr").nth(2)).to_contain_text("not yet")
    eventually(lambda: curves(notebook)[0] != storm[0], "the attempts are drawn anew", page)
    slider = page.get_by_role("slider", name="Time")
    slider.focus()
    for _ in range(15):
        slider.press("ArrowLeft")
    expect(summary).to_contain_text("The server pauses until 1,600.")
    expect(stage.locator("[data-panel=status]")).to_contain_text("The service as it was at 1,500.")
    press(notebook, "Restart the server")
    expect(summary).to_contain_text("Time 1,500.")
    expect(tried.locator("tr")).to_have_count(4)
    assert notebook.run_more("print(panel.time, len(panel.faults))") == "1500 2"
    assert notebook.errors == []


@pytest.mark.long
def test_what_takes_long_is_drawn_in_parts_until_it_is_done(open_notebook: Open) -> None:
    notebook = open_notebook(CELL.replace("load=50", "load=10, begin=9_000"))
    stage = notebook.stage()
    press(notebook, "Pause the server")
    press(notebook, "Run 1,000")
    expect(stage.locator("[data-panel=summary]")).to_contain_text("Time 10,000.")
    Picture(notebook.page, stage).control("Queue").select_option("20")
    expect(stage.locator("[data-panel=tried] tr")).to_have_count(3)
    expect(stage.locator("[data-panel=summary]")).to_contain_text("Time 10,000.")
    press(notebook, "Run 1,000")
    expect(stage.locator("[data-panel=status]")).to_contain_text("draws no more than 10,000 units")
    assert notebook.errors == []


@pytest.mark.long
def test_nothing_moves_all_fits_one_screen_and_axe_has_no_objection(open_notebook: Open) -> None:
    notebook = open_notebook(CELL)
    stage, page = notebook.stage(), notebook.page
    page.set_viewport_size({"width": 1280, "height": 800})
    boxes = page.locator(".day13-load > .day13-controls, .day13-load button, .day13-load select, "
                         ".day13-load [data-panel]:not([data-panel=status])")

    def places() -> list[tuple[int, int]]:
        top = page.locator(".day13-load").bounding_box()
        assert top is not None and top["height"] <= 688
        found = [box.bounding_box() for box in boxes.all()]
        return [(round(box["x"] - top["x"]), round(box["y"] - top["y"])) for box in found if box]

    before, menus = places(), Picture(page, stage)
    for name in ("Run 1,000", "Pause the server", "Pause the server", "Run 1,000", "Restart the server"):
        press(notebook, name)
        notebook.settled("print(panel.status)")
        assert places() == before, f"{name} has moved something"
    for menu, words in (("Retry", "backoff+jitter"), ("Breaker", "3 failures"), ("Queue", "20"),
                        ("Retry budget", "one retry for ten calls"), ("Load", "90 %")):
        menus.control(menu).select_option(words)
        notebook.settled("print(panel.status)")
        assert places() == before, f"{menu} has moved something"
    assert objections(notebook) == []
    page.set_viewport_size({"width": 1280, "height": 1100})
    assert notebook.errors == []


@pytest.mark.long
@pytest.mark.parametrize("clicks", [15, 60])
def test_after_random_presses_picture_and_model_agree(open_notebook: Open, clicks: int) -> None:
    notebook = open_notebook(CELL.replace("load=50", "load=25"))
    stage, page, random = notebook.stage(), notebook.page, Random(clicks)
    menus = Picture(page, stage)
    for _ in range(clicks):
        if random.random() < 0.6:
            press(notebook, random.choice(["Pause the server", "Restart the server", "Run 1,000"]))
        else:
            menu, words = random.choice([("Retry", "none"), ("Retry", "at once"), ("Breaker", "3 failures"),
                                         ("Breaker", "off"), ("Queue", "20"), ("Queue", "unbounded")])
            menus.control(menu).select_option(words)
    time, rates, status = json.loads(notebook.settled(MODEL))
    summary = stage.locator("[data-panel=summary]")
    expect(summary).to_contain_text(f"Time {time:,}.")
    recent = [good for _, good, _ in rates[-5:]]
    expect(summary).to_contain_text(f"answered in time {sum(recent) / len(recent):.1f} ")
    expect(stage.locator("[data-panel=status]")).to_have_text(status)
    plot = stage.locator("[data-panel=chart] .js-plotly-plot")
    eventually(lambda: plot.evaluate(DRAWN) == rates, f"{len(rates)} spans are drawn as they are", page)
    assert notebook.errors == []
