"""The player in a real browser: step, scrub, branch, drop, cut, and the keys."""

import pytest
from lab import Open
from picture import Picture

CELL = """from labkit.protocols.consensus.paxos import PAXOS_PROPERTIES, Paxos
from labkit.engine import Simulator
from labkit.topology import build
from labkit.views.player.player import Player
sim = Simulator(build("mesh", 5), Paxos, seed=3)
sim.request("a", "red")
sim.request("c", "blue")
player = Player(sim, PAXOS_PROPERTIES)
player"""


def test_step_scrub_drop_cut_and_branch(open_notebook: Open) -> None:
    notebook = open_notebook(CELL)
    stage = notebook.stage()
    picture = Picture(notebook.page, stage)
    step = notebook.page.get_by_role("button", name="Step", exact=True)
    for number in range(1, 7):
        step.click()
        picture.wait_for(f"Step {number} of {max(number, 2)}")
    stage.locator(".day13-packet").first.click()
    picture.wait_for("(dropped by hand)")
    stage.focus()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.page.keyboard.press("ArrowLeft")
    picture.wait_for("Step 5 of 7")
    notebook.page.get_by_role("button", name="Cut", exact=True).click()
    picture.wait_for("Step 7 of 7")
    assert "branch 2: from step 5, cut a–b" in picture.status()
    picture.click_agent(3)
    picture.wait_for("Down: d")
    assert "✔ agreement" in stage.locator("[data-panel=lights]").inner_text()
    light = stage.locator("[data-panel=lights] .day13-badge").first
    assert light.get_attribute("title") == "No two agents ever decide differently."
    stage.get_by_text("What the signs mean").click()
    stage.get_by_text("blue line: a message on its way").wait_for()
    stage.get_by_text("What every agent knows").click()
    stage.get_by_text("More: bookkeeping").click()
    stage.get_by_role("columnheader", name="Promises").wait_for()
    said = notebook.run_more("print(player.branches, sorted(player.moment.system.network.cut))")
    assert said == "('main', '2: from step 5, cut a–b') [('a', 'b'), ('b', 'a')]"
    assert notebook.errors == []


def test_a_double_click_on_a_button_that_toggles_counts_once(open_notebook: Open) -> None:
    notebook = open_notebook(CELL)
    notebook.stage()
    play, pause = (notebook.page.get_by_role("button", name=name, exact=True) for name in ("Play", "Pause"))
    play.dblclick()
    pause.wait_for()
    notebook.page.wait_for_timeout(700)
    pause.dblclick()
    play.wait_for()
    assert notebook.settled("print(player.scene['panels']['clock']['running'])") == "False"
    assert notebook.errors == []


PAIR = """from labkit.engine import Model
from labkit.protocols import Paxos
from labkit.search import explore
from labkit.topology import build
from labkit.views import SideBySide
class Forgetful(Paxos):
    def choose_value(self, reported):
        return self.wanted
model = Model(build("mesh", 3), Forgetful, requests=[("a", "red"), ("c", "blue")])
found = explore(model, progress=False)
pair = SideBySide(found.player(), found.player(Paxos))
pair"""


def test_the_run_that_breaks_one_class_is_shown_beside_the_sound_one(open_notebook: Open) -> None:
    notebook = open_notebook(PAIR)
    stages = [notebook.stage(number) for number in (0, 1)]
    left, right = (Picture(notebook.page, stage) for stage in stages)
    for number in (1, 2):
        notebook.page.get_by_role("button", name="Both: step").click()
        for picture in (left, right):
            picture.wait_for(f"Step {number} of")
    notebook.page.get_by_role("button", name="Both: end").click()
    stages[0].locator("[data-panel=lights]", has_text="agreement: broken").wait_for()
    stages[1].locator("[data-panel=lights]", has_text="✔ agreement").wait_for()
    notebook.page.get_by_role("button", name="Both: beginning").click()
    for picture in (left, right):
        picture.wait_for("Step 0 of")
    assert notebook.errors == []


LONG_RUN = """from labkit.deploy.recording import recorded
from labkit.views import Player
player = Player(recorded("a minority returns").run, at=60)
player"""
WORDS_OF_MENU = """() => {
    const menu = [...document.querySelectorAll('.day13-controls select')].pop();
    const paper = document.createElement('canvas').getContext('2d');
    paper.font = getComputedStyle(menu).font;
    return [menu.selectedOptions[0].text, paper.measureText(menu.selectedOptions[0].text).width, menu.clientWidth - 30];
}"""


def test_on_a_small_laptop_the_slider_has_room_for_many_steps_and_the_menu_for_the_words_of_a_message(
    open_notebook: Open
) -> None:
    notebook = open_notebook(LONG_RUN, run=False)
    notebook.page.set_viewport_size({"width": 1280, "height": 800})
    notebook.run_all()
    notebook.stage()
    slider = notebook.page.locator(".day13-controls .noUi-target").bounding_box()
    above = notebook.page.locator(".day13-controls").first.bounding_box()
    assert slider and above and slider["width"] >= 200 and above["height"] < 50, "and all is on one row"
    text, needed, room = notebook.page.evaluate(WORDS_OF_MENU)
    assert text.replace("\xa0", " ") == "c → d acknowledged, term 1" and needed <= room


REAL_PAIR = """from labkit.deploy.recording import recorded
from labkit.scenario import parse
from labkit.views import Player, SideBySide, present
present(LARGE)
story = recorded("a leader cut off").story
simulated = Player(parse(story).play(), title="In the simulator")
pair = SideBySide(simulated, Player(recorded("a leader cut off").run, title="For real"))
pair.go_to_time(1_500)
pair"""
CUT_OFF = """() => [...document.querySelectorAll('.day13-pair [data-panel]')]
    .filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.dataset.panel)"""


@pytest.mark.parametrize("large", [False, True])
def test_all_words_of_two_players_can_be_read_on_a_low_screen_and_a_recorded_run_ends(
    open_notebook: Open, large: bool
) -> None:
    notebook = open_notebook(REAL_PAIR.replace("LARGE", str(large)), run=False)
    notebook.page.set_viewport_size({"width": 1280, "height": 800})
    notebook.run_all()
    stages = [notebook.stage(number) for number in (0, 1)]
    for stage in stages:
        stage.locator("[data-panel=lights]", has_text="a request is acknowledged: at step").wait_for()
    notebook.page.wait_for_timeout(500)
    assert notebook.page.evaluate(CUT_OFF) == []
    notebook.page.get_by_role("button", name="Both: end").click()
    Picture(notebook.page, stages[1]).wait_for("Step 814 of 814")
    stages[1].focus()
    notebook.page.keyboard.press("ArrowRight")
    stages[1].locator("[data-panel=status]", has_text="This run ended here: Branch here").wait_for()
    assert notebook.page.evaluate(CUT_OFF) == []
    assert notebook.run_more("print([len(one.sim) for one in pair.players], pair.players[1].branches)") == (
        "[770, 814] ('main',)")
    assert notebook.errors == []
