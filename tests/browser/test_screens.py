"""Each widget fits one screen and stays where it is: nothing moves under a hand, no legend covers what it explains."""

from random import Random

import pytest
from lab import REPOSITORY, Notebook, Open

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
# Where each control is, from the top left corner of its widget.
PLACES = """() => {
    const lab = document.querySelector('.day13-lab');
    const from = lab.getBoundingClientRect();
    return [['height', Math.round(from.height)],
            ...[...lab.querySelectorAll(CONTROLS)].map((one, i) => {
        const box = one.getBoundingClientRect();
        return [`${i} ${one.className}`, Math.round(box.x - from.x), Math.round(box.y - from.y)];
    })];
}""".replace("CONTROLS", "'.day13-controls :is(button, select, input, .noUi-target), .day13-network'")
WIDGETS = {
    "explorer": "from labkit.views import TopologyExplorer\nTopologyExplorer('mesh', 6)",
    "booth": "from labkit.views import VotingBooth\nVotingBooth(5)",
    "player": "from labkit.engine import Model\nfrom labkit.protocols import Raft\nfrom labkit.topology import build\n"
              "from labkit.views import Player\nPlayer(Model(build('mesh', 5), Raft).simulate(seed=1))",
    "partition lab": "from labkit.views import PartitionLab\nPartitionLab('raft', seed=1)",
}
LEFT_ALONE = {"Reset", "Branch here"}  # the one draws another network, the other makes many branches


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_widget_of_a_lesson_fits_one_screen_and_no_legend_covers_a_chart(
    open_notebook: Open, lesson: str
) -> None:
    notebook = open_notebook(path=f"notebooks/{lesson}", run=False)
    page = notebook.page
    before = page.viewport_size
    try:
        for number, (width, height) in enumerate(SIZES):
            page.set_viewport_size({"width": width, "height": height})
            if number == 0:
                notebook.run_all()
                notebook.stage()
            page.wait_for_timeout(1_500)
            tall = [(last, found, room) for last, found, room in page.evaluate(HEIGHTS) if found > room]
            assert tall == [], f"at {width} x {height}"
            assert page.evaluate(COVERED) == [], f"at {width} x {height}"
    finally:
        page.set_viewport_size(before)


@pytest.mark.parametrize("widget", WIDGETS)
def test_nothing_moves_under_fifty_clicks(open_notebook: Open, widget: str) -> None:
    notebook = open_notebook(WIDGETS[widget], run=False)
    notebook.page.set_viewport_size({"width": 1280, "height": 800})
    notebook.run_all()
    notebook.stage()
    notebook.page.wait_for_timeout(1_000)
    places = notebook.page.evaluate(PLACES)
    random = Random(1)
    for number in range(50):
        pressed = press_one(notebook, random)
        assert notebook.page.evaluate(PLACES) == places, f"click {number}, {pressed}"
    assert notebook.errors == []


def press_one(notebook: Notebook, random: Random) -> str:
    """Press a button of the widget, or click an agent; which, in words."""
    page = notebook.page
    if random.random() < 0.3:
        points = page.locator(".day13-network .js-plotly-plot .scatterlayer .trace:first-child .point")
        which = random.randrange(points.count())
        points.nth(which).click(force=True)
        said = f"agent {which}"
    else:
        buttons = page.locator(".day13-controls button:visible")
        names = [name for name in buttons.all_inner_texts() if name not in LEFT_ALONE]
        said = random.choice(names)
        page.locator(".day13-controls").get_by_role("button", name=said, exact=True).first.click()
    page.wait_for_timeout(120)
    return said
