"""Events a second of the simulator, full history kept, beside SimPy doing the same ping work and keeping nothing.

The work: agents on a ring; each sends a ping to its right neighbour, is answered, and pings again at once. An event is
a message that arrives; each needs 5 to 15 units. SimPy's side is written as its documentation has it for latencies: a
process for each message on its way, a Store as mailbox of each agent.
"""

import tracemalloc
from collections.abc import Generator
from random import Random
from time import perf_counter

import networkx as nx
import simpy
from figures import in_turns, spell, table, times, weigh
from labkit.agents import create
from labkit.engine import Simulator
from labkit.values import agent_names
from workloads import Pinger

AGENTS = (10, 100, 1_000)
EVENTS = 40_000
ROUNDS = 5


def ours(n: int) -> Simulator:
    names = agent_names(n)
    ring = nx.cycle_graph(names)
    cast = create(Pinger, names)
    for name, right in zip(names, (*names[1:], names[0]), strict=True):
        cast[name].right = right
    sim = Simulator(ring, cast, seed=1)
    sim.run(steps=EVENTS)
    return sim


def theirs(n: int) -> int:
    world, draw = simpy.Environment(), Random(1).random
    boxes = [simpy.Store(world) for _ in range(n)]
    arrived = 0

    def travel(to: int, letter: tuple[int, str]) -> Generator[simpy.Event, None, None]:
        yield world.timeout(5 + int(draw() * 11))
        boxes[to].put(letter)

    def agent(me: int) -> Generator[simpy.Event, tuple[int, str], None]:
        nonlocal arrived
        right = (me + 1) % n
        world.process(travel(right, (me, "ping")))
        while True:
            sender, message = yield boxes[me].get()
            arrived += 1
            reply = (sender, (me, "pong")) if message == "ping" else (right, (me, "ping"))
            world.process(travel(*reply))

    for me in range(n):
        world.process(agent(me))
    while arrived < EVENTS:
        world.step()
    return arrived


def main() -> None:
    rows, first = [], None
    for n in AGENTS:
        taken = in_turns({"ours": lambda n=n: ours(n), "simpy": lambda n=n: theirs(n)}, ROUNDS)  # type: ignore[misc]
        first = first or taken["ours"]
        rows.append((str(n), f"{EVENTS / taken['ours']:,.0f}", f"{EVENTS / taken['simpy']:,.0f}",
                     times(taken["simpy"] / taken["ours"]), times(taken["ours"] / first)))
    table("Events a second: history kept, against SimPy without any (goals: 3x; growth at most 2x)",
          ("agents", "labkit", "SimPy", "ratio", f"a step, against {AGENTS[0]}"), rows)
    table("The price of history", ("agents", "memory a step", "at(half)", "branch(half)", "steps"),
          [(str(n), *_history(n)) for n in AGENTS])


def _history(n: int) -> tuple[str, ...]:
    tracemalloc.start()
    sim = ours(n)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    middle, found = len(sim) // 2, []
    for look in (sim.at, sim.branch):
        start = perf_counter()
        for step in range(middle - 20, middle):
            look(step)
        found.append(spell((perf_counter() - start) / 20))
    return weigh(kept / len(sim)), *found, f"{len(sim):,}"
