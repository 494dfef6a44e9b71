"""A watched run as plain data: its metrics, the way of one request as bars, throughput, utilisation, a log."""

from collections.abc import Sequence
from typing import Any

from labkit.observe import (
    COMPLETION,
    ERRORS,
    OVERHEAD,
    THROUGHPUT,
    UTILISATION,
    MonitoringSystem,
    Sample,
    Summary,
    Trace,
    TraceSpan,
)
from labkit.views import stage

MESSAGE, WAIT = "#0072B2", "#E69F00"
MEANS = {  # what each metric is
    COMPLETION: "From the question of a client to its answer, in units of time.",
    UTILISATION: "The share of its time in which an agent is busy; the mean over agents and readings of 100 units.",
    OVERHEAD: "Messages sent, of all kinds, for each task that is finished.",
    ERRORS: "The share of answers that are a no.",
    THROUGHPUT: "Tasks finished in 100 units of time.",
}
MOST_SPANS = 16
RECENT = 12  # readings of throughput that are shown
LOGGED = 200
LATELY = 500  # units
NOT_JUDGED = "Not judged here: these agents have time for everything, and none tells of work in its hands."


def sentence(monitoring: MonitoringSystem, now: int) -> str:
    """How many requests there were by now, and what became of them."""
    traces = monitoring.traces
    yes, no = (sum(trace.ok is ok for trace in traces) for ok in (True, False))
    if not traces:
        return f"Time {now:,}. No client has asked for anything yet."
    return (f"Time {now:,}. {len(traces)} request{'s' * (len(traces) > 1)}: {yes} answered, {no} refused, "
            f"{len(traces) - yes - no} open.")


def metrics_panel(monitoring: MonitoringSystem, now: int) -> stage.TablePanel:
    """The five metrics that matter for agents, one row each: the mean of all values, of late, and the extremes."""
    found = monitoring.get_metrics_summary()
    rows = []
    for name in MEANS:
        recent = [one.value for one in monitoring.samples(name) if one.time > now - LATELY]
        rows.append(_row(name, found.get(name), _mean(recent) if recent else None))
    head = ["Metric", "Mean", f"Last {LATELY}", "Least", "Most"]
    return stage.table_panel("right", "Metrics", head, rows, hints=[*MEANS.values()])


def _row(name: str, summary: Summary | None, recent: float | None) -> list[str]:
    if summary is None:
        return [name, "–", "–", "–", "–"]
    figures = (summary.mean, recent, summary.least, summary.most)
    return [name, *("–" if value is None else _figure(name, value) for value in figures)]


def _figure(name: str, value: float) -> str:
    if name in (UTILISATION, ERRORS):
        return f"{100 * value:.0f} %"
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"


def trace_panel(trace: Trace | None) -> stage.ChartPanel:
    """The way of one request, from top to bottom: one bar per message or wait; of a long one its end."""
    spans = trace.spans[-MOST_SPANS:] if trace else ()
    data = [_bars(spans, messages=True), _bars(spans, messages=False)]
    names = [stage.literal(label(span)) for span in spans]
    return stage.chart_panel(
        "left", 400, data, barmode="overlay", showlegend=False, margin={"l": 190, "r": 40, "t": 4, "b": 44},
        xaxis={"title": {"text": "time", "standoff": 4}, "fixedrange": True, "tickformat": ",d",
               "gridcolor": "#E3E7EA"},
        yaxis={"range": [max(10, len(spans)) - 0.5, -0.5], "fixedrange": True, "tickvals": [*range(len(spans))],
               "ticktext": names, "tickfont": {"size": 15}},
    )


def label(span: TraceSpan) -> str:
    """What a part of a trace is called beside its bar."""
    return f"{span.agent} → {span.to}: {span.name}" if span.to else f"{span.agent}: {span.name}"


