"""An exhaustive search misses nothing: it visits what a naive search visits, and leaving things out loses no violation.

Judged on hundreds of random protocols (`Toy`), against a search written here in the plainest way.
"""

from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterator
from functools import cache
from itertools import islice
from random import Random
from typing import Any, NamedTuple

import networkx as nx
import pytest
from labkit.agents import (
    Agent,
    Invariant,
    Property,
    Sometimes,
)
from labkit.engine import Deliver, Drop, Duplicate, Event, Model, Request, System, Timeout
from labkit.network import Crash, Cut, Heal, Restart
from labkit.search import Exploration, explore
from labkit.search.encoding import COPIES
from labkit.search.reduction import Reduction
from labkit.search.relevance import Relevance
from labkit.search.space import Move, Space
from seeds import seeds
from toys import BUDGETS, KEYS, heard, toy


def naive(topology: "nx.Graph[str]", agents: dict[str, Agent], requests: list[tuple[str, Hashable]],
          any_order: bool, limit: int = 10**9, **left: int) -> "Naive | None":
    """Each world that can be seen with its distance, each state visited: a search as plain as can be."""
    key = KEYS[any_order]

    def full(system: System, open_: tuple[Any, ...], spare: tuple[int, ...]) -> Hashable:
        flight = Counter((p.source, p.target, p.message) for p in system.flight.values())
        return key(system), frozenset(flight.items()), frozenset(system.timers), system.network.cut, open_, spare

    first = System(topology, agents)
    for name in first.agents:
        first.start(name)
    lose(first, ())
    level = [(first, tuple(requests), tuple(left[name] for name in BUDGETS))]
    seen, worlds, distance, copies = {full(*level[0])}, {key(first): 0}, 0, alike(first)
    while level:
        level, before, distance = [], level, distance + 1
        for system, open_, spare in before:
            for event, then, less in events(system, open_, spare):
                there = system.copy()
                there.apply(event)
                lose(there, system.flight)
                if (mark := full(there, then, less)) not in seen:
                    seen.add(mark)
                    worlds.setdefault(key(there), distance)
                    level.append((there, then, less))
                    copies = max(copies, alike(there))
                    if len(seen) > limit:
                        return None
    return Naive(worlds, len(seen), copies)


def lose(system: System, before: Container[int]) -> None:
    """What was sent just now is lost at once where there is no way to its target."""
    for number, packet in list(system.flight.items()):
        if number not in before and not has_a_way(system, packet):
            del system.flight[number]


def has_a_way(system: System, packet: Deliver) -> bool:
    net = system.network
    whole = frozenset(way for a, b in net.graph.edges for way in ((a, b), (b, a))) - net.cut
    return packet.target in heard(packet.source, whole, system.down, net.relays)


class Naive(NamedTuple):
    """What a naive search has seen."""

    distance: dict[Hashable, int]  # of each world
    states: int
    copies: int  # of one message, at the most, in flight at once


def alike(system: System) -> int:
    """How many messages in flight are the same one, at the most."""
    return max(Counter((p.source, p.target, p.message) for p in system.flight.values()).values(), default=0)


def events(system: System, open_: tuple[Any, ...], spare: tuple[int, ...]) -> Iterator[tuple[Event, Any, Any]]:
    """All that can happen, with the requests and the budgets that are left then."""
    def less(i: int) -> tuple[int, ...]:
        return tuple(n - (i == j) for j, n in enumerate(spare))
    net, timeouts, drops, duplicates, crashes, cuts = system.network, *spare
    for i, (agent, value) in enumerate(open_):
        yield Request(agent, value), open_[:i] + open_[i + 1:], spare
    ways = [way for a, b in net.graph.edges for way in ((a, b), (b, a))]
    for packet in system.flight.values():
        if packet.target not in system.down and has_a_way(system, packet):
            yield packet, open_, spare
        if drops:
            yield Drop(packet), open_, less(1)
        if duplicates:
            yield Duplicate(packet), open_, less(2)
    for timer in system.timers if timeouts else ():
        yield timer, open_, less(0)
    for agent in net.graph:
        if agent in system.down:
            yield Restart(agent), open_, spare
        elif crashes:
            yield Crash(agent), open_, less(3)
    for source, target in ways:
        if (source, target) in net.cut:
            yield Heal(source, target), open_, spare
        elif cuts:
            yield Cut(source, target), open_, less(4)


def searched(system: dict[str, Any], *properties: Property, reduce: bool) -> Exploration:
    """What labkit's search finds out about this system."""
    model = Model(system["topology"], system["agents"], properties, system["requests"])
    return explore(model, reduce=reduce, progress=False, **{name: system[name] for name in BUDGETS})


LIMIT, TOYS, AT_MOST = 200, 10, 60  # states of a toy; toys of a batch; seeds that a batch may try


