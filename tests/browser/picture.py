"""What a learner sees of a network, read from the page: colours, words, tables; and where to click."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

POINTS = ".day13-network .js-plotly-plot .scatterlayer .trace:first-child .point"


@dataclass(frozen=True)
class Picture:
    """One network on a page."""

    page: Page
    stage: Locator

    def fills(self) -> list[str]:
        """The fill of each agent, in the order of the network's agents, as #RRGGBB."""
        found = self.stage.locator(POINTS).evaluate_all("points => points.map(point => point.style.fill)")
        return ["#{:02X}{:02X}{:02X}".format(*map(int, re.findall(r"\d+", fill)[:3])) for fill in found]

    def places(self) -> list[tuple[float, float]]:
        """The middle of each agent, in pixels of the page, once all is still: JupyterLab scrolls as it runs."""
        before, now = None, self._places()
        while now != before:
            self.page.wait_for_timeout(60)
            before, now = now, self._places()
        return now

    def _places(self) -> list[tuple[float, float]]:
        middles = self.stage.locator(POINTS).evaluate_all(
            """points => points.map(point => {
                const box = point.ownerSVGElement.getBoundingClientRect();
                const {e, f} = point.transform.baseVal.consolidate().matrix;
                return [box.x + e, box.y + f];
            })"""
        )
        return [(x, y) for x, y in middles]

    def click_agent(self, index: int) -> None:
        self._click(*self.places()[index])

    def click_link(self, a: int, b: int, along: float = 0.5) -> None:
        """Click a link, at that share of the way from a to b."""
        places = self.places()
        (ax, ay), (bx, by) = places[a], places[b]
        self._click(ax + along * (bx - ax), ay + along * (by - ay))

    def summary(self) -> str:
        return self.stage.locator("[data-panel=summary]").inner_text()

    def status(self) -> str:
        return self.stage.locator("[data-panel=status]").inner_text()

    def wait_for(self, text: str) -> None:
        """Wait until the sentence above the picture says so."""
        self.stage.locator("[data-panel=summary]", has_text=text).wait_for(timeout=10_000)

    def wait_for_status(self, text: str) -> None:
        self.stage.locator("[data-panel=status]", has_text=text).wait_for(timeout=10_000)

    def rows(self, panel: str = "state") -> dict[str, list[str]]:
        """A table, unfolded: first cell → the others."""
        details = self.stage.locator(f"[data-panel={panel}] details")
        if details.get_attribute("open") is None:
            details.locator("summary").click()
        details.locator("tr").nth(1).wait_for()
        read = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        cells = details.locator("tr").evaluate_all(read)
        return {first: rest for first, *rest in cells}

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def control(self, label: str) -> Locator:
        """The menu or box with that label."""
        said = self.page.locator(".widget-label", has_text=re.compile(f"^{re.escape(label)}$"))
        holder = self.page.locator(".widget-inline-hbox", has=said)
        return holder.locator("select, input").first

    def _click(self, x: float, y: float) -> None:
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y)
