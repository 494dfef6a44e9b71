"""All measures agree with networkx, on every topology and on random networks, whole or fallen apart."""

from random import Random

import networkx as nx
import pytest
from labkit.network import Crash, Cut
from labkit.topology import build, communication, constraints, fault_tolerance, measure
from labkit.topology.measures import Communication, FaultTolerance
from labkit.values import by_name
from random_networks import KINDS, some_graph, some_network
from seeds import seeds


def by_networkx(graph: "nx.Graph[str]") -> tuple[int, float, float, dict[str, float]]:
    """Diameter, mean hops and share of the pairs that can reach each other, and betweenness."""
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    hops = [lengths[a][b] for a in graph for b in graph if a != b and b in lengths[a]]
    pairs = len(graph) * (len(graph) - 1)
    mean = sum(hops) / len(hops) if hops else 0.0
    return max(hops, default=0), mean, len(hops) / pairs if pairs else 1.0, nx.betweenness_centrality(graph)


def messages_of_a_flood(graph: "nx.Graph[str]", start: str) -> int:
    """Play it: whoever hears the news first sends it over all its links but the one it came by."""
    heard, sent, waiting = {start}, 0, [(start, None)]
    while waiting:
        agent, came_by = waiting.pop(0)
        for near in graph[agent]:
            if near != came_by:
                sent += 1
                if near not in heard:
                    heard.add(near)
                    waiting.append((near, agent))
    return sent


def agrees(graph: "nx.Graph[str]", told: Communication) -> None:
    diameter, mean, reachable, load = by_networkx(graph)
    assert told.diameter == diameter
    assert told.mean_hops == pytest.approx(mean)
    assert told.reachable == pytest.approx(reachable)
    assert told.busiest_load == pytest.approx(max(load.values()))
    assert load[told.busiest] == pytest.approx(max(load.values()))
    assert told.broadcast_messages == sum(
        messages_of_a_flood(graph, min(group)) for group in nx.connected_components(graph))


def breaks_where_networkx_says(graph: "nx.Graph[str]", faults: FaultTolerance) -> None:
    assert faults.articulation_points == tuple(sorted(nx.articulation_points(graph), key=by_name))
    assert {frozenset(link) for link in faults.bridges} == {frozenset(link) for link in nx.bridges(graph)}
    assert list(faults.bridges) == sorted(faults.bridges, key=lambda link: [by_name(name) for name in link])
    assert faults.agent_connectivity == nx.node_connectivity(graph)
    assert faults.link_connectivity == nx.edge_connectivity(graph)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 7, 10, 24, 40])
@pytest.mark.parametrize("kind", KINDS)
def test_every_topology_measures_as_networkx_says(kind: str, n: int) -> None:
    graph = build(kind, n)
    measured = measure(graph)
    agrees(graph, measured.communication)
    breaks_where_networkx_says(graph, measured.fault_tolerance)
    assert measured.communication.diameter == nx.diameter(graph)
    assert measured.communication.mean_hops == pytest.approx(nx.average_shortest_path_length(graph))


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_networks_measure_as_networkx_says(kind: str) -> None:
    graph = build(kind, 200)
    told, faults = communication(graph), fault_tolerance(graph)
    busiest = nx.betweenness_centrality(graph)[told.busiest] if kind != "mesh" else 0.0
    assert told.busiest_load == pytest.approx(busiest)
    assert faults.agent_connectivity == {"star": 1, "mesh": 199, "ring": 2, "tree": 1, "hybrid": 1}[kind]
    assert faults.link_connectivity == faults.agent_connectivity


@pytest.mark.parametrize("backbone", ["star", "mesh", "ring", "tree"])
@pytest.mark.parametrize("cluster", ["star", "mesh", "ring", "tree"])
def test_every_hybrid_measures_as_networkx_says(backbone: str, cluster: str) -> None:
    graph = build("hybrid", 14, backbone=backbone, cluster=cluster)
    agrees(graph, communication(graph))
    breaks_where_networkx_says(graph, fault_tolerance(graph))


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_any_random_network_measures_as_networkx_says(seed: int) -> None:
    random = Random(seed)
    for _ in range(25):
        graph = some_graph(random, random.randint(1, 11))
        agrees(graph, communication(graph))
        breaks_where_networkx_says(graph, fault_tolerance(graph))


