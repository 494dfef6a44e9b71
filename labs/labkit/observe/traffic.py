"""What was sent in a run, by the labels of the messages: each counted once, however many links it took.

Copies that the network makes are not counted, for no agent sent them; messages that are lost are.
"""

from collections import Counter

from labkit.agents import Send
from labkit.engine import Simulator
from labkit.values import expect, kind


def sent(sim: Simulator) -> Counter[str]:
    """How many messages of each label all agents together have sent so far; sent(sim).total() is their sum."""
    expect(sim, Simulator, "sent takes a simulation")
    at_once = (packet.message for packet in sim.at(0).system.flight.values())
    later = (effect.message for done in sim.trace for effect in done.transition.effects if isinstance(effect, Send))
    return Counter(kind(message) for messages in (at_once, later) for message in messages)
