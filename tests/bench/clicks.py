"""From a click to the recoloured network, in JupyterLab in a real browser: ours, its floor and its rivals in turns.

The agent in the centre crashes and restarts. Each kernel finds the partitions anew, each page recolours. Two cases: the
agent holds two halves together, so half of the agents change their colour; and all links work, so one agent does.
Goals: at most 4 times an echo at 10 agents, 6 times at 50 and 200, and ahead of both rivals everywhere.
"""

import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median

from figures import table, times, weigh
from lab import NO_BROWSER, jupyterlab, open_browser
from playwright.sync_api import Browser, sync_playwright
from subjects.who import ECHO, OURS, RIVALS, Subject
from tab import Milliseconds, Tab

SITUATIONS = {
    "10 agents, 20 links": ("chords", 10, 4),  # kind, agents, goal: how many times an echo
    "50 agents, 1,225 links": ("all", 50, 6),
    "200 agents, 400 links": ("chords", 200, 6),
}
CASES = ("half of the agents recoloured", "one agent recoloured")
WARM_UP, CLICKS = 3, 15
PATIENCE: Milliseconds = 20_000


@dataclass
class Laps:
    """What the clicks of one subject took; `why` says why there are none."""

    taken: list[Milliseconds] = field(default_factory=list)
    bytes_before: list[int] = field(default_factory=list)
    why: str = ""

    def weight(self) -> float:
        """Bytes from one click to the next, so that what follows late counts too."""
        return median(b - a for a, b in pairwise(self.bytes_before))


def main() -> None:
    subjects = [ECHO, OURS, *(rival for rival in RIVALS if find_spec(rival.package))]
    missing = {rival.package for rival in RIVALS if rival not in subjects}
    if missing:
        print(f"Not installed, so not measured: {' and '.join(sorted(missing))} (pip install -e '.[bench]').")
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        if browser is None:
            print(NO_BROWSER)
            return
        found = {name: _situation(browser, subjects, kind, n) for name, (kind, n, _goal) in SITUATIONS.items()}
        browser.close()
    for case in CASES:
        _report(case, {name: laps[case] for name, laps in found.items()})
    print("ipysigma cannot change what it has drawn: each click puts a new widget in the place of the old one.")
    print("The browser draws without a graphics card, a frame is 17 ms. Ours also recolours links and measures anew.")


def _situation(browser: Browser, subjects: list[Subject], kind: str, n: int) -> dict[str, dict[str, Laps]]:
    """Laps by case and subject; each has a page and a kernel of its own."""
    found = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, jupyterlab(Path(folder)) as address:
        tabs = {subject: _open(browser, Path(folder), address, subject, kind, n) for subject in subjects}
        for case in CASES:
            laps = found[case] = {subject.name: Laps() for subject in subjects}
            for number in range(WARM_UP + CLICKS):
                for subject, tab in tabs.items():
                    _lap(subject, tab, laps[subject.name], number >= WARM_UP)
            for subject, tab in tabs.items():
                _mend(tab, laps[subject.name])
        for tab in tabs.values():
            tab.page.close()
    return found


def _open(browser: Browser, folder: Path, address: str, subject: Subject, kind: str, n: int) -> Tab:
    module, function = subject.start
    cells = f"from subjects.{module} import {function}", f"{function}({kind!r}, {n})"
    tab = Tab(browser, folder, address, f"{module}-{function}", *cells)
    tab.run(until=subject.spot, patience=PATIENCE)
    return tab


def _lap(subject: Subject, tab: Tab, laps: Laps, counts: bool) -> None:
    """One click; who has not drawn or not answered is left alone from then on."""
    spot = tab.ask(subject.spot)
    if spot is None:
        laps.why = f"not drawn in {PATIENCE / 1000:.0f} s"
    if laps.why:
        return
    tab.page.mouse.move(spot[0] + 3, spot[1] + 3)
    tab.page.mouse.move(*spot)
    tab.page.wait_for_timeout(60)
    laps.bytes_before.append(tab.bytes)
    tab.start_stopwatch(subject.see, PATIENCE)
    tab.page.mouse.click(*spot)
    taken = tab.stop_stopwatch()
    if taken is None:
        laps.why = f"over {PATIENCE / 1000:.0f} s"
    elif counts:
        laps.taken.append(taken)


def _mend(tab: Tab, laps: Laps) -> None:
    """Press the button that heals all links."""
    if not laps.why:
        tab.page.get_by_role("button", name="mend", exact=True).click()
        tab.page.wait_for_timeout(1_500)


def _report(case: str, found: dict[str, dict[str, Laps]]) -> None:
    rows = []
    for situation, laps in found.items():
        goal = SITUATIONS[situation][2]
        middle = {name: median(lap.taken) for name, lap in laps.items() if not lap.why}
        rows.append((situation, *[""] * 5))
        for name, lap in laps.items():
            if lap.why:
                rows.append((f"  {name}", lap.why, *[""] * 3, "NO" if name == OURS.name else ""))
                continue
            spread = f"{min(lap.taken):.0f}–{max(lap.taken):.0f}"
            ratio = times(middle[name] / middle[ECHO.name]) if ECHO.name in middle else "–"
            verdict = _verdict(middle, goal) if name == OURS.name and ECHO.name in middle else ""
            rows.append((f"  {name}", f"{middle[name]:.0f} ms", spread, ratio, weigh(lap.weight()), verdict))
    table(
        f"From click to recoloured network: {case} (median of {CLICKS} clicks)",
        ("", "time", "from–to", "to echo", "one click sends", "goal"), rows,
    )


def _verdict(middle: dict[str, Milliseconds], goal: int) -> str:
    """Whether we are near enough to the echo, and who is ahead of us by how much."""
    ours = middle[OURS.name]
    near = "yes" if ours <= goal * middle[ECHO.name] else "NO"
    lost = [f"{name} by {ours - taken:.0f} ms" for name, taken in middle.items()
            if name not in (OURS.name, ECHO.name) and taken < ours]
    return f"≤ {goal}x: {near}; " + (f"BEHIND {', '.join(lost)}" if lost else "ahead of all")
