"""One JupyterLab and one browser for all browser tests; a page of its own for each."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab import NO_BROWSER, REPOSITORY, TOKEN, Notebook, jupyterlab, open_browser, write_notebook
from playwright.sync_api import Browser, sync_playwright

Open = Callable[..., Notebook]

END_ALL_KERNELS = """async (token) => {
    const headers = {Authorization: `token ${token}`};
    const sessions = await (await fetch("/api/sessions", {headers})).json();
    await Promise.all(sessions.map(({id}) => fetch(`/api/sessions/${id}`, {headers, method: "DELETE"})));
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


@pytest.fixture
def open_notebook(server: str, browser: Browser, folder: Path, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open a lesson by its path, or cells as a new notebook; its kernel ends with the test."""
    pages = []

    def opened(*cells: str, path: str = "", run: bool = True) -> Notebook:
        if not path:
            path = f"{request.node.name.replace('[', '-').replace(']', '')}.ipynb"
            write_notebook(folder / path, *cells)
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        pages.append(page)
        notebook = Notebook(page, server, path)
        if run:
            notebook.run_all()
        return notebook

    yield opened
    for page in pages:
        page.evaluate(END_ALL_KERNELS, TOKEN)
        page.close()
