"""Two learners see the same: nothing depends on the order in which Python happens to keep its sets.

The same small scripts run in processes with different PYTHONHASHSEED; line by line they must print the same.
"""

import os
import subprocess
import sys
from functools import cache

import pytest
from labkit.protocols import CATALOGUE
from seeds import one_in

SCRIPT = '''
from labkit.network import Crash, Cut
from labkit.network import Network
from labkit.network.network import PartitionTracker
from labkit.network import partitions
from labkit.faults import PRESETS
from labkit.topology import Needs, advise, build, kinds, measure, share_after

for kind in kinds():
    graph = build(kind, 30)
    network = Network(graph)
    hurt = network.after(*(Cut(a, b) for a, b in list(graph.edges)[::3]), *map(Crash, list(graph)[::7]))
    ruined = network.after(*map(Crash, list(graph)[::2]), Crash("b"), Crash("d"), Crash("f"))
    tell = {
        "build": [list(graph.nodes(data=True)), list(graph.edges)],
        "measure": measure(graph),
        "share_after": [share_after(graph, k, seed=3) for k in (1, 2, 3)],
        "advise": advise(Needs(agents=30, max_hops=9, priorities=("links", "hops"))),
        "partitions": [partitions(list(graph), graph), hurt.partitions("mutual"), hurt.partitions("any")],
        "connectivity": [hurt.connectivity(), hurt.alive()],
        "broadcast": [hurt.broadcast(agent) for agent in hurt.alive()],
        "follower": PartitionTracker(hurt, "mutual").follow(ruined),
        "what is left": [list(hurt.two_way()), list(hurt.two_way().edges), measure(hurt.two_way())],
        "little is left": [list(ruined.two_way()), list(ruined.two_way().edges)],
        "presets": [(name, preset.events(network, "b")) for name, preset in PRESETS.items()
                    if name != "ring of majorities" or kind == "mesh"],
    }
    for what, told in tell.items():
        print(f"{what} | {kind} | {told!r}")
'''
WHAT = ["build", "measure", "share_after", "advise", "partitions", "connectivity", "broadcast", "follower",
        "what is left", "little is left", "presets"]
# Everybody asks at once, also for sets; then a partition, a crash, and all comes together again.
RUNS = '''
import sys
from dataclasses import fields
from labkit.agents import Invariant, violation_of
from labkit.engine import Simulator
from labkit.faults import report
from labkit.observe import Requests, log, sides_of
from labkit.protocols import CATALOGUE, Propose, Write, army
from labkit.topology import build
from labkit.values import brief, kind

FRUIT = frozenset({"apple", "pear", "plum", "fig", "date", "kiwi"})

def fruit(protocol, agent):
    forms = {Propose: Propose(f"fruit{agent}", FRUIT), Write: Write("fruit", FRUIT | {agent})}
    return next((forms[form] for form in protocol.requests if form in forms), FRUIT)

for protocol in map(CATALOGUE.get, sys.argv[1:]):
    cast = army(5, FRUIT) if protocol.name == "oral messages" else protocol.kind
    sim = Simulator(build("mesh", 5), cast, seed=7, loss=0.05, duplication=0.1)
    for number in range(1, 7):
        for agent in sorted(set(sim.system.agents) - sim.system.down):
            sim.request(agent, fruit(protocol, agent))
            wish = protocol.ask(agent, number)
            sim.request(agent, "red" if wish is None else wish) if not protocol.requests or wish is not None else None
        sim.run(until=150 * number)
        {2: lambda: sim.isolate("a", "b"), 3: lambda: sim.crash("c"), 4: sim.heal_all,
         5: lambda: sim.restart("c")}.get(number, lambda: None)()
    sim.run(until=1_500)
    network = sim.system.network
    tell = {
        "log": log(sim).splitlines(),
        "report": [*str(report(sim, 300, 600)).splitlines(), sides_of(sim.system, [tuple(network.graph)])],
        "agents": [f"{name} {field.name} {brief(getattr(agent, field.name), 2_000)}"
                   for name, agent in sim.system.agents.items() for field in fields(agent)],
        "requests": [brief((one.request, one.outcome)) for one in Requests(sim).at(sim.at(len(sim)))],
        "broken": [violation_of(one, sim.system) for one in protocol.properties if isinstance(one, Invariant)],
    }
    for what, lines in tell.items():
        print(f"{what} of {protocol.name} | {lines!r}")
print("words |", kind(FRUIT), kind(("tea", FRUIT)), brief({"fruit": FRUIT}), Write("fruit", FRUIT))
'''
HASH_SEEDS = ("1", "2")


def told(hash_seed: str, script: str, *given: str) -> dict[str, list[str]]:
    """What the script prints, by the first word of its lines."""
    run = subprocess.run([sys.executable, "-c", script, *given], env={**os.environ, "PYTHONHASHSEED": hash_seed},
                         capture_output=True, text=True, check=True, timeout=120)
    lines: dict[str, list[str]] = {}
    for line in run.stdout.splitlines():
        lines.setdefault(line.split(" | ")[0], []).append(line)
    return lines


def test_two_learners_see_the_same() -> None:
    one, other = told("1", SCRIPT), told("2", SCRIPT)
    assert list(one) == list(other) == WHAT
    assert [what for what in WHAT if one[what] != other[what]] == []
    assert {len(lines) for lines in one.values()} == {5}


@cache
def a_class(name: str) -> list[dict[str, list[str]]]:
    return [told(hash_seed, RUNS, name) for hash_seed in HASH_SEEDS]


@pytest.mark.parametrize("name", one_in(16, CATALOGUE))
def test_a_whole_class_reads_the_same_of_each_protocol(name: str) -> None:
    for what in ("log", "report", "agents", "requests", "broken"):
        assert len({tuple(one[f"{what} of {name}"]) for one in a_class(name)}) == 1, f"the {what} of {name}"


def test_a_set_reads_the_same_in_few_words() -> None:
    (line,) = {line for one in a_class("replicas") for line in one["words"]}
    fruit = "{apple, date, fig, kiwi, pear, plum}"
    assert line == f"words | {{apple, date,… (tea, {{apple,… {{fruit: {fruit}}} write fruit {fruit}"


def test_those_runs_show_sets_that_stand_side_by_side() -> None:
    (line,) = a_class("replicas")[0]["agents of replicas"]
    assert line.count(" or {") >= 5 and "fruit: {a, apple, date, fig, kiwi, pear, plum} or {" in line


def test_sets_really_come_in_another_order() -> None:
    orders = {subprocess.run([sys.executable, "-c", "print(list({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}))"],
                             env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
                             check=True).stdout for seed in ("1", "2")}
    assert len(orders) == 2
