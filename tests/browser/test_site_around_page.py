"""Around the lab on its site: the page that loads, pages to read, links that are odd, and an update of the site."""

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from access import OPTIONS
from axe_playwright_python.sync_playwright import Axe
from IPython.core.inputtransformer2 import TransformerManager
from labkit.worksheet import step_called
from on_site import NOTEBOOKS, SOURCES, LikePages, OnSite, refuse_an_old_site, served
from playwright.sync_api import Browser, Locator, Page, Response, expect
from serve import SITE

# Whether the browser keeps a file of that name in which this is written.
STORED = """async (path, what) => JSON.stringify(
    await window.jupyterapp.serviceManager.contents.get(path, {content: true}).catch(() => "")).includes(what)"""
EXERCISE = "labs/exercise-1-network-topology.ipynb"
READY = "Ready. Click a cell and press Shift+Enter."
PAGES = ["index.html#read", "scenario.html", "labs/Day13-Worksheet.html",
         *(f"still/{path.replace('.ipynb', '.html')}" for path in NOTEBOOKS)]
ODD = ["", '"""', '""")\nimport os\n("""', "ends in \\", "\\N{DASH} {x} %s", "%%time\n!ls\n?help", "tab\t\x00\x1b",
       "a\r\nb\rc", "\u2028 ☂", "100%", "x" * 30_000]


@pytest.fixture(autouse=True)
def of_this_code(request: pytest.FixtureRequest) -> None:
    refuse_an_old_site(request)


@pytest.fixture(scope="module")
def address(browser: Browser) -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture
def waiting(browser: Browser) -> Iterator[Page]:
    """A page on which JupyterLab never comes: as long as one likes, it is as it is while the lab loads."""
    stranger = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    page = stranger.new_page()
    page.route("**/build/**", lambda route: route.abort())
    yield page
    stranger.close()


