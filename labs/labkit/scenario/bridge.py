"""From a line of a scenario to the events of a simulation, and from events back to lines."""

from collections.abc import Iterable, Iterator

from labkit.engine import Deliver, Drop, Duplicate, Event, Forward, Pause, Request, System, Timeout, Wait
from labkit.network import Crash, Cut, Heal, Network, Restart
from labkit.protocols import Protocol
from labkit.scenario.statements import ARROW, Line
from labkit.values import brief, canonical, fits, shorthand


def events_of(line: Line, protocol: Protocol, network: Network, flight: list[Deliver]) -> tuple[Event, ...]:
    """The events of this line, with this network and these messages in flight."""
    match line.verb, line.agents:
        case "request", (agent,):
            return (Request(agent, protocol.request(line.what)),)
        case "timeout", (agent,):
            return (Timeout(agent, str(line.what)),)
        case "crash", (agent,):
            return (Crash(agent),)
        case "restart", (agent,):
            return (Restart(agent),)
        case "pause", (agent,) if isinstance(line.what, int):
            return (Pause(agent, line.what),)
        case "deliver", _:
            return (_packet(line, flight),)
        case "drop", _:
            return (Drop(_packet(line, flight)),)
        case "duplicate", _:
            return (Duplicate(_packet(line, flight)),)
    return line.faults(network)


def lines_of(system: System, protocol: Protocol, events: Iterable[Event]) -> Iterator[Line]:
    """The lines that do these events by hand; the system follows them, to know how each message must be named."""
    for agent in system.agents:
        system.start(agent)
    for event in events:
        if not isinstance(event, Forward | Wait):
            yield _line(event, protocol, list(system.flight.values()))
        system.apply(event)


def _line(event: Event, protocol: Protocol, flight: list[Deliver]) -> Line:
    match event:
        case Request(agent, value):
            return Line("request", (agent,), protocol.plain(value))
        case Timeout(agent, timer):
            return Line("timeout", (agent,), timer)
        case Pause(agent, units):
            return Line("pause", (agent,), units)
        case Deliver():
            return Line("deliver", (event.source, event.target), _text(event, flight))
        case Drop(packet) | Duplicate(packet):
            return Line(type(event).__name__.lower(), (packet.source, packet.target), _text(packet, flight))
        case Cut(source, target) | Heal(source, target):
            return Line(type(event).__name__.lower(), (source, target), ARROW)
        case Crash(agent) | Restart(agent):
            return Line(type(event).__name__.lower(), (agent,))
    raise ValueError(f"{event!r} cannot be done by hand")


def _packet(line: Line, flight: list[Deliver]) -> Deliver:
    """The oldest message in flight with this text: its exact form, its shorthand, or its words as in a log."""
    source, target = line.agents
    near = [packet for packet in flight if (packet.source, packet.target) == (source, target)]
    for text in (canonical, shorthand, brief):
        for packet in near:
            if text(packet.message) == line.what:
                return packet
    there = ", ".join(shorthand(packet.message) for packet in near) or "nothing"
    raise ValueError(f"this message is not in flight: from {source} to {target} there is {there}")


def _text(packet: Deliver, flight: list[Deliver]) -> str:
    """The shorthand of the message if that finds it (or an equal one), else the exact form."""
    text = shorthand(packet.message)
    if fits(text):
        found = _packet(Line("deliver", (packet.source, packet.target), text), flight)
        if found.message == packet.message:
            return text
    return canonical(packet.message)
