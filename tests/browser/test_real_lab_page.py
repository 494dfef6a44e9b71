"""Real processes in a real browser: start them, cut a cable by a click, and see the servers notice."""

import re

import pytest
from access import objections
from for_real import FOR_REAL
from lab import Open, eventually
from playwright.sync_api import Locator, expect

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


INSIDE = """plot => {
    const box = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('.textpoint text')].map(text => text.getBoundingClientRect())
        .every(one => box.left <= one.left && one.right <= box.right && box.top <= one.top && one.bottom <= box.bottom);
}"""
HASTY = """from labkit.protocols import Raft
from labkit.views import RealLab
class Hasty(Raft):
    def is_quorum(self, count):
        return True

lab = RealLab(Hasty, seed=26)
lab"""


@pytest.mark.long
def test_properties_that_break_move_nothing_and_three_of_them_fit_the_screen_with_the_buttons(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(HASTY)
    stage, page = notebook.stage(), notebook.page
    status, table = stage.locator("[data-panel=status]"), stage.locator("[data-panel=processes]")
    heights = [height(page.locator(".day13-lab"))]
    page.get_by_role("button", name="Start", exact=True).click()
    expect(status).to_contain_text("It runs", timeout=60_000)
    expect(table).to_contain_text("★ leader, term", timeout=30_000)
    heights.append(height(page.locator(".day13-lab")))
    leader = table.locator("tr", has_text="★").first.inner_text()[0]
    page.get_by_label("Agent", exact=True).select_option(leader)
    page.get_by_role("button", name="Isolate", exact=True).click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(status).to_have_text(f"A client asks {leader} for {leader}1.")
    expect(stage.locator(".day13-badge b").first).to_have_text("✘", timeout=30_000)
    assert height(stage.locator("[data-panel=lights]")) >= 3 * height(stage.locator(".day13-badge").first)
    heights.append(height(page.locator(".day13-lab")))
    notebook.run_more("from labkit.views import present\npresent()")
    eventually(lambda: stage.locator(".js-plotly-plot").first.evaluate(INSIDE), "large letters are inside, too", page)
    notebook.run_more("present(False)")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(stage).to_contain_text("This is how it was at the end.")
    heights.append(height(page.locator(".day13-lab")))
    assert max(heights) <= 688 and len({*heights}) == 1, heights


def height(part: Locator) -> int:
    return round(part.evaluate("part => part.getBoundingClientRect().height"))


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
