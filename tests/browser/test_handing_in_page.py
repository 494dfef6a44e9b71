"""Handing in from a notebook page: the answers of the cells become files, and the program among them runs by itself."""

import subprocess
import sys
from pathlib import Path

from lab import Open
from labkit.worksheet import step_called
from playwright.sync_api import expect

WHEEL = """def team_topology(agents):
    hub, second, *rest = agents
    return [(hub, second)] + [(one, other) for one in (hub, second) for other in rest]
check("team topology", team_topology, folder="mine")"""
HAND_IN = 'hand_in("mine/hand-in", answers={"topology": "Two hubs."}, progress="mine")'


def test_the_answers_of_the_cells_become_a_system_that_runs(open_notebook: Open, folder: Path) -> None:
    first = f"from labkit.views import check, hand_in\n{step_called('team topology').imports}"
    notebook = open_notebook(first, WHEEL, HAND_IN)
    shown = notebook.page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea")
    expect(shown).to_contain_text("mine/hand-in. 1 of", timeout=30_000)
    expect(shown.locator("pre.day13-program")).to_contain_text("git add --force mine/hand-in")
    handed = folder / "mine" / "hand-in"
    said = subprocess.run([sys.executable, "system.py"], cwd=handed, capture_output=True, text=True, check=True)
    assert said.stdout.startswith("The team: 8 agents, 13 links; longest way: 2 hops; single points of failure: none.")
    assert "8 agents, 13 links" in (handed / "topology.md").read_text(encoding="utf-8")
    assert "Two hubs." in (handed / "reflection.md").read_text(encoding="utf-8")
    assert notebook.errors == []
