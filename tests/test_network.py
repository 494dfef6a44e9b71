"""A network with its faults is a value: events make a new one, and what it tells agrees with networkx."""

from random import Random
from typing import Any

import networkx as nx
import pytest
from labkit.lesson import PartitionDetector
from labkit.network import Crash, Cut, Heal, Network, Restart, cut, heal
from labkit.topology import build
from labkit.values import by_name
from random_networks import searched_anew, some_fault, some_network
from seeds import seeds

State = tuple[frozenset[tuple[str, str]], frozenset[str]]


def five(kind: str = "star") -> Network:
    return Network(build(kind, 5))


def state(network: Network) -> State:
    return network.cut, network.crashed


def ways_that_work(network: Network) -> "nx.DiGraph[str]":
    """The same network told to networkx: agents that are up, directions that are not cut."""
    ways = network.graph.to_directed()
    ways.remove_edges_from(network.cut)
    ways.remove_nodes_from(network.crashed)
    return ways


def after_some_faults(random: Random) -> Network:
    network = some_network(random)
    return network.after(*(some_fault(random, network) for _ in range(random.randrange(25))))


def test_an_intact_network_has_no_fault_and_one_partition() -> None:
    assert state(five()) == (frozenset(), frozenset())
    assert five().partitions() == (("a", "b", "c", "d", "e"),)
    assert five().alive() == ("a", "b", "c", "d", "e")


def test_events_are_applied_in_their_order() -> None:
    assert five().after(Cut("a", "b"), Heal("a", "b")).cut == frozenset()
    assert five().after(Heal("a", "b"), Cut("a", "b")).cut == {("a", "b")}
    assert five().after(Restart("a"), Crash("a")).crashed == {"a"}


def test_a_cut_closes_one_direction_and_the_pair_of_cuts_both() -> None:
    one, both = five().after(Cut("a", "b")), five().after(*cut("a", "b"))
    assert (one.works("a", "b"), one.works("b", "a")) == (False, True)
    assert (both.works("a", "b"), both.works("b", "a")) == (False, False)
    assert state(both.after(*heal("a", "b"))) == state(five())


@pytest.mark.parametrize("event", [Cut("a", "b"), Heal("a", "b"), Crash("c"), Restart("c")])
def test_an_event_twice_is_an_event_once(event: Any) -> None:
    for start in (five(), five().after(Cut("a", "b"), Crash("c"))):
        assert state(start.after(event, event)) == state(start.after(event))


@pytest.mark.parametrize("seed", range(10))
def test_no_event_changes_the_network_it_happens_to(seed: int) -> None:
    random = Random(seed)
    network = after_some_faults(random)
    before, graph = state(network), network.graph.copy()
    network.after(*(some_fault(random, network) for _ in range(20))).healed()
    assert state(network) == before
    assert nx.utils.graphs_equal(network.graph, graph)


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_a_walk_of_faults_does_what_a_list_of_them_says(seed: int) -> None:
    random = Random(seed)
    network = start = some_network(random)
    closed: set[tuple[str, str]] = set()
    down: set[str] = set()
    events = [some_fault(random, network) for _ in range(60)]
    for event in events:
        network = network.after(event)
        match event:
            case Cut(a, b):
                closed |= {(a, b)}
            case Heal(a, b):
                closed -= {(a, b)}
            case Crash(a):
                down |= {a}
            case Restart(a):
                down -= {a}
        assert state(network) == (frozenset(closed), frozenset(down))
    assert state(start.after(*events)) == state(network)
    assert state(network.healed()) == state(start)


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_what_a_hurt_network_tells_agrees_with_networkx(seed: int) -> None:
    random = Random(seed)
    for _ in range(8):
        network = after_some_faults(random)
        ways = ways_that_work(network)
        assert network.alive() == tuple(sorted(ways, key=by_name))
        assert {a: set(near) for a, near in network.connectivity().items()} == {a: set(ways[a]) for a in ways}
        assert all(network.works(a, b) == ways.has_edge(a, b) for a, b in network.graph.to_directed().edges)
        assert network.partitions("mutual") == network.partitions() == searched_anew(ways, "mutual")
        assert network.partitions("any") == searched_anew(ways, "any")
        both_ways = ways.to_undirected(reciprocal=True)
        assert nx.utils.graphs_equal(nx.Graph(network.two_way().edges), nx.Graph(both_ways.edges))
        assert set(network.two_way()) == set(both_ways)


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_news_arrives_after_as_many_rounds_as_there_are_hops(seed: int) -> None:
    random = Random(seed)
    for _ in range(8):
        network = after_some_faults(random)
        for source in network.alive():
            hops = nx.single_source_shortest_path_length(ways_that_work(network), source)
            rounds = network.broadcast(source)
            assert {agent: i for i, heard in enumerate(rounds) for agent in heard} == hops
            assert sum(map(len, rounds)) == len(hops)
            assert all(list(heard) == sorted(heard, key=by_name) for heard in rounds)


