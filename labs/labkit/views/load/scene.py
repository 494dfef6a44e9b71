"""A service under load as plain data: what is offered, tried and answered over time, the queue, and what was tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.observe import Span
from labkit.views import stage
from labkit.views.load.outcome import Outcome, Spell, outcome, spells
from labkit.views.load.story import LIMIT, WIDTH, Fault, Run, Setting, counted, told

RECENT = 500  # units that the sentence looks back
AXES = (5_000, 10_000)  # up to where time is drawn
MOST_RATE, MOST_DIGITS = 140, 4  # of the axes, so that two settings can be compared
TALL = 460  # pixels of the chart
BAND = "#D9DEE3"


@dataclass(frozen=True)
class Line:
    """One line of the chart: what it tells of a span, in which half, and how it is drawn and explained."""

    name: str
    sign: str
    colour: str
    symbol: str
    dash: str
    width: int
    axis: str
    hint: str


OFFERED = Line("offered", "●", "#0072B2", "circle", "solid", 2, "y", "Calls that callers begin, in 100 units.")
ATTEMPTS = Line("attempts", "▲", "#D55E00", "triangle-up", "dot", 2, "y",
                "Messages with calls: first ones and retries.")
GOOD = Line("answered in time", "◆", "#009E73", "diamond", "solid", 5, "y",
            "Goodput: calls whose answer comes before the caller has given up, in 100 units.")
QUEUE = Line("queue", "■", "#1F2933", "square", "solid", 3, "y2",
             "The most calls that wait at the server.")
MEDIAN = Line("median time to answer", "○", "#8C4A7C", "circle-open", "dash", 2, "y2",
              "Half of the calls that are answered in time are answered within so many units.")
WORST = Line("worst", "▽", "#5B6770", "triangle-down-open", "dot", 2, "y2", "The longest time to an answer, in units.")
LINES = (ATTEMPTS, GOOD, OFFERED, QUEUE, MEDIAN, WORST)


@dataclass(frozen=True)
class Seen:
    """A run as it was at a time: its spans, its faults by then, how many calls waited, and how many had been served."""

    time: int
    spans: tuple[Span, ...]
    faults: tuple[Fault, ...]
    waiting: int
    served: int  # in the last 500 units
    outcome: Outcome


def seen_at(run: Run, time: int) -> Seen:
    """Look at a run as it was at that time."""
    served = run.served(max(0, time - RECENT), time)
    return Seen(time, run.spans(time), run.past(time), run.waiting(time), served, outcome(run, time))


def value(line: Line, span: Span) -> float | None:
    """What a line tells of a span; nothing where a scale of powers of ten has no place for it."""
    found = {
        OFFERED.name: span.rate(span.offered), ATTEMPTS.name: span.rate(span.attempts), GOOD.name: span.rate(span.good),
        QUEUE.name: span.queue or None, MEDIAN.name: span.median, WORST.name: span.worst,
    }[line.name]
    return None if found is None else round(found, 1)


def sentence(seen: Seen) -> str:
    """How the service does at that time, in words."""
    if not seen.spans:
        struck = f"{_state(seen, 0, 0)} " if seen.faults else ""
        return f"Time 0. {struck}Nobody has called yet: press Run 1,000."
    recent = seen.spans[-RECENT // WIDTH :]
    units = WIDTH * len(recent)
    offered, good = sum(span.offered for span in recent), sum(span.good for span in recent)
    return (f"Time {seen.time:,}. Offered {100 * offered / units:.1f} calls in 100 units, answered in time "
            f"{100 * good / units:.1f} (mean of the last {units}). {_state(seen, offered, good)} "
            f"{f'The queue is {seen.waiting:,} long' if seen.waiting else 'Nothing waits'}.")


def _state(seen: Seen, offered: int, good: int) -> str:
    pause = next((one for one in spells(seen.faults) if one.begin <= seen.time < one.end), None)
    if pause:
        return f"The server pauses until {pause.end:,}."
    if seen.faults and seen.faults[-1].time == seen.time:
        return "The server has just been restarted."
    if 10 * good >= 9 * offered or not (seen.faults or seen.waiting):
        again = seen.outcome.again
        since = "" if again is None else f", since {again:,} units after the {seen.faults[-1].kind}"
        return f"The service is itself again{since}." if seen.faults else "The server keeps up."
    if seen.served and not good:
        return "The server is busy with calls whose callers have given up."
    if seen.served > 2 * good:
        return "The server is busy, mostly with calls whose callers have given up."
    return "The service is not itself again yet." if seen.faults else "The server does not keep up."


def legend_panel() -> stage.BadgesPanel:
    """What the lines mean; a row of text, so that it never lies over them."""
    items = [[line.sign, line.name, line.colour, stage.WHITE, line.hint] for line in LINES]
    items.insert(3, ["╌", f"limit {LIMIT:.0f}", stage.BLACK, stage.WHITE,
                     f"The server has time for {LIMIT:.0f} calls in 100 units."])
    return {"kind": "badges", "place": "top", "items": items}


def chart_panel(seen: Seen, end: int) -> stage.ChartPanel:
    """Rates above, queue and time to answer below, over the same time; end: of the run, which may be later."""
    whole = next((most for most in AXES if end <= most), AXES[-1])
    middles = [(span.begin + span.end) / 2 for span in seen.spans]
    traces = [_trace(line, middles, [value(line, span) for span in seen.spans]) for line in LINES]
    most = _room_for(seen.spans)
    shapes, words = _marks(spells(seen.faults), whole)
    limit = {"type": "line", "xref": "x", "yref": "y", "x0": 0, "x1": whole, "y0": LIMIT, "y1": LIMIT,
             "line": {"color": stage.BLACK, "width": 2, "dash": "dash"}}
    time = {**stage.BARE, "range": [0, whole], "showline": True, "linecolor": stage.LINE, "ticks": "outside",
            "tickformat": ",d", "dtick": whole // 5, "anchor": "y2", "title": _title("time", 4)}
    rates = {**stage.FROM_ZERO, "fixedrange": True, "range": [0, most], "domain": [0.5, 1],
             "dtick": 25 * most // MOST_RATE,
             "title": _title("calls in 100 units")}
    waits = {"gridcolor": "#E3E7EA", "fixedrange": True, "type": "log", "range": [0, MOST_DIGITS], "domain": [0, 0.44],
             "tickvals": [10**digits for digits in range(MOST_DIGITS + 1)], "tickformat": ",d",
             "title": _title("queue; time")}
    return stage.chart_panel(
        "main", TALL, traces, showlegend=False, hovermode="closest", hoverlabel={"font": {"size": 16}},
        xaxis=time, yaxis=rates, yaxis2=waits, shapes=[*shapes, limit], annotations=words,
        margin={"l": 76, "r": 30, "t": 44, "b": 48},
    )


def _room_for(spans: Sequence[Span]) -> int:
    """Up to where rates are drawn: the same for all settings of the menus, more for agents that retry without end."""
    most, highest = MOST_RATE, max((span.rate(span.attempts) for span in spans), default=0)
    while most < highest:
        most *= 2
    return most


def _title(text: str, standoff: int = 8) -> dict[str, Any]:
    return {"text": text, "standoff": standoff, "font": {"size": 16}}


def _trace(line: Line, times: list[float], values: Sequence[float | None]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines+markers", "name": line.name, "x": times, "y": [*values], "yaxis": line.axis,
        "line": {"color": line.colour, "width": line.width, "dash": line.dash},
        "marker": {"symbol": line.symbol, "size": 8, "maxdisplayed": 25},
        "hovertemplate": f"time %{{x:,d}}: {line.name} %{{y:,}}<extra></extra>",
    }


def _marks(all_spells: Sequence[Spell], whole: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A band where the server pauses, a line where it restarts, and the word above, in two rows where it is crowded."""
    shapes, words, free = [], [], [0.0, 0.0]
    for begin, end, kind in all_spells:
        place = {"xref": "x", "yref": "paper", "x0": begin, "x1": end, "y0": 0, "y1": 1, "layer": "below"}
        shapes.append({**place, "type": "rect", "fillcolor": BAND, "line": {"width": 0}} if end > begin else
                      {**place, "type": "line", "line": {"color": "#8C4A7C", "width": 3, "dash": "dot"}})
        middle = (begin + end) / 2
        half = whole * (0.055 if end > begin else 0.065)
        row = next((row for row in (0, 1) if free[row] <= middle - half), None)
        if row is not None:
            free[row] = middle + half
            words.append({"xref": "x", "yref": "paper", "x": middle, "y": 1, "yanchor": "bottom", "text": kind,
                          "yshift": 20 * row, "showarrow": False, "font": {"size": 16, "color": stage.INK}})
    return shapes, words


