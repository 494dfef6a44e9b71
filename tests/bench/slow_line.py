"""A slow line: the first picture, and a click while the drawing library is still on its way. Floor: the bytes alone.

Between browser and server stands a proxy. It lets everything through until the page is ready, with JupyterLab's own
code in the browser's cache, then only so many bytes a second towards the browser. Goals: the picture within 28 s, a
click answered within 2 s.
"""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figures import table, weigh
from lab import NO_BROWSER, jupyterlab, open_browser
from playwright.sync_api import Browser, sync_playwright
from tab import Tab

RATE = 60_000  # bytes a second
PIECE = 4_096
PATIENCE = 120_000
PLAYER = """from labkit.engine import Model
from labkit.protocols import Raft
from labkit.topology import build
from labkit.views import Player
model = Model(build("mesh", 5), Raft)"""
SHOWN = "() => document.querySelector('.js-plotly-plot .scatterlayer .point') && 'there'"
PLAYS = "() => [...document.querySelectorAll('.day13-controls button')].some(b => b.innerText === 'Pause') && 'yes'"


class Line:
    """Bytes towards the browser pass one after the other, at most so many a second; 0: as they come."""

    def __init__(self) -> None:
        self.rate, self.passed = 0, 0
        self._free = threading.Lock()

    def carry(self, data: bytes) -> None:
        with self._free:
            self.passed += len(data)
            if self.rate:
                time.sleep(len(data) / self.rate)


def main() -> None:
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        if browser is None:
            print(NO_BROWSER)
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, jupyterlab(Path(folder)) as address:
            with proxied(address) as (slow, line):
                first, size = _picture(browser, Path(folder), slow, line)
            with proxied(address) as (slow, line):
                answered = _click_meanwhile(browser, Path(folder), slow, line)
        browser.close()
    table(f"At {weigh(RATE)} a second towards the browser", ("", "time", "beside the bytes alone", "goal"), [
        ("first picture", f"{first:.1f} s, {weigh(size)}", f"{first / (size / RATE):.2f}x",
         f"≤ 28 s: {'yes' if first <= 28 else 'NO'}"),
        ("click while it loads", f"{answered:.1f} s", "", f"≤ 2 s: {'yes' if answered <= 2 else 'NO'}"),
    ])


def _picture(browser: Browser, folder: Path, address: str, line: Line) -> tuple[float, int]:
    """Seconds from Shift+Enter to the picture, and the bytes that passed until then."""
    tab = _begun(browser, folder, address, "picture")
    line.rate, before, began = RATE, line.passed, time.monotonic()
    tab.page.keyboard.press("Shift+Enter")
    tab.page.wait_for_function(SHOWN, timeout=PATIENCE)
    taken, size = time.monotonic() - began, line.passed - before
    tab.page.close()
    return taken, size


def _click_meanwhile(browser: Browser, folder: Path, address: str, line: Line) -> float:
    """Seconds from a click on Play to Pause, five seconds after Shift+Enter."""
    tab = _begun(browser, folder, address, "click")
    line.rate = RATE
    tab.page.keyboard.press("Shift+Enter")
    play = tab.page.get_by_role("button", name="Play", exact=True)
    play.wait_for(timeout=PATIENCE)
    tab.page.wait_for_timeout(5_000)
    assert tab.ask(SHOWN) is None, "the picture was there before the click"
    began = time.monotonic()
    play.click()
    tab.page.wait_for_function(PLAYS, timeout=PATIENCE)
    taken = time.monotonic() - began
    line.rate = 0
    tab.page.close()
    return taken


def _begun(browser: Browser, folder: Path, address: str, name: str) -> Tab:
    """A notebook whose imports are done; the next Shift+Enter shows a player. JupyterLab's own code is in the cache."""
    tab = Tab(browser, folder, address, name, PLAYER, "Player(model.simulate(seed=1))")
    tab.run(SHOWN, PATIENCE)
    tab.page.reload()
    tab.notebook.wait_until_ready()
    tab.run_cell(0)
    tab.run_cell(1)
    tab.page.wait_for_timeout(1_000)
    return tab


@contextmanager
def proxied(address: str) -> Iterator[tuple[str, Line]]:
    """The same server through a line whose rate can be set."""
    host, port = address.removeprefix("http://").split(":")
    line, door = Line(), socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            far = socket.create_connection((host, int(port)))
            threading.Thread(target=_pump, args=(guest, far, None), daemon=True).start()
            threading.Thread(target=_pump, args=(far, guest, line), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}", line
    finally:
        door.close()


def _pump(source: socket.socket, target: socket.socket, line: Line | None) -> None:
    try:
        while data := source.recv(PIECE):
            if line:
                line.carry(data)
            target.sendall(data)
    except OSError:
        pass
    finally:
        source.close()
        target.close()


if __name__ == "__main__":
    main()
