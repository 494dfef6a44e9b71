"""Claims about the gallery of faults: what each does to consensus, and what to replicas that always answer."""

from random import Random

import pytest
from labkit.engine import Simulator
from labkit.faults import GALLERY, fault_case, report_on, run_through
from labkit.observe import sides_of
from labkit.protocols import BlankEntry, Bully, CheckQuorum, LastWriterReplica, PreVote, Raft, Replica, Write
from labkit.protocols.consensus.raft import RAFT_PROPERTIES
from labkit.topology import build
from labkit.views import PartitionLab
from seeds import at_night, one_in, seeds

SEEDS = range(5)


def same_key(agent: str, number: int) -> Write:
    return Write(f"k{number}", f"{agent}{number}")


@pytest.mark.parametrize("name", at_night(
    GALLERY, "isolate one", "isolate the leader", "bridge", "flapping", "slow, not dead", "3-3-3 split", "cascading",
    "cascading overload", "one-way links",
))
@pytest.mark.parametrize("kind", [Raft, *(pytest.param(kind, marks=pytest.mark.long)
                                          for kind in (CheckQuorum, PreVote, BlankEntry))])
def test_no_fault_makes_consensus_lose_what_it_acknowledged(name: str, kind: type[Raft]) -> None:
    for seed in SEEDS:
        found = report_on(name, kind, seed=seed, properties=RAFT_PROPERTIES)
        assert not found.violated and not found.lost and not found.conflicts
        assert found.acknowledged


@pytest.mark.parametrize("name", at_night(
    GALLERY, "isolate one", "isolate the leader", "bridge", "one-way links", "flapping", "3-3-3 split", "cascading",
    "slow, not dead", "ring of majorities",
))
def test_replicas_keep_everything_in_every_fault_and_come_together(name: str) -> None:
    for seed in SEEDS:
        found = report_on(name, Replica, seed=seed, ask=same_key)
        assert not found.lost and found.recovered is not None
        assert not found.refused


@pytest.mark.parametrize("name", at_night(
    ["halves", "isolate one", "isolate the leader", "one-way links", "3-3-3 split"], "3-3-3 split", "one-way links",
    "isolate the leader",
))
def test_last_writer_wins_loses_acknowledged_writes(name: str) -> None:
    assert all(report_on(name, LastWriterReplica, seed=seed, ask=same_key).lost for seed in SEEDS)


@pytest.mark.parametrize("name", ["3-3-3 split", "cascading"])
def test_without_a_majority_anywhere_consensus_stands_still(name: str) -> None:
    for seed in SEEDS:
        sim = run_through(name, Raft, seed=seed, until=2_999)
        settled = [step.time for step in sim.trace if step.transition.effects and any(
            effect.__class__.__name__ == "Reply" and effect.result.__class__.__name__ == "Applied"
            for effect in step.transition.effects)]
        assert max(settled) < 1_000 + 600


def test_everyone_sees_a_majority_and_leaders_change_without_end() -> None:
    """The same network, with agents that pass messages on, is no trouble at all."""
    terms = {}
    for relay in (False, True):
        graph = build("mesh", 5, relay=relay)
        sim = Simulator(graph, Raft, seed=3)
        sim.run(until=1_000)
        before = max(agent.term for agent in sim.system.agents.values())
        for _, event in fault_case("ring of majorities").events(sim.system.network, "e"):
            sim.do(event)
        sim.run(until=11_000)
        terms[relay] = max(agent.term for agent in sim.system.agents.values()) - before
    assert terms[True] <= 1 and terms[False] > 5
    assert len(sim.system.network.partitions()) == 1


def test_a_side_says_who_can_decide_who_leads_and_what_it_lacks() -> None:
    sim = Simulator(build("mesh", 5), Raft, seed=1)
    sim.run(until=1_000)
    sim.isolate("a", "b")
    sim.run(until=2_500)
    sim.request("c", "red")
    sim.run(until=3_000)
    large, small = sides_of(sim.system, sim.system.network.partitions())
    assert large.agents == ("c", "d", "e") and large.can_decide is True and large.lacks == 0
    assert small.can_decide is False and small.lacks == 1 and "blocked" in str(small)
    assert "lacks 1 value that others hold" in str(small) and len(large.leaders) == 1


def test_a_side_in_which_nobody_knows_the_leader_of_the_others_lacks_no_value() -> None:
    sim = Simulator(build("mesh", 5), Bully, seed=1)
    sim.isolate("a", "b")
    sim.request("c", "elect")
    sim.run(until=2_000)
    told = [str(side) for side in sides_of(sim.system, sim.system.network.partitions())]
    assert any("leader e" in one for one in told) and not any("lacks" in one for one in told)


def test_the_leader_on_the_small_side_goes_on_believing_as_lesson_3_says() -> None:
    lab = PartitionLab("raft", seed=6)  # as in the lesson's cell
    lab.strike("halves")
    lab.run_on(1_000)
    large, small = sides_of(lab.moment.system, lab.moment.system.network.partitions())
    assert large.agents == ("a", "b", "c") and large.can_decide and not small.can_decide
    assert [name for name, _ in small.leaders] == ["d"] and small.leaders[0][1] < large.leaders[0][1]


def test_replicas_can_decide_on_every_side() -> None:
    sim = Simulator(build("mesh", 5), Replica, seed=1)
    sim.isolate("a")
    assert [side.can_decide for side in sides_of(sim.system, sim.system.network.partitions())] == [True, True]


def test_a_fault_that_is_not_there_is_refused_with_the_names() -> None:
    with pytest.raises(ValueError, match="choose one of halves"):
        fault_case("half")


@pytest.mark.parametrize("kind", one_in(2, [Raft, CheckQuorum]))
@pytest.mark.parametrize("batch", seeds(1, 20))
def test_no_acknowledged_write_is_lost_over_a_thousand_schedules(kind: type[Raft], batch: int) -> None:
    for seed in range(50 * batch, 50 * batch + 50):
        sim = Simulator(build("mesh", 3), kind, seed=seed, loss=0.05)
        draw, number, time = Random(seed).random, 0, 0
        while time < 1_500:
            time += 1 + int(draw() * 80)
            sim.run(until=time)
            a, b = sorted("abc", key=lambda _: draw())[:2]
            match int(draw() * 8):
                case 0:
                    sim.isolate(a)
                case 1:
                    sim.cut(a, b)
                case 2 | 3:
                    sim.heal_all()
                case 4 if not sim.system.down:
                    sim.crash(a)
                case 5 if sim.system.down:
                    sim.restart(min(sim.system.down))
                case _ if a not in sim.system.down:
                    number += 1
                    sim.request(a, f"{a}{number}")
        sim.heal_all()
        for agent in sorted(sim.system.down):
            sim.restart(agent)
        sim.weather.loss = 0
        sim.run(until=time + 1_500)
        for agent in "abc":
            sim.request(agent, f"last {agent}")  # entries of older terms wait for one of the current term
        sim.run(until=time + 2_500)
        told = {str(answer.request) for answer in sim.system.replies if answer.result.__class__.__name__ == "Applied"}
        for one in sim.system.agents.values():
            assert told <= set(map(str, one.holds))
