"""An exhaustive search misses nothing: it visits what a naive search visits, and leaving things out loses no violation.

Judged on hundreds of random protocols (`Toy`), against a search written here in the plainest way.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, ClassVar

import networkx as nx
from labkit.agents import Agent, CancelTimer, Decide, Effect, Reply, Send, SetTimer, World, create
from labkit.engine import Drop, Duplicate, Event, Request, System
from labkit.network import Crash, Cut, Heal, Restart
from labkit.topology import build

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
    """All that a property may look at."""
    states = tuple(tuple(vars(agent).items()) for agent in world.agents.values())
    return (states, world.down, frozenset(Counter(world.requests).items()), frozenset(world.decisions),
            frozenset(world.replies))


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
          limit: int = 10**9, **left: int) -> dict[Hashable, int]:
    """Each world that can be seen with its distance, each state visited: a search as plain as can be."""
    first = System(topology, agents)
    for name in first.agents:
        first.start(name)
    level = [(first, tuple(requests), tuple(left[name] for name in BUDGETS))]
    seen, worlds, distance = {full(*level[0])}, {key(first): 0}, 0
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
                    if len(seen) > limit:
                        return {}
    worlds["states"] = len(seen)
    return worlds


def full(system: System, open_: tuple[Any, ...], spare: tuple[int, ...]) -> Hashable:
    flight = Counter((p.source, p.target, p.message) for p in system.flight.values())
    return key(system), frozenset(flight.items()), frozenset(system.timers), system.network.cut, open_, spare


def events(system: System, open_: tuple[Any, ...], spare: tuple[int, ...]) -> Iterator[tuple[Event, Any, Any]]:
    """All that can happen, with the requests and the budgets that are left then."""
    def less(i: int) -> tuple[int, ...]:
        return tuple(n - (i == j) for j, n in enumerate(spare))
    net, timeouts, drops, duplicates, crashes, cuts = system.network, *spare
    for i, (agent, value) in enumerate(open_):
        if agent not in system.down:
            yield Request(agent, value), open_[:i] + open_[i + 1:], spare
    ways = nx.DiGraph([way for way in nx.DiGraph(net.graph).edges if way not in net.cut])
    ways.add_nodes_from(net.graph)
    for packet in system.flight.values():
        relays = ways.subgraph({*ways} - system.down | {packet.source})
        reached = packet.target in relays and nx.has_path(relays, packet.source, packet.target)
        if reached and packet.target not in system.down:
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
    for source, target in nx.DiGraph(net.graph).edges:
        if (source, target) in net.cut:
            yield Heal(source, target), open_, spare
        elif cuts:
            yield Cut(source, target), open_, less(4)
