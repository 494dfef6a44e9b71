"""Each preset does what its sentence says, on every network that it fits."""

from itertools import combinations

import networkx as nx
import pytest
from labkit.faults import PRESETS, Preset
from labkit.faults.presets import bridge, cut_the_hub, halve, halves, isolate_one, ring_of_majorities
from labkit.network import Network
from labkit.topology import build
from random_networks import KINDS

EVERY_NETWORK = [(kind, n) for kind in KINDS for n in (2, 3, 4, 7, 8, 20, 41)]


def intact(kind: str, n: int) -> Network:
    return Network(build(kind, n))


def closed_links(network: Network) -> set[frozenset[str]]:
    """Links that are cut; each of them in both directions."""
    assert {(b, a) for a, b in network.cut} == network.cut
    return {frozenset(way) for way in network.cut}


@pytest.mark.parametrize(("kind", "n"), EVERY_NETWORK)
def test_halves_are_equally_large_and_side_by_side(kind: str, n: int) -> None:
    network = intact(kind, n)
    left, right = halves(network)
    assert (len(left), len(right)) == (n // 2, n - n // 2)
    assert left | right == set(network.graph)
    place = {agent: network.graph.nodes[agent]["pos"][0] for agent in network.graph}
    assert max(place[agent] for agent in left) <= min(place[agent] for agent in right)


@pytest.mark.parametrize(("kind", "n"), EVERY_NETWORK)
def test_halving_leaves_no_way_across_and_all_ways_within(kind: str, n: int) -> None:
    network = intact(kind, n)
    left, _ = halves(network)
    halved = network.after(*halve(network))
    assert all(set(group) <= left or not left & set(group) for group in halved.partitions())
    crossing = {frozenset(link) for link in network.graph.edges if len(left & set(link)) == 1}
    assert closed_links(halved) == crossing


@pytest.mark.parametrize("n", [2, 3, 8, 9, 40])
def test_halving_a_mesh_leaves_two_partitions_of_half_the_agents(n: int) -> None:
    network = intact("mesh", n)
    assert [len(group) for group in network.after(*halve(network)).partitions()] == [n - n // 2, n // 2]


@pytest.mark.parametrize("n", [4, 5, 8, 15, 40])
def test_the_bridge_of_a_mesh_is_all_that_holds_it_together(n: int) -> None:
    network = intact("mesh", n)
    hurt = network.after(*bridge(network))
    assert len(hurt.partitions()) == 1
    left, right = halves(network)
    found = [link for link in nx.bridges(hurt.two_way()) if left & set(link) and right & set(link)]
    assert len(found) == 1
    assert len(hurt.cut) // 2 == len(left) * len(right) - 1


@pytest.mark.parametrize(("kind", "n"), EVERY_NETWORK)
def test_a_bridge_is_what_halving_leaves_out(kind: str, n: int) -> None:
    network = intact(kind, n)
    halved, hurt = (closed_links(network.after(*fault(network))) for fault in (halve, bridge))
    assert hurt <= halved
    assert len(halved - hurt) == min(1, len(halved))


@pytest.mark.parametrize(("kind", "n"), EVERY_NETWORK)
def test_an_isolated_agent_is_up_and_alone_and_no_other_link_is_cut(kind: str, n: int) -> None:
    network = intact(kind, n)
    for agent in list(network.graph)[::5]:
        hurt = network.after(*isolate_one(network, agent))
        assert (agent,) in hurt.partitions()
        assert not hurt.crashed
        assert closed_links(hurt) == {frozenset((agent, near)) for near in network.graph[agent]}


@pytest.mark.parametrize(("kind", "hub"), [
    ("star", "a"), ("mesh", "a"), ("ring", "a"), ("tree", "b"), ("hybrid", "c")])
def test_cutting_the_hub_isolates_the_agent_with_most_links_first_by_name(kind: str, hub: str) -> None:
    network = intact(kind, 8)
    assert cut_the_hub(network) == isolate_one(network, hub)


def test_cutting_the_hub_of_a_star_leaves_everyone_alone() -> None:
    star = intact("star", 6)
    assert star.after(*cut_the_hub(star)).partitions() == (("a",), ("b",), ("c",), ("d",), ("e",), ("f",))


@pytest.mark.parametrize("n", [4, 5, 6, 7, 8, 9, 11, 13, 16, 25, 51])
def test_in_a_ring_of_majorities_everyone_hears_a_majority_and_nobody_the_same(n: int) -> None:
    mesh = intact("mesh", n)
    hurt = mesh.after(*ring_of_majorities(mesh))
    heard = {agent: frozenset((agent, *near)) for agent, near in hurt.connectivity().items()}
    assert all(len(group) > n / 2 for group in heard.values())
    assert all(one != other for one, other in combinations(heard.values(), 2))
    assert not frozenset.intersection(*heard.values())  # nobody is heard by all
    assert len(hurt.partitions()) == 1


@pytest.mark.parametrize("n", [5, 9, 13, 17])
def test_a_ring_of_majorities_leaves_no_more_than_a_bare_majority(n: int) -> None:
    mesh = intact("mesh", n)
    hurt = mesh.after(*ring_of_majorities(mesh))
    assert {len(near) + 1 for near in hurt.connectivity().values()} == {n // 2 + 1}


def test_a_ring_of_five_is_a_ring_of_majorities_already() -> None:
    assert ring_of_majorities(intact("ring", 5)) == ()


@pytest.mark.parametrize(("kind", "n", "why"), [
    ("star", 5, r"\(here b and c have no link\): take a mesh of 4 or more"),
    ("ring", 9, "here a and c have no link"),
    ("tree", 7, "have no link"),
    ("hybrid", 9, "have no link"),
    ("mesh", 3, "3 agents are too few"),
    ("mesh", 2, "2 agents are too few"),
])
def test_a_ring_of_majorities_says_where_it_does_not_fit(kind: str, n: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ring_of_majorities(intact(kind, n))


def test_isolating_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no agent 'x': the agents are a, b, c and d"):
        isolate_one(intact("ring", 4), "x")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_name_and_a_sentence_and_leaves_the_network_alone(name: str) -> None:
    preset, mesh = PRESETS[name], intact("mesh", 7)
    assert isinstance(preset, Preset)
    assert (preset.name, preset.sentence[-1]) == (name, ".")
    assert preset.events(mesh, "b") == preset.events(mesh, "b")
    assert mesh.partitions() == (tuple("abcdefg"),)
    assert mesh.graph.number_of_edges() == 21
