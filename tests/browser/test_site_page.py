"""The lab without a server: the site in site/, in a real browser. By day only if it has been built from this code."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from lab import REPOSITORY
from labkit.worksheet import step_called
from on_site import OnSite, outdated, served
from playwright.sync_api import Browser, BrowserContext, Response, expect

NOTEBOOKS = sorted(path.relative_to(REPOSITORY).as_posix() for folder in ("notebooks", "labs")
                   for path in (REPOSITORY / folder).glob("*.ipynb"))
START = "notebooks/00-start-here.ipynb"
SCENARIO = 'topology mesh 3\nprotocol "no such \\ protocol"\n'
Visit = Callable[[str], OnSite]


@pytest.fixture(scope="module")
def address(browser: Browser) -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture(scope="module")
def asked(browser: Browser, address: str) -> list[str]:
    """The addresses outside of the site that were asked for."""
    return []


@pytest.fixture(scope="module")
def visitor(browser: Browser, address: str, asked: list[str]) -> Iterator[BrowserContext]:
    """A browser that has not been here before, and keeps what it is given."""
    visitor = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    own = (address, "blob:", "data:")
    visitor.on("request", lambda request: None if request.url.startswith(own) else asked.append(request.url))
    yield visitor
    visitor.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, visitor: BrowserContext, address: str) -> Iterator[Visit]:
    """Open a notebook of the site in a page of its own. An old site is no site: by day skip, at night fail."""
    if why := outdated():
        (pytest.fail if request.node.get_closest_marker("long") else pytest.skip)(why)
    with ExitStack() as pages:
        def show(path: str) -> OnSite:
            page = visitor.new_page()
            pages.callback(page.close)
            return OnSite(page, address, path)

        yield show


def test_the_first_lesson_runs_without_a_server_and_a_click_recolours(visit: Visit, asked: list[str]) -> None:
    """Nothing leaves the site, nothing complains, and the preflight is content."""
    notebook = visit(START)
    notebook.run_all()
    stage = notebook.stage()
    before = stage.locator(".scatterlayer .point").evaluate_all("all => all.map(one => one.style.fill)")
    notebook.page.get_by_role("button", name="Cut", exact=True).first.click()
    expect(stage).to_contain_text("partitions")
    after = stage.locator(".scatterlayer .point").evaluate_all("all => all.map(one => one.style.fill)")
    assert before != after
    assert notebook.said().count("✔") >= 3 and "⚠" not in notebook.said()
    assert (notebook.mishaps(), notebook.errors, asked) == ([], [], [])


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_cell_of_a_notebook_runs(visit: Visit, asked: list[str], path: str) -> None:
    notebook = visit(path)
    notebook.run_all()
    assert (notebook.mishaps(), notebook.errors, asked) == ([], [], [])


@pytest.mark.long
def test_the_search_finds_its_counterexample(visit: Visit) -> None:
    notebook = visit(START)
    assert "Broken" in notebook.run_more("""
from labkit.engine import Model
from labkit.protocols import Paxos
from labkit.search import explore
from labkit.topology import build
class Forgetful(Paxos):
    def choose_value(self, reported):
        return self.wanted
print(explore(Model(build("mesh", 3), Forgetful, requests=[("a", "red"), ("c", "blue")])))""")


@pytest.mark.long
def test_a_step_of_the_worksheet_is_checked_and_its_progress_survives_a_reload(visit: Visit, tmp_path: Path) -> None:
    step = step_called("tree")
    ask = f"from labkit.views import check, progress\n{step.imports}"
    notebook = visit("labs/exercise-1-network-topology.ipynb")
    notebook.replace(ask, f'{step.blank}\ncheck("tree", tree)', f'{step.solution}\ncheck("tree", tree)')
    notebook.run_all()
    expect(notebook.page.locator(".jp-OutputArea").nth(1)).to_contain_text("Not tried yet")
    expect(notebook.page.locator(".jp-OutputArea").nth(2)).to_contain_text("✔ Correct: tree.")
    endless = notebook.run_more('def tree(agents, children):\n    while True: pass\nprint(check("tree", tree))')
    assert "it does not come to an end" in endless
    with notebook.page.expect_download() as download:
        notebook.page.get_by_role("button", name="Download my work").click()
    download.value.save_as(tmp_path / "work.zip")
    work = zipfile.ZipFile(tmp_path / "work.zip")
    assert work.testzip() is None
    assert {"labs/exercise-1-network-topology.ipynb", "labs/day13/progress.json"} <= set(work.namelist())
    notebook.page.reload()
    notebook.wait_until_ready()
    assert "1 of" in notebook.run_more("from labkit.views import progress\nprint(progress())")
    notebook.page.on("dialog", lambda dialog: dialog.accept())
    notebook.page.get_by_role("button", name="Start this page over").click()
    notebook.page.get_by_role("heading", name="Exercise 1").first.wait_for(timeout=60_000)


@pytest.mark.long
def test_a_scenario_in_a_link_becomes_a_cell_and_cannot_be_more(visit: Visit) -> None:
    notebook = visit(f"{START}#scenario={quote(SCENARIO)}")
    notebook.page.wait_for_url("**path=notebooks/scenario-*", timeout=60_000)
    notebook.wait_until_ready()
    assert notebook.run_more("print(1)") == "1"
    source = notebook.page.evaluate("""() => [...window.jupyterapp.shell.widgets("main")].find(widget => widget.context)
        .content.model.sharedModel.cells[1].source""")
    assert 'protocol \\"no such \\\\ protocol\\"' in source


@pytest.mark.long
def test_links_lead_from_lesson_to_lesson_and_to_the_sheet(visit: Visit) -> None:
    notebook = visit("labs/reflection.ipynb")
    notebook.page.get_by_role("link", name="Day 13 worksheet").first.click()
    notebook.page.wait_for_url("**/labs/Day13-Worksheet.html", timeout=30_000)
    notebook.page.get_by_role("link", name="01 Network topology").first.click()
    notebook.page.wait_for_url("**/notebooks/index.html?path=notebooks/01-network-topology.ipynb", timeout=30_000)
    notebook.page.get_by_role("heading", name="Network topology").first.wait_for(timeout=60_000)


@pytest.mark.long
def test_a_second_visit_has_python_from_the_browser_and_pages_from_the_site(visit: Visit, visitor: BrowserContext) -> None:
    """What is kept has a hash in its address; so an update is seen at once."""
    visit(START)
    came: list[Response] = []
    visitor.on("response", came.append)
    visit(START)
    visitor.remove_listener("response", came.append)
    python = [one for one in came if "/static/pyodide-" in one.url]
    pages = [one for one in came if one.url.endswith((".html", "jupyter-lite.json"))]
    assert python and all(one.from_service_worker for one in python)
    kept = visit(START).page.evaluate("""async () => (await (await caches.open((await caches.keys())
        .find(name => name.startsWith("day13-")))).keys()).map(request => new URL(request.url).pathname)""")
    assert kept and all(re.search("/static/pyodide-|/build/|/extensions/", path) for path in kept)
    assert pages and not {one.url for one in pages} & {f"/{path}" for path in kept}
