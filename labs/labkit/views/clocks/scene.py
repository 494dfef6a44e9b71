"""Two events of a run as plain data: the whole diagram, the chain between them as a band, stamps, a table.

Stamps that have no room in the picture are left out there; the table has them all.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from labkit.engine import Deliver, Request, Timeout
from labkit.observe import Arrow, Link
from labkit.views import stage
from labkit.views.clocks.words import FIRST, LAMPORT, SECOND, VECTOR, Account
from labkit.views.player import spacetime_panel

CHOSEN = "#E69F00"  # the colour of the band, too
SPAN = 140  # units of time that the diagram shows at least
TALL = 368  # pixels of the diagram
TOP, BOTTOM = 38, 48  # of them above the first line and below the last
WIDE, MARGIN, LETTER = 1030, 28, 9.2  # pixels of the lines on a page of 1280, to their right, of a letter
LOWER = 39  # pixels from a stamp above a line to one below it
_LOOKS: dict[type, tuple[str, str]] = {
    Request: ("triangle-up", "#009E73"), Deliver: ("circle", "#56B4E9"), Timeout: ("circle-open", "#000000"),
}
LEGEND = [
    ["━", "one line per agent, coloured by partition; grey and dotted: it is down", "#FFFFFF", "#0072B2"],
    ["▲", "event: a client asks the agent to note something, to send, or for something else", "#FFFFFF", "#00734F"],
    ["●", "event: a message reaches the agent; white: the agent restarts", "#5B6770", "#9AD3F5"],
    ["○", "event: a timer of the agent runs out", "#FFFFFF", stage.BLACK],
    ["★", "event at which the agent decides", "#F0E442", stage.BLACK],
    ["◆", f"the two chosen events, {FIRST} and {SECOND}", CHOSEN, stage.BLACK],
    ["▬", "orange band: the chain through which the one could have caused the other", "#5B6770", "#FFC20A"],
    ["→", "grey arrow: a message that arrived", "#FFFFFF", stage.LINE],
    ["■", "blue line: a message on its way; click it to drop it", "#FFFFFF", "#0072B2"],
    ["×", "dashed line: a message that is lost", "#FFFFFF", "#B34700"],
    ["✕", "the agent crashes", stage.DEAD.fill, stage.DEAD.ink],
    ["▒", "shaded: a link is cut at that time", "#FFFFFF", "#B34700"],
    ["┆", "dashed upright line: now", "#FFFFFF", stage.BLACK],
]


def diagram(run: Account, chosen: tuple[int | None, int | None], stamps: str, alt: str) -> stage.SpacetimePanel:
    """The whole run, each event to click, the chain between the chosen ones as a band, and the stamps."""
    first, second = chosen
    span = float(SPAN)
    while span < run.sim.now:
        span *= 1.25  # now and then a new scale, and not with each event
    panel = spacetime_panel(run.chart, run.sim.present, 0, int(span))
    rows = {name: row for row, name in enumerate(run.agents)}
    names = run.names
    marks = [drawn for mark, drawn in zip(run.chart.marked(len(run.sim), 0), panel["marks"], strict=True)
             if mark.step not in names]
    stamped, below = [], _with_arrows_above(run)
    for one in run.events:
        look = ("diamond", CHOSEN) if one.step in (first, second) else _look(run, one.step)
        marks.append([rows[one.agent], one.time, *look, f"{names[one.step]}: {one.text}", one.step])
        sign = FIRST if one.step == first else SECOND if one.step == second else ""
        text = f"{sign} {run.stamp(one.step, stamps)}".strip()
        stamped.append((rows[one.agent], one.time, text, one.step in below))
    stamped.sort(key=lambda stamp: not stamp[2].startswith((FIRST, SECOND)))  # these get their room first
    return panel | {
        "place": "whole", "title": "Time runs to the right; click two events. What the signs mean", "legend": LEGEND,
        "alt": alt, "row": (TALL - 80) // len(rows), "marks": marks, "way": way(run, first, second),
        "stamps": placed(stamped, len(rows), int(span)), "chooses": True,
    }


def _look(run: Account, step: int) -> tuple[str, str]:
    """Symbol and colour of an event."""
    if run.decided(step):
        return "star", "#F0E442"
    return _LOOKS.get(type(run.sim[step - 1].event), ("circle", "#FFFFFF"))


def way(run: Account, first: int | None, second: int | None) -> list[list[int]]:
    """The chain between the chosen events along lines and arrows: [row, time, row, time] from point to point."""
    if first is None or second is None:
        return []
    path = run.causes.path(first, second) or run.causes.path(second, first)
    points = [point for link in path for point in _points(link, run)]
    rows = {name: row for row, name in enumerate(run.agents)}
    return [[rows[a], begun, rows[b], ended] for (a, begun), (b, ended) in pairwise(points) if (a, begun) != (b, ended)]


def _points(link: Link, run: Account) -> Iterator[tuple[str, int]]:
    """The places and times through which a link of a chain leads."""
    times = run.chart.times
    yield link.source, times[link.begun]
    for arrow in _hops(link, run.chart.visible(len(run.sim), 0)):
        yield arrow.item.at, arrow.item.since
        yield arrow.to, arrow.arrived
    yield link.target, times[link.ended]


def _hops(link: Link, arrows: Sequence[Arrow]) -> list[Arrow]:
    """The arrows of its message, back from its arrival; none where they do not begin at its source."""
    found: list[Arrow] = []
    here, by = link.target, link.ended
    number = None if link.packet is None else link.packet.number
    mine = [arrow for arrow in arrows if arrow.packet.number == number and not arrow.lost]
    while here != link.source:
        arrow = next((arrow for arrow in reversed(mine) if arrow.to == here and arrow.ended <= by), None)
        if arrow is None:
            return []
        found.insert(0, arrow)
        here, by = arrow.item.at, arrow.begun
    return found


def _with_arrows_above(run: Account) -> set[int]:
    """The steps of events from which an arrow leads up, or to which one leads down, and none on the other side."""
    sides: dict[int, set[bool]] = {}
    for arrow in run.chart.visible(len(run.sim), 0):
        down = run.agents.index(arrow.to) > run.agents.index(arrow.item.at)
        sides.setdefault(arrow.begun, set()).add(not down)
        sides.setdefault(arrow.ended, set()).add(down)
    return {step for step, above in sides.items() if above == {True}}


def placed(stamps: Sequence[tuple[int, int, str, bool]], rows: int, span: int) -> list[list[Any]]:
    """The stamps that have room, above or below their marks; [row, time, text, below] each becomes [row, time, text].

    Where there is no room on the side that is free of arrows, a stamp is on the other one.
    """
    gap = (TALL - TOP - BOTTOM) / (rows - 1) if rows > 1 else TALL
    taken: dict[tuple[int, bool], list[tuple[float, float]]] = {}
    shown = []
    for row, time, text, below in stamps:
        half = LETTER * len(text) / 2 + 3
        middle = max(half, min(WIDE * time / span, WIDE + MARGIN - half))
        for low in (below, not below) if rows > 1 and gap > LOWER + 16 else (False,):
            there = taken.setdefault((row, low), [])
            if text and all(middle + half <= left or right <= middle - half for left, right in there):
                there.append((middle - half, middle + half))
                shown.append([round(row + low * LOWER / gap, 2), round(middle * span / WIDE, 1), text])
                break
    return sorted(shown, key=lambda stamp: stamp[1])


def left_out(picture: stage.SpacetimePanel, run: Account, stamps: str) -> str:
    """How many stamps have no room in the picture; nothing where all have."""
    missing = len(run.events) - len(picture["stamps"])
    if stamps not in (LAMPORT, VECTOR) or not missing:
        return ""
    return f"{missing} {'stamp has' if missing == 1 else 'stamps have'} no room in the picture: the table has them all."


def events_panel(run: Account, first: int | None) -> stage.TablePanel:
    """Every event with both of its clocks, and how it is related to the first chosen one."""
    rows = [
        [name, one.agent, str(one.time), run.stamp(one.step, LAMPORT), run.stamp(one.step, VECTOR),
         "–" if first is None else run.causes.relation(one.step, first)]
        for one, name in zip(run.events, run.names.values(), strict=True)
    ]
    head = ["Event", "Agent", "Time", "Lamport clock", "Vector clock", f"Compared with {FIRST}"]
    return stage.table_panel("below", f"Every event: {len(rows)}", head, rows, unfolded=False)
