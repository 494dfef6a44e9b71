"""The player in a real browser: step, scrub, branch, drop, cut, and the keys."""

from conftest import Open
from picture import Picture

CELL = """from labkit.protocols.paxos import PAXOS_PROPERTIES, Paxos
from labkit.simulator import Simulator
from labkit.topology import build
from labkit.views.player import Player
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
    picture.wait_for("is lost: dropped by hand")
    stage.focus()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.page.keyboard.press("ArrowLeft")
    picture.wait_for("Step 5 of 7")
    notebook.page.get_by_role("button", name="Cut", exact=True).click()
    picture.wait_for("Step 7 of 7")
    assert "branch 2: from step 5, cut a–b" in picture.status()
    picture.click_agent(3)
    picture.wait_for("Down: d")
    assert "agreement holds" in stage.locator("[data-panel=lights]").inner_text()
    said = notebook.run_more("print(player.branches, sorted(player.moment.system.network.cut))")
    assert said.strip() == "('main', '2: from step 5, cut a–b') [('a', 'b'), ('b', 'a')]"
    assert notebook.errors == []
