"""Reports of recovery side by side: what each strategy gained and lost in one partition, as bars and as a table."""

from collections.abc import Iterable

from labkit.faults import Recovery
from labkit.observe import ACKNOWLEDGED, CONFLICT, LOST, OPEN, REFUSED
from labkit.values import expect
from labkit.views.recovery.partition_lab import OUTCOME_LOOKS
from labkit.views.stage import INK, ChartPanel, Guarded, Scene, Stage, TablePanel, chart_panel, table_panel, text_panel

PATTERNS = {ACKNOWLEDGED: "", CONFLICT: "x", LOST: "/", REFUSED: ".", OPEN: "-"}  # never colour alone


class Reports(Guarded):
    """Several reports in one picture: how each request ended, and how long all took."""

    def __init__(self, reports: Iterable[Recovery]) -> None:
        expect(reports, Iterable, "Reports shows reports, Reports([recover(Raft)])")
        self.reports = tuple(reports)
        for report in self.reports:
            expect(report, Recovery, "Reports shows reports, Reports([recover(Raft)])")
        if not self.reports:
            raise ValueError("there is no report to show: give at least one, as Reports([recover(Raft)])")
        self._stage = Stage(self._scene())
        super().__init__(self._stage)

    def _scene(self) -> Scene:
        return {"panels": {
            "summary": text_panel(sentence(self.reports)),
            "bars": bars_panel(self.reports),
            "table": figures_panel(self.reports),
        }}


def counts(report: Recovery) -> dict[str, int]:
    """How many requests ended how; each is counted once."""
    lost, conflicts = len(report.lost), len(report.conflicts)
    return {
        ACKNOWLEDGED: len(report.acknowledged) - lost - conflicts, CONFLICT: conflicts, LOST: lost,
        REFUSED: len(report.refused), OPEN: len(report.open),
    }


def sentence(reports: Iterable[Recovery]) -> str:
    """What each strategy lost, in one sentence each."""
    return " ".join(
        f"{report.strategy}: {len(report.acknowledged)} acknowledged, {_lost(report)} of them lost"
        f"{f'; ✘ broken: {report.violated}' if report.violated else ''}."
        for report in reports
    )


def _lost(report: Recovery) -> str:
    """How many were lost; agents that cannot tell what they hold leave no judgement."""
    return str(len(report.lost)) if report.judged else "not judged how many"


def bars_panel(reports: tuple[Recovery, ...]) -> ChartPanel:
    """One bar per strategy, one part per outcome."""
    names = [report.strategy for report in reports]
    data = []
    for outcome, pattern in PATTERNS.items():
        _, colour = OUTCOME_LOOKS[outcome]
        values = [counts(report)[outcome] for report in reports]
        fill = "#FFFFFF" if outcome in (OPEN, REFUSED) else colour
        data.append({
            "type": "bar", "orientation": "h", "name": outcome, "y": names, "x": values, "hoverinfo": "skip",
            "text": [f"<b>{value}</b>" if value else "" for value in values], "textposition": "inside", "textangle": 0,
            "insidetextanchor": "middle", "insidetextfont": {"size": 18, "color": "#000000"},
            "marker": {"color": fill, "line": {"color": INK, "width": 1},
                       "pattern": {"shape": pattern, "bgcolor": fill, "fgcolor": "#52606D", "size": 14,
                                   "solidity": 0.12}},
        })
    return chart_panel(
        "top", 110 + 42 * len(reports), data, barmode="stack", margin={"l": 90, "r": 20, "t": 8, "b": 44},
        xaxis={"title": {"text": "requests"}, "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    )


def figures_panel(reports: tuple[Recovery, ...]) -> TablePanel:
    """One row per strategy."""
    def after(time: int | None) -> str:
        return "never" if time is None else str(time)

    rows = [
        [report.strategy, after(report.noticed), after(report.recovered), str(len(report.acknowledged)),
         _lost(report), str(len(report.conflicts)) if report.judged else "not judged", str(len(report.refused)),
         str(len(report.open)),
         str(report.messages), report.violated or "none"]
        for report in reports
    ]
    head = ["Strategy", "Noticed after", "Recovered after", "Acknowledged", "Of these lost", "In conflict", "Refused",
            "Open", "Messages", "Broken promise"]
    return table_panel("below", "The same, in figures (times in units)", head, rows)
