"""Everything a run depends on, in one place: the topology, the agents, what must hold, what clients may request.

`simulate` runs a model under a clock and a seed; `replay` applies given events and no others; `labkit.search.explore`
tries every order of events.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import networkx as nx

from labkit.agents import Agent, Properties, Property, as_properties, cast_of, check_immutable, kind_of
from labkit.engine.events import Deliver, Drop, Duplicate, Event, Request
from labkit.engine.simulator import Simulator
from labkit.network import Crash, Network, check_topology
from labkit.values import brief, expect

PACE = 10  # units of time from one replayed event to the next
Agents = Callable[..., Agent] | Mapping[str, Agent]


class Model:
    """Agents on a topology, with the properties that must hold and the requests that clients may make.

    topology: as from `labkit.topology.build`. agents: an Agent class, or one agent per name. properties: by default the
    promises of the protocol. requests: (agent asked, value). options: passed to the agents of the class.
    """

    def __init__(
        self,
        topology: "nx.Graph[str]",
        agents: Agents,
        properties: Properties | None = None,
        requests: Sequence[tuple[str, Hashable]] = (),
        **options: object,
    ) -> None:
        check_topology(topology)
        self.topology = topology
        self.agents = cast_of(agents, topology, **options)
        self.properties = kind_of(self.agents).expected if properties is None else as_properties(properties)
        expect(requests, Iterable, "requests is a list of pairs, [('a', 'red')]")
        self.requests = tuple(map(_request, requests))
        Network(topology).after(*(Crash(agent) for agent, _ in self.requests))  # raises ValueError for an unknown agent

    def promising(self, *more: Property) -> "Model":
        """The same model with these properties added."""
        return Model(self.topology, self.agents, (*self.properties, *as_properties(more)), self.requests)

    def played_by(self, agents: Agents) -> "Model":
        """The same model with other agents: the same properties, the same requests."""
        return Model(self.topology, agents, self.properties, self.requests)

    def simulate(self, seed: int = 0, **weather: Any) -> Simulator:
        """A simulation in which each request has been made at time 0 and nothing else has happened yet.

        weather: latency, loss and duplication, as for `Simulator`.
        """
        sim = Simulator(self.topology, self.agents, seed=seed, properties=self.properties, **weather)
        sim.begin_with(*(Request(agent, value) for agent, value in self.requests))
        return sim

    def replay(self, events: Iterable[Event]) -> Simulator:
        """A simulation in which these events, and no others, have happened in this order.

        Messages are found by sender, target and content. Events that cannot happen with these agents, because a
        message was never sent, a timer never set or a handler breaks, are left out: `skipped` of the simulation holds
        them with the reasons. So a run that breaks one class can be tried on others.
        """
        sim = Simulator(self.topology, self.agents, properties=self.properties)
        for event in events:
            try:
                sim.do(_fitting(sim, event), sim.now + PACE)
            except ValueError as why:
                sim.skipped = (*sim.skipped, (event, str(why)))
        return sim


def _request(given: Any) -> tuple[str, Hashable]:
    if not isinstance(given, tuple) or len(given) != 2:
        raise ValueError(f"a request is a pair of the agent that is asked and a value, ('a', 'red'), not {given!r}")
    check_immutable(given[1], f"the request to {given[0]}")
    return given


def _fitting(sim: Simulator, event: Event) -> Event:
    """The same event as it can happen here; ValueError if its message is not in flight."""
    if isinstance(event, Deliver):
        return _in_flight(sim, event)
    if isinstance(event, Drop | Duplicate):
        return event._replace(packet=_in_flight(sim, event.packet))
    return event


def _in_flight(sim: Simulator, like: Deliver) -> Deliver:
    for packet in sim.system.flight.values():
        if packet[1:4] == like[1:4]:
            return packet
    raise ValueError(f"“{brief(like.message)}” from {like.source} to {like.target} is not in flight")
