"""Partitions agree with networkx and the lesson, whatever the order in which agents and neighbours are listed."""

from random import Random
from typing import Any

import networkx as nx
import pytest
from labkit.lesson import PartitionDetector
from labkit.network import partitions
from labkit.topology import build, kinds
from random_networks import as_groups, searched_anew, some_graph, some_ways


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_agents_and_neighbours_never_matters(seed: int) -> None:
    random = Random(seed)
    for _ in range(60):
        ways = some_ways(random, random.randint(1, 8))
        for reach in ("mutual", "any"):
            answers = set()
            for _ in range(6):
                agents = random.sample(sorted(ways), len(ways))
                lists = {a: random.sample(sorted(ways[a]), len(ways[a])) for a in random.sample(agents, len(agents))}
                answers.add(partitions(agents, lists, reach))
            assert answers == {searched_anew(ways, reach)}


@pytest.mark.parametrize("seed", range(10))
def test_where_all_links_work_both_ways_the_lesson_finds_the_same_groups(seed: int) -> None:
    random = Random(seed)
    for _ in range(60):
        graph = some_graph(random, random.randint(1, 9))
        lists = {agent: list(graph[agent]) for agent in graph}
        found = as_groups(PartitionDetector().detect_partition(list(graph), lists))
        assert partitions(list(graph), lists) == partitions(list(graph), graph) == found


def test_groups_come_largest_first_then_by_name() -> None:
    lists = {"w10": ["w2"], "w2": ["w10"], "b": ["aa"], "aa": ["b"], "z": ["y", "x"], "y": ["z"], "x": ["z"]}
    assert partitions([*lists, "c"], lists) == (("x", "y", "z"), ("b", "aa"), ("w2", "w10"), ("c",))


def test_mutual_asks_both_to_hear_each_other_and_any_is_content_with_one() -> None:
    circle, line = {"a": ["b"], "b": ["c"], "c": ["a"]}, {"a": ["b"], "c": ["b"]}
    assert partitions(["a", "b", "c"], circle, "mutual") == (("a", "b", "c"),)
    assert partitions(["a", "b", "c"], circle, "any") == (("a", "b", "c"),)
    assert partitions(["a", "b", "c"], line, "mutual") == (("a",), ("b",), ("c",))
    assert partitions(["a", "b", "c"], line, "any") == (("a", "b", "c"),)


@pytest.mark.parametrize("kind", kinds())
def test_a_graph_and_its_two_directions_are_the_same_network(kind: str) -> None:
    graph = build(kind, 9)
    graph.remove_edges_from(sorted(graph.edges)[::3])
    assert partitions(list(graph), graph) == partitions(list(graph), graph.to_directed()) == searched_anew(
        graph.to_directed(), "mutual")


def test_two_links_between_the_same_agents_are_one() -> None:
    assert partitions(["a", "b"], nx.MultiGraph([("a", "b"), ("a", "b")])) == (("a", "b"),)


@pytest.mark.parametrize(("agents", "connectivity", "reach", "remedy"), [
    (["a"], {"a": ["x"]}, None, r"'x' is linked but not in the list of agents: add it there or drop the link"),
    (["a"], {"x": ["a"]}, None, r"'x' is linked but not in the list of agents: add it there or drop the link"),
    (["a"], nx.Graph([("a", "x")]), None, r"'x' is linked but not in the list of agents: add it"),
    (["a", "b", "a"], {}, None, r"two agents are called 'a': give each agent a name of its own"),
    (["a", ""], {}, None, r"'' is not a name for an agent: use a text such as 'a'"),
    (["a", 7], {}, None, r"7 is not a name for an agent: use a text"),
    (["b", "a"], {"a": ["b"]}, None, r"a reaches b but .*: choose reach='mutual' .* or reach='any'"),
    (["a"], {}, "strong", r"reach='strong': choose 'mutual' .* or 'any'"),
    (["a", "b"], {"a": "b", "b": ["a"]}, None, r"the neighbours of a are a text: write a list, \['b'\] instead of 'b'"),
    ("ab", {}, None, "sequence of names|write a list"),
])
def test_every_refusal_names_the_remedy(agents: Any, connectivity: Any, reach: Any, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        partitions(agents, connectivity, reach)
