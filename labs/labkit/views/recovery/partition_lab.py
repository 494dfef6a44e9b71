"""Live through a partition: a running cluster to cut and heal, with what each side can do and what clients get."""

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from labkit.agents import Agent, Holds, create
from labkit.engine import Request, Simulator
from labkit.faults import GALLERY, Recovery, fault_case, leader_of, report
from labkit.network import Crash, Cut, Heal, Restart
from labkit.observe import ClientRequest, Requests, sides_of
from labkit.protocols import described, find
from labkit.topology import build
from labkit.values import by_name, listed
from labkit.views.player import Player
from labkit.views.recovery.scene import history_panel, outcomes_panel, requests_panel, sides_panel
from labkit.views.stage import Panel, bar

OTHER_CLIENTS = (
    "In the reports of the lessons clients ask at other times (every 100 units, until the heal), "
    "so the numbers there are others."
)
MOST_AGENTS = 20
ROUNDS = 25  # of the clients' requests


class PartitionLab(Player):
    """A cluster whose clients go on asking while you cut and heal its links; each side says what it can do.

    protocol: a name of the catalogue or an agent class. ask_every: how often each agent's client asks, in units.
    begin: how long it has run when it is first shown. options go to the agents; relay=False: nobody passes messages on.
    """

    tall, low = 0.48, 220  # room for what comes below

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
        self.row = max(13, (120 if self._asked else 240) // agents)  # without clients the diagram has their room
        super().__init__(sim, found.properties, at=None, title=found.name)
        self._controls.span.value = 300
        broken = next((verdict for verdict in self._here.monitor.verdicts(self._moment.step) if verdict.bad), None)
        if broken is not None:
            self._say(f"{broken.prop.name} is broken before any fault: {broken.why}. This network does not give these "
                      "agents what they need: try the mesh, relay=True or other options.", "warning")

    def _below(self, whole: widgets.Layout) -> tuple[widgets.HBox, ...]:
        self._fault = widgets.Dropdown(
            options=[name for name, one in GALLERY.items() if not one.prepared], description="Fault",
            layout=self._controls.agent.layout, style=self._controls.agent.style,
        )
        faults = bar(
            self._fault, self._button("Let it happen", lambda: self.strike(self._fault.value)),
            self._button("Run 100", lambda: self.run_on(100)), self._button("Run 500", lambda: self.run_on(500)),
            *self._controls.mending, self._button("Report", self.tell), layout=whole,
        )
        self._controls.value.layout.width, self._controls.message.layout.width = "190px", "150px"  # all on one row
        return faults, bar(*self._controls.acts, layout=whole)

    def strike(self, name: str) -> None:
        """Let a fault of the gallery happen now, to the chosen agent or to the leader; what comes later is planned."""
        fault, system = fault_case(name), self._moment.system
        if fault.prepared:
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

    def _scenarios(self, begin: tuple[int, int]) -> dict[str, Callable[[], object]]:
        def anew(fault: str) -> None:
            self._begin_again(*begin)
            self.strike(fault)

        return {name: partial(anew, name) for name in self._fault.options}

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
        """What came of this branch so far, from its first fault to the moment at which all is whole again."""
        past = self.sim.branch(self._moment.step)
        faults = [done.time for done in past.trace if isinstance(done.event, Cut | Crash)]
        if not faults:
            raise ValueError("nothing has gone wrong yet: cut a link, crash an agent, or let a fault happen")
        system = past.system
        if system.network.cut:
            raise ValueError("the network is still cut: press Heal all, run on, and ask again")
        if system.down:
            down = listed(sorted(system.down, key=by_name))
            raise ValueError(f"still down: {down}; press Restart all, run on, and ask again")
        mended = [done.time for done in past.trace if isinstance(done.event, Heal | Restart)]
        return report(past, faults[0], mended[-1], properties=self._properties, name=self._title)

    def tell(self) -> None:
        """Say what came of it."""
        found = self.report
        self._say(f"{found.sentence} {OTHER_CLIENTS}" if self._asked else found.sentence)

    def extra_panels(self) -> dict[str, Panel]:
        """What each side can do, and what the clients got, where they ask at all."""
        operations, system, now = self.operations, self._moment.system, self._moment.time
        groups = self._here.chart.era(self._moment.step).groups
        panels: dict[str, Panel] = {"sides": sides_panel(sides_of(system, groups, operations, now))}
        if self._asked:
            names = sorted(system.agents, key=by_name)
            judged = all(isinstance(agent, Holds) for agent in system.agents.values())
            panels["outcomes"] = outcomes_panel(operations, judged)
            panels["history"] = history_panel(operations, names, *self.window, now)
            panels["requests"] = requests_panel(operations)
        return panels
