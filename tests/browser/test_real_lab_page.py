"""Real processes in a real browser: start them, cut a cable by a click, and see the servers notice."""

import pytest
from access import objections
from for_real import FOR_REAL
from lab import Open
from playwright.sync_api import expect

pytestmark = FOR_REAL
LAB = "from labkit.views import RealLab\nlab = RealLab(seed=3)\nlab"


@pytest.mark.long
def test_start_cut_see_who_leads_and_stop(open_notebook: Open) -> None:
    notebook = open_notebook(LAB)
    stage, page = notebook.stage(), notebook.page
    status, table = stage.locator("[data-panel=status]"), stage.locator("[data-panel=processes]")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(status).to_contain_text("It runs", timeout=60_000)
    expect(table).to_contain_text("leader", timeout=30_000)
    expect(table).to_contain_text("a, b, c and d")
    page.get_by_role("button", name="Isolate", exact=True).click()
    expect(status).to_contain_text("All cables of a are cut")
    expect(table).to_contain_text("nobody")
    assert objections(notebook) == []
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(status).to_contain_text("All processes have ended")
