"""The answers to the questions on topologies, worked out of the networks themselves."""

from itertools import combinations

import networkx as nx
from answers import answers
from labkit.faults import PRESETS
from labkit.network import Crash, Network, cut
from labkit.topology import build, fault_tolerance, figures


def network(kind: str, n: int) -> Network:
    return Network(build(kind, n))


def after_preset(name: str, kind: str, n: int) -> Network:
    intact = network(kind, n)
    return intact.after(*PRESETS[name].events(intact, "a"))


def pairs(hurt: Network) -> int:
    """How many pairs of agents are in one partition."""
    return sum(len(group) * (len(group) - 1) // 2 for group in hurt.partitions())


@answers("star, hub crashes")
def the_hub_of_a_star() -> tuple[str, dict[str, object]]:
    assert fault_tolerance(build("star", 8)).articulation_points == ("a",)
    return str(len(network("star", 8).after(Crash("a")).partitions())), {}


@answers("mesh, broadcast")
def the_flood_of_a_mesh() -> tuple[str, dict[str, object]]:
    assert all(figures("mesh", n)["messages"] == (n - 1) ** 2 for n in (2, 5, 8, 30))
    return str(figures("mesh", 8)["messages"]), {"7 + 42 = 49": figures("mesh", 8)["messages"] == 7 + 7 * 6 == 49}


@answers("ring, second cut")
def two_cuts_of_a_ring() -> tuple[str, dict[str, object]]:
    ring = network("ring", 8)
    lines = [ring.after(*cut(*link)) for link in ring.graph.edges]
    bridges = [len(list(nx.bridges(line.two_way()))) for line in lines]
    twice = [ring.after(*cut(*one), *cut(*other)) for one, other in combinations(ring.graph.edges, 2)]
    parts = {len(hurt.partitions()) for hurt in twice}
    answer = "two partitions, whichever link it is" if parts == {2} else f"{parts} partitions"
    return answer, {"all still reach each other": {len(line.partitions()) for line in lines} == {1},
                    "Each of its links is a bridge": set(bridges) == {7}}


@answers("tree, cut at the root")
def a_cut_at_the_root() -> tuple[str, dict[str, object]]:
    tree = network("tree", 15)
    left, leaf = pairs(tree.after(*cut("a", "b"))), pairs(tree.after(*cut("g", "o")))
    return f"about {left / 105:.0%}".replace("%", " %"), {
        "7 agents on one side and 8 on the other": [*map(len, tree.after(*cut("a", "b")).partitions())] == [8, 7],
        "21 + 28 = 49 pairs are left of 105": (left, pairs(tree)) == (49, 105),
        "a leaf separates 14 pairs": 105 - leaf == 14, "87 %": f"{leaf / 105:.0%}" == "87%"}


@answers("hybrid, a hub crashes")
def the_hub_of_a_hybrid() -> tuple[str, dict[str, object]]:
    hurt = network("hybrid", 12).after(Crash("a"))
    return str(len(hurt.partitions())), {"three partitions": [*map(len, hurt.partitions())] == [8, 1, 1, 1]}


@answers("thinking agents")
def thinking_agents() -> tuple[str, dict[str, object]]:
    hops = {kind: figures(kind, 20)["hops"] for kind in ("star", "mesh", "ring", "tree")}
    messages = figures("mesh", 20)["messages"]
    return max(hops, key=lambda kind: hops[kind]), {
        "10 hops: 40 seconds": hops["ring"] * 4 == 40,
        "The tree needs 7 hops, the star 2, the mesh 1": (hops["tree"], hops["star"], hops["mesh"]) == (7, 2, 1),
        "361 messages of 800 tokens are 288,800 tokens": (messages, f"{messages * 800:,}") == (361, "288,800")}


@answers("bridge")
def the_bridge_of_a_mesh() -> tuple[str, dict[str, object]]:
    hurt, halved = (after_preset(name, "mesh", 8) for name in ("bridge", "halve"))
    return str(len(hurt.partitions())), {"16 of the 28 pairs": (pairs(hurt), pairs(hurt) - pairs(halved)) == (28, 16)}


@answers("ring of majorities")
def the_ring_of_majorities() -> tuple[str, dict[str, object]]:
    seen = [{agent, *near} for agent, near in after_preset("ring of majorities", "mesh", 5).connectivity().items()]
    most = max(sum(leader in one for one in seen) for leader in set.union(*seen))
    return str(most), {"Each agent sees a different majority": all(len(one) == 3 for one in seen)
                    and all(one != other for one, other in combinations(seen, 2))}
