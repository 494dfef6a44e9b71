"""The simulator beside PyDistSim: the same flooding and the same pings on the same graphs, as many messages delivered.

PyDistSim 2.1.2 cannot be installed beside labkit: it demands exactly networkx 3.3, ipython 8.26 and ipykernel 6.29.5
(labkit: networkx 3.6 or later), and numpy, scipy, pandas, matplotlib and seaborn besides, half a gigabyte in all. So it
gets a virtual environment of its own in the temporary folder, made the first time (needs the internet, takes minutes)
and kept there. What differs: labkit keeps the full history, PyDistSim none; labkit goes from event to event, and its
messages need 5 to 15 units each; PyDistSim goes step by step over all agents and links, and its messages arrive with
the next step. Seconds are those of the processor; making the graph is not timed. labkit's `run` switches the garbage
collector off, as it does for learners.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import gettempdir
from time import process_time

import networkx as nx
from figures import Seconds, table, times
from labkit.agents import Agent, Send, create
from labkit.engine import Deliver, Simulator
from labkit.values import agent_names
from workloads import Pinger

VERSION = "2.1.2"
ROUNDS = 3
PINGS, AT_LEAST = 20_000, 2_000  # messages to be measured together
GRAPHS: dict[str, tuple[Callable[[int], "nx.Graph[int]"], tuple[int, ...]]] = {
    "ring": (nx.cycle_graph, (10, 100, 1_000)),
    "random, 8 links each": (partial(nx.connected_watts_strogatz_graph, k=8, p=1.0, seed=1), (10, 100, 1_000)),
    "mesh": (nx.complete_graph, (10, 100)),  # a thousand would be a million messages
}


@dataclass
class Teller(Agent):
    """Hears the news for the first time, and passes it on to all neighbours but the sender."""

    near: tuple[str, ...] = ()
    heard: bool = False

    def request(self, news: str) -> list[Send]:
        self.heard = True
        return [Send(other, news) for other in self.near]

    def receive(self, sender: str, news: str) -> list[Send]:
        if self.heard:
            return []
        self.heard = True
        return [Send(other, news) for other in self.near if other != sender]


def flood(graph: "nx.Graph[str]", messages: int) -> int:
    cast = create(Teller, graph)
    for name, agent in cast.items():
        agent.near = tuple(graph[name])
    sim = Simulator(graph, cast, seed=1)
    sim.request(next(iter(graph)), "news")
    sim.run(steps=messages + 1)
    assert sim.next_due() is None and all(agent.heard for agent in sim.system.agents.values())
    return _delivered(sim)


def ping(graph: "nx.Graph[str]", messages: int) -> int:
    names = list(graph)
    cast = create(Pinger, names)
    for name, right in zip(names, (*names[1:], names[0]), strict=True):
        cast[name].right = right
    sim = Simulator(graph, cast, seed=1)
    sim.run(steps=messages)
    return _delivered(sim)


def main() -> None:
    worker = rival()
    rows: list[tuple[str, ...]] = []
    for kind, (make, sizes) in GRAPHS.items():
        graphs = {n: make(n) for n in sizes}
        rows += _rows(worker, f"flooding, {kind}", flood, {n: (graph, _told(graph)) for n, graph in graphs.items()})
    rows += _rows(worker, "pings, ring", ping, {n: (nx.cycle_graph(n), PINGS) for n in (10, 100, 1_000)})
    worker.communicate()
    table("Messages a second: history kept, against PyDistSim without any; and what a message costs as the group grows",
          ("", "agents", "messages", "labkit", "PyDistSim", "ratio", "growth, labkit", "PyDistSim"), rows)


def _rows(worker: "subprocess.Popen[str]", said: str, act: Callable[["nx.Graph[str]", int], int],
          work: dict[int, tuple["nx.Graph[int]", int]]) -> list[tuple[str, ...]]:
    rows, first = [], None
    for n, (graph, messages) in work.items():
        again = max(1, AT_LEAST // messages)
        named = nx.relabel_nodes(graph, dict(enumerate(agent_names(n))))
        task = json.dumps({"work": act.__name__, "n": n, "links": list(graph.edges), "messages": messages,
                           "times": again})
        taken: list[tuple[Seconds, Seconds]] = []
        for _ in range(ROUNDS):
            start = process_time()
            counts = [act(named, messages) for _ in range(again)]
            mine = process_time() - start
            theirs, delivered = ask(worker, task)
            assert sum(counts) == delivered == again * messages, f"{said}, {n} agents: {sum(counts)}, {delivered}"
            taken.append((mine, theirs))
        mine, theirs = (median(column) / again / messages for column in zip(*taken, strict=True))
        first = first or (mine, theirs)
        rows.append((said, f"{n:,}", f"{messages:,}", f"{1 / mine:,.0f}", f"{1 / theirs:,.0f}", times(theirs / mine),
                     times(mine / first[0]), times(theirs / first[1])))
    return rows


def _told(graph: "nx.Graph[int]") -> int:
    """How many messages flooding needs: each link both ways, but not back to those from whom the news came."""
    return 2 * len(graph.edges) - (len(graph) - 1)


def _delivered(sim: Simulator) -> int:
    return sum(isinstance(sim[number].event, Deliver) for number in range(len(sim)))


def rival() -> "subprocess.Popen[str]":
    """PyDistSim in a process of its own, waiting for tasks."""
    return subprocess.Popen([_python(), Path(__file__).with_name("distsim_worker.py")], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_surroundings())


def ask(worker: "subprocess.Popen[str]", task: str) -> tuple[Seconds, int]:
    """The seconds that the rival needs for this task, and the messages that it delivered."""
    assert worker.stdin and worker.stdout
    worker.stdin.write(f"{task}\n")
    worker.stdin.flush()
    seconds, delivered = json.loads(worker.stdout.readline())
    return seconds, delivered


def _python() -> Path:
    """The Python in which PyDistSim is installed."""
    home = Path(gettempdir()) / f"labkit-bench-pydistsim-{VERSION}"
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (home / "is-ready").exists():
        print(f"Installing PyDistSim into {home} …", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"PyDistSim=={VERSION}"], check=True,
                       env=_surroundings(), stdout=sys.stderr)
        (home / "is-ready").touch()
    return python


def _surroundings() -> dict[str, str]:
    """Of this process, but without a way to labkit or to what is installed beside it."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
