"""One notebook in one page of a real browser, with a stopwatch in the page and a scale on its websocket."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from lab import Notebook, write_notebook
from playwright.sync_api import Browser, TimeoutError as PlaywrightTimeout, WebSocket, expect

HERE = Path(__file__).resolve().parent
STOPWATCH = (HERE / "stopwatch.js").read_text(encoding="utf-8")
QUIET = 150  # milliseconds without a change: it has settled
Milliseconds = float

# Marks each canvas that WebGL has drawn on: its pixels can't be read later.
MARK_DRAWN = """
for (const kind of [WebGLRenderingContext, WebGL2RenderingContext])
  for (const name of ["drawArrays", "drawElements", "drawArraysInstanced"]) {
    const draw = kind.prototype[name];
    if (draw) kind.prototype[name] = function (...all) { this.canvas.benchDrawn = true; return draw.apply(this, all); };
  }
window.benchNumber = (thing) => (thing.benchNumber ??= (window.benchLast = (window.benchLast ?? 0) + 1));
"""
_CALM = "() => { try { return (%s)() } catch { return null } }"  # what does not exist yet is null


class Tab:
    """A page with a notebook of these cells, and the bytes that it has exchanged with its kernel."""

    def __init__(self, browser: Browser, folder: Path, address: str, name: str, *cells: str) -> None:
        write_notebook(folder / f"{name}.ipynb", f"import sys; sys.path.insert(0, {str(HERE)!r})", *cells)
        self.bytes = 0
        self.page = browser.new_page(viewport={"width": 1300, "height": 1000})
        self.page.add_init_script(MARK_DRAWN)
        self.page.on("websocket", self._weigh)
        self.notebook = Notebook(self.page, address, f"{name}.ipynb")

    def run(self, until: str, patience: Milliseconds) -> None:
        """Run all cells, and wait until that JavaScript function gives something, or patience ends."""
        with suppress(PlaywrightTimeout):
            self.notebook.run_all()
            self.page.wait_for_function(_CALM % until, timeout=patience)
            self.page.wait_for_timeout(1_000)

    def run_cell(self, number: int) -> None:
        """Run one cell and go to the next; keys that come too early are pressed again."""
        prompt = self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").nth(number)
        for _attempt in range(4):
            self.page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(number).click()
            self.page.keyboard.press("Shift+Enter")
            with suppress(AssertionError):
                expect(prompt).to_have_text(re.compile(r"\d"), timeout=15_000)
                return

    def start_stopwatch(self, see: str, patience: Milliseconds, starts: str = "mouseup") -> None:
        """Made ready; it runs from that event of the page. see: a JavaScript function, what is seen as a text."""
        asked = {"see": see, "starts": starts, "quiet": QUIET, "patience": patience}
        self.page.evaluate(f"asked => ({STOPWATCH})(asked)", asked)

    def stop_stopwatch(self) -> Milliseconds | None:
        return self.page.evaluate("() => window.benchLap")

    def ask(self, question: str) -> Any:
        """What a JavaScript function gives; None if it fails."""
        return self.page.evaluate(_CALM % question)

    def _weigh(self, socket: WebSocket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda payload: setattr(self, "bytes", self.bytes + len(payload)))
