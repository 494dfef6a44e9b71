"""Take the README's picture again: the real widget, in a real JupyterLab, after the clicks that it shows."""

import sys
import tempfile
from pathlib import Path

from lab import NO_BROWSER, REPOSITORY, Notebook, jupyterlab, open_browser, write_notebook
from picture import Picture
from playwright.sync_api import sync_playwright

PICTURE = REPOSITORY / "notebooks" / "images" / "explorer.png"
CELL = "from labkit.views import TopologyExplorer\n\nTopologyExplorer('hybrid', 16)"


def main() -> None:
    """Three cuts and a crash in a ring of stars; the picture shows what a learner sees then."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = open_browser(playwright)
        if browser is None:
            sys.exit(NO_BROWSER)
        write_notebook(Path(folder) / "picture.ipynb", CELL)
        with jupyterlab(Path(folder)) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            notebook = Notebook(page, address, "picture.ipynb")
            notebook.run_all()
            hybrid = Picture(page, notebook.stage())
            for a, b in ((0, 4), (8, 12), (8, 9)):
                hybrid.click_link(a, b)
                page.wait_for_timeout(500)
            hybrid.click_agent(6)
            hybrid.wait_for("3 partitions")
            page.mouse.move(5, 5)
            PICTURE.parent.mkdir(exist_ok=True)
            page.locator(".day13-lab").first.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
