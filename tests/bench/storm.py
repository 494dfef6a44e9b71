"""A retry storm of 1,000 callers: time for each event with and without capacity, memory with full history, goodput."""

import gc
from functools import partial
from typing import Any

import networkx as nx
import psutil
from figures import spell, table, timed, times, weigh
from labkit.agents import create
from labkit.engine import Capacity, Simulator
from labkit.observe import Load
from labkit.protocols import Service
from labkit.values import agent_names

CALLERS, BEGIN, PAUSE, END = 1_000, 2_000, 600, 10_000
EVERY = (1_000, 1_666)  # so 75 calls in 100 units
FAST = {"a": Capacity(service=(1, 1))}  # 100 calls in 100 units
SHORT = {"a": Capacity(service=(1, 1), queue=50)}
RUNS: dict[str, tuple[dict[str, Capacity], int, dict[str, Any]]] = {
    "no capacity, a pause": ({}, PAUSE, {"retry": "at once"}),
    "capacity, no pause": (FAST, 0, {"retry": "at once"}),
    "retry at once": (FAST, PAUSE, {"retry": "at once"}),
    "back-off and jitter": (FAST, PAUSE, {"retry": "backoff+jitter"}),
    "the same, and a breaker": (FAST, PAUSE, {"retry": "backoff+jitter", "breaker": 3, "rest": (1_500, 2_500)}),
    "at once, a queue of 50": (SHORT, PAUSE, {"retry": "at once"}),
}


def calm(capacity: dict[str, Capacity], options: dict[str, Any]) -> Simulator:
    """All callers will call one server."""
    graph = nx.relabel_nodes(nx.star_graph(CALLERS), dict(enumerate(agent_names(CALLERS + 1))))
    return Simulator(graph, create(Service, graph, every=EVERY, **options), seed=1, capacity=capacity)


def storm(sim: Simulator, pause: int) -> None:
    """The server pauses, if it does."""
    sim.run(until=BEGIN)
    if pause:
        sim.pause("a", pause)
    sim.run(until=END)


def main() -> None:
    """Print a row for each set of patterns."""
    rows, first = [], 0.0
    process = psutil.Process()
    for name, (capacity, pause, options) in RUNS.items():
        sim = calm(capacity, options)
        gc.collect()
        before = process.memory_info().rss
        seconds, _ = timed(partial(storm, sim, pause))
        grown = process.memory_info().rss - before
        each = seconds / len(sim)
        first = first or each
        load = Load(sim)
        spans = load.between(0, BEGIN), load.between(BEGIN, BEGIN + PAUSE), load.between(END - 1_000, END)
        more = weigh(grown) if grown > 1e6 else "–"  # –: there was enough left from the run before
        rows.append([name, str(len(sim)), spell(seconds), spell(each), times(each / first), more,
                     *(f"{span.rate(span.good):.1f}" for span in spans), str(spans[-1].queue)])
    table(f"{CALLERS:,} callers offer 75 calls in 100 units to a server that has time for 100, and pauses for {PAUSE}",
          ("", "steps", "time", "a step", "of the first", "more memory", "good before", "during", "after", "queue"),
          rows)


if __name__ == "__main__":
    main()
