"""What the first and the second picture on a page cost: the explorer and its bare graph beside plotly's FigureWidget.

Goals for the second explorer, with its 35 buttons, menus and boxes, and for the second graph: see MOST.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from figures import table, weigh
from lab import NO_BROWSER, jupyterlab, open_browser
from playwright.sync_api import Browser, sync_playwright
from tab import Milliseconds, Tab

PATIENCE: Milliseconds = 60_000
ROUNDS = 3
MOST = {"explorer": (500, 60e3), "graph": (100, 20e3)}  # milliseconds, bytes
GRAPH = """from labkit.network.network import Network
from labkit.topology import build
from labkit.views.stage.network_scene import network_panel
from labkit.views.stage.stage import Stage
ring = Network(build("ring", 8))"""

SETTING_UP = {
    "explorer": "from labkit.views import TopologyExplorer",
    "graph": GRAPH,
    "FigureWidget": "from subjects.figurewidget import show",
}
SHOWN = {
    "explorer": "TopologyExplorer('ring', 8)",
    "graph": "Stage({'panels': {'network': network_panel(ring, ring.partitions())}})",
    "FigureWidget": "show('ring', 8)",
}
SEE = "() => String(document.querySelectorAll('.js-plotly-plot .scatterlayer .trace:first-child').length)"


@dataclass(frozen=True)
class Picture:
    """Time from Shift+Enter to the picture, and bytes both ways."""

    time: Milliseconds
    bytes: int


def main() -> None:
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        if browser is None:
            print(NO_BROWSER)
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, jupyterlab(Path(folder)) as address:
            found = {name: [] for name in SHOWN}
            for _ in range(ROUNDS):
                for name in SHOWN:
                    found[name].append(_open_two(browser, Path(folder), address, name))
        browser.close()
    rows = []
    for name, pairs in found.items():
        for number, pictures in enumerate(zip(*pairs, strict=True)):
            time, size = median(p.time for p in pictures), median(p.bytes for p in pictures)
            goal = _verdict(time, size, *MOST[name]) if name in MOST and number == 1 else ""
            rows.append((f"{('first', 'second')[number]} {name}", f"{time:.0f} ms", weigh(size), goal))
    table(f"From Shift+Enter to the picture, imports done before (median of {ROUNDS} pages)",
          ("", "time", "websocket", "goal"), rows)


def _open_two(browser: Browser, folder: Path, address: str, name: str) -> tuple[Picture, Picture]:
    """One page: run the imports, then the same picture twice."""
    tab = Tab(browser, folder, address, name, SETTING_UP[name], SHOWN[name], SHOWN[name])
    tab.run_cell(0)
    tab.run_cell(1)
    tab.page.wait_for_timeout(1_000)
    pictures = _shift_enter(tab), _shift_enter(tab)
    tab.page.close()
    return pictures


def _shift_enter(tab: Tab) -> Picture:
    before = tab.bytes
    tab.start_stopwatch(SEE, PATIENCE, starts="keydown")
    tab.page.keyboard.press("Shift+Enter")
    taken = tab.stop_stopwatch()
    tab.page.wait_for_timeout(1_000)  # what follows late counts too
    return Picture(PATIENCE if taken is None else taken, tab.bytes - before)


def _verdict(time: Milliseconds, size: float, most_time: Milliseconds, most_bytes: float) -> str:
    return (f"≤ {most_time} ms: {'yes' if time <= most_time else 'NO'}, "
            f"≤ {weigh(most_bytes)}: {'yes' if size <= most_bytes else 'NO'}")
