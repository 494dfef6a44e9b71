"""The player in a real browser: step, scrub, branch, drop, cut, and the keys."""

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