def test_news_goes_round_a_ring_both_ways_and_round_a_cut_ring_one_way() -> None:
    ring = Network(build("ring", 6))
    assert ring.broadcast("a") == (("a",), ("b", "f"), ("c", "e"), ("d",))
    assert ring.after(Cut("a", "b")).broadcast("a") == (("a",), ("f",), ("e",), ("d",), ("c",), ("b",))
    assert ring.after(Cut("b", "a")).broadcast("a") == ring.broadcast("a")


def test_the_dead_say_nothing() -> None:
    with pytest.raises(ValueError, match="a is down and cannot broadcast: restart it or choose another agent"):
        five().after(Crash("a")).broadcast("a")


def test_a_crash_and_a_cut_look_the_same_to_everyone_else() -> None:
    for kind in ("star", "mesh", "ring"):
        crashed = five(kind).after(Crash("b"))
        isolated = five(kind).after(*(event for near in five(kind).graph["b"] for event in cut("b", near)))
        seen = isolated.connectivity()
        assert crashed.connectivity() == {agent: near for agent, near in seen.items() if agent != "b"}
        assert set(isolated.partitions()) - set(crashed.partitions()) == {("b",)}


def test_a_crashed_agent_is_in_no_partition_and_comes_back_with_its_links() -> None:
    hub_down = five().after(Crash("a"))
    assert hub_down.partitions() == (("b",), ("c",), ("d",), ("e",))
    assert hub_down.after(Restart("a")).partitions() == five().partitions()
    assert five().after(*(Crash(agent) for agent in "abcde")).partitions() == ()


def test_the_lessons_detector_takes_what_the_network_tells() -> None:
    network = Network(build("ring", 6)).after(*cut("a", "b"), *cut("d", "e"))
    groups = PartitionDetector().detect_partition(list(network.alive()), network.connectivity())
    assert {frozenset(group) for group in groups} == {frozenset(group) for group in network.partitions()}


@pytest.mark.parametrize(("event", "remedy"), [
    (Cut("b", "c"), "there is no link between b and c: b is linked to a"),
    (Heal("b", "c"), "there is no link between b and c: b is linked to a"),
    (Cut("a", "x"), "there is no agent 'x': the agents are a, b, c, d and e"),
    (Heal("x", "a"), "there is no agent 'x': the agents are a, b, c, d and e"),
    (Crash("x"), "there is no agent 'x': the agents are"),
    (Restart("x"), "there is no agent 'x': the agents are"),
    (("a", "b"), r"\('a', 'b'\) is not an event: use Cut, Heal, Crash or Restart"),
])
def test_what_cannot_happen_is_refused_with_a_remedy(event: Any, remedy: str) -> None:
    network = five()
    with pytest.raises(ValueError, match=remedy):
        network.after(Crash("e"), event)
    assert state(network) == state(five())


def test_news_from_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no agent 'x': the agents are a, b"):
        five().broadcast("x")
