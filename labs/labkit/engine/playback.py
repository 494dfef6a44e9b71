"""A run that somebody else chose, event by event, as a simulation that can be looked at, rewound and branched."""

from collections.abc import Callable, Iterable, Mapping

import networkx as nx

from labkit.agents import Agent
from labkit.engine.events import Deliver, Drop, Duplicate, Event
from labkit.engine.simulator import Simulator

PACE = 10  # units of time from one event to the next


def replay(
    topology: "nx.Graph[str]", agents: Callable[..., Agent] | Mapping[str, Agent], events: Iterable[Event]
) -> Simulator:
    """A simulator in which these events, and no others, have happened in this order.

    Messages are found by sender, target and content. What cannot happen with these agents, because a message was never
    sent or a timer never set, is left out: so a run that breaks one class can be shown to another.
    """
    sim = Simulator(topology, agents)
    for event in events:
        fitting = _fitting(sim, event)
        if fitting is None:
            continue
        sim.do(fitting, sim.now + PACE)
    return sim


def _fitting(sim: Simulator, event: Event) -> Event | None:
    """The same event among what can happen here, if it can."""
    if isinstance(event, Deliver):
        return _in_flight(sim, event)
    if isinstance(event, Drop | Duplicate):
        packet = _in_flight(sim, event.packet)
        return packet and event._replace(packet=packet)
    try:
        sim.system.evaluate(event)
    except ValueError:
        return None
    return event


def _in_flight(sim: Simulator, like: Deliver) -> Deliver | None:
    return next((packet for packet in sim.system.flight.values() if packet[1:] == like[1:]), None)
