"""Small random systems: agents whose behaviour is drawn, on small networks, with small numbers of faults."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, ClassVar

from labkit.agents import Agent, CancelTimer, Decide, Effect, Reply, Send, SetTimer, World, create
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
    graph = build(("mesh", "star", "ring")[draw(3)], n, relay=seed % 3 > 0) if n > 2 else build("mesh", 2)
    left = dict.fromkeys(BUDGETS, 0)
    for _ in range(1 + draw(3)):
        left[BUDGETS[draw(5)]] += 1
    requests = [("abc"[draw(n)], i) for i in range(draw(3))]
    agents = create(Toy, graph, seed=seed, lives=draw(2) if n > 2 else draw(3))
    return {"topology": graph, "agents": agents, "requests": requests, **left}


@cache
def heard(source: str, ways: frozenset[tuple[str, str]], down: frozenset[str], relays: bool) -> frozenset[str]:
    """Whom a message from that agent reaches: agents that are down pass nothing on, but what is on its way is sent."""
    reached = {source}
    for _ in ways if relays else (1,):
        reached |= {b for a, b in ways if a in reached and (a == source or a not in down)}
    return frozenset(reached)
