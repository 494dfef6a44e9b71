"""A gallery of faults: shapes in which networks have really broken, ready to be tried on any agent class.

After the nemeses of Jepsen (Kingsbury). Each tells where it happened, if that is documented. A fault is given as what
happens how long after it begins; at the end everything is healed. Left out: clocks that differ (no agent here has one).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from labkit.agents import Agent, Properties, term_led
from labkit.engine import LATENCY, Capacity, Pause, Request, Simulator, System
from labkit.faults.presets import bridge, halve, isolate_one, ring_of_majorities
from labkit.faults.recovery import LONGEST, Ask, Recovery, cast_with, report, strategy_of
from labkit.network import Crash, Cut, Heal, Network, NetworkChange, Restart, cut, heal
from labkit.protocols import described
from labkit.topology import build
from labkit.values import by_name, expect, listed, plain_arguments

Timed = tuple[int, NetworkChange | Pause]  # how long after the beginning, and what
SLOW = (150, 250)  # latency of a slow agent's links: fifteen times that of the others
BUSY = Capacity(service=(8, 10))  # heartbeats and their answers alone keep a leader of five busy most of its time


@dataclass(frozen=True)
class FaultCase:
    """One shape of fault; `chosen` stands for the agent that it is about, which the caller chooses."""

    name: str
    sentence: str
    events: Callable[[Network, str], Iterable[Timed]]
    question: str  # what to predict first: its name in labkit.lesson.questions
    agents: int = 5
    relay: bool = True
    slow: bool = False  # the chosen agent's links are slow from the beginning
    busy: Capacity | None = None  # what each agent has time for, from the beginning
    leader: bool = False  # the chosen agent is who leads when it begins
    incident: str = ""

    @property
    def prepared(self) -> bool:
        """Whether it has to be there from the beginning of a run."""
        return self.slow or self.busy is not None


def _at_once(fault: Callable[[Network, str], Iterable[NetworkChange]]) -> Callable[[Network, str], list[Timed]]:
    """All that this fault does, at the beginning."""
    return lambda network, chosen: [(0, change) for change in fault(network, chosen)]


def _thirds(network: Network, chosen: str) -> list[Cut]:
    third = {name: i % 3 for i, name in enumerate(sorted(network.graph, key=by_name))}
    return [way for a, b in sorted(network.graph.edges) if third[a] != third[b] for way in cut(a, b)]


def _deaf(network: Network, chosen: str) -> list[Cut]:
    return [Cut(near, chosen) for near in sorted(network.graph[chosen], key=by_name)]


def _flapping(network: Network, chosen: str) -> list[Timed]:
    near = sorted(network.graph[chosen], key=by_name)
    return [
        (start + later, way)
        for start in range(0, 1_600, 400)
        for later, change in ((0, cut), (250, heal))
        for other in near
        for way in change(chosen, other)
    ]


def _cascade(network: Network, chosen: str) -> list[Timed]:
    victims = sorted(network.graph, key=by_name)[: len(network.graph) // 2 + 1]
    return [(200 * i, Crash(victim)) for i, victim in enumerate(victims)]


GALLERY: dict[str, FaultCase] = {
    fault_case.name: fault_case
    for fault_case in (
        FaultCase(
            "halves", "The network falls in two; the larger part has one agent more.", _at_once(halve), "halves",
            incident="GitHub, 21 October 2018: 43 seconds without a link between two data centres, writes on both "
            "sides, 24 hours and 11 minutes until all was reconciled. (GitHub, “October 21 post-incident "
            "analysis”, 2018)",
        ),
        FaultCase("isolate one", "One agent loses all its links but stays up.", _at_once(isolate_one), "isolate one"),
        FaultCase(
            "isolate the leader", "The agent that leads loses all its links but stays up.", _at_once(isolate_one),
            "isolate the leader", leader=True,
            incident="Not an incident but a test that finds it again and again: the old primary goes on taking writes "
            "until it notices. (Kingsbury, “Jepsen: MongoDB”, 2013)",
        ),
        FaultCase(
            "bridge", "Only one link is left between two halves, and messages may take it.", _at_once(bridge),
            "one link left",
        ),
        FaultCase(
            "ring of majorities", "Everyone hears a majority, nobody the same one, and nobody passes messages on.",
            _at_once(ring_of_majorities), "all hear a majority", relay=False,
            incident="Cloudflare, 2 November 2020, 6 hours 33 minutes: a switch failed in part, one member of a "
            "cluster could not reach the leader but the others, and leaders changed without end. (Lianza & "
            "Snook, “A Byzantine failure in the real world”, 2020)",
        ),
        FaultCase(
            "one-way links", "One agent is heard by all but hears nobody.", _at_once(_deaf), "one-way links",
            relay=False,
            incident="A network card that dropped what came in but still sent: its signs of life went out, so the "
            "spare did not take over. (Bailis & Kingsbury, “The network is reliable”, 2014)",
        ),
        FaultCase("flapping", "The links of one agent fail and come back, four times.", _flapping, "flapping"),
        FaultCase(
            "slow, not dead", "All messages to and from one agent take fifteen times as long.",
            lambda network, chosen: (), "slow, not dead", slow=True,
            incident="101 reports from 12 institutions of hardware that did not fail but became slow. (Gunawi et al., "
            "“Fail-slow at scale”, FAST 2018)",
        ),
        FaultCase(
            "3-3-3 split", "Nine agents fall into three groups of three: no majority.", _at_once(_thirds),
            "3-3-3 split", agents=9,
        ),
        FaultCase(
            "cascading", "One agent after the other crashes, until fewer than a majority are left.", _cascade,
            "cascading",
            incident="Amazon EC2, 21 April 2011: traffic moved onto a network too small for it, storage nodes lost "
            "their replicas, and all of them looked for new ones at once. (AWS, “Summary of the Amazon EC2 "
            "and Amazon RDS service disruption”, 2011)",
        ),
        FaultCase(
            "cascading overload", "Every agent is busy most of its time; the leader pauses for 400 units, and what "
            "waited meanwhile comes on top.", lambda network, chosen: [(0, Pause(chosen, 400))], "overload",
            leader=True, busy=BUSY,
            incident="Amazon DynamoDB, 20 September 2015: after a short network fault many storage servers asked one "
            "service at once; it was too slow, requests timed out and were repeated, and that kept it slow, until "
            "operators held requests back. (AWS, “Summary of the Amazon DynamoDB service disruption”, 2015)",
        ),
    )
}


def fault_case(name: str) -> FaultCase:
    """The fault of that name; ValueError with the names there are."""
    expect(name, str, "a fault is called by its name, such as 'halves'")
    if name not in GALLERY:
        raise ValueError(f"there is no fault {name!r} in the gallery: choose one of {listed(GALLERY, most=20)}")
    return GALLERY[name]


@plain_arguments
def run_through(
    name: str, kind: Callable[..., Agent], *, seed: int = 0, begin: int = 1_000, end: int = 3_000, until: int = 6_000,
    ask_every: int = 100, ask: Ask | None = None, **options: object,
) -> Simulator:
    """A run of such agents through this fault; the agents' clients ask in turn, one every `ask_every` units.

    begin, end: when it breaks, and when all is healed. ask: what a client asks for, from its agent and a number; left
    out: what the clients of this protocol ask for. options go to the agents.
    """
    if not 0 < begin < end or not 0 < until <= LONGEST:
        raise ValueError(f"times are above 0, begin < end, until <= {LONGEST:,}, but not {begin}, {end} and {until}")
    fault = fault_case(name)
    graph = build("mesh", fault.agents, relay=fault.relay)
    names = sorted(graph, key=by_name)
    chosen = names[-1]
    ways = {way: SLOW if chosen in way else LATENCY for a, b in graph.edges for way in ((a, b), (b, a))}
    cast = cast_with(kind, names, options)
    limits = dict.fromkeys(names, fault.busy) if fault.busy else {}
    sim = Simulator(graph, cast, seed=seed, latency=ways if fault.slow else LATENCY, capacity=limits)
    ask = ask or described(type(cast[chosen])).ask
    for number, time in enumerate(range(begin // 2, end, ask_every)):
        agent = names[number % len(names)]
        if (wish := ask(agent, number // len(names) + 1)) is not None:
            sim.plan(time, Request(agent, wish))
    sim.run(until=begin - 1)
    events = list(fault.events(sim.system.network, leader_of(sim.system) or chosen if fault.leader else chosen))
    for later, event in events:
        if begin + later < end:
            sim.plan(begin + later, event)
    for back in mended(event for _, event in events):
        sim.plan(end, back)
    sim.run(until=until)
    return sim


def mended(events: Iterable[NetworkChange | Pause]) -> list[NetworkChange]:
    """What makes all of these good again."""
    found: dict[NetworkChange, None] = {}
    for event in events:
        if isinstance(event, Cut):
            found[Heal(event.source, event.target)] = None
        elif isinstance(event, Crash):
            found[Restart(event.agent)] = None
    return list(found)


def leader_of(system: System) -> str | None:
    """Who leads, in the latest term; None where nobody does."""
    terms = {name: term_led(agent) or 0 for name, agent in system.agents.items() if name not in system.down}
    latest = max(terms, key=lambda name: terms[name], default=None)
    return latest if latest is not None and terms[latest] else None


@plain_arguments
def report_on(
    name: str, kind: Callable[..., Agent], *, seed: int = 0, begin: int = 1_000, end: int = 3_000, until: int = 6_000,
    properties: Properties | None = None, **options: object,
) -> Recovery:
    """The report of a run through this fault: see `run_through` and `report`."""
    sim = run_through(name, kind, seed=seed, begin=begin, end=end, until=until, **options)  # type: ignore[arg-type]
    return report(sim, begin, end, properties=properties, name=strategy_of(sim))
