"""Reports of recovery side by side: what each strategy gained and lost in one partition, as bars and as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from labkit.faults import Recovery
from labkit.observe import ACKNOWLEDGED, CONFLICT, LOST, OPEN, REFUSED
from labkit.values import expect
from labkit.views.recovery.scene import fill_of
from labkit.views.stage import (
    BLACK,
    INK,
    BadgesPanel,
    ChartPanel,
    Guarded,
    Scene,
    Stage,
    TablePanel,
    chart_panel,
    literal,
    table_panel,
    text_panel,
)

# Never colour alone: plotly's name of each pattern, and a sign that looks like it.
PATTERNS = {
    ACKNOWLEDGED: ("", "\N{NO-BREAK SPACE}"), CONFLICT: ("x", "×"), LOST: ("/", "/"), REFUSED: (".", "·"),
    OPEN: ("-", "–"),
}
FEW, TOLD = 3, 2  # up to so many reports are told one by one; of more only so many in which something went wrong
NARROWEST = 60  # parts of the longest bar that still have room for a figure
OUTCOME_HEAD = ["Strategy", "Acknowledged", "Refused", "Open", "Lost", "In conflict", "Recovered after"]


class Reports(Guarded):
    """Several reports in one picture: how each request ended, and how long all took."""

    def __init__(self, reports: Iterable[Recovery], heading: str = "Strategy") -> None:
        """heading: what the names of the reports are, over their column of the table."""
        expect(heading, str, 'heading is a text, Reports(reports, heading="Fault")')
        expect(reports, Iterable, "Reports shows reports, Reports([recover(Raft)])")
        self.reports, self.heading = tuple(reports), heading
        for report in self.reports:
            expect(report, Recovery, "Reports shows reports, Reports([recover(Raft)])")
        if not self.reports:
            raise ValueError("there is no report to show: give at least one, as Reports([recover(Raft)])")
        self._stage = Stage(self._scene())
        super().__init__(self._stage)
        self.add_class("day13-reports")

    def _scene(self) -> Scene:
        return {"panels": {
            "summary": text_panel(sentence(self.reports)),
            "legend": legend_panel(self.reports, "top"),
            "bars": bars_panel(self.reports, "top"),
            "table": figures_panel(self.reports, self.heading),
        }}


def labels(reports: Sequence[Recovery]) -> list[str]:
    """What to call each report: its strategy, and where several have the same, the seed or a number."""
    alike = Counter(report.strategy for report in reports)
    named = [
        f"{report.strategy} seed={report.seed}" if alike[report.strategy] > 1 and report.seed is not None
        else report.strategy for report in reports
    ]
    again, seen = Counter(named), Counter[str]()
    for i, name in enumerate(named):
        seen[name] += 1
        if again[name] > 1:
            named[i] = f"{name} ({seen[name]})"
    return named


def counts(report: Recovery) -> dict[str, int]:
    """How many requests ended how; each is counted once."""
    lost, conflicts = len(report.lost), len(report.conflicts)
    return {
        ACKNOWLEDGED: len(report.acknowledged) - lost - conflicts, CONFLICT: conflicts, LOST: lost,
        REFUSED: len(report.refused), OPEN: len(report.open),
    }


def sentence(reports: Sequence[Recovery]) -> str:
    """What was lost or broken: in one sentence for each report; of many reports only where something was."""
    many = len(reports) > FEW
    told = [
        f"{label}: {len(report.acknowledged)} acknowledged, {lost_of(report)} of them lost"
        f"{f'; ✘ broken: {report.violated}' if report.violated else ''}."
        for label, report in zip(labels(reports), reports, strict=True)
        if not many or report.lost or report.violated or not report.judged
    ]
    if not many:
        return " ".join(told)
    every = f"{len(reports)} runs, {sum(len(report.acknowledged) for report in reports)} requests acknowledged"
    if not told:
        return f"{every}: none of them is lost, and no promise is broken."
    rest = f" And {len(told) - TOLD} more, in the table." if len(told) > TOLD else ""
    return f"{every}. {' '.join(told[:TOLD])}{rest}"


def lost_of(report: Recovery) -> str:
    """How many were lost; agents that cannot tell what they hold leave no judgement."""
    return str(len(report.lost)) if report.judged else "not judged how many"


def legend_panel(reports: Sequence[Recovery], place: str) -> BadgesPanel:
    """What the parts of a bar mean; a line of text, so that it never lies over the bars."""
    kept = "acknowledged and kept" if all(report.judged for report in reports) else (
        "acknowledged, and kept where that can be judged")
    return {"kind": "badges", "place": place, "items": [
        [sign, kept if outcome == ACKNOWLEDGED else outcome, fill_of(outcome), BLACK]
        for outcome, (_, sign) in PATTERNS.items()
    ]}


def bars_panel(reports: Sequence[Recovery], place: str) -> ChartPanel:
    """One bar per report, one part per outcome."""
    rows = list(range(len(reports)))
    size = 18 if len(reports) < 9 else 14
    data = []
    for outcome, (pattern, _) in PATTERNS.items():
        values = [counts(report)[outcome] for report in reports]
        fill = fill_of(outcome)
        data.append({
            "type": "bar", "orientation": "h", "name": outcome, "y": rows, "x": values, "hoverinfo": "skip",
            "marker": {"color": fill, "line": {"color": INK, "width": 1},
                       "pattern": {"shape": pattern, "bgcolor": fill, "fgcolor": "#52606D", "size": 14,
                                   "solidity": 0.12}},
        })
    names = [literal(label) for label in labels(reports)]
    return chart_panel(
        place, 52 + (34 if len(reports) < 9 else 26) * len(reports), data, barmode="stack", showlegend=False,
        margin={"l": 20 + 10 * min(24, max(map(len, names))), "r": 20, "t": 4, "b": 48},
        annotations=[*_figures(reports, size)],
        xaxis={"title": {"text": "requests", "standoff": 4}, "fixedrange": True},
        yaxis={"range": [len(reports) - 0.5, -0.5], "fixedrange": True, "tickvals": rows, "ticktext": names},
    )


def _figures(reports: Sequence[Recovery], size: int) -> Iterator[dict[str, Any]]:
    """How many, in the middle of each part that is wide enough; a plain ground keeps the pattern away from it."""
    least = max(sum(counts(report).values()) for report in reports) / NARROWEST
    for row, report in enumerate(reports):
        left = 0
        for outcome, value in counts(report).items():
            if value and value >= least:
                yield {"x": left + value / 2, "y": row, "text": f"<b>{value}</b>", "showarrow": False,
                       "font": {"size": size, "color": BLACK}, "bgcolor": fill_of(outcome), "borderpad": 1}
            left += value


def outcome_cells(report: Recovery) -> list[str]:
    """The cells of a report under OUTCOME_HEAD, after its name."""
    numbers = (len(report.acknowledged), len(report.refused), len(report.open))
    judged = [str(len(bad)) if report.judged else "not judged" for bad in (report.lost, report.conflicts)]
    return [*map(str, numbers), *judged, report.took[1].removeprefix("after ")]


def figures_panel(reports: Sequence[Recovery], heading: str) -> TablePanel:
    """One row per report."""
    rows = [
        [label, *(word.removeprefix("after ") for word in report.took), str(len(report.acknowledged)), lost_of(report),
         str(len(report.conflicts)) if report.judged else "not judged", str(len(report.refused)),
         str(len(report.open)), str(report.messages), report.violated or "none"]
        for label, report in zip(labels(reports), reports, strict=True)
    ]
    head = [heading, "Noticed after", "Recovered after", "Acknowledged", "Of these lost", "In conflict", "Refused",
            "Open", "Messages", "Broken promise"]
    return table_panel("below", "The same, in figures (times in units)", head, rows)
