"""An exhaustive search misses nothing: it visits what a naive search visits, and leaving things out loses no violation.

Judged on hundreds of random protocols (`Toy`), against a search written here in the plainest way.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from random import Random
from typing import Any, ClassVar, NamedTuple

import networkx as nx
import pytest
from labkit.agents import (
    Agent,
    CancelTimer,
    Decide,
    Effect,
    Invariant,
    Property,
    Reply,
    Send,
    SetTimer,
    Sometimes,
    World,
    create,
)
from labkit.engine import Deliver, Drop, Duplicate, Event, Model, Request, System, Timeout
from labkit.network import Crash, Cut, Heal, Restart
from labkit.search import Exploration, explore
from labkit.search.encoding import COPIES
from labkit.search.reduction import Reduction
from labkit.search.relevance import Relevance
from labkit.search.space import Move, Space
from labkit.topology import build
from seeds import seeds

BUDGETS = ("timeouts", "drops", "duplicates", "crashes", "cuts")


@cache
def rule(seed: int, lives: int, *given: Hashable) -> tuple[int, tuple[tuple[str, int, int], ...]]:
    """What a random agent does in a situation: its next state, and effects as (kind, which peer or timer, value)."""
    random = Random(f"{seed} {given}")
    draw = lambda n: int(random.random() * n)  # noqa: E731
    if draw(10) < 2:
        return -1, ()
    effects = [("send", draw(2), draw(2)) for _ in range(draw(3) if lives else 0)]
    effects += [("set", draw(2), 0)] * (draw(4) == 0) + [("cancel", draw(2), 0)] * (draw(6) == 0)
    effects += [("decide", 0, draw(2))] * (draw(12) == 0) + [("reply", 0, draw(2))] * (draw(20) == 0)
    return draw(3), tuple(effects)


@dataclass
class Toy(Agent):
    """An agent whose behaviour is drawn: three states, two timers, two kinds of messages with a few lives each."""

    durable: ClassVar[tuple[str, ...]] = ("kept",)
    seed: int = 0
    lives: int = 1
    state: int = 0
    kept: int = 0

    def start(self) -> Iterator[Effect]:
        return self.follow(self.lives, "start")

    def receive(self, sender: str, message: tuple[int, int]) -> Iterator[Effect]:
        return self.follow(message[1] - 1, "receive", sender, message[0])

    def timeout(self, timer: str) -> Iterator[Effect]:
        return self.follow(self.lives, "timeout", timer)

    def request(self, value: Hashable) -> Iterator[Effect]:
        return self.follow(self.lives, "request", value)

    def follow(self, lives: int, *given: Hashable) -> Iterator[Effect]:
        state, effects = rule(self.seed, lives >= 0, self.id, self.state, self.kept, *given)
        if state >= 0:
            self.kept, self.state = (self.kept + state) % 2, state
        for kind, which, value in effects:
            match kind:
                case "send":
                    yield Send(self.peers[which % len(self.peers)], (value, lives))
                case "set":
                    yield SetTimer("xy"[which], after=(1, 2))
                case "cancel":
                    yield CancelTimer("xy"[which])
                case "decide":
                    yield Decide(value)
                case _:
                    yield Reply("it", value)


def key(world: World) -> Hashable:
    """All that a property may look at, in order."""
    return (*seen_of(world), tuple(world.history))


def key_in_any_order(world: World) -> Hashable:
    """All that a property may look at to which the order does not matter."""
    return (*seen_of(world), frozenset(Counter(world.requests).items()), frozenset(world.decisions),
            frozenset(Counter(world.replies).items()))


def seen_of(world: World) -> tuple[Hashable, ...]:
    return tuple(tuple(vars(agent).items()) for agent in world.agents.values()), world.down


KEYS: dict[bool, Callable[[World], Hashable]] = {False: key, True: key_in_any_order}  # by any_order


def toy(seed: int) -> dict[str, Any]:
    """A small random system with small budgets: what `explore` takes, without properties."""
    random = Random(seed)
    draw = lambda n: int(random.random() * n)  # noqa: E731
    n = 2 + (draw(3) == 0)
    graph = build(("mesh", "star", "ring")[draw(3)], n) if n > 2 else build("mesh", 2)
    left = dict.fromkeys(BUDGETS, 0)
    for _ in range(1 + draw(3)):
        left[BUDGETS[draw(5)]] += 1
    requests = [("abc"[draw(n)], i) for i in range(draw(3))]
    agents = create(Toy, graph, seed=seed, lives=draw(2) if n > 2 else draw(3))
    return {"topology": graph, "agents": agents, "requests": requests, **left}


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
    level = [(first, tuple(requests), tuple(left[name] for name in BUDGETS))]
    seen, worlds, distance, copies = {full(*level[0])}, {key(first): 0}, 0, alike(first)
    while level:
        level, before, distance = [], level, distance + 1
        for system, open_, spare in before:
            for event, then, less in events(system, open_, spare):
                there = system.copy()
                there.apply(event)
                if (mark := full(there, then, less)) not in seen:
                    seen.add(mark)
                    worlds.setdefault(key(there), distance)
                    level.append((there, then, less))
                    copies = max(copies, alike(there))
                    if len(seen) > limit:
                        return None
    return Naive(worlds, len(seen), copies)


class Naive(NamedTuple):
    """What a naive search has seen."""

    distance: dict[Hashable, int]  # of each world
    states: int
    copies: int  # of one message, at the most, in flight at once


def alike(system: System) -> int:
    """How many messages in flight are the same one, at the most."""
    return max(Counter((p.source, p.target, p.message) for p in system.flight.values()).values(), default=0)


@cache
def heard(source: str, ways: frozenset[tuple[str, str]], down: frozenset[str]) -> frozenset[str]:
    """Whom a message from that agent reaches: agents that are down pass nothing on, but what is on its way is sent."""
    reached = {source}
    for _ in ways:
        reached |= {b for a, b in ways if a in reached and (a == source or a not in down)}
    return frozenset(reached)


def events(system: System, open_: tuple[Any, ...], spare: tuple[int, ...]) -> Iterator[tuple[Event, Any, Any]]:
    """All that can happen, with the requests and the budgets that are left then."""
    def less(i: int) -> tuple[int, ...]:
        return tuple(n - (i == j) for j, n in enumerate(spare))
    net, timeouts, drops, duplicates, crashes, cuts = system.network, *spare
    for i, (agent, value) in enumerate(open_):
        yield Request(agent, value), open_[:i] + open_[i + 1:], spare
    ways = [way for a, b in net.graph.edges for way in ((a, b), (b, a))]
    whole = frozenset(ways) - net.cut
    for packet in system.flight.values():
        if packet.target not in system.down and packet.target in heard(packet.source, whole, system.down):
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


@pytest.mark.parametrize("batch", seeds(20, 200))
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
