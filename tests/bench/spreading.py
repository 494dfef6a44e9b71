"""Word to all: push–pull gossip, flooding and a tree as the group grows to 10,000 agents, beside PyDistSim's flooding.

Each agent knows eight others, picked at random. Each figure is taken in a process of its own; the time is that of the
run with full history, memory is what the process grew by, and both begin once the network is made. PyDistSim floods the
same networks, as in `distsim`, and keeps no history.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import process_time

import networkx as nx
import psutil
from distsim import ask, rival
from figures import growth, spell, table, times, weigh
from labkit.engine import Simulator
from labkit.observe import spread
from labkit.protocols import Flooding, PushPull, SpanningTree, among_neighbours
from labkit.values import agent_names

SIZES = (100, 1_000, 10_000)
KINDS = {"gossip": PushPull, "flooding": Flooding, "tree": SpanningTree}
ROUND, ROUNDS = 10, 15  # units; enough for 10,000 agents


def network(n: int) -> "nx.Graph[int]":
    return nx.random_regular_graph(8, n, seed=1)


def measure(name: str, n: int) -> None:
    """Print steps, seconds, bytes, messages and units until all knew."""
    graph = nx.relabel_nodes(network(n), dict(enumerate(agent_names(n))))
    process = psutil.Process()
    before, start = process.memory_info().rss, process_time()
    options = {"every": (ROUND, ROUND)} if name == "gossip" else {}
    sim = Simulator(graph, among_neighbours(KINDS[name], graph, **options), seed=1, latency=(1, 1))
    if name == "tree":
        sim.run(steps=sys.maxsize)
    sim.request("a", "news")
    sim.run(until=sim.now + ROUND * ROUNDS, steps=sys.maxsize)
    taken, held = process_time() - start, process.memory_info().rss - before
    found = spread(sim)
    assert found.share == 1, f"{found.share:.2%} of {n} agents have heard it"
    print(json.dumps([len(sim), taken, held, found.before + found.messages, found.time]))


def main() -> None:
    worker = rival()
    rows = []
    for name in KINDS:
        found = {n: _measured(name, n) for n in SIZES}
        for n, (steps, seconds, held, messages, units) in found.items():
            theirs = _theirs(worker, n) if name == "flooding" else None
            rounds = f"{units // ROUND} rounds" if name == "gossip" else f"{units} hops"
            rows.append((f"{name}, {n:,} agents", rounds, f"{messages:,}", f"{steps:,}", spell(seconds),
                         f"{steps / seconds:,.0f}", weigh(held), weigh(held / steps),
                         times(theirs / seconds) if theirs else "–"))
        least, most = found[SIZES[0]], found[SIZES[-1]]
        rows.append((f"{name}: power of n", "", growth(least[3], most[3], 100), growth(least[0], most[0], 100),
                     growth(least[1], most[1], 100), "", growth(least[2], most[2], 100), "", ""))
    worker.communicate()
    table("Until all know; gossip goes on to the end of 15 rounds (1.00: in step with the number of agents)",
          ("", "all know after", "messages", "steps", "time", "steps/s", "memory", "a step", "PyDistSim's time"), rows)


def _theirs(worker: "subprocess.Popen[str]", n: int) -> float:
    graph = network(n)
    messages = 2 * len(graph.edges) - (n - 1)
    seconds, delivered = ask(worker, json.dumps({"work": "flood", "n": n, "links": list(graph.edges),
                                                 "messages": messages, "times": 1}))
    assert delivered == messages
    return seconds


def _measured(name: str, n: int) -> tuple[int, float, int, int, int]:
    out = subprocess.run([sys.executable, __file__, name, str(n)], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parent).stdout
    steps, seconds, held, messages, units = json.loads(out)
    return steps, seconds, held, messages, units


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2]))