def _bars(spans: Sequence[TraceSpan], *, messages: bool) -> dict[str, Any]:
    rows = [row for row, span in enumerate(spans) if bool(span.to) == messages]
    fill = MESSAGE if messages else WAIT
    return {
        "type": "bar", "orientation": "h", "name": "message" if messages else "timer or wait", "y": rows,
        "base": [spans[row].begin for row in rows], "x": [spans[row].duration for row in rows], "hoverinfo": "skip",
        "width": 0.7, "text": [str(spans[row].duration) for row in rows], "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": 15}, "marker": {
            "color": fill, "line": {"color": stage.INK, "width": 1},
            "pattern": {"shape": "" if messages else "/", "size": 12, "solidity": 0.15, "bgcolor": fill,
                        "fgcolor": stage.BLACK}},
    }


def legend_panel(trace: Trace | None) -> stage.BadgesPanel:
    """What the bars of a trace mean, and which request it is."""
    told = "No request yet" if trace is None else f"{trace.operation}: {trace.outcome}"
    more = len(trace.spans) - MOST_SPANS if trace else 0
    items = [["", told, stage.WHITE, stage.BLACK], ["→", "message", MESSAGE, stage.WHITE],
             ["/", "timer or wait", WAIT, stage.BLACK]]
    if more > 0:
        items.append(["", f"{more} earlier ones in the list below", stage.WHITE, stage.BLACK])
    return {"kind": "badges", "place": "left", "items": items}


def throughput_panel(samples: Sequence[Sample]) -> stage.ChartPanel:
    """Tasks finished, one bar per reading, the newest to the right."""
    shown = samples[-RECENT:]
    data = [{"type": "bar", "x": [one.time for one in shown], "y": [one.value for one in shown],
             "hoverinfo": "skip", "marker": {"color": "#009E73", "line": {"color": stage.INK, "width": 1}}}]
    most = max([4.0, *(one.value for one in shown)])
    return stage.chart_panel(
        "right", 160, data, showlegend=False, margin={"l": 60, "r": 16, "t": 8, "b": 46},
        xaxis={**stage.BARE, "tickformat": ",d", "nticks": 5, "title": {"text": "time", "standoff": 4}},
        yaxis={**stage.FROM_ZERO, "fixedrange": True, "range": [0, most], "nticks": 4, "title": {"text": "tasks"}},
    )


def utilisation_panel(samples: Sequence[Sample]) -> stage.Panel:
    """How busy each agent was, over all readings."""
    agents = [*dict.fromkeys(one.agent for one in samples)]
    if not agents:
        return stage.text_panel(f"Utilisation. {NOT_JUDGED}", "right")
    shares = [_mean([one.value for one in samples if one.agent == agent]) for agent in agents]
    data = [{"type": "bar", "x": agents, "y": [round(100 * share, 1) for share in shares], "hoverinfo": "skip",
             "text": [f"{100 * share:.0f} %" for share in shares], "textposition": "outside", "cliponaxis": False,
             "marker": {"color": "#56B4E9", "line": {"color": stage.INK, "width": 1}}}]
    return stage.chart_panel(
        "right", 180, data, showlegend=False, margin={"l": 60, "r": 16, "t": 24, "b": 30},
        xaxis={**stage.BARE, "type": "category"},
        yaxis={**stage.FROM_ZERO, "fixedrange": True, "range": [0, 100], "nticks": 4, "title": {"text": "% busy"}},
    )


def spans_panel(trace: Trace | None) -> stage.TablePanel:
    """Every part of the trace, one row each."""
    spans = trace.spans if trace else ()
    rows = [[span.agent, span.to or "–", span.name, str(span.begin), str(span.end), str(span.duration)]
            for span in spans]
    head = ["Agent", "To", "What", "From", "Until", "Units"]
    return stage.table_panel("below", f"Its parts: {len(rows)}", head, rows, unfolded=False)


def log_panel(monitoring: MonitoringSystem) -> stage.TablePanel:
    """What was logged, the newest first."""
    rows = [[f"{event.time:,}", event.kind, event.text] for event in reversed(monitoring.events)]
    head, title = ["Time", "Kind", "Event"], f"Event log: {len(rows)}"
    return stage.table_panel("below", title, head, rows[:LOGGED], unfolded=False)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
