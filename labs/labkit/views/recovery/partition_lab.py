"""Live through a partition: a running cluster to cut and heal, with what each side can do and what clients get."""

from collections.abc import Callable

import ipywidgets as widgets

from labkit.agents import Agent, create
from labkit.engine import Request, Simulator
from labkit.faults import GALLERY, Recovery, fault_case, leader_of, report
from labkit.network import Cut, Heal
from labkit.observe import LOST, ClientRequest, Requests, sides_of
from labkit.protocols import described, find
from labkit.topology import build
from labkit.values import by_name, listed
from labkit.views.player import Player
from labkit.views.recovery.partition_scene import history_panel, names_of, requests_panel, sides_panel, tally
from labkit.views.stage import Panel, bar

ROUNDS = 25  # of the clients' requests


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
        acts: dict[str, Callable[[], object]] = {
            "Let it happen": lambda: self.strike(self._fault.value),
            "Run 100": lambda: self.run_on(100),
            "Run 500": lambda: self.run_on(500),
            "Report": self.tell,
        }
        above, *below = self.children
        self.children = (above, bar(self._fault, *(self._button(label, act) for label, act in acts.items())), *below)

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
        until = self._moment.time + units
        if self.times[-1] < until:
            self.sim.run(until=until)
        self.go_to_time(until)

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

    def extra_panels(self) -> dict[str, Panel]:
        """What each side can do, and what the clients got, where they ask at all."""
        operations, system, now = self.operations, self._moment.system, self._moment.time
        groups = self._here.chart.era(self._moment.step).groups
        panels: dict[str, Panel] = {"sides": sides_panel(sides_of(system, groups, operations, now))}
        if self._asked:
            names = sorted(system.agents, key=by_name)
            panels["history"] = history_panel(operations, names, *self.window, now)
            panels["requests"] = requests_panel(operations)
        return panels
