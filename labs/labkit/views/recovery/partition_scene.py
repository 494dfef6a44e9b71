"""What a partition does, as plain data: one badge per side, the history of each client, a table of every request."""

from collections.abc import Sequence
from typing import Any

from labkit.observe import ACKNOWLEDGED, CONFLICT, LOST, OPEN, OUTCOMES, REFUSED, ClientRequest, Side
from labkit.values import brief, by_name
from labkit.views import stage

OUTCOME_LOOKS = {  # symbol and colour of each outcome in the history
    ACKNOWLEDGED: ("circle", "#009E73"),
    REFUSED: ("square-open", stage.BLACK),
    OPEN: ("circle-open", stage.BLACK),
    LOST: ("x", stage.DEAD.fill),
    CONFLICT: ("diamond", "#CC79A7"),
}


def sides_panel(sides: Sequence[Side]) -> stage.BadgesPanel:
    """One badge per side: can it decide, who leads there, and what does it lack?"""
    items = []
    for i, side in enumerate(sides):
        look = stage.partition_look(i)
        sign = {True: "✔", False: "⊘", None: ""}[side.can_decide]
        items.append([f"{stage.partition_letter(i)} {sign}".strip(), str(side), look.fill, look.ink])
    return {"kind": "badges", "place": "left", "items": items}


def history_panel(
    operations: Sequence[ClientRequest], agents: Sequence[str], start: int, end: int, now: int
) -> stage.ChartPanel:
    """One line per client; a bar from the question to the answer, and a mark for what has become of it."""
    row = {name: i for i, name in enumerate(agents)}
    seen = [one for one in operations if (one.answered if one.answered is not None else now) >= start]
    bars: dict[str, list[Any]] = {"x": [], "y": []}
    marks: dict[str, tuple[list[Any], list[Any]]] = {outcome: ([None], [None]) for outcome in OUTCOMES}
    for one in seen:
        until = now if one.answered is None else one.answered
        bars["x"] += [one.asked, until, None]
        bars["y"] += [row[one.agent], row[one.agent], None]
        xs, ys = marks[one.outcome]
        xs.append(until)
        ys.append(row[one.agent])
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "line": {"color": stage.LINE, "width": 3}, "showlegend": False,
         "hoverinfo": "skip", **bars}
    ]
    for outcome, (xs, ys) in marks.items():
        symbol, colour = OUTCOME_LOOKS[outcome]
        data.append({
            "type": "scatter", "mode": "markers", "name": outcome, "x": xs, "y": ys, "hoverinfo": "skip",
            "marker": {"symbol": symbol, "color": colour, "size": 13, "line": {"width": 2, "color": colour}},
        })
    axis = {**stage.BARE, "tickfont": {"size": 16}}
    return stage.chart_panel(
        "right", 104 + 20 * min(len(agents), 12), data, margin={"l": 28, "r": 28, "t": 30, "b": 26},
        title={"text": "What the clients asked for", "font": {"size": 16}, "x": 0.5, "y": 0.99, "yanchor": "top"},
        xaxis={**axis, "range": [start, end], "nticks": 6},
        yaxis={**axis, "range": [len(agents) - 0.5, -0.5], "tickvals": list(row.values()), "ticktext": list(row)},
        legend={"orientation": "h", "x": 0, "y": -0.22, "font": {"size": 16}},
    )


def requests_panel(operations: Sequence[ClientRequest]) -> stage.TablePanel:
    """Every request, one row each, the newest first."""
    rows = [
        [one.agent, brief(one.request), str(one.asked), "–" if one.answered is None else str(one.answered), one.outcome]
        for one in reversed(operations)
    ]
    head = ["Client of", "Request", "Asked at", "Answered at", "Outcome"]
    return stage.table_panel("below", f"Every request: {tally(operations)}", head, rows[:200], unfolded=False)


def tally(operations: Sequence[ClientRequest]) -> str:
    """How many requests had which outcome, in words."""
    return ", ".join(f"{sum(one.outcome == outcome for one in operations)} {outcome}" for outcome in OUTCOMES)


def names_of(operations: Sequence[ClientRequest], outcome: str) -> list[str]:
    """The requests with this outcome, in words, by client."""
    return [brief(one.request) for one in sorted(operations, key=lambda one: by_name(one.agent))
            if one.outcome == outcome]
