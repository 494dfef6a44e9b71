"""Every lesson runs from top to bottom in a real JupyterLab, its widgets fit one screen, and they answer."""

import pytest
from access import THEMES, objections
from lab import REPOSITORY, Open
from picture import Picture
from playwright.sync_api import expect

LESSONS = sorted(path.name for path in (REPOSITORY / "notebooks").glob("[0-9]*.ipynb"))
SIZES = ((1280, 800), (1920, 1080))
HEIGHTS = """() => {
    const room = document.querySelector('.jp-WindowedPanel-outer, .jp-Notebook').clientHeight;
    return [...document.querySelectorAll('.jp-CodeCell')].flatMap(cell => {
        const lab = cell.querySelector('.day13-lab, .day13-frame, .widget-box');
        const source = cell.querySelector('.cm-content')?.innerText ?? '';
        return lab ? [[source.split('\\n').pop(), Math.round(lab.getBoundingClientRect().height), room]] : [];
    });
}"""
# Where a legend lies over the plot of its own chart, or over the numbers at its axes.
COVERED = """() => [...document.querySelectorAll('.day13-stage .js-plotly-plot')].flatMap(chart => {
    const legend = chart.querySelector('.legend')?.getBoundingClientRect();
    if (!legend || !legend.width) return [];
    const others = [...chart.querySelectorAll('.nsewdrag, .xtick text, .ytick text, .xtitle, .ytitle')];
    return others.filter(other => {
        const box = other.getBoundingClientRect();
        return box.width && box.left < legend.right - 1 && legend.left < box.right - 1
            && box.top < legend.bottom - 1 && legend.top < box.bottom - 1;
    }).map(other => `${other.getAttribute('class')} ${other.textContent}`);
})"""


BY_DAY = pytest.param("05-distributed-patterns.ipynb", THEMES[:1], id="patterns")  # at night all of them
IN_BOTH = [pytest.param(lesson, THEMES, id=f"{lesson} twice", marks=pytest.mark.long) for lesson in LESSONS]


@pytest.mark.parametrize(("lesson", "themes"), [BY_DAY, *IN_BOTH])
def test_a_lesson_runs_to_its_end_fits_one_screen_and_everybody_can_use_it(
    open_notebook: Open, lesson: str, themes: tuple[str, ...]
) -> None:
    """No error, no widget taller than the screen, no legend over a chart, nothing that axe objects to."""
    notebook = open_notebook(path=f"notebooks/{lesson}", fresh=lesson == LESSONS[0], run=False)
    page = notebook.page
    before = page.viewport_size
    for number, (width, height) in enumerate(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        if number == 0:
            notebook.run_all()
            notebook.stage()
            assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        page.wait_for_timeout(1_500)
        tall = [(last, found, room) for last, found, room in page.evaluate(HEIGHTS) if found > room]
        assert tall == [], f"at {width} x {height}"
        assert page.evaluate(COVERED) == [], f"at {width} x {height}"
    page.set_viewport_size(before)
    assert objections(notebook, themes) == []
    assert notebook.errors == []


def test_preflight_says_three_times_that_all_is_well(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import preflight\npreflight()")
    notebook.page.get_by_text("ms there and back").wait_for(timeout=30_000)
    said = notebook.page.locator(".day13-stage").inner_text()
    assert said.count("✔") == 3
    assert "⚠" not in said


def test_a_prediction_is_recorded_before_it_is_explained(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import predict\nquestion = predict('star, hub crashes')\nquestion")
    page = notebook.page
    said = page.locator("[data-panel=status]")
    page.get_by_role("button", name="Explain").click()
    said.get_by_text("Record a prediction first").wait_for()
    page.get_by_label("2", exact=True).check()
    page.get_by_role("button", name="Record my prediction").click()
    said.get_by_text("Recorded: “2”").wait_for()
    page.get_by_role("button", name="Explain").click()
    said.get_by_text("You predicted “2”; it is “7”").wait_for()
    assert notebook.run_more("print(question.predicted, question.correct)") == "2 False"


def test_sliders_move_the_advice_live(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import TopologyComparison\nTopologyComparison(8)")
    compared = Picture(notebook.page, notebook.stage())
    compared.wait_for("Take the mesh")
    crashes = notebook.page.locator(".widget-slider", has_text="Crashes to survive").get_by_role("slider")
    crashes.focus()
    crashes.press("ArrowRight")
    compared.wait_for("next best: ring")
    hops = notebook.page.locator(".widget-slider", has_text="At most hops").get_by_role("slider")
    for slider, said in ((crashes, "1"), (hops, "no limit")):
        expect(slider).to_have_attribute("aria-valuetext", said)
    assert compared.rows("advice")["star"][-1] == "out: crashes survived for sure 0, wanted 1"
    for _ in range(3):
        crashes.press("ArrowRight")
    compared.wait_for("Take the mesh (hops at worst: 1); all others break a constraint")
