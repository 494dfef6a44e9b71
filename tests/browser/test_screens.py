"""Each widget stays where it is: nothing moves under a hand, and the keyboard reaches every control, visibly."""

from random import Random

import pytest
from lab import Notebook, Open
from seeds import at_night

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
    "task board": "from labkit.views import TaskBoard\nTaskBoard(seed=1)",
    "partition lab": "from labkit.views import PartitionLab\nPartitionLab('raft', seed=1)",
}
LEFT_ALONE = {"Reset", "Branch here"}  # the one draws another network, the other makes many branches


@pytest.mark.parametrize("clicks", [12, pytest.param(50, marks=pytest.mark.long)])
@pytest.mark.parametrize("widget", at_night(WIDGETS, "booth", "task board", "partition lab"))
def test_nothing_moves_under_random_clicks(open_notebook: Open, widget: str, clicks: int) -> None:
    notebook = open_notebook(WIDGETS[widget], run=False)
    notebook.page.set_viewport_size({"width": 1280, "height": 800})
    notebook.run_all()
    notebook.stage()
    notebook.page.wait_for_timeout(1_000)
    places = notebook.page.evaluate(PLACES)
    random = Random(1)
    for number in range(clicks):
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


# What has the focus, if it is a control of the widget: its place among them; and whether one sees that it has it.
FOCUSED = """() => {
    const controls = [...document.querySelectorAll('.day13-controls :is(button, select, input, .noUi-handle)')];
    const here = document.activeElement;
    const style = getComputedStyle(here);
    return [controls.indexOf(here), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""
REACHABLE = """() => [...document.querySelectorAll('.day13-controls :is(button, select, input, .noUi-handle)')]
    .map((one, i) => (one.offsetParent && !one.disabled && one.tabIndex >= 0 ? i : -1)).filter(i => i >= 0)"""


@pytest.mark.parametrize("widget", WIDGETS)
def test_the_keyboard_reaches_every_control_and_one_sees_where_it_is(open_notebook: Open, widget: str) -> None:
    notebook = open_notebook(WIDGETS[widget])
    notebook.stage()
    page = notebook.page
    page.keyboard.press("Tab")  # after a click of the mouse, a browser shows no focus
    page.locator(".day13-controls").locator("button, select, input").first.focus()
    reachable, reached = page.evaluate(REACHABLE), []
    for _ in range(len(reachable) + 15):  # some stops lie between the controls
        which, seen = page.evaluate(FOCUSED)
        if which >= 0:
            reached.append(which)
            assert seen, f"control {which} has the focus, and nothing shows it"
        page.keyboard.press("Tab")
    assert [*dict.fromkeys(reached)] == reachable
