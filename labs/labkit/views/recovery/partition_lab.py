"""Live through a partition: a running cluster to cut and heal, with what each side can do and what clients get."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from labkit.agents import Agent, create
from labkit.engine import Request, Simulator
from labkit.faults import GALLERY, Recovery, fault_case, leader_of, report
from labkit.network import Cut, Heal
from labkit.observe import (
    ACKNOWLEDGED,
    CONFLICT,
    LOST,
    OPEN,
    OUTCOMES,
    REFUSED,
    ClientRequest,
    Requests,
    Side,
    sides_of,
)
from labkit.protocols import described, find
from labkit.topology import build
from labkit.values import brief, by_name, listed
from labkit.views import stage
from labkit.views.player import Player

MOST_AGENTS = 20
ROUNDS = 25  # of the clients' requests
OUTCOME_LOOKS = {  # symbol and colour of each outcome in the history
    ACKNOWLEDGED: ("circle", "#009E73"),
    REFUSED: ("square-open", stage.BLACK),
    OPEN: ("circle-open", stage.BLACK),
    LOST: ("x", stage.DEAD.fill),
    CONFLICT: ("diamond", "#CC79A7"),
}


class PartitionLab(Player):
    """A cluster whose clients go on asking while you cut and heal its links; each side says what it can do.

    protocol: a name of the catalogue or an agent class. ask_every: how often each agent's client asks, in units.
    begin: how long it has run when it is first shown. options go to the agents; relay=False: nobody passes messages on.
    """

    tall, row = 0.6, 35  # room for what comes below

    def __init__(
        self, protocol: str | type[Agent] = "raft", topology: str = "mesh", agents: int = 5, *, seed: int = 0,
        ask_every: int = 300, begin: int = 600, relay: bool = True, **options: object,
    ) -> None:
        for name, number, least, most in (("agents", agents, 2, MOST_AGENTS), ("ask_every", ask_every, 1, 1_000_000),
                                          ("begin", begin, 0, 10_000)):
            if number.__class__ is not int or not least <= number <= most:
                raise ValueError(f"{name} is a whole number from {least} to {most:,}, not {number!r}")
        if not isinstance(protocol, str) and not (isinstance(protocol, type) and issubclass(protocol, Agent)):
            raise ValueError(f"protocol is a name, such as 'raft', or a class of agents, not {protocol!r}")
        found = find(protocol) if isinstance(protocol, str) else described(protocol)
        graph = build(topology, agents, relay=relay)
        names = sorted(graph, key=by_name)
        sim = Simulator(graph, create(found.kind, names, **found.checked(options)), seed=seed)
        for number in range(ROUNDS):
            for place, name in enumerate(names):
                if (wish := found.ask(name, number + 1)) is not None:
                    sim.plan(ask_every * (number + 1) + place * ask_every // len(names), Request(name, wish))
        sim.run(until=begin)
        self._asked = found.ask(names[0], 1) is not None
        self._ledgers: dict[str, Requests] = {}
        super().__init__(sim, found.properties, at=None, title=found.name)
        self._fault = widgets.Dropdown(
            options=[name for name, one in GALLERY.items() if not one.slow], description="Fault",
            layout=self._controls.play.layout, style=self._controls.agent.style,
        )
        self._controls.span.value = 300
        faults = stage.bar(
            self._fault, self._button("Let it happen", lambda: self.strike(self._fault.value)),
            self._button("Run 100", lambda: self.run_on(100)), self._button("Run 500", lambda: self.run_on(500)),
            self._button("Report", self.tell),
        )
        above, *below = self.children
        self.children = (above, faults, *below)

    def strike(self, name: str) -> None:
        """Let a fault of the gallery happen now, to the chosen agent or to the leader; what comes later is planned."""
        fault, system = fault_case(name), self._moment.system
        if fault.slow:
            raise ValueError(f"{name!r} has to be there from the beginning: use labkit.faults.run_through({name!r}, …)")
        chosen = self._controls.agent.value
        if fault.leader:
            leader = leader_of(system)
            if leader is None:
                raise ValueError("nobody leads at this moment: run on until somebody does, or choose another fault")
            chosen = leader
        events = list(fault.events(system.network, chosen))
        now = self._moment.time
        self.do(*(event for later, event in events if later == 0), why=name)
        for later, event in events:
            if later:
                self.sim.plan(now + later, event)
        hint = "" if fault.relay == system.network.relays else " (These agents pass messages on, so it may do little.)"
        self._say(f"{fault.sentence}{hint}")

    def run_on(self, units: int) -> None:
        """Play on for that many units of time, at once."""
        if units.__class__ is not int or units < 1:
            raise ValueError(f"units is a whole number of at least 1, not {units!r}")
        until = self._moment.time + units
        if self.sim.now < until:
            self.run(until)
        else:
            self.go_to_time(until)

    def _branch_off(self, why: str) -> str:
        before = self._ledgers.get(self._here.name)
        remark = super()._branch_off(why)
        if before is not None:
            self._ledgers[self._here.name] = before.branch(self.sim)
        return remark

    @property
    def operations(self) -> list[ClientRequest]:
        """What the clients have asked for by now, with what became of it."""
        ledger = self._ledgers.get(self._here.name)
        if ledger is None:
            ledger = self._ledgers[self._here.name] = Requests(self._here.sim)
        return ledger.at(self._moment)

    @property
    def report(self) -> Recovery:
        """What came of this branch so far, from its first cut and its last heal on."""
        past = self.sim.branch(self._moment.step)
        cuts = [done.time for done in past.trace if isinstance(done.event, Cut)]
        if not cuts:
            raise ValueError("no link has been cut yet: cut some, or let a fault of the gallery happen")
        heals = [done.time for done in past.trace if isinstance(done.event, Heal)]
        if past.system.network.cut or not heals:
            raise ValueError("the network is still cut: press Heal all, run on, and ask again")
        return report(past, cuts[0], heals[-1], properties=self._properties, name=self._title)

    def tell(self) -> None:
        """Say what came of it."""
        lost = names_of(self.operations, LOST)
        what = f" Lost: {listed(lost, most=5)}." if lost else ""
        self._say(f"{' '.join(str(self.report).split())}.{what}")

    def summary(self) -> str:
        """Where we are in the run, and what the clients got."""
        operations = self.operations
        return super().summary() + (f" Requests: {tally(operations)}." if operations else "")

    def extra_panels(self) -> dict[str, stage.Panel]:
        """What each side can do, and what the clients got, where they ask at all."""
        operations, system, now = self.operations, self._moment.system, self._moment.time
        groups = self._here.chart.era(self._moment.step).groups
        panels: dict[str, stage.Panel] = {"sides": sides_panel(sides_of(system, groups, operations, now))}
        if self._asked:
            names = sorted(system.agents, key=by_name)
            panels["history"] = history_panel(operations, names, *self.window, now)
            panels["requests"] = requests_panel(operations)
        return panels


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
