"""One state of everything as a few numbers, and all states that are one event away."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from labkit.agents import Asked
from labkit.engine import Deliver, Drop, Duplicate, Event, Request, System, Timeout
from labkit.network import Crash, Cut, Heal, Network, Restart, Routes, Way
from labkit.search.encoding import Encoding, Flight, Outcome, Timers, added, in_flight, taken
from labkit.search.histories import Histories
from labkit.search.seen import Seen
from labkit.values import bits

Budget = tuple[int, ...]  # timeouts, drops, duplicates, crashes, cuts that may still happen
TIMEOUTS, DROPS, DUPLICATES, CRASHES, CUTS = range(5)


class Configuration(NamedTuple):
    """A state of everything; two that are equal have the same future. All but `flight` is the core."""

    agents: tuple[int, ...]
    down: int  # one bit per agent
    timers: Timers
    said: int  # the number of the history
    cut: int  # one bit per direction of a link
    asked: int  # one bit per request
    budget: Budget
    flight: Flight


class Move(NamedTuple):
    """An event in numbers: its kind, and which one of that kind."""

    kind: type
    number: int


class Space:
    """All configurations that a system can reach from its present state.

    requests: what clients may request, each once and at any time. budget: how many timeouts, drops, duplicates, crashes
    and cuts may happen in one run. ordered: the kinds of things said whose order is part of a configuration.
    """

    def __init__(
        self, system: System, requests: Sequence[tuple[str, object]], budget: Budget, ordered: frozenset[type]
    ) -> None:
        self._system, self.requests = system, tuple(Request(*request) for request in requests)
        self.encoding = encoding = Encoding(system, self.requests)
        self.histories = Histories(ordered)
        self._graph = system.network.graph
        self._ways: list[Way] = [way for a, b in self._graph.edges for way in ((a, b), (b, a))]
        self._reach: dict[tuple[int, int, int, int], bool] = {}
        self.trying = Move(Request, 0)  # the event that an agent is asked about
        self.copies_overflowed = False  # whether there were more equal messages in flight than are counted
        flight: Flight = frozenset()
        for packet in system.flight.values():
            flight = self._with(flight, encoding.content(packet.source, packet.target, packet.message))
        timers = frozenset([encoding.timer(timer) for timer in system.timers])
        begun = [said for said in system.history if Asked in ordered or said.__class__ is not Asked]
        down = sum(1 << encoding.place[name] for name in system.down)
        cut = sum(1 << i for i, way in enumerate(self._ways) if way in system.network.cut)
        agents = tuple(encoding.agent(agent) for agent in system.agents.values())
        self.first = Configuration(agents, down, timers, self.histories.after(0, begun), cut, 0, budget, flight)
        routes = Routes(Network(self._graph))
        self._always = all(routes.hop(a, b) for a, b in permutations(encoding.names, 2))  # if nothing is cut or down

    def seen(self, here: Configuration) -> Seen:
        """The configuration as properties see it."""
        encoding = self.encoding
        said = self.histories.of(here.said)
        if Asked not in self.histories.ordered:
            asked = [Asked(*request) for i, request in enumerate(self.requests) if here.asked >> i & 1]
            said = [*self._system.requests, *asked, *said]
        return Seen(
            {name: encoding.agents[number] for name, number in zip(encoding.names, here.agents, strict=True)},
            frozenset(name for i, name in enumerate(encoding.names) if here.down >> i & 1),
            said,
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
            if asked >> i & 1:
                continue
            place = encoding.place[request.agent]
            there = self._asked(here, i)
            if down >> place & 1:  # nobody hears it
                yield Move(Request, i), there
            else:
                self.trying = Move(Request, i)
                outcome = encoding.request(agents[place], i)
                yield self.trying, self._after(there, place, outcome, flight, timers, budget)
        for content in in_flight(flight):
            place = encoding.target[content]
            if not down >> place & 1 and ((self._always and not (cut or down)) or self._arrives(content, cut, down)):
                self.trying = Move(Deliver, content)
                outcome = encoding.receive(agents[place], content)
                rest = taken(flight, content)
                yield self.trying, self._after(here, place, outcome, rest, timers, budget)
        if budget[TIMEOUTS]:
            less = _less(budget, TIMEOUTS)
            for timer in sorted(timers):
                place = encoding.owner[timer]
                self.trying = Move(Timeout, timer)
                outcome = encoding.timeout(agents[place], timer)
                rest = timers - {timer}
                yield self.trying, self._after(here, place, outcome, flight, rest, less)
        if budget[DUPLICATES]:
            for content in in_flight(flight):
                more = self._sent(here, flight, content)
                yield Move(Duplicate, content), here._replace(flight=more, budget=_less(budget, DUPLICATES))
        if budget[CRASHES]:
            less = _less(budget, CRASHES)
            for place in range(len(agents)):
                if not down >> place & 1:
                    left = encoding.stopped_by_crash(timers, place)
                    yield Move(Crash, place), here._replace(down=down | 1 << place, timers=left, budget=less)
        for place in bits(down):
            risen = here._replace(down=down & ~(1 << place))
            self.trying = Move(Restart, place)
            outcome = encoding.restart(agents[place])
            yield self.trying, self._after(risen, place, outcome, flight, timers, budget)
        for i in bits(cut):
            yield Move(Heal, i), here._replace(cut=cut & ~(1 << i))

    def _asked(self, here: Configuration, request: int) -> Configuration:
        said = here.said
        if Asked in self.histories.ordered:
            said = self.histories.after(said, [Asked(*self.requests[request])])
        return here._replace(asked=here.asked | 1 << request, said=said)

    def _after(
        self, here: Configuration, place: int, outcome: Outcome, flight: Flight, timers: Timers, budget: Budget
    ) -> Configuration:
        agent, sent, stopped, begun, more, _ = outcome
        agents = here.agents
        if agent != agents[place]:
            agents = (*agents[:place], agent, *agents[place + 1 :])
        for content in sent:
            flight = self._sent(here, flight, content)
        if stopped or begun:
            timers = timers - stopped | begun
        said = self.histories.after(here.said, more) if more else here.said
        return Configuration(agents, here.down, timers, said, here.cut, here.asked, budget, flight)

    def _sent(self, here: Configuration, flight: Flight, content: int) -> Flight:
        """The flight when this message is sent; where there is no way for it, it is lost at once."""
        there_is_a_way = (self._always and not (here.cut or here.down)) or self._arrives(content, here.cut, here.down)
        return self._with(flight, content) if there_is_a_way else flight

    def _with(self, flight: Flight, content: int) -> Flight:
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
