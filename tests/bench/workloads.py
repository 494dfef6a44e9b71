"""What `before` lets two trees do. Run by itself it is the worker of a tree: a name comes in, seconds and work go out.

Each workload prepares something and gives the act to be timed, which gives in words how much it did. The first lines
know both the names of today and those of the time when the modules lay flat.
"""

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import labkit
import networkx as nx
from labkit.scenario import parse
from labkit.topology import build
from labkit.views import PartitionLab, Player, TopologyExplorer

try:
    from labkit.agents import Agent, Send, create
    from labkit.engine import Model, Simulator
    from labkit.protocols import PAXOS_PROPERTIES, RAFT_PROPERTIES, Paxos, Raft
    from labkit.search import explore
    from labkit.values import agent_names
except ImportError:
    from labkit.agent import Agent, Send, create
    from labkit.explorer import explore as explore_topology
    from labkit.names import agent_names
    from labkit.protocols.paxos import PAXOS_PROPERTIES, Paxos
    from labkit.protocols.raft import RAFT_PROPERTIES, Raft
    from labkit.simulator import Simulator

    def Model(*model, requests=()):  # noqa: N802
        return model, requests

    def explore(model, **faults):
        return explore_topology(*model[0], requests=model[1], **faults)


Act = Callable[[], str]
RIVALS = (("a", "red"), ("b", "blue"))
TEXT = """topology mesh 5
protocol raft
seed 3
at 400 request a x
at 800 isolate b
at 900 request c y
at 1500 crash a
at 1900 heal all
at 2100 restart a
at 2400 request d z
run until 3000
"""


@dataclass
class Pinger(Agent):
    """Pings its right neighbour, again with each answer."""

    right: str = ""

    def start(self) -> list[Send]:
        return [Send(self.right, "ping")]

    def receive(self, sender: str, message: str) -> list[Send]:
        return [Send(sender, "pong")] if message == "ping" else [Send(self.right, "ping")]


def ring(steps: int) -> Simulator:
    names = agent_names(100)
    cast = create(Pinger, names)
    for name, right in zip(names, (*names[1:], names[0]), strict=True):
        cast[name].right = right
    sim = Simulator(nx.cycle_graph(names), cast, seed=1)
    sim.run(steps=steps)
    return sim


def pings() -> Act:
    return lambda: f"{len(ring(20_000)):,} steps"


def raft() -> Act:
    def act() -> str:
        sims = [Simulator(build("mesh", 5), Raft, seed=seed) for seed in range(4)]
        for sim in sims:
            sim.run(until=5_000)
        return f"{sum(map(len, sims)):,} steps"

    return act


def search_paxos() -> Act:
    model = Model(build("mesh", 3), Paxos, PAXOS_PROPERTIES, requests=RIVALS)
    return lambda: f"{explore(model, crashes=1, progress=False).states:,} states"


def search_raft() -> Act:
    model = Model(build("mesh", 3), Raft, RAFT_PROPERTIES)
    return lambda: f"{explore(model, timeouts=2, progress=False).states:,} states"


def look_back() -> Act:
    sim = ring(5_000)
    return lambda: f"at step {sum(sim.at(step).step for step in range(2_400, 2_500)) // 100:,}, 100 times"


def branches() -> Act:
    sim = ring(5_000)
    return lambda: f"at step {sum(len(sim.branch(step)) for step in range(2_400, 2_500)) // 100:,}, 100 times"


def elected() -> Simulator:
    sim = Simulator(build("mesh", 5), Raft, seed=1)
    sim.run(steps=500)
    return sim


def open_player() -> Act:
    sim = elected()
    return lambda: f"{len(Player(sim, RAFT_PROPERTIES).times) - 1} steps"


def step_player() -> Act:
    player = Player(elected(), RAFT_PROPERTIES, at=200)
    return lambda: f"to step {[(player.step(), player.moment.step)[1] for _ in range(50)][-1]}"


def scrub_player() -> Act:
    player = Player(elected(), RAFT_PROPERTIES)
    return lambda: f"to step {[(player.go(step * 197 % 500), player.moment.step)[1] for step in range(50)][-1]}"


def clicks() -> Act:
    lab = TopologyExplorer("ring", 20)

    def act() -> str:
        for a, b in list(lab.network.graph.edges)[::2]:
            lab.cut(a, b)
        lab.crash("a")
        lab.undo()
        lab.heal_all()
        return f"{len(lab.groups)} partition"

    return act


def scenario() -> Act:
    return lambda: f"{sum(len(parse(TEXT).play()) for _ in range(4)):,} steps"


def partition_lab() -> Act:
    def act() -> str:
        lab = PartitionLab("raft", seed=1)
        lab.run_on(300)
        return f"{len(lab.sim):,} steps"

    return act


WORKLOADS = {
    "ring of 100 agents, pings": pings,
    "Raft, 5 agents, 5,000 units, 4 seeds": raft,
    "search: Paxos, two rivals, one crash": search_paxos,
    "search: Raft, two elections": search_raft,
    "at": look_back,
    "branch": branches,
    "player of 500 steps: open": open_player,
    "player of 500 steps: 50 steps": step_player,
    "player of 500 steps: 50 scrubs": scrub_player,
    "topology explorer: 10 cuts, crash, undo, heal": clicks,
    "scenario: parse and play, 4 times": scenario,
    "partition lab: open, run 300": partition_lab,
}


def serve(labs: Path) -> None:
    assert Path(labkit.__file__).resolve().is_relative_to(labs.resolve()), f"{labkit.__file__} is not in {labs}"
    for line in sys.stdin:
        act = WORKLOADS[line.strip()]()
        gc.collect()
        start = process_time()
        done = act()
        print(process_time() - start, done, flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
