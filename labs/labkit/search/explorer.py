"""Every order of events, shortest runs first: either no run breaks an invariant, or a shortest run that does is shown.

Breadth-first search over the states of a system, after the model checkers TLC and stateright. An agent is asked once
per state and input (`encoding`). States that cannot matter are not visited (`reduction`). A handler that raises, or
answers what is impossible, breaks the invariant `FAULTLESS`. Left out: real time (a timer may run out at any moment),
and properties of infinite runs ("eventually …").
"""

from collections.abc import Callable, Container, Iterable, Iterator
from sys import getsizeof
from time import perf_counter

from labkit.agents import AgentError, Invariant, Sometimes, first_violation, is_seen
from labkit.engine import Event, Model, System
from labkit.network import Routes
from labkit.search.exploration import FAULTLESS, Bounds, Exploration
from labkit.search.reduction import Reduction
from labkit.search.space import Configuration, Move, Space
from labkit.values import Bar, expect

TOO_MUCH = "; pruning was limited: the relevance analysis exceeded its budget"
WORTH_SAYING = 1_000  # states; a smaller search needs no excuse
A_STATE, A_NUMBER, A_HAND = 400, 600, 600  # bytes, as measured: a configuration kept, an encoded thing, a hand


def explore(
    model: Model,
    *,
    timeouts: int = 0,
    drops: int = 0,
    duplicates: int = 0,
    crashes: int = 0,
    cuts: int = 0,
    after: Iterable[Event] = (),
    limit: int = 200_000,
    memory: int = 1_000,
    reduce: bool = True,
    progress: bool = True,
) -> Exploration:
    """Search every run with each request of the model made at most once and at most the given numbers of faults.

    after: events that come first, as in a simulator's trace. limit: of states. memory: of the search, in megabytes,
    estimated. reduce: skip what cannot matter; without it every state is visited. Stop it with the square button or
    Ctrl-C: the result says how far it got.
    """
    if not isinstance(model, Model):
        raise ValueError(f"explore takes a model, explore(Model(topology, agents)), not {model!r}")
    faults = {"timeouts": timeouts, "drops": drops, "duplicates": duplicates, "crashes": crashes, "cuts": cuts}
    for name, number in {**faults, "limit": limit, "memory": memory}.items():
        least = 0 if name in faults else 1
        if number.__class__ is not int or number < least:
            raise ValueError(f"{name} is a whole number of at least {least}, not {number!r}")
    bounds = Bounds(len(model.agents), len(model.requests), **faults)
    expect(after, Iterable, "after is a list of events, as in a simulator's trace")
    before = tuple(after)
    try:
        start = System(model.topology, model.agents)
        for name in start.agents:
            start.start(name)
        _lose(start, ())
    except AgentError as broken:
        return Exploration(model, bounds, 0, 0, False, "", FAULTLESS, str(broken), (), (), 0.0)
    for event in before:
        _apply(start, event)
    ordered: frozenset[type] = frozenset()
    while True:  # again, with the order kept, if a property turns out to look at it
        space = Space(start, model.requests, tuple(faults.values()), ordered)
        search = _Search(model, bounds, space, start, before)
        found = search.run(limit, memory * 1_000_000, reduce, progress)
        if search.read <= ordered:
            return found
        ordered |= search.read


def _apply(system: System, event: Event) -> None:
    before = set(system.flight)
    system.apply(event)
    _lose(system, before)


def _lose(system: System, before: Container[int]) -> None:
    """What was sent where there is no way is lost at once, as in a simulation. before: the messages sent earlier."""
    routes = Routes(system.network)
    for number, packet in list(system.flight.items()):
        if number not in before and routes.hop(packet.source, packet.target) is None:
            del system.flight[number]


Successors = Callable[[Configuration], Iterator[tuple[Move, Configuration]]]