def tried_panel(
    now: tuple[Setting, tuple[Fault, ...]], until: int, came: Outcome,
    rows: Mapping[tuple[Setting, tuple[Fault, ...]], tuple[int, Outcome]],
) -> stage.TablePanel:
    """One row per setting and faults, the present one first, then the newest."""
    before = [key for key in reversed([*rows]) if key != now]
    all_rows = [_row(f"▶ {now[0]}", now[1], came)]
    all_rows += [_row(f"{key[0]}{_other(key[1], now[1])}", key[1], rows[key][1]) for key in before]
    ends = [until, *(rows[key][0] for key in before)]
    head = ["Setting", "Before", "In the pause", "After", "Longest queue", "Itself again after"]
    title = "What was tried: calls answered in time in 100 units"
    return stage.table_panel("beside", title, head, all_rows, hints=[
        f"{setting}: {told(faults)}; run to {end:,}; “after” is the mean of the last 1,000 units"
        for (setting, faults), end in zip((now, *before), ends, strict=True)
    ])


def _other(faults: tuple[Fault, ...], now: tuple[Fault, ...]) -> str:
    """What was done to the server in a row, where it is not what was done in the run that is shown."""
    if faults == now:
        return ""
    return f" ({told(faults) if len(faults) < 3 else counted(faults)})"


def _row(name: str, faults: tuple[Fault, ...], came: Outcome) -> list[str]:
    rates = ["–" if one is None else f"{one:.1f}" for one in (came.before, came.during, came.after)]
    again = f"{came.again:,}" if came.again is not None else "not yet"
    return [name, *rates, f"{came.queue:,}", again if faults and came.over else "–"]
