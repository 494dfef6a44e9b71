"""A scenario is a run as a short readable text: the topology, the protocol, and what happens when.

`parse` reads one, `str` prints it, `simulator` sets it up, `play` runs it to its end. The same text gives the same run
on every machine. `labkit.scenario.reader` describes the lines. `scenario_of` turns a counterexample of the explorer
into a scenario.
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, InitVar, dataclass, field, fields

import networkx as nx

from labkit.agents import Agent, kind_of
from labkit.engine import LATENCY, PACE, Event, Model, Range, Simulator, System
from labkit.network import Cut, Heal, Network
from labkit.protocols import NONE, Own, default_of, described, find
from labkit.scenario.bridge import events_of, lines_of
from labkit.scenario.reader import number_or_names, read_scenario
from labkit.scenario.statements import Busy, Line, Options, Part, Slow, options_text
from labkit.values import ArgumentError, by_name, expect, name


@dataclass(frozen=True)
class Scenario:
    """A run as plain data.

    agents: how many, or their names. lines: what happens, in order of time. until: None runs until nothing is due.
    slow: links with their own latency. busy: agents that have only so much time. shape: options of the topology.
    options: of all agents. parts: agents that differ from the others.
    """

    topology: str
    agents: int | tuple[str, ...]
    protocol: str
    lines: tuple[Line, ...] = ()
    until: int | None = None
    _: KW_ONLY
    about: str = ""
    seed: int = 0
    latency: Range = LATENCY
    slow: tuple[Slow, ...] = ()
    busy: tuple[Busy, ...] = ()
    loss: float = 0.0
    duplication: float = 0.0
    shape: Options = ()
    options: Options = ()
    parts: tuple[Part, ...] = ()
    network: InitVar[Network | None] = None  # if it was read from a text
    graph: "nx.Graph[str]" = field(init=False, compare=False, repr=False)  # built once

    def __post_init__(self, network: Network | None) -> None:
        object.__setattr__(self, "lines", tuple(sorted(self.lines, key=lambda line: line.time or 0)))
        object.__setattr__(self, "about", "\n".join(line.strip() for line in self.about.split("\n")).strip("\n"))
        if network is None:  # not read from a text: then its text must give the same scenario
            said = read_scenario(str(self))
            network = said.pop("network")
            for key, value in said.items():
                if getattr(self, key) != value:
                    raise ValueError(f"{key}={getattr(self, key)!r} cannot be written as a scenario: use {value!r}")
        assert network is not None
        object.__setattr__(self, "graph", network.graph)

    def __str__(self) -> str:
        agents = [str(self.agents)] if isinstance(self.agents, int) else map(name, self.agents)
        low, high = self.latency
        return "\n".join([
            *(f"# {line}".strip() for line in (self.about.split("\n") if self.about else ())),
            " ".join(["topology", self.topology, *agents, *options_text(self.shape)]),
            " ".join(["protocol", self.protocol, *options_text(self.options)]),
            *map(str, self.parts),
            f"seed {self.seed}",
            *([f"latency {low} {high}"] if self.latency != LATENCY else []),
            *map(str, self.slow),
            *map(str, self.busy),
            *([f"loss {self.loss!r}"] if self.loss else []),
            *([f"duplication {self.duplication!r}"] if self.duplication else []),
            *map(str, self.lines),
            *([f"run until {self.until}"] if self.until is not None else []),
        ]) + "\n"

    def model(self, protocols: Own = NONE) -> Model:
        """Topology, agents, properties and requests, without times and faults: the input of `explore`."""
        protocol = find(self.protocol, protocols)
        asked = [(line.agents[0], protocol.request(line.what)) for line in self.lines if line.verb == "request"]
        return Model(self.graph, self.cast(protocols), protocol.properties, asked)

    def cast(self, protocols: Own = NONE) -> dict[str, Agent]:
        """The agents by name, before they start. protocols: your own classes by name."""
        parts = {part.agent: part for part in self.parts}
        names = sorted(self.graph, key=by_name)
        cast: dict[str, Agent] = {}
        for agent in names:
            part = parts.get(agent, Part(agent))
            protocol = find(part.protocol or self.protocol, protocols)
            options = protocol.checked(dict((*self.options, *part.options)))
            try:
                cast[agent] = protocol.kind(agent, tuple(peer for peer in names if peer != agent), **options)
            except (TypeError, ValueError) as problem:
                raise ValueError(f"agent {agent} cannot be created, change its options: {problem}") from problem
        return cast

    def simulator(self, protocols: Own = NONE) -> Simulator:
        """A simulator with all lines scheduled but nothing run; lines done by hand are done, 10 units apart."""
        try:
            return self._set_up(protocols)
        except ValueError as wrong:
            if protocols or type(wrong) is not ValueError:  # of an own class one wants to see the lines
                raise
            raise ArgumentError(str(wrong)) from wrong

    def _set_up(self, protocols: Own) -> Simulator:
        protocol, graph = find(self.protocol, protocols), self.graph
        latency: Range | dict[tuple[str, str], Range] = self.latency
        if self.slow:
            latency = {way: self.latency for a, b in graph.edges for way in ((a, b), (b, a))}
            for slow in self.slow:
                latency[slow.source, slow.target] = slow.latency
                if not slow.arrow:
                    latency[slow.target, slow.source] = slow.latency
        sim = Simulator(
            graph, self.cast(protocols), seed=self.seed, latency=latency, loss=self.loss, duplication=self.duplication,
            properties=protocol.properties, capacity={busy.agent: busy.capacity for busy in self.busy},
        )
        network = sim.system.network
        for number, line in enumerate(self.lines, 1):
            try:
                if line.time is None:
                    for event in events_of(line, protocol, sim.system.network, list(sim.system.flight.values())):
                        sim.do(event, time=number * PACE)
                else:
                    events = events_of(line, protocol, network, [])
                    network = network.after(*(event for event in events if isinstance(event, Cut | Heal)))
                    for event in events:
                        sim.plan(line.time, event)
            except ValueError as problem:
                where = f"line {line.number} ({line})" if line.number else f"'{line}'"
                raise ValueError(f"{where}: {problem}") from problem
        return sim

    def play(self, protocols: Own = NONE) -> Simulator:
        """The simulator after it has run to the end of the scenario."""
        sim = self.simulator(protocols)
        if self.until is not None or not self.by_hand:
            sim.run(self.until)
        return sim

    @property
    def by_hand(self) -> bool:
        """Whether its lines are done in order, without a clock."""
        return any(line.time is None for line in self.lines)


def parse(text: str) -> Scenario:
    """The scenario that the text describes; ValueError with the line that cannot be read."""
    expect(text, str, "a scenario is a text")
    try:
        return Scenario(**read_scenario(text))
    except ValueError as wrong:
        raise ArgumentError(str(wrong)) from wrong


def scenario_of(model: Model, events: Iterable[Event], *, about: str = "") -> Scenario:
    """The scenario that does these events by hand, in order, for example those of a counterexample.

    A class that the lab does not know appears under its own name; pass it again to play the scenario:
    protocols={"Forgetful": Forgetful}.
    """
    topology, cast = model.topology, model.agents
    if "kind" not in topology.graph:
        raise ValueError("the topology has no name for a scenario: make it with labkit.topology.build")
    protocol = described(kind_of(cast))
    options = {agent: _options(cast[agent]) for agent in topology}
    shared = tuple(pair for pair in options[next(iter(topology))] if all(pair in own for own in options.values()))
    parts = (
        Part(
            agent,
            "" if type(cast[agent]) is protocol.kind else described(type(cast[agent])).name,
            tuple(pair for pair in own if pair not in shared),
        )
        for agent, own in options.items()
    )
    return Scenario(
        topology.graph["kind"], number_or_names(topology), protocol.name,
        tuple(lines_of(System(topology, cast), protocol, events)),
        about=about, shape=tuple(topology.graph["options"].items()), options=shared,
        parts=tuple(part for part in parts if part.protocol or part.options),
    )


def _options(agent: Agent) -> Options:
    """The options by which an agent that has not started differs from the defaults of its class."""
    given = {one.name: getattr(agent, one.name) for one in fields(agent)
             if one.init and one.name not in ("id", "peers") and getattr(agent, one.name) != default_of(one)}
    return tuple(described(type(agent)).checked(given).items())