class _Search:
    """One search: the configurations visited, each with the one it was reached from."""

    def __init__(
        self, model: Model, bounds: Bounds, space: Space, start: System, before: tuple[Event, ...]
    ) -> None:
        self._model, self._bounds, self._space = model, bounds, space
        self._start, self._before = start, before
        self._parents: dict[Configuration, tuple[Configuration, Move] | None] = {}
        self._never = [prop for prop in model.properties if isinstance(prop, Sometimes)]
        self._judged: set[tuple[object, ...]] = set()
        self._depth, self._bytes = 0, 0
        self._broken: tuple[Invariant, str, Configuration, Move | None] | None = None
        self.read: set[type] = set()  # the kinds of things said that a property looked at in order

    def run(self, limit: int, memory: int, reduce: bool, progress: bool) -> Exploration:
        began, remark = perf_counter(), ""
        space = self._space
        reduction = Reduction(space) if reduce else None
        successors = reduction.moves if reduction else space.all_moves
        level = [space.first]
        self._parents[space.first] = None
        self._judge(space.first)
        with Bar(total=limit, unit=" states", disable=not progress, delay=1, leave=False) as bar:
            try:
                while level and not self._broken and not remark and self.read <= space.histories.ordered:
                    level = self._next_level(level, successors, limit)
                    self._depth += bool(level)
                    if len(self._parents) >= limit:
                        remark = f"the limit of {limit:,} states was reached"
                    elif self._weight(reduction) > memory:
                        remark = f"the bound of {memory // 1_000_000:,} MB of memory was reached"
                    bar.update(len(self._parents) - bar.n)
            except KeyboardInterrupt:
                remark = "it was stopped by hand"
            bar.total = None  # it is done, so the page takes the bar away and does not paint it red
        if space.copies_overflowed:
            remark = remark or "more equal messages were in flight than the search can count"
        prop, why, last, move = self._broken or (None, "", space.first, None)
        much = TOO_MUCH if reduction and reduction.gave_up and len(self._parents) >= WORTH_SAYING else ""
        return Exploration(
            self._model, self._bounds, len(self._parents), self._depth, not remark and not prop, remark, prop, why,
            self._trace(last, move) if prop else (), tuple(self._never), perf_counter() - began,
            much, bool(space.encoding.timers),
        )

    def _next_level(self, level: list[Configuration], successors: Successors, limit: int) -> list[Configuration]:
        """The new configurations one event later, up to the first that breaks an invariant, if any."""
        fresh: list[Configuration] = []
        for here in level:
            try:
                for move, there in successors(here):
                    if there not in self._parents:
                        self._parents[there] = (here, move)
                        self._bytes += A_STATE + getsizeof(there.flight) + getsizeof(there.agents)
                        fresh.append(there)
                        self._judge(there)
                        if self._broken:
                            return fresh
            except AgentError as broken:
                self._broken = FAULTLESS, str(broken), here, self._space.trying
                return fresh
            if len(self._parents) >= limit:
                break
        return fresh

    def _weight(self, reduction: Reduction | None) -> int:
        """The memory used, about, in bytes: counted and not measured, so that each machine stops at the same state."""
        hands = reduction.size if reduction else 0
        return self._bytes + A_NUMBER * self._space.encoding.size + A_HAND * hands

    def _judge(self, here: Configuration) -> None:
        key = (here.agents, here.down, here.said, here.asked)
        if key in self._judged:
            return
        self._judged.add(key)
        seen = self._space.seen(here)
        self._never = [prop for prop in self._never if not is_seen(prop, seen.for_property(prop))]
        for prop in self._model.properties:
            if broken := first_violation([prop], seen.for_property(prop)):
                self._broken = *broken, here, None
                break
        self.read |= seen.read

    def _trace(self, last: Configuration, more: Move | None) -> tuple[Event, ...]:
        """The events that lead to this configuration and one more, if any, from playing the moves in a real system."""
        moves = [] if more is None else [more]
        step = self._parents[last]
        while step is not None:
            moves.append(step[1])
            step = self._parents[step[0]]
        system, events = self._start.copy(), list(self._before)
        for number, move in enumerate(reversed(moves), 1):
            events.append(self._space.event(move, system))
            if more is None or number < len(moves):  # one more event is the one that fails
                _apply(system, events[-1])
        return tuple(events)
