"""Real processes in a real browser: start them, cut a cable by a click, and see the servers notice."""

import re

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
    expect(table).to_contain_text(re.compile(r"a \d+\.\d, b \d+\.\d, c \d+\.\d, d \d+\.\d"))
    page.get_by_role("button", name="Isolate", exact=True).click()
    expect(status).to_contain_text("All cables of a are cut")
    expect(table).to_contain_text("nobody")
    assert objections(notebook) == []
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(status).to_contain_text("All processes have ended")


STORE = "from labkit.views import StoreLab\nlab = StoreLab(3)\nlab"


@pytest.mark.long
def test_write_into_the_store_cut_a_server_off_and_read_what_it_has(open_notebook: Open) -> None:
    notebook = open_notebook(STORE)
    stage, page = notebook.stage(), notebook.page
    status, table, log = (stage.locator(f"[data-panel={name}]") for name in ("status", "raft", "calls"))
    page.get_by_role("button", name="Start", exact=True).click()
    expect(status).to_contain_text("It runs", timeout=90_000)
    expect(table).to_contain_text("★ leader")
    page.get_by_role("button", name="Put", exact=True).click()
    expect(log).to_contain_text("written, as revision 1")
    page.get_by_role("button", name="Isolate", exact=True).click()
    expect(status).to_contain_text("All cables between a and the others are cut")
    page.get_by_role("button", name="Put", exact=True).click()
    expect(log).to_contain_text(re.compile("no answer: it may be written|refused: no server"))
    page.get_by_role("button", name="Read here", exact=True).click()
    expect(log).to_contain_text("1, revision 1")
    assert objections(notebook) == []
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(status).to_contain_text("All processes have ended")
