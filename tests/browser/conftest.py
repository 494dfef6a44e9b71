"""One JupyterLab, one browser, one page and one kernel for the browser tests of a process; each file begins empty."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from lab import NO_BROWSER, REPOSITORY, Notebook, Open, jupyterlab, open_browser, write_notebook
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

# anywidget gives a widget two seconds to begin. On a busy machine that is too little, and no claim is about it.
PATIENCE = """const timeout = AbortSignal.timeout;
AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, 20 * milliseconds);"""
expect.set_options(timeout=30_000)
VIEWPORT: ViewportSize = {"width": 1280, "height": 1100}
SHARED = "shared.ipynb"
END_ITS_KERNELS = """async () => {
    for (const widget of window.jupyterapp.shell.widgets("main")) await widget.sessionContext?.shutdown();
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = open_browser(playwright)
        if found is None:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_BROWSER, pytrace=False)
            pytest.skip(NO_BROWSER)
        yield found
        found.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server looks: copies of the lessons."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(REPOSITORY / "notebooks", folder / "notebooks")
    return folder


@pytest.fixture(scope="session")
def server(folder: Path, browser: Browser) -> Iterator[str]:
    with jupyterlab(folder) as address:
        yield address


@pytest.fixture(scope="session")
def window(browser: Browser) -> BrowserContext:
    """What all pages share: the browser fetches JupyterLab's own files once."""
    window = browser.new_context(viewport=VIEWPORT)
    window.add_init_script(PATIENCE)
    return window


@pytest.fixture(scope="session")
def page(server: str, window: BrowserContext, folder: Path) -> Iterator[Notebook]:
    """The page that all tests share: JupyterLab and plotly.js are loaded once."""
    with opened(server, window, folder, SHARED, "import labkit.views") as notebook:
        yield notebook


@pytest.fixture(scope="module")
def shared(page: Notebook, folder: Path) -> Notebook:
    """The notebook in which the tests of a file put their cells: an empty page, and all shown as for one reader."""
    page.page.set_viewport_size(VIEWPORT)
    if page.name == SHARED:
        page.replace("")
    else:
        write_notebook(folder / SHARED, "import labkit.views")  # without saved widgets, whose kernel is gone
        page.go_to(SHARED)
        page.page.wait_for_timeout(1_000)  # until all that opens with a notebook has its place
    page.run_more("from labkit.views import present\npresent(False)")
    return page


@pytest.fixture
def open_notebook(
    server: str, window: BrowserContext, folder: Path, request: pytest.FixtureRequest
) -> Iterator[Open]:
    """Open a lesson by its path, or cells: in the page that the file's tests share, or in a fresh one."""
    with ExitStack() as pages:
        def show(*cells: str, path: str = "", run: bool = True, fresh: bool = False) -> Notebook:
            if fresh:
                notebook = pages.enter_context(opened(server, window, folder, path or request.node.name, *cells))
            else:
                notebook = request.getfixturevalue("shared")
                notebook.go_to(path) if path else notebook.replace(*cells)
            if run:
                notebook.run_all()
            return notebook

        yield show


@contextmanager
def opened(server: str, window: BrowserContext, folder: Path, path: str, *cells: str) -> Iterator[Notebook]:
    """A page with that notebook, which is written first if cells are given; its kernel ends with it."""
    name = path if path.endswith(".ipynb") else f"{path}.ipynb"
    if cells:
        write_notebook(folder / name, *cells)
    page = window.new_page()
    yield Notebook(page, server, name)
    page.evaluate(END_ITS_KERNELS)
    page.close()
