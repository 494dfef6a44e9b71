"""The lab without a server: how long until it can be used, then clicks and a search beside the served lab in turns.

Goals: the first picture of a second visit within 25 s, a click at most 3 times the served lab's.
"""

import re
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from figures import spell, table, times, weigh
from lab import NO_BROWSER, Notebook, jupyterlab, open_browser, write_notebook
from on_site import OnSite, outdated, served
from playwright.sync_api import BrowserContext, Request, sync_playwright

START = "notebooks/00-start-here.ipynb"
CELLS = ("from labkit.views import TopologyExplorer", "TopologyExplorer('star', 8)")
WARM_UP, CLICKS = 4, 20
STATES = {"visible": "page", "Python is there": "python", "the lab is loaded": "lab"}  # until it is no longer so
SEARCH = """
from labkit.engine import Model
from labkit.protocols import Paxos
from labkit.search import explore
from labkit.topology import build
found = explore(Model(build("mesh", 3), Paxos, requests=[("a", "red"), ("c", "blue")]), crashes=1, progress=False)
print(found.states, found.seconds)"""
LAP = """name => new Promise(done => {
    const stage = document.querySelector(".day13-stage:has(.js-plotly-plot)");
    const seen = () => [...stage.querySelectorAll(".scatterlayer .point")].map(one => one.style.fill).join();
    const before = seen(), began = performance.now();
    const look = () => seen() === before ? requestAnimationFrame(look) : done(performance.now() - began);
    [...document.querySelectorAll("button")].find(one => one.textContent.trim() === name).click();
    look();
})"""


def main() -> None:
    if why := outdated():
        print(why)
        return
    with sync_playwright() as playwright, served() as address:
        browser = open_browser(playwright)
        if browser is None:
            print(NO_BROWSER)
            return
        visitor = browser.new_context(viewport={"width": 1280, "height": 1100})
        visits = {"first visit": _visit(visitor, address), "second visit": _visit(visitor, address)}
        table("From the click on the link", ("", *visits["first visit"]),
              [(name, *(spell(seconds) for seconds in found.values())) for name, found in visits.items()])
        print(f"The first visit fetches {weigh(_weighed(browser.new_context(), address))}.")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, jupyterlab(Path(folder)) as other:
            write_notebook(Path(folder) / "bench.ipynb", *CELLS)
            _beside(OnSite(visitor.new_page(), address, START), Notebook(visitor.new_page(), other, "bench.ipynb"))
        browser.close()


def _visit(visitor: BrowserContext, address: str) -> dict[str, float]:
    """Seconds from the link to each stage."""
    page, began, found = visitor.new_page(), perf_counter(), {}
    page.goto(f"{address}/{OnSite.place % START}", wait_until="commit")
    for name, state in STATES.items():
        page.wait_for_function(
            f"() => !['', '{state}'].includes(document.getElementById('day13-line')?.dataset.state ?? '')",
            timeout=180_000)
        found[name] = perf_counter() - began
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".js-plotly-plot .scatterlayer .point").first.wait_for(timeout=180_000)
    found["first picture"] = perf_counter() - began
    page.close()
    return found


def _weighed(stranger: BrowserContext, address: str) -> int:
    """Bytes that come until Python is there."""
    finished: list[Request] = []
    stranger.on("requestfinished", lambda request: finished.append(request))
    page = stranger.new_page()
    OnSite(page, address, START)
    size = sum(request.sizes()["responseBodySize"] for request in finished)
    stranger.close()
    return size


def _beside(site: OnSite, lab: Notebook) -> None:
    sides = {"the site": site, "make lab": lab}
    for notebook in sides.values():
        notebook.replace(*CELLS)
        notebook.run_all()
        notebook.stage()
    laps: dict[str, list[float]] = {name: [] for name in sides}
    speeds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(WARM_UP + CLICKS):
        for name, notebook in sides.items():
            notebook.page.bring_to_front()
            taken = notebook.page.evaluate(LAP, ("Crash", "Undo")[number % 2])
            if number >= WARM_UP:
                laps[name].append(taken)
            notebook.page.wait_for_timeout(300)
    for _ in range(3):
        for name, notebook in sides.items():
            notebook.page.bring_to_front()
            states, seconds = notebook.run_more(SEARCH).split()[-2:]
            speeds[name].append(int(re.sub(r"\D", "", states)) / float(seconds))
    ours, theirs = (median(laps[name]) for name in sides)
    slow, quick = (median(speeds[name]) for name in sides)
    table(f"Beside the served lab (medians of {CLICKS} clicks, 3 searches)",
          ("", "click to picture", "from–to", "states a second"),
          [(name, f"{median(laps[name]):.0f} ms", f"{min(laps[name]):.0f}–{max(laps[name]):.0f}",
            f"{median(speeds[name]):,.0f}") for name in sides])
    print(f"A click takes {times(ours / theirs)} the served lab's (goal 3x: {'yes' if ours <= 3 * theirs else 'NO'}); "
          f"its search visits {times(quick / slow)} as many states a second.")
