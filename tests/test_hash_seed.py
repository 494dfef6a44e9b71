"""Two learners see the same: nothing depends on the order in which Python happens to keep its sets.

The same small script runs in two processes with different PYTHONHASHSEED; line by line they must print the same.
"""

import os
import subprocess
import sys

import pytest

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


def told(hash_seed: str) -> dict[str, list[str]]:
    """What the script prints, by the first word of its lines."""
    run = subprocess.run([sys.executable, "-c", SCRIPT], env={**os.environ, "PYTHONHASHSEED": hash_seed},
                         capture_output=True, text=True, check=True, timeout=60)
    lines: dict[str, list[str]] = {}
    for line in run.stdout.splitlines():
        lines.setdefault(line.split(" | ")[0], []).append(line)
    return lines


@pytest.fixture(scope="module")
def two_learners() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    return told("1"), told("2")


@pytest.mark.parametrize("what", WHAT)
def test_two_learners_see_the_same(what: str, two_learners: tuple[dict[str, list[str]], dict[str, list[str]]]) -> None:
    one, other = two_learners
    assert len(one[what]) == 5
    assert one[what] == other[what]


def test_the_script_tells_nothing_that_is_not_compared(
        two_learners: tuple[dict[str, list[str]], dict[str, list[str]]]) -> None:
    assert list(two_learners[0]) == WHAT


def test_sets_really_come_in_another_order() -> None:
    orders = {subprocess.run([sys.executable, "-c", "print(list({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}))"],
                             env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
                             check=True).stdout for seed in ("1", "2")}
    assert len(orders) == 2