@pytest.mark.parametrize("seed", range(12))
def test_the_fewest_failures_are_found_however_the_network_is_woven(seed: int) -> None:
    random = Random(seed)
    for degree in (3, 4, 5):  # regular networks: no shortcut answers these
        graph = nx.relabel_nodes(nx.random_regular_graph(degree, random.choice([10, 12, 18]), seed=seed), str)
        breaks_where_networkx_says(graph, fault_tolerance(graph))
    halves = nx.disjoint_union(nx.complete_graph(6), nx.complete_graph(7))  # held together by a few links
    halves.add_edges_from((random.randrange(6), 6 + random.randrange(7)) for _ in range(random.randint(1, 6)))
    graph = nx.relabel_nodes(halves, str)
    breaks_where_networkx_says(graph, fault_tolerance(graph))
    agrees(graph, communication(graph))


@pytest.mark.parametrize("shared", [2, 3, 4, 5])
@pytest.mark.parametrize("extra", [2, 3])
def test_two_groups_are_held_together_by_the_agents_they_share(shared: int, extra: int) -> None:
    left, right = range(shared + extra), range(extra, shared + 2 * extra)
    graph = nx.compose(nx.complete_graph(left), nx.complete_graph(right))
    faults = fault_tolerance(nx.relabel_nodes(graph, str))
    assert faults.agent_connectivity == shared
    assert faults.link_connectivity == shared + extra - 1


@pytest.mark.parametrize("seed", range(10))
def test_what_is_left_after_faults_measures_as_networkx_says(seed: int) -> None:
    random = Random(seed)
    network = some_network(random)
    links = random.sample(sorted(network.graph.edges), network.graph.number_of_edges() // 3)
    left = network.after(*(Cut(a, b) for a, b in links), Crash(random.choice(sorted(network.graph)))).two_way()
    agrees(left, communication(left))
    breaks_where_networkx_says(left, fault_tolerance(left))


@pytest.mark.parametrize("seed", seeds(10, 100))
def test_a_link_from_an_agent_to_itself_counts_for_nothing(seed: int) -> None:
    rng = Random(seed)
    graphs = [some_graph(rng, 8), nx.petersen_graph(), nx.cycle_graph(6), nx.path_graph(3), nx.empty_graph(1)]
    for graph in (nx.relabel_nodes(one, {name: str(name) for name in one}) for one in graphs):
        looped = graph.copy()
        looped.add_edges_from((name, name) for name in graph if rng.random() < 0.8)
        assert measure(looped) == measure(graph)


def test_the_busiest_and_the_most_linked_are_the_first_by_name_among_equals() -> None:
    ring = build("ring", ["aa", "c", "b", "d"])
    assert communication(ring).busiest == "b"
    assert constraints(ring, 2).most_linked == "b"


def test_latency_is_hops_times_the_time_of_a_hop() -> None:
    assert measure(build("ring", 8), time_per_hop=2.5).constraints.worst_latency == 10.0
    assert measure(build("star", 8), time_per_hop=20).constraints.worst_latency == 40


def test_measuring_leaves_the_network_alone() -> None:
    graph, twin = build("hybrid", 12), build("hybrid", 12)
    measure(graph)
    assert nx.utils.graphs_equal(graph, twin)


def test_a_lone_agent_can_be_measured() -> None:
    alone: nx.Graph[str] = nx.Graph()
    alone.add_node("a")
    told = measure(alone)
    assert (told.communication.diameter, told.communication.reachable, told.communication.busiest) == (0, 1.0, "a")
    assert told.fault_tolerance == FaultTolerance((), (), 0, 0)


@pytest.mark.parametrize("graph", [nx.Graph(), nx.DiGraph([("a", "b")])])
def test_what_is_no_network_is_refused(graph: "nx.Graph[str]") -> None:
    with pytest.raises(ValueError, match="measure takes an undirected network with at least one agent: see"):
        measure(graph)


@pytest.mark.parametrize("time_per_hop", [0, -1.5])
def test_a_hop_takes_time(time_per_hop: float) -> None:
    with pytest.raises(ValueError, match=f"time_per_hop={time_per_hop}: a hop takes a positive time"):
        measure(build("star", 3), time_per_hop=time_per_hop)
