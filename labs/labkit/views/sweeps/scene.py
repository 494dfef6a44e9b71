"""A sweep as plain data: each run a dot above its value, the median with the middle half of the runs, and a table.

Of results that are True or False it is the share of True, as bars. Left out: dots after the first two hundred runs of a
value; the median is that of all.
"""

from typing import Any

from labkit.deploy import Summary, Swept
from labkit.values import listed
from labkit.views import stage

MANY = 6  # values whose names have no room beside each other
DOTS = 200  # runs of a value that are drawn one by one
HEIGHT = 400
APART = 0.618  # of a column: how far dots that follow each other are drawn from each other
RUN = stage.Look("#56B4E9", stage.BLACK, "circle")
MEDIAN = stage.Look("#D55E00", stage.BLACK, "diamond")


def sentence(swept: Swept, what: str) -> str:
    """What has been measured, and for which values it is lowest and highest; what: the values are."""
    said = f"{swept.name}, {len(swept.runs):,} of {swept.wanted:,} runs."
    known = [one for one in swept.summaries if one.middle is not None]
    if not known:
        return f"{said} No run has had a result yet." if swept.runs else said
    if without := sum(one.without for one in swept.summaries):
        where = [f"{'' if one.results else 'all '}{one.without:,} with {one.label}" for one in swept.summaries
                 if one.without]
        said += f" {without:,} had no result: {listed(where, most=3)}."
    if broken := sum(one.broken for one in swept.summaries):
        said += f" {broken:,} broke."
    low, high = min(known, key=_middle), max(known, key=_middle)
    if low.typical == high.typical:
        return f"{said} {'Yes in' if swept.yes_or_no else 'The median is'} {low.typical} everywhere."
    if swept.yes_or_no:
        return f"{said} Yes in {low.typical} of the runs with {what} {low.label}, in {high.typical} with {high.label}."
    return (f"{said} The median is lowest with {what} {low.label}, {low.typical}, and highest with {high.label}, "
            f"{high.typical}.")


def legend_panel(swept: Swept) -> stage.BadgesPanel:
    """What the marks mean; a line of text, so that it never lies over them."""
    share = [["■", "share of the runs with a yes", MEDIAN.fill, MEDIAN.ink]]
    marks = [["●", "one run", RUN.fill, RUN.ink],
             ["◆", "median, with the range of the middle half", MEDIAN.fill, MEDIAN.ink]]
    return {"kind": "badges", "place": "main", "items": share if swept.yes_or_no else marks}


def plot_panel(swept: Swept, what: str) -> stage.ChartPanel:
    """One column per value, in the order in which the values were given."""
    columns, many = list(range(len(swept.values))), len(swept.values) > MANY
    data = [_bars(swept)] if swept.yes_or_no else [_dots(swept), _medians(swept)]
    rising = {"range": [0, 1.05], "tickformat": ".0%"} if swept.yes_or_no else {"separatethousands": True}
    return stage.chart_panel(
        "main", HEIGHT, data, showlegend=False, hovermode="closest", hoverlabel={"font": {"size": 16}},
        xaxis={**stage.BARE, "title": {"text": stage.literal(what)}, "range": [-0.5, len(columns) - 0.5],
               "tickvals": columns, "ticktext": [_tick(one, alone=many) for one in swept.summaries],
               "tickangle": "auto" if many else 0},
        yaxis={**stage.FROM_ZERO, "fixedrange": True, "title": {"text": stage.literal(swept.name)}, **rising},
        margin={"l": 80, "r": 16, "t": 16, "b": 80},
    )


def results_panel(swept: Swept, what: str) -> stage.TablePanel:
    """The same in figures."""
    head, rows = swept.table(what.capitalize())
    return stage.table_panel("side", "The same, in figures", head, rows)


def _middle(one: Summary) -> float:
    return one.middle or 0.0


def _tick(one: Summary, *, alone: bool) -> str:
    """What is written below a column: its value, and how many runs had no result, unless the value has to be alone."""
    nothing = "" if alone or not one.nothing else f"<br>{one.nothing.replace(' result', '')}"
    return stage.literal(one.label) + nothing


def _dots(swept: Swept) -> dict[str, Any]:
    x, y, text = list[float](), list[float](), list[str]()
    for column, value in enumerate(swept.values):
        shown = [run for run in swept.runs if run.value is value and run.result is not None][:DOTS]
        x += [round(column + 0.6 * ((number * APART) % 1 - 0.5), 3) for number in range(len(shown))]
        y += [float(run.result or 0) for run in shown]
        text += [f"seed {run.seed}" for run in shown]
    return {
        "type": "scatter", "mode": "markers", "name": "one run", "x": x, "y": y, "text": text,
        "hovertemplate": "%{text}: %{y:,}<extra></extra>",
        "marker": {"symbol": RUN.symbol, "size": 8, "color": RUN.fill, "line": {"color": stage.LINE, "width": 1}},
    }


def _medians(swept: Swept) -> dict[str, Any]:
    known = [(column, one.quartiles) for column, one in enumerate(swept.summaries) if one.quartiles]
    return {
        "type": "scatter", "mode": "lines+markers", "name": "median", "hovertemplate": "median %{y:,}<extra></extra>",
        "x": [column for column, _ in known], "y": [middle for _, (_, middle, _) in known],
        "error_y": {"type": "data", "symmetric": False, "thickness": 4, "width": 10, "color": MEDIAN.fill,
                    "array": [high - middle for _, (_, middle, high) in known],
                    "arrayminus": [middle - low for _, (low, middle, _) in known]},
        "line": {"color": MEDIAN.fill, "width": 1, "dash": "dot"},
        "marker": {"symbol": MEDIAN.symbol, "size": 16, "color": MEDIAN.fill,
                   "line": {"color": stage.BLACK, "width": 2}},
    }


def _bars(swept: Swept) -> dict[str, Any]:
    known = [(column, one) for column, one in enumerate(swept.summaries) if one.share is not None]
    return {
        "type": "bar", "name": "share", "x": [column for column, _ in known], "y": [one.share for _, one in known],
        "text": [one.typical for _, one in known], "textposition": "auto", "hoverinfo": "skip", "width": 0.6,
        "textfont": {"size": 18, "color": stage.BLACK},
        "marker": {"color": MEDIAN.fill, "line": {"color": stage.BLACK, "width": 1}},
    }
