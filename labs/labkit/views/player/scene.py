"""A moment of a run as plain data: network with messages, space–time diagram, lights, tables."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import Any

from labkit.agents import Agent, Invariant, suspects_of, term_led
from labkit.engine import Deliver, Event, Request, Snapshot, Timeout, said
from labkit.network import Crash, Groups, Network, Restart
from labkit.observe import Arrow, Era, Mark, SpaceTime, Verdict
from labkit.protocols import described
from labkit.values import brief, by_name, cell, heading, kind, listed
from labkit.views import stage

_EMPTY: tuple[object, ...] = (None, "", 0, (), frozenset(), {})  # nothing to tell
ACTED = "▸"  # before the note of the agent that acted last
SUSPECTED = stage.DEAD.fill  # the outline of agents believed to be down
MOST_ARROWS = 150
LOST_AFTER = 0.7  # of the way, as it is drawn
SPANS = (50, 100, 300, 1000)  # units of time that the diagram can show
_MARKS = {
    "decides": ("star", "#F0E442"),
    "timeout": ("circle-open", "#000000"),
    "request": ("triangle-up", "#009E73"),
    "crash": ("x", stage.DEAD.fill),
    "restart": ("circle", "#FFFFFF"),
    "pause": ("bowtie", "#56B4E9"),
}
LEGEND = [  # [sign, words, fill, ink]: of both pictures
    ["━", "one line per agent, coloured by partition; grey and dotted: it is down", "#FFFFFF", "#0072B2"],
    ["→", "grey arrow: a message that arrived", "#FFFFFF", stage.LINE],
    ["■", "blue line: a message on its way; click it to drop it", "#FFFFFF", "#0072B2"],
    ["×", "dashed line: a message that is lost", "#FFFFFF", "#B34700"],
    ["★", "an agent decides; in the network: believes that it leads", "#F0E442", stage.BLACK],
    ["○", "a timer of the agent runs out", "#FFFFFF", stage.BLACK],
    ["▲", "a client asks the agent", "#FFFFFF", "#00734F"],
    ["✕", "the agent crashes", stage.DEAD.fill, stage.DEAD.ink],
    ["●", "white: the agent restarts", "#5B6770", "#FFFFFF"],
    ["⋈", "the agent begins a pause: until its end it does nothing", "#FFFFFF", "#0072B2"],
    ["▒", "shaded: a link is cut at that time", "#FFFFFF", "#B34700"],
    ["┆", "dashed upright line: now", "#FFFFFF", stage.BLACK],
    [ACTED, "in the network: this agent acted last", "#FFFFFF", stage.BLACK],
    ["◯", "orange outline in the network: somebody suspects this agent to be down", "#FFFFFF", "#B34700"],
    ["●", "dot or word on a link: a message; click it to drop it", "#FFFFFF", "#0072B2"],
]


def run_network_panel(chart: SpaceTime, moment: Snapshot, event: Event | None, alt: str) -> stage.NetworkPanel:
    """The network at that moment: truth as fill, belief as outline, the role beside it, messages on the links."""
    system = moment.system
    panel = stage.network_panel(system.network, chart.era(moment.step).groups)
    place = {name: i for i, name in enumerate(panel["name"])}
    suspected = {who for agent in system.agents.values() if agent.id not in system.down for who in suspects_of(agent)}
    actor = actor_of(event)
    panel["edge"] = [SUSPECTED if name in suspected else stage.LINE for name in panel["name"]]
    notes = {name: _note(agent, moment, acted=name == actor) for name, agent in system.agents.items()}
    panel["note"] = ["down" if name in system.down else notes[name] for name in panel["name"]]
    panel["packets"] = [
        [arrow.packet.number, place[arrow.item.at], place[arrow.to], share(arrow, moment.time),
         kind(arrow.packet.message), f"{arrow.packet.source} → {arrow.packet.target}: {arrow.words}"]
        for arrow in chart.flying(moment.step)
    ]
    return panel | {"place": "left", "title": "The network now", "alt": alt, "low": 260, "margin": 110}


def _note(agent: Agent, moment: Snapshot, acted: bool) -> str:
    """Whether an agent acted last, what it is, whom it believes to be down, and whether it is busy."""
    suspects = sorted(suspects_of(agent), key=by_name)
    more = f" +{len(suspects) - 3}" if len(suspects) > 3 else ""
    belief = f"suspects {', '.join(suspects[:3])}{more}" if suspects else ""
    leads = "" if term_led(agent) is None else "★"
    pauses = f"pauses until {until}" if (until := moment.load.paused.get(agent.id, 0)) > moment.time else ""
    queue = f"{moment.waiting[agent.id]} waiting" if agent.id in moment.waiting else ""
    told = ", ".join(filter(None, [agent.note, belief, pauses, queue]))
    return " ".join(filter(None, [ACTED if acted else "", leads, told]))


def share(arrow: Arrow, now: int) -> float:
    """How much of its link a message has behind it."""
    item = arrow.item
    return round(min(0.96, max(0.04, (now - item.since) / max(1, item.due - item.since))), 2)


def actor_of(event: Event | None) -> str | None:
    """The agent at which an event happens."""
    match event:
        case Deliver(_, _, target, _):
            return target
        case Timeout(agent, _) | Request(agent, _) | Crash(agent) | Restart(agent):
            return agent
    return None


def span_for(chart: SpaceTime, least: float = 100) -> int:
    """The least of the spans on offer, from 100 on, in which the longest flight so far can be seen whole."""
    return next((span for span in SPANS if span >= max(100, least, 1.2 * chart.longest)), SPANS[-1])


def window(now: int, span: int) -> tuple[int, int]:
    """The first and the last time that a diagram of that span shows."""
    start = max(0, now - int(0.8 * span))
    return start, start + span


def spacetime_panel(chart: SpaceTime, moment: Snapshot, start: int, end: int) -> stage.SpacetimePanel:
    """The diagram around now; messages on their way are drawn as far as they are."""
    now, step = min(moment.time, end), moment.step
    rows = {name: i for i, name in enumerate(sorted(moment.system.agents, key=by_name))}
    eras = chart.eras_until(step, start)
    every = chart.visible(step, start)
    arrows = every[-MOST_ARROWS:]
    some = len(every) > len(arrows)
    many = f"the last {len(arrows)} of {len(every):,} messages" if some else f"{len(arrows)} messages"
    flying = len([arrow for arrow in arrows if arrow.ended > step])
    return {
        "kind": "spacetime", "place": "right", "agents": list(rows), "from": start, "to": end, "now": now,
        "title": f"{many.capitalize() if some else 'Time runs to the right'}. What the signs mean",
        "alt": f"Space–time diagram from time {start} to {now}: {many}, {flying} of them on their way.",
        "life": [line for era, over in _spans(eras, now) for line in _lives(era, max(start, era.time), over, rows)],
        "cuts": [[max(start, era.time), over] for era, over in _spans(eras, now) if era.network.cut],
        "arrows": [_arrow(arrow, step, now, rows) for arrow in arrows],
        "marks": [_mark(mark, rows) for mark in chart.marked(step, start)], "legend": LEGEND,
    }


def _spans(eras: list[Era], now: int) -> list[tuple[Era, int]]:
    return [(era, following.time) for era, following in pairwise(eras)] + [(eras[-1], now)]


def _lives(era: Era, start: int, end: int, rows: Mapping[str, int]) -> list[list[Any]]:
    colour = dict.fromkeys(rows, "#9AA3AB")
    for i, group in enumerate(era.groups):
        colour |= dict.fromkeys(group, stage.partition_look(i).fill)
    return [[rows[name], start, end, colour[name]] for name in rows] if end > start else []


def _arrow(arrow: Arrow, step: int, now: int, rows: Mapping[str, int]) -> list[Any]:
    """[number, from, sent, to, until, style, share, words]; `share` is how much of it to draw."""
    item = arrow.item
    begin = [arrow.packet.number, rows[item.at], item.since, rows[arrow.to]]
    way, words = f"{item.at} → {arrow.to}", arrow.words
    if arrow.ended > step:
        told = f"{way}, sent at {item.since} (click: drop this message): {words}"
        return [*begin, max(item.due, item.since + 1), "flight", share(arrow, now), told]
    if arrow.lost:
        told = f"{way}, sent at {item.since}, lost ({arrow.lost}): {words}"
        on_its_way = max(arrow.arrived - item.since, 2) / LOST_AFTER  # so that the cross is drawn when it was lost
        return [*begin, round(item.since + on_its_way, 2), "lost", LOST_AFTER, told]
    return [*begin, arrow.arrived, "arrived", 1, f"{way}, time {item.since} to {arrow.arrived}: {words}"]


def _mark(mark: Mark, rows: Mapping[str, int]) -> list[Any]:
    symbol, colour = _MARKS[mark.kind]
    return [rows[mark.agent], mark.time, symbol, colour, f"time {mark.time}: {mark.text}"]


def sentence(moment: Snapshot, last: int, since: int, event: Event | None, network: Network, groups: Groups) -> str:
    """Where we are in the run, what has just happened (at the time `since`), and the state of the network."""
    what = f"{said(event)}." if event is not None else "all agents have started."
    split = "" if len(groups) == 1 else f" The network is in {len(groups)} partitions."
    down = f" Down: {listed(sorted(network.crashed, key=by_name))}." if network.crashed else ""
    now = f", now {moment.time}" if moment.time > since else ""
    return f"Step {moment.step} of {last}, time {since}{now}: {what}{split}{down}"


def lights_panel(lights: Iterable[Verdict], unseen: str = "not yet") -> stage.BadgesPanel:
    """One light per property, the broken first: holds, broken since, seen at, unseen; with its own sentence."""
    items = []
    for light in sorted(lights, key=lambda light: not light.bad):
        name = light.prop.name
        if light.bad:
            look = ["✘", f"{name}: broken at step {light.since}: {light.why}", stage.DEAD.fill, stage.DEAD.ink]
        elif isinstance(light.prop, Invariant):
            look = ["✔", name, "#009E73", stage.BLACK]
        elif light.since is not None:
            look = ["★", f"{name}: at step {light.since}", "#F0E442", stage.BLACK]
        else:
            look = ["…", f"{name}: {unseen}", "#FFFFFF", stage.BLACK]
        items.append([*look, light.prop.sentence])
    return {"kind": "badges", "place": "lights", "items": items}


def agents_panel(agents: Mapping[str, Agent], down: Iterable[str]) -> stage.TablePanel:
    """What each agent knows, one row each: the columns of its class, and folded below them its other fields.

    Of those that are no columns, fields that tell nothing, options at their defaults and the role are left out.
    """
    names, gone = sorted(agents, key=by_name), set(down)
    kinds = dict.fromkeys(type(agents[name]) for name in names)  # in a cast of several, each has fields of its own
    telling = {kind: _telling(kind, agents.values()) for kind in kinds}
    headings = {column: head for kind in kinds for column, head in kind.columns}
    first = [*dict.fromkeys(column for kind in kinds for column in (dict(kind.columns) or telling[kind]))]
    rest = [*dict.fromkeys(name for kind in kinds for name in telling[kind] if name not in first)]

    def known(columns: list[str]) -> list[list[str]]:
        return [[_cell(agents[name], column) for column in columns] for name in names]

    state = [[name, "down" if name in gone else agents[name].note or "up"] for name in names]
    rows = [[*two, *cells] for two, cells in zip(state, known(first), strict=True)]
    head = ["Agent", "State", *(headings.get(column, heading(column)) for column in first)]
    panel = stage.table_panel("below", "What every agent knows", head, rows, unfolded=False)
    if rest:
        rows = [[name, *cells] for name, cells in zip(names, known(rest), strict=True)]
        head = ["Agent", *map(heading, rest)]
        panel["more"] = stage.table_panel("below", "More: bookkeeping", head, rows, unfolded=False)
    return panel


def _cell(agent: Agent, column: str) -> str:
    value = getattr(agent, column, None)
    return brief(value) if _is_no_letters(agent, column) else cell(value)


def _is_no_letters(agent: Agent, name: str) -> bool:
    """Whether this field holds "" as a value like any other, because "" is not how it says that there is none."""
    field = next((field for field in fields(agent) if field.name == name), None)
    return field is not None and field.default != "" and getattr(agent, name) == ""


def _telling(kind: type[Agent], agents: Iterable[Agent]) -> list[str]:
    """The fields of a class that tell something of one of its agents: not the role, no option at its default."""
    cast = [agent for agent in agents if isinstance(agent, kind)]
    defaults = {option.name: option.default for option in described(kind).options}
    return [
        field.name for field in fields(kind) if field.name not in ("id", "peers")
        and any(getattr(agent, field.name) not in (*_EMPTY, defaults.get(field.name))
                or _is_no_letters(agent, field.name) for agent in cast)
        and any(getattr(agent, field.name) != agent.role for agent in cast)
    ]


def flight_panel(flying: Iterable[Arrow]) -> stage.TablePanel:
    """Every message on its way, one row each."""
    rows = [
        [str(arrow.packet.number), arrow.packet.source, arrow.packet.target, arrow.words,
         f"{arrow.item.at} → {arrow.to}"]
        for arrow in flying
    ]
    head = ["No", "From", "To", "Message", "On link"]
    return stage.table_panel("below", f"Messages on their way: {len(rows)}", head, rows, unfolded=False)
