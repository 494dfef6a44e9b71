"""The blank entry: what an earlier term has left is committed without a new request, and its client hears of it."""

import pytest
from labkit.agents import act
from labkit.engine import Model, Simulator
from labkit.protocols import RAFT_PROPERTIES, Applied, BlankEntry, Raft
from labkit.protocols.consensus.blank_entry import BLANK
from labkit.search import explore
from labkit.topology import build
from raft_runs import CALM, acknowledged, all_follow, calm, elected, run_until, storm, watched

KINDS = (Raft, BlankEntry)


def members(sim: Simulator) -> list[Raft]:
    return [agent for agent in sim.system.agents.values() if isinstance(agent, Raft)]


def left_by_a_dead_leader(kind: type[Raft], seed: int) -> Simulator:
    """All have the entry in their logs, and only the leader, which dies, knows that it is committed."""
    sim, leader = elected(5, seed=seed, kind=kind)
    asked = next(name for name in sim.system.agents if name != leader)
    sim.request(asked, "red")
    run_until(sim, lambda: all("red" in [entry.value for entry in one.log] for one in members(sim)))
    sim.crash(leader)
    return sim


def test_an_entry_of_an_earlier_term_is_committed_without_a_new_request_and_plain_raft_waits_for_one() -> None:
    for seed in range(10):
        told = {}
        for kind in KINDS:
            sim = left_by_a_dead_leader(kind, seed)
            assert acknowledged(sim) == []
            sim.run(until=sim.now + CALM)
            told[kind] = acknowledged(sim), {one.id for one in members(sim) if "red" in one.holds} - sim.system.down
        assert told[Raft] == ([], set())
        assert told[BlankEntry][0] == ["red"] and len(told[BlankEntry][1]) == 4, f"seed {seed}"


def test_a_blank_entry_is_nobodys_request() -> None:
    sim, _ = elected(3, kind=BlankEntry)
    sim.run(until=sim.now + CALM)
    assert {tuple(entry.value for entry in one.log) for one in members(sim)} == {(BLANK,)}
    assert all(one.commit == 1 and not one.holds for one in members(sim)) and not sim.system.replies
    alone, _ = act(BlankEntry("a", ()), "timeout", "election")
    assert isinstance(alone, BlankEntry) and alone.commit == 1


@pytest.mark.long
def test_a_storm_breaks_no_promise_and_after_it_all_is_committed_without_a_new_request() -> None:
    applied = 0
    for seed in range(20):
        sim = storm(seed, 3 + 2 * (seed % 2), "mesh", kind=BlankEntry)
        calm(sim)
        watched(sim, sim.now + CALM)
        assert all_follow(sim), f"seed {seed}"
        assert all(one.commit == len(one.log) for one in members(sim)) and len({one.log for one in members(sim)}) == 1
        applied += sum(isinstance(answer.result, Applied) for answer in sim.system.replies)
    assert applied > 20


@pytest.mark.parametrize(("n", "timeouts", "crashes"), [
    (2, 2, 0), pytest.param(3, 1, 1, marks=pytest.mark.long),
])
def test_no_order_of_events_breaks_a_promise(n: int, timeouts: int, crashes: int) -> None:
    model = Model(build("mesh", n), BlankEntry, RAFT_PROPERTIES, requests=(("a", "red"),))
    found = explore(model, timeouts=timeouts, crashes=crashes, progress=False)
    assert found.complete and not found.violated, str(found)
