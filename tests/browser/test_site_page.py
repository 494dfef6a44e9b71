"""The lab without a server: the site in site/, in a real browser. By day only if it has been built from this code."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from lab import REPOSITORY
from labkit.worksheet import step_called
from on_site import NOTEBOOKS, SOURCES, OnSite, refuse_an_old_site, served
from picture import Picture
from playwright.sync_api import Browser, BrowserContext, Response, expect

START = "notebooks/00-start-here.ipynb"
EXERCISE = "labs/exercise-1-network-topology.ipynb"
Visit = Callable[[str], OnSite]


@pytest.fixture(autouse=True)
def of_this_code(request: pytest.FixtureRequest) -> None:
    refuse_an_old_site(request)


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
def visit(visitor: BrowserContext, address: str) -> Iterator[Visit]:
    """Open a notebook of the site in a page of its own."""
    with ExitStack() as pages:
        def show(path: str) -> OnSite:
            page = visitor.new_page()
            pages.callback(page.close)
            return OnSite(page, address, path)

        yield show


def bring_back(notebook: OnSite, work: Path) -> None:
    with notebook.page.expect_file_chooser() as chooser:
        notebook.page.get_by_role("button", name="Bring my work back").click()
    chooser.value.set_files(work)


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
    notebook = visit(EXERCISE)
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
    assert {EXERCISE, "labs/day13/progress.json"} <= set(work.namelist())
    notebook.page.reload()
    notebook.wait_until_ready()
    assert "1 of" in notebook.run_more("from labkit.views import progress\nprint(progress())")
    notebook.page.on("dialog", lambda dialog: dialog.accept())
    notebook.page.get_by_role("button", name="Start this page over").click()
    notebook.page.get_by_role("heading", name="Exercise 1").first.wait_for(timeout=60_000)
    bring_back(notebook, tmp_path / "work.zip")
    notebook.page.wait_for_function("() => !document.querySelector('.jp-Notebook h1')", timeout=60_000)
    notebook.wait_until_ready()
    assert step.solution.splitlines()[-1] in notebook.page.evaluate(SOURCES)


@pytest.mark.long
def test_a_file_that_holds_no_work_changes_nothing_and_is_told_why(visit: Visit, tmp_path: Path) -> None:
    notebook = visit(START)
    says = notebook.page.locator("#day13-line").get_by_role("status")
    (tmp_path / "essay.zip").write_text("no zip at all, but a text of some length")
    bring_back(notebook, tmp_path / "essay.zip")
    expect(says).to_contain_text("This is no .zip file")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        for name in ("secrets.txt", "notebooks/../escaped.txt", "/labs/absolute.txt", "labs\\windows.txt"):
            other.writestr(name, "x")
    bring_back(notebook, tmp_path / "other.zip")
    expect(says).to_contain_text("holds no work from this lab")
    with zipfile.ZipFile(tmp_path / "torn.zip", "w", zipfile.ZIP_DEFLATED) as torn:
        torn.writestr("labs/kept.txt", "never written")
        torn.writestr("notebooks/torn.ipynb", '{"cells": ')
    bring_back(notebook, tmp_path / "torn.zip")
    expect(says).to_contain_text("notebooks/torn.ipynb in this file is no notebook any more")
    names = notebook.page.evaluate("""async () => (await Promise.all(["", "labs", "notebooks"].map(folder =>
        window.jupyterapp.serviceManager.contents.get(folder, {content: true})))).flatMap(held =>
        held.content.map(file => file.name))""")
    assert not {"secrets.txt", "escaped.txt", "absolute.txt", "windows.txt", "kept.txt", "torn.ipynb"} & set(names)


@pytest.mark.long
@pytest.mark.parametrize(("text", "sentence"), [
    (quote("topology mesh 3\nprotocol rafd"), "ValueError: there is no protocol 'rafd': did you mean 'raft'.*"),
    ("topology%20mesh%203%0Aprotocol%20pax%F", r"ValueError: line 2 \(topology%20mesh.*\): there is no statement .*"),
    ("", "ValueError: a scenario needs a topology: add a line such as 'topology mesh 5'"),
], ids=["no such protocol", "broken on its way", "nothing"])
def test_a_scenario_that_cannot_be_played_says_why_in_one_sentence(visit: Visit, text: str, sentence: str) -> None:
    notebook = visit(f"{START}#scenario={text}")
    notebook.page.wait_for_url("**path=notebooks/scenario-*", timeout=60_000)
    notebook.wait_until_ready()
    notebook.run_all()
    assert re.fullmatch(sentence, notebook.said().strip())


@pytest.mark.long
def test_a_scenario_of_the_guide_is_played_from_its_link(visit: Visit) -> None:
    guide = (REPOSITORY / "labs" / "INSTRUCTOR.md").read_text(encoding="utf-8")
    told = guide.split("```text\n")[1].split("```")[0]
    notebook = visit(f"{START}#scenario={quote(told)}")
    notebook.page.wait_for_url("**path=notebooks/scenario-*", timeout=60_000)
    notebook.wait_until_ready()
    notebook.run_all()
    picture = Picture(notebook.page, notebook.stage())
    for step in (1, 2):
        picture.button("Step").click()
        picture.wait_for(f"Step {step} of")
    assert (notebook.mishaps(), notebook.errors) == ([], [])


@pytest.mark.long
def test_links_lead_from_lesson_to_lesson_and_to_the_sheet(visit: Visit) -> None:
    notebook = visit("labs/reflection.ipynb")
    notebook.page.get_by_role("link", name="Day 13 worksheet").first.click()
    notebook.page.wait_for_url("**/labs/Day13-Worksheet.html", timeout=30_000)
    notebook.page.get_by_role("link", name="01 Network topology").first.click()
    notebook.page.wait_for_url("**/notebooks/index.html?path=notebooks/01-network-topology.ipynb", timeout=30_000)
    notebook.page.get_by_role("heading", name="Network topology").first.wait_for(timeout=60_000)


@pytest.mark.long
def test_a_second_visit_has_python_from_the_browser_and_pages_from_the_site(
    visit: Visit, visitor: BrowserContext
) -> None:
    """What is kept has a hash in its address; so an update is seen at once."""
    visit(START)
    came: list[Response] = []
    visitor.on("response", lambda answer: came.append(answer))
    notebook = visit(START)
    python = [one for one in came if "/static/pyodide-" in one.url]
    pages = [one for one in came if one.url.endswith((".html", "jupyter-lite.json"))]
    assert python and all(one.from_service_worker for one in python)
    kept = notebook.page.evaluate("""async () => (await (await caches.open((await caches.keys())
        .find(name => name.startsWith("day13 ")))).keys()).map(request => new URL(request.url).pathname)""")
    assert kept and all(re.search("/static/pyodide-|/build/|/extensions/", path) for path in kept)
    assert pages and not {urlsplit(one.url).path for one in pages} & set(kept)