def objections(page: Page, *parts: str) -> list[str]:
    """For each rule that a page, or these parts of it, breaks in one of the colour schemes: the first element."""
    found = []
    context = {"include": [[part] for part in parts]} if parts else None
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        answer = Axe().run(page, context=context, options=OPTIONS | {"iframes": False}).response["violations"]
        found += [f"{scheme}: {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in answer]
    return found


def test_whatever_comes_in_a_link_becomes_one_text_in_a_cell(waiting: Page, address: str) -> None:
    """Neither Python nor IPython finds anything to run in it."""
    waiting.goto(f"{address}/scenario.html")
    for text in ODD:
        source = waiting.evaluate("""async text => {
            const {notebook} = await import("./day13/scenario.js");
            return notebook(text).cells[1].source;
        }""", text)
        *imports, _shown = (tree := ast.parse(source)).body
        told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        (kept,) = (value for value in told if isinstance(value, str))
        meant = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", re.sub(r"\r\n?", "\n", text)).strip()
        assert [line.strip() for line in kept.strip().split("\n")] == [line.strip() for line in meant.split("\n")]
        assert len(imports) == 2 and TransformerManager().transform_cell(source).split() == source.split()


def line(page: Page) -> Locator:
    """What the line at the foot says."""
    return page.locator("#day13-line").get_by_role("status")


def later_build(site: Path) -> str:
    """The site as a later build makes it: another exercise 1, Python under another hash, which is given."""
    python = next((site / "static").glob("pyodide-*"))
    old, new = python.name.removeprefix("pyodide-"), "0123abcd"
    python.rename(python.with_name(f"pyodide-{new}"))
    for told in (*site.rglob("jupyter-lite.json"), *site.glob("*/index.html"), site / "service-worker.js"):
        told.write_text(told.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    book = json.loads((site / "files" / EXERCISE).read_text(encoding="utf-8"))
    book["cells"][0]["source"], book["metadata"]["day13"] = "# Another exercise", new
    (site / "files" / EXERCISE).write_text(json.dumps(book), encoding="utf-8")
    return new


@pytest.mark.long
def test_after_an_update_ones_own_copy_stays_and_the_new_original_is_offered(browser: Browser, tmp_path: Path) -> None:
    """Even where the server allows the browser to keep what it has got."""
    site, step = shutil.copytree(SITE, tmp_path / "site"), step_called("tree")
    with served(site, LikePages) as address, browser.new_context(viewport={"width": 1280, "height": 900}) as learner:
        notebook = OnSite(learner.new_page(), address, EXERCISE)
        notebook.replace(f"from labkit.views import check\n{step.imports}", f'{step.solution}\ncheck("tree", tree)')
        notebook.run_all()
        expect(notebook.page.locator(".jp-OutputArea").last).to_contain_text("✔ Correct: tree.")
        notebook.page.wait_for_function(f"() => ({STORED})('labs/day13/progress.json', 'tree')")
        notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        notebook.page.close()
        notebook = OnSite(learner.new_page(), address, EXERCISE)
        expect(line(notebook.page)).to_have_text(READY)
        notebook.page.close()
        new = later_build(site)
        came: list[Response] = []
        learner.on("response", lambda answer: came.append(answer))
        notebook = OnSite(learner.new_page(), address, EXERCISE)
        expect(line(notebook.page)).to_contain_text("the site has a newer original")
        start_over = notebook.page.get_by_role("button", name="Start this page over")
        expect(start_over).to_be_in_viewport(ratio=1)
        assert step.solution.splitlines()[-1] in notebook.page.evaluate(SOURCES)
        assert {one.status for one in came if f"/static/pyodide-{new}/" in one.url} == {200}
        assert "1 of" in notebook.run_more("from labkit.views import progress\nprint(progress())")
        notebook.page.on("dialog", lambda dialog: dialog.accept())
        notebook.page.wait_for_timeout(2_000)  # Python may still be at the browser's files, and nobody is so quick
        start_over.click()
        notebook.page.get_by_role("heading", name="Another exercise").wait_for(timeout=60_000)
        notebook.wait_until_ready()
        expect(line(notebook.page)).to_have_text(READY)
        assert "1 of" in notebook.run_more("from labkit.views import progress\nprint(progress())")
        kept = notebook.page.evaluate("""async () => (await Promise.all((await caches.keys())
            .map(async name => (await (await caches.open(name)).keys()).map(request => request.url)))).flat()""")
        assert {re.findall("/static/pyodide-(.*)/", url)[0] for url in kept if "/static/pyodide-" in url} == {new}


def test_while_the_lab_loads_its_lesson_can_be_read_and_the_line_says_what_happens(waiting: Page, address: str) -> None:
    """With a keyboard, too; after two minutes it says what may be in the way."""
    waiting.clock.install()
    waiting.goto(f"{address}/notebooks/index.html?path=notebooks/01-network-topology.ipynb")
    says = line(waiting)
    expect(says).to_have_text("Loading the page …")
    lesson = waiting.frame_locator("#day13-card iframe")
    expect(lesson.get_by_role("heading", level=1)).to_contain_text("Network topology")
    assert lesson.locator(".apart").evaluate("link => getComputedStyle(link).display") == "none"
    assert objections(waiting, "#day13-card", "#day13-line") == []
    waiting.keyboard.press("Tab")
    expect(waiting.get_by_role("link", name="Only read")).to_be_focused()
    waiting.keyboard.press("Tab")
    waiting.keyboard.press("End")
    expect(lesson.locator("#lesson > :last-child")).to_be_in_viewport()
    waiting.clock.fast_forward(121_000)
    expect(says).to_contain_text("This takes unusually long")


def test_where_there_is_no_lesson_to_read_meanwhile_there_is_a_picture(waiting: Page, address: str) -> None:
    waiting.goto(f"{address}/notebooks/index.html?path=notebooks/scenario-0123abcd.ipynb")
    picture = waiting.locator("#day13-card").get_by_role("img", name="A ring of stars")
    expect(picture).to_be_in_viewport()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert objections(waiting, "#day13-card", "#day13-line") == []


@pytest.mark.long
def test_without_javascript_the_lessons_can_be_read(browser: Browser, address: str) -> None:
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{address}/")
    page.get_by_role("link", name="start here").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("start here")
    expect(page.locator("pre").first).to_contain_text("import")
    assert page.locator("img").first.evaluate("image => image.naturalWidth") > 0
    plain.close()


@pytest.mark.long
def test_everybody_can_read_the_pages_around_the_lab(waiting: Page, address: str) -> None:
    for path in PAGES:
        waiting.goto(f"{address}/{path}")
        assert objections(waiting) == [], path
