"""What random crashes leave: exact where all sets of crashes are tried, close to it where they are sampled."""

from itertools import combinations
from random import Random
from typing import Any

import networkx as nx
import pytest
from labkit.topology import build, share_after
from labkit.topology.connectivity import EXACT_UP_TO
from random_networks import KINDS, some_graph


def by_trying_all(graph: "nx.Graph[str]", failures: int) -> float:
    """The mean over every set of crashed agents, by removing them."""
    shares = []
    for down in combinations(graph, failures):
        left = graph.subgraph(set(graph) - set(down))
        shares.append(max(map(len, nx.connected_components(left))) / len(graph))
    return sum(shares) / len(shares)


def share_of_a_star(n: int, failures: int) -> float:
    """On paper: the hub is among the crashed in failures of n cases; then one agent is all that hangs together."""
    hub_down = failures / n
    return (1 - hub_down) * (n - failures) / n + hub_down / n


@pytest.mark.parametrize("seed", range(12))
def test_small_networks_are_worked_out_exactly(seed: int) -> None:
    random = Random(seed)
    graph = some_graph(random, random.randint(2, 9))
    for failures in range(len(graph)):
        share = share_after(graph, failures)
        assert share.exact
        assert share.mean == pytest.approx(by_trying_all(graph, failures))


@pytest.mark.parametrize("n", [2, 5, 12, 40, 63])
def test_a_star_loses_what_we_work_out_on_paper(n: int) -> None:
    for failures in (1, min(2, n - 1)):
        share = share_after(build("star", n), failures)
        assert share.exact
        assert share.mean == pytest.approx(share_of_a_star(n, failures))


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
def test_a_mesh_loses_the_crashed_and_nobody_else(failures: int) -> None:
    for n in (4, 30, 80):
        share = share_after(build("mesh", n), failures)
        assert share.mean == pytest.approx((n - failures) / n)


def test_it_is_exact_as_long_as_there_are_at_most_two_thousand_sets() -> None:
    assert EXACT_UP_TO == 2_000
    assert share_after(build("ring", 63), 2).exact  # 63 × 62 / 2 = 1,953
    assert not share_after(build("ring", 64), 2).exact  # 2,016
    assert share_after(build("ring", 64), 63).exact  # 64


@pytest.mark.parametrize(("kind", "n", "failures"), [("tree", 14, 5), ("ring", 16, 5), ("hybrid", 15, 5)])
def test_a_sample_is_close_to_the_exact_value_for_at_least_nine_seeds_in_ten(kind: str, n: int, failures: int) -> None:
    graph = build(kind, n)
    exact = by_trying_all(graph, failures)
    drawn = [share_after(graph, failures, seed) for seed in range(60)]
    assert all(not share.exact for share in drawn)
    assert sum(abs(share.mean - exact) < 0.02 for share in drawn) >= 54


@pytest.mark.long
def test_a_sample_is_close_where_one_agent_decides() -> None:
    exact = share_of_a_star(64, 3)
    drawn = [share_after(build("star", 64), 3, seed) for seed in range(60)]
    assert sum(abs(share.mean - exact) < 0.02 for share in drawn) >= 54


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_draws_the_same_crashes(kind: str) -> None:
    graph = build(kind, 40)
    assert share_after(graph, 3, seed=7) == share_after(graph, 3, seed=7)
    assert share_after(graph, 3) == share_after(graph, 3, seed=0)


def test_another_seed_draws_other_crashes() -> None:
    assert len({share_after(build("tree", 40), 3, seed).mean for seed in range(5)}) > 1


def test_more_crashes_never_leave_more_on_average() -> None:
    for kind in KINDS:
        means = [share_after(build(kind, 10), failures).mean for failures in range(10)]
        assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("failures", [-1, 5, 17, True, 1.0, "2", None])
def test_only_so_many_can_crash_as_there_are_agents_less_one(failures: Any) -> None:
    with pytest.raises(ValueError, match=r"failures=.*: of 5 agents, 0 to 4 can crash"):
        share_after(build("ring", 5), failures)
