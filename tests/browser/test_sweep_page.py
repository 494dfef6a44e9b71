"""A sweep in a real browser: it begins by itself, its plot fills while the cell has long ended, and Stop stops it."""

import pytest
from access import objections
from lab import Open
from playwright.sync_api import expect

pytestmark = pytest.mark.long
SWEEP = ("from labkit.faults import election_time\nfrom labkit.views import Sweep\n"
         "made = Sweep(election_time, [(50, 100), (150, 300)], seeds={}, what='election timeout')\nmade")


def test_it_begins_once_it_is_drawn_and_fills_the_plot(open_notebook: Open) -> None:
    notebook = open_notebook(SWEEP.format(20))
    stage = notebook.stage()
    expect(stage.locator("[data-panel=status]")).to_have_text("All runs are done.", timeout=90_000)
    expect(stage.locator("[data-panel=summary]")).to_contain_text("40 of 40 runs")
    assert stage.locator("[data-panel=plot] .points path").count() >= 40
    expect(stage.locator("[data-panel=results]")).to_contain_text("(150, 300)")
    assert objections(notebook) == []


def test_stop_keeps_what_there_is_and_start_goes_on(open_notebook: Open) -> None:
    notebook = open_notebook(SWEEP.format(3_000))
    status, page = notebook.stage().locator("[data-panel=status]"), notebook.page
    expect(status).to_contain_text("It runs", timeout=90_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(status).to_contain_text("Stopped")
    made = int(notebook.run_more("print(len(made.result.runs))"))
    assert 0 < made < 6_000
    page.get_by_role("button", name="Start", exact=True).click()
    expect(status).to_contain_text("It runs")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(status).to_contain_text("Stopped")
    assert int(notebook.run_more("print(len(made.result.runs))")) >= made
