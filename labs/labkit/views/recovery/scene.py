"""What a partition means for clients, as plain data: what each side can do, and how each request ended."""

from collections.abc import Sequence
from typing import Any

from labkit.observe import ACKNOWLEDGED, CONFLICT, LOST, OPEN, OUTCOMES, REFUSED, ClientRequest, Side
from labkit.values import brief
from labkit.views import stage

OUTCOME_LOOKS = {  # symbol and colour of each outcome in the history
    ACKNOWLEDGED: ("circle", "#009E73"),
    REFUSED: ("square-open", stage.BLACK),
    OPEN: ("circle-open", stage.BLACK),
    LOST: ("x", stage.DEAD.fill),
    CONFLICT: ("diamond", "#CC79A7"),
}
OUTCOME_SIGNS = {ACKNOWLEDGED: "●", REFUSED: "□", OPEN: "○", LOST: "✕", CONFLICT: "◆"}  # the same in a line of text


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
    axis = {**stage.BARE, "tickfont": {"size": 16 if len(agents) < 7 else 12}}
    high = max(100, 12 * len(agents))
    return stage.chart_panel(
        "right", high, data, margin={"l": 28, "r": 28, "t": 4, "b": 4}, showlegend=False,
        xaxis={**axis, "range": [start, end], "showticklabels": False},
        yaxis={**axis, "range": [len(agents) - 0.5, -0.5], "tickvals": list(row.values()),
               "ticktext": [stage.literal(name) for name in row]},
    )


def outcomes_panel(operations: Sequence[ClientRequest], judged: bool) -> stage.BadgesPanel:
    """How many requests ended how: the legend of the history, for its marks are these."""
    names = {ACKNOWLEDGED: "kept"} if judged else {}
    shown = [outcome for outcome in OUTCOMES if judged or outcome not in (LOST, CONFLICT)]
    return {"kind": "badges", "place": "right", "items": [
        ["", "Clients:", stage.WHITE, stage.BLACK],
        *([OUTCOME_SIGNS[outcome], f"{_number(operations, outcome)} {names.get(outcome, outcome)}",
           fill_of(outcome), stage.BLACK] for outcome in shown),
    ]}


def requests_panel(operations: Sequence[ClientRequest]) -> stage.TablePanel:
    """Every request, one row each, the newest first."""
    rows = [
        [one.agent, brief(one.request), str(one.asked), "–" if one.answered is None else str(one.answered), one.outcome]
        for one in reversed(operations)
    ]
    head = ["Client of", "Request", "Asked at", "Answered at", "Outcome"]
    return stage.table_panel("below", f"Every request: {len(operations)}", head, rows[:200], unfolded=False)


def fill_of(outcome: str) -> str:
    """The colour of an outcome where it fills something; what the agents did not take is white."""
    return stage.WHITE if outcome in (REFUSED, OPEN) else OUTCOME_LOOKS[outcome][1]


def _number(operations: Sequence[ClientRequest], outcome: str) -> int:
    return sum(one.outcome == outcome for one in operations)
