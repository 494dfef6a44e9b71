"""What can happen in a system of agents: one small type per event. Changes of the network are in `labkit.network`."""

from collections.abc import Hashable
from typing import NamedTuple

from labkit.network import Crash, Cut, Heal, Restart
from labkit.values import brief

# Tuples rather than frozen dataclasses: a simulation makes many of them, and tuples cost half.


class Deliver(NamedTuple):
    """A message in flight, and the event of its arrival; the number tells equal messages apart.

    nth: how many of its kind went the same way before; a copy that the network made has a negative one.
    """

    number: int
    source: str
    target: str
    message: Hashable
    nth: int = 0


class Forward(NamedTuple):
    """The message has reached this agent, which forwards it without looking at it."""

    packet: Deliver
    relay: str


class Drop(NamedTuple):
    """The message is lost, and no agent is told."""

    packet: Deliver
    why: str = "dropped by hand"


class Duplicate(NamedTuple):
    """The network makes a copy of this message."""

    packet: Deliver


class Wait(NamedTuple):
    """The message, or the client's request, waits at an agent that is busy or pauses, until its turn comes."""

    event: "Deliver | Request"


class Pause(NamedTuple):
    """The agent does nothing for so many units of time, and does not notice; what arrives meanwhile waits."""

    agent: str
    units: int


class Timeout(NamedTuple):
    """A timer of the agent expires."""

    agent: str
    timer: str


class Request(NamedTuple):
    """A client asks this agent for something."""

    agent: str
    value: Hashable


Event = Deliver | Forward | Drop | Duplicate | Wait | Pause | Timeout | Request | Crash | Restart | Cut | Heal


def packet_of(event: Event) -> Deliver | None:
    """The message that an event is about, if any."""
    if isinstance(event, Forward | Drop | Duplicate):
        return event.packet
    event = event.event if isinstance(event, Wait) else event
    return event if isinstance(event, Deliver) else None


def kind_of_message(message: object) -> str:
    """What messages of the same kind have in common: their class; of plain ones the text, or the first of a tuple."""
    if isinstance(message, str):
        return message
    if message.__class__ is tuple and message and isinstance(message[0], str):
        return message[0]
    return message.__class__.__name__


def said(event: Event) -> str:
    """The event in a short sentence, as in a log."""
    match event:
        case Deliver(_, source, target, message):
            return f"{target} receives from {source}: {brief(message)}"
        case Forward(packet, relay):
            return f"{relay} passes on from {packet.source} to {packet.target}: {brief(packet.message)}"
        case Drop(packet, why):
            return f"lost from {packet.source} to {packet.target} ({why}): {brief(packet.message)}"
        case Duplicate(packet):
            return f"doubled from {packet.source} to {packet.target}: {brief(packet.message)}"
        case Wait(event):
            return _waits(event)
        case Pause(agent, units):
            return f"{agent} pauses for {units} units"
        case Timeout(agent, timer):
            return f"{agent} times out: {timer}"
        case Request(agent, value):
            return f"a client asks {agent}: {brief(value)}"
        case Crash(agent):
            return f"{agent} crashes"
        case Restart(agent):
            return f"{agent} restarts"
        case Cut(source, target):
            return f"the link {source} → {target} is cut"
        case Heal(source, target):
            return f"the link {source} → {target} is healed"


def _waits(event: Deliver | Request) -> str:
    if isinstance(event, Request):
        return f"{event.agent} pauses, so its client waits: {brief(event.value)}"
    return f"{event.target} is busy, so the message from {event.source} waits: {brief(event.message)}"
