"""The dashboard in a real browser: run on, crash an agent, choose a request; nothing moves, and it fits the screen."""

from lab import Open
from playwright.sync_api import expect

CELL = """from labkit.scenario import parse
from labkit.views import Dashboard
DAY = "topology mesh 6\\nprotocol task queue\\nseed 1\\n"
team = parse(DAY + "".join(f"at {40 * n} request a mail {n}\\n" for n in range(1, 51))).simulator()
team.run(until=1_000)
Dashboard(team)"""
PLACE = """() => {
    const lab = document.querySelector('.day13-dashboard').getBoundingClientRect();
    const row = document.querySelector('.day13-dashboard .day13-controls').getBoundingClientRect();
    return [Math.round(row.y - lab.y), Math.round(lab.height)];
}"""


def test_one_runs_on_crashes_an_agent_and_reads_the_way_of_a_request(open_notebook: Open) -> None:
    notebook = open_notebook(CELL, run=False)
    page = notebook.page
    page.set_viewport_size({"width": 1280, "height": 800})
    notebook.run_all()
    page.locator(".day13-dashboard .js-plotly-plot").nth(2).wait_for()
    page.wait_for_timeout(1_000)
    place = page.evaluate(PLACE)
    assert place[1] <= 690
    page.get_by_label("Agent").select_option("c")
    page.get_by_role("button", name="Crash", exact=True).click()
    expect(page.locator("[data-panel='status']")).to_contain_text("c has crashed at 1,000.")
    assert page.evaluate(PLACE) == place
    page.get_by_role("button", name="Run 500", exact=True).click()
    expect(page.locator("[data-panel='summary']")).to_contain_text("Time 1,500.")
    page.get_by_label("Request").select_option("3: mail 3")
    expect(page.locator("[data-panel='trace']")).to_contain_text("mail 3: answered after")
    assert page.evaluate(PLACE) == place
    assert notebook.errors == []
