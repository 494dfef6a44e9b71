"""One state of everything as a few numbers, and all states that are one event away."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labkit.agents import Agent, Decision, Replied
from labkit.engine import Deliver, Drop, Duplicate, Event, Request, System, Timeout
from labkit.network import Crash, Cut, Heal, Network, Restart, Routes, Way
from labkit.search.encoding import Encoding, Outcome, added, bits, in_flight, taken

Budget = tuple[int, ...]  # timeouts, drops, duplicates, crashes, cuts that may still happen
TIMEOUTS, DROPS, DUPLICATES, CRASHES, CUTS = range(5)


class Configuration(NamedTuple):
    """A state of everything; two that are equal have the same future. All but `flight` is the core."""

    agents: tuple[int, ...]
    down: int  # one bit per agent
    timers: int
    said: int
    cut: int  # one bit per direction of a link
    asked: int  # one bit per request
    budget: Budget
    flight: int


class Move(NamedTuple):
    """An event in numbers: its kind, and which one of that kind."""

    kind: type
    number: int


@dataclass
class Seen:
    """The part of a configuration that properties may look at."""

    agents: dict[str, Agent]
    down: frozenset[str]
    requests: list[tuple[str, Hashable]]
    decisions: list[Decision]
    replies: list[Replied]


class Space:
    """All configurations that a system can reach from its present state.

    requests: what clients may request, each once and at any time. budget: how many timeouts, drops, duplicates, crashes
    and cuts may happen in one run.
    """

    def __init__(self, system: System, requests: Sequence[tuple[str, Hashable]], budget: Budget) -> None:
        self._system, self.requests = system, tuple(Request(*request) for request in requests)
        self.encoding = encoding = Encoding(system, self.requests)
        self._graph = system.network.graph
        self._ways: list[Way] = [way for a, b in self._graph.edges for way in ((a, b), (b, a))]
        self._reach: dict[tuple[int, int, int, int], bool] = {}
        self.copies_overflowed = False  # whether there were more equal messages in flight than are counted
        flight = 0
        for packet in system.flight.values():
            flight = self._with(flight, encoding.content(packet.source, packet.target, packet.message))
        timers = sum(1 << encoding.timer(timer) for timer in system.timers)
        said = encoding.saying(0, frozenset([*system.decisions, *system.replies]))
        down = sum(1 << encoding.place[name] for name in system.down)
        cut = sum(1 << i for i, way in enumerate(self._ways) if way in system.network.cut)
        agents = tuple(encoding.agent(agent) for agent in system.agents.values())
        self.first = Configuration(agents, down, timers, said, cut, 0, budget, flight)

    def seen(self, here: Configuration) -> Seen:
        """The configuration as properties see it."""
        encoding, said = self.encoding, self.encoding.said[here.said]
        asked = [(request.agent, request.value) for i, request in enumerate(self.requests) if here.asked >> i & 1]
        return Seen(
            {name: encoding.agents[number] for name, number in zip(encoding.names, here.agents, strict=True)},
            frozenset(name for i, name in enumerate(encoding.names) if here.down >> i & 1),
            [*self._system.requests, *asked],
            sorted((one for one in said if isinstance(one, Decision)), key=repr),
            sorted((one for one in said if isinstance(one, Replied)), key=repr),
        )

    def all_moves(self, here: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """Every event that can happen here, with the configuration it leads to."""
        yield from self.moves(here)
        budget, flight = here.budget, here.flight
        if budget[DROPS]:
            for content in in_flight(flight):
                yield Move(Drop, content), here._replace(flight=taken(flight, content), budget=_less(budget, DROPS))
        if budget[CUTS]:
            for i in range(len(self._ways)):
                if not here.cut >> i & 1:
                    yield Move(Cut, i), here._replace(cut=here.cut | 1 << i, budget=_less(budget, CUTS))

    def moves(self, here: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """Every event except drops and cuts, which only keep messages from arriving."""
        agents, down, timers, _, cut, asked, budget, flight = here
        encoding = self.encoding
        for i, request in enumerate(self.requests):
            place = encoding.place[request.agent]
            if not asked >> i & 1 and not down >> place & 1:
                outcome = encoding.request(agents[place], i)
                yield Move(Request, i), self._after(here, place, outcome, flight, timers, budget, asked | 1 << i)
        for content in in_flight(flight):
            place = encoding.target[content]
            if not down >> place & 1 and (not (cut or down) or self._arrives(content, cut, down)):
                outcome = encoding.receive(agents[place], content)
                rest = taken(flight, content)
                yield Move(Deliver, content), self._after(here, place, outcome, rest, timers, budget, asked)
        if budget[TIMEOUTS]:
            less = _less(budget, TIMEOUTS)
            for timer in bits(timers):
                place = encoding.place[encoding.timers[timer].agent]
                outcome = encoding.timeout(agents[place], timer)
                rest = timers & ~(1 << timer)
                yield Move(Timeout, timer), self._after(here, place, outcome, flight, rest, less, asked)
        if budget[DUPLICATES]:
            for content in in_flight(flight):
                yield Move(Duplicate, content), here._replace(
                    flight=self._with(flight, content), budget=_less(budget, DUPLICATES)
                )
        if budget[CRASHES]:
            less = _less(budget, CRASHES)
            for place in range(len(agents)):
                if not down >> place & 1:
                    yield Move(Crash, place), here._replace(
                        down=down | 1 << place, timers=timers & ~encoding.owned[place], budget=less
                    )
        for place in bits(down):
            risen = here._replace(down=down & ~(1 << place))
            outcome = encoding.restart(agents[place])
            yield Move(Restart, place), self._after(risen, place, outcome, flight, timers, budget, asked)
        for i in bits(cut):
            yield Move(Heal, i), here._replace(cut=cut & ~(1 << i))

    def _after(
        self, here: Configuration, place: int, outcome: Outcome, flight: int, timers: int, budget: Budget, asked: int
    ) -> Configuration:
        agent, sent, stopped, begun, said, _ = outcome
        agents = here.agents
        if agent != agents[place]:
            agents = (*agents[:place], agent, *agents[place + 1 :])
        for content in sent:
            flight = self._with(flight, content)
        words = self.encoding.saying(here.said, said) if said else here.said
        return Configuration(agents, here.down, timers & ~stopped | begun, words, here.cut, asked, budget, flight)

    def _with(self, flight: int, content: int) -> int:
        more = added(flight, content)
        self.copies_overflowed = self.copies_overflowed or more is None
        return flight if more is None else more

    def _arrives(self, content: int, cut: int, down: int) -> bool:
        """Whether there is a route for the message."""
        source, target, _ = self.encoding.contents[content]
        key = (self.encoding.place[source], self.encoding.place[target], cut, down)
        if key not in self._reach:
            closed = frozenset(way for i, way in enumerate(self._ways) if cut >> i & 1)
            crashed = frozenset(name for i, name in enumerate(self.encoding.names) if down >> i & 1)
            self._reach[key] = Routes(Network(self._graph, closed, crashed)).hop(source, target) is not None
        return self._reach[key]

    def event(self, move: Move, system: System) -> Event:
        """The move as an event of a system that is in the configuration before it."""
        encoding, number = self.encoding, move.number
        if move.kind in (Deliver, Drop, Duplicate):
            packets = system.flight.values()
            packet = next(p for p in packets if encoding.content(p.source, p.target, p.message) == number)
            return packet if move.kind is Deliver else Drop(packet) if move.kind is Drop else Duplicate(packet)
        if move.kind is Request:
            return self.requests[number]
        if move.kind is Timeout:
            return encoding.timers[number]
        if move.kind in (Cut, Heal):
            return Cut(*self._ways[number]) if move.kind is Cut else Heal(*self._ways[number])
        return Crash(encoding.names[number]) if move.kind is Crash else Restart(encoding.names[number])


def _less(budget: Budget, kind: int) -> Budget:
    return (*budget[:kind], budget[kind] - 1, *budget[kind + 1 :])
