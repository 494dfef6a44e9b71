"""One search in a process of its own, for growth.py: prints states, seconds and the bytes that it needed."""

import sys
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

import psutil
from labkit.agents import Agent, Effects, Send
from labkit.engine import Model, System
from labkit.protocols import Paxos
from labkit.search import explore
from labkit.search.space import Configuration, Space
from labkit.topology import build
from minicheck import Protocol, check_safety


@dataclass
class Endless(Agent):
    """Sends a number to and fro, one higher each time."""

    number: int = 0

    def request(self, value: str) -> Effects:
        return Send(self.peers[0], 0)

    def receive(self, sender: str, message: int) -> Effects:
        self.number = message
        return Send(sender, message + 1)


MODELS = {
    "endless": (Model(build("mesh", 2), Endless, [lambda world: None], [("a", "go")]), 0),
    "paxos": (Model(build("mesh", 3), Paxos, requests=[("a", "red"), ("b", "blue")]), 2),
}


def main(name: str, way: str, size: int) -> None:
    model, timeouts = MODELS[name]
    process = psutil.Process()
    before, began = process.memory_info().rss, perf_counter()
    if way == "minicheck":
        states = _minicheck(model, timeouts, size)
    else:
        found = explore(model, timeouts=timeouts, limit=size, reduce=way == "reduced", progress=False)
        states = found.states
    print(states, perf_counter() - began, process.memory_info().rss - before)


def _minicheck(model: Model, timeouts: int, size: int) -> int:
    start = System(model.topology, model.agents)
    for agent in start.agents:
        start.start(agent)
    space = Space(start, model.requests, (timeouts, 0, 0, 0, 0), frozenset())
    fields = tuple(Configuration.__annotations__)
    checked = Protocol(
        name="paxos", candidate=False, fields=fields, initial=tuple(space.first),
        transitions=lambda state: [(str(move), tuple(there))
                                   for move, there in space.all_moves(Configuration(*state))],
        invariants={"any": lambda _state: True},
    )
    with suppress(RuntimeError):  # it refuses to report a search that was cut short
        check_safety(checked, max_states=size)
    return size


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
