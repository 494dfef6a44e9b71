"""The static site in a real browser: whether it is up to date, a server of it, and a notebook on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from lab import REPOSITORY, Notebook
from serve import SITE, Handler, server

MADE = SITE / "jupyter-lite.json"  # the build writes it
KINDS = {".py", ".ipynb", ".md", ".js", ".css", ".html", ".toml", ".png"}
NOTEBOOKS = sorted(path.relative_to(REPOSITORY).as_posix() for folder in ("notebooks", "labs")
                   for path in (REPOSITORY / folder).glob("*.ipynb"))
SOURCES = """() => [...window.jupyterapp.shell.widgets("main")].find(widget => widget.context)
    .content.model.sharedModel.cells.map(cell => cell.source).join("\\n")"""
READY = "document.getElementById('day13-line')?.dataset.state === 'ready'"


def outdated() -> str:
    """Why the site in site/ is not the one to be tested, in a sentence; '' if it is."""
    if not MADE.exists():
        return "There is no site: say make site."
    made = MADE.stat().st_mtime
    newer = [path for folder in ("labs/labkit", "notebooks", "web", "labs") for path in (REPOSITORY / folder).rglob("*")
             if path.suffix in KINDS and "day13" not in path.parts[-3:-1] and path.stat().st_mtime > made]
    return f"The site is older than {newer[0].relative_to(REPOSITORY)}: say make site." if newer else ""


def refuse_an_old_site(request: pytest.FixtureRequest) -> None:
    """An old site is no site: by day skip the test, at night let it fail."""
    if why := outdated():
        (pytest.fail if request.node.get_closest_marker("long") else pytest.skip)(why)


class LikePages(Handler):
    """Lets a browser keep each file for ten minutes without asking, as GitHub Pages does."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


@contextmanager
def served(site: Path = SITE, handler: type[Handler] = Handler) -> Iterator[str]:
    """A server of the site; gives its address."""
    with server(0, site, handler) as serving:
        Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()


class OnSite(Notebook):
    """One notebook of the site, open on a page."""

    place = "notebooks/index.html?path=%s"
    patience = 240_000

    def wait_until_ready(self) -> None:
        """Wait until its cells are there, Python listens, and the lab is loaded."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        self.page.wait_for_function(f"() => {READY}", timeout=180_000)

    def said(self) -> str:
        """All that its cells have said."""
        return "\n".join(self.page.evaluate("""() => [...window.jupyterapp.shell.widgets("main")]
            .find(widget => widget.content?.model?.sharedModel?.cells).content.widgets
            .filter(cell => cell.outputArea).map(cell => cell.outputArea.node.innerText)"""))

    def mishaps(self) -> list[str]:
        """Exceptions and warnings among the outputs of its cells."""
        found: list[str] = self.page.evaluate("""() => [...window.jupyterapp.shell.widgets("main")]
            .find(widget => widget.content?.model?.sharedModel?.cells).content.widgets
            .filter(cell => cell.outputArea).flatMap(cell => cell.outputArea.model.toJSON())
            .filter(output => output.output_type === "error" || output.name === "stderr")
            .map(output => output.evalue ?? String(output.text))""")
        return found
