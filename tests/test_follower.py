"""Whoever follows a network from one moment to the next always says what a fresh look at it says."""

from random import Random

import pytest
from labkit.faults import PRESETS
from labkit.network import Crash, Network, PartitionTracker, Reach, Restart, cut
from labkit.topology import build
from random_networks import KINDS, some_fault, some_network


@pytest.mark.parametrize("reach", ["mutual", "any"])
@pytest.mark.parametrize("seed", range(25))
def test_a_walk_of_faults_is_followed_in_both_senses_of_reaching(seed: int, reach: Reach) -> None:
    random = Random(seed)
    network = some_network(random)
    follower = PartitionTracker(network, reach)
    for _ in range(50):
        network = network.after(*(some_fault(random, network) for _ in range(random.randint(1, 3))))
        assert follower.follow(network) == network.partitions(reach)


@pytest.mark.parametrize("reach", ["mutual", "any"])
@pytest.mark.parametrize("seed", range(10))
def test_it_may_jump_to_and_fro_as_undo_and_redo_do(seed: int, reach: Reach) -> None:
    random = Random(seed)
    moments = [some_network(random, largest=20)]
    for _ in range(20):
        moments.append(moments[-1].after(*(some_fault(random, moments[-1]) for _ in range(3))))
    follower = PartitionTracker(random.choice(moments), reach)
    for network in random.choices(moments, k=60):
        assert follower.follow(network) == network.partitions(reach)


@pytest.mark.parametrize("reach", ["mutual", "any"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_may_begin_in_the_middle_of_faults(kind: str, reach: Reach) -> None:
    hurt = Network(build(kind, 9)).after(Crash("a"), *cut("a", "b"))
    follower = PartitionTracker(hurt, reach)
    assert follower.follow(hurt) == hurt.partitions(reach)
    assert follower.follow(hurt.after(Restart("a"))) == hurt.after(Restart("a")).partitions(reach)
    assert follower.follow(hurt.healed()) == ((*hurt.healed().alive(),),)


def test_an_agent_that_comes_back_finds_its_cut_links_cut() -> None:
    star = Network(build("star", 4))
    follower = PartitionTracker(star, "mutual")
    hurt = star.after(Crash("b"), *cut("a", "b"), Crash("a"))
    assert follower.follow(hurt) == (("c",), ("d",))
    assert follower.follow(hurt.after(Restart("a"), Restart("b"))) == (("a", "c", "d"), ("b",))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_followed_there_and_back(name: str) -> None:
    mesh = Network(build("mesh", 9))
    follower = PartitionTracker(mesh, "mutual")
    hurt = mesh.after(*PRESETS[name].events(mesh, "c"))
    assert follower.follow(hurt) == hurt.partitions()
    assert follower.follow(mesh) == mesh.partitions()