@cache
def toys(batch: int, any_order: bool) -> list[tuple[dict[str, Any], Naive]]:
    """Ten random systems that the naive search gets through, each with what it saw."""
    systems = [toy(seed) for seed in range(1000 * batch, 1000 * batch + AT_MOST)]
    searches = ((system, naive(**system, any_order=any_order, limit=LIMIT)) for system in systems)
    found = list(islice(((system, saw) for system, saw in searches if saw), TOYS))
    assert len(found) == TOYS, f"only {len(found)} of {AT_MOST} toys have at most {LIMIT} states"
    return found


def misses_nothing(system: dict[str, Any], saw: Naive, random: Random, *, any_order: bool, reduce: bool) -> bool:
    """Labkit's search sees the same worlds, and those that are looked at one by one equally early.

    False where it says itself that it may have missed some, for equal messages are told apart up to a number only.
    """
    worlds: list[Hashable] = []
    key = KEYS[any_order]
    recorded = Invariant("record", "Is told of every world.", lambda w: worlds.append(key(w)), any_order)
    everything = searched(system, recorded, reduce=reduce)
    worlds = worlds[0 if any_order else 1 :]  # the first world told the search to begin again and to keep the order
    assert everything.violated is None
    assert set(worlds) <= set(saw.distance), "nothing is seen that cannot happen"
    if not everything.complete:
        assert saw.copies > COPIES and "equal messages" in everything.remark
        return False
    distances = [saw.distance[world] for world in worlds]
    assert set(worlds) == set(saw.distance) and distances == sorted(distances), "every world, and the nearest first"
    assert reduce or (everything.states == saw.states and saw.copies <= COPIES)
    farthest = max(saw.distance, key=lambda world: saw.distance[world])
    for wanted in {farthest, *random.sample(list(saw.distance), min(3, len(saw.distance)))}:
        found_as_early(system, wanted, saw.distance[wanted], any_order=any_order, reduce=reduce)
    nowhere = Sometimes("nowhere", "No world is this.", lambda world: False)
    assert searched(system, nowhere, reduce=reduce).never == (nowhere,)
    return True


def found_as_early(system: dict[str, Any], wanted: Hashable, distance: int, *, any_order: bool, reduce: bool) -> None:
    """A property that only this world breaks is broken by a run that leads there and is as short as can be."""
    key = KEYS[any_order]
    elsewhere = Invariant("elsewhere", "This world is never seen.", lambda w: "it is" if key(w) == wanted else None,
                          any_order)
    here = Sometimes("here", "This world is seen.", lambda w: key(w) == wanted, any_order)
    found = searched(system, elsewhere, reduce=reduce)
    assert found.violated is elsewhere and len(found.trace) == distance
    replayed = System(system["topology"], system["agents"])
    for name in replayed.agents:
        replayed.start(name)
    for event in found.trace:
        replayed.apply(event)
    assert key(replayed) == wanted
    assert searched(system, here, reduce=reduce).never == ()


@pytest.mark.parametrize("batch", seeds(7, 200))
def test_the_search_sees_what_a_naive_search_sees_and_equally_early(batch: int) -> None:
    any_order = batch % 2 == 0
    for reduce in (False, True):
        told = [misses_nothing(system, saw, Random(batch), any_order=any_order, reduce=reduce)
                for system, saw in toys(batch, any_order)]
        assert told.count(False) <= 3, "nearly all toys are searched to the end"


Moves = Callable[[Any, Any], Iterator[tuple[Move, Any]]]


def without(kind: type) -> Callable[[Moves], Moves]:
    """A search that forgets events of this kind."""
    return lambda moves: lambda self, here: (found for found in moves(self, here) if found[0].kind is not kind)


def only_the_first(kind: type) -> Callable[[Moves], Moves]:
    """A search that believes the order of these events does not matter, and tries one of them only."""
    def wrong(moves: Moves) -> Moves:
        def moved(self: Any, here: Any) -> Iterator[tuple[Move, Any]]:
            tried = False
            for move, there in moves(self, here):
                if move.kind is not kind or not tried:
                    yield move, there
                tried = tried or move.kind is kind
        return moved
    return wrong


@pytest.mark.parametrize("reduce, wrong", [
    (False, without(Restart)), (False, without(Duplicate)), (False, only_the_first(Deliver)),
    (True, without(Restart)), (True, without(Duplicate)), (True, only_the_first(Deliver)),
    (True, only_the_first(Timeout)),
])
def test_a_search_that_leaves_out_too_much_is_caught(
    reduce: bool, wrong: Callable[[Moves], Moves], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Reduction if reduce else Space
    monkeypatch.setattr(place, "moves", wrong(place.moves))
    assert not all(passes(batch, reduce=reduce) for batch in range(3))


def test_a_reduction_that_takes_every_message_for_ignored_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Relevance, "matters", lambda self, agent: ())
    assert not passes(0, reduce=True)


def passes(batch: int, *, reduce: bool) -> bool:
    try:
        for system, saw in toys(batch, True):
            misses_nothing(system, saw, Random(batch), any_order=True, reduce=reduce)
    except AssertionError:
        return False
    return True
