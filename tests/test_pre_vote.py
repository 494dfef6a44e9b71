"""A vote before the vote: who comes back deposes nobody, and a leader that most agents hear is left in peace."""

from dataclasses import dataclass

import pytest
from labkit.agents import act
from labkit.engine import Model, Simulator
from labkit.faults import fault_case, run_through
from labkit.protocols import RAFT_PROPERTIES, BlankEntry, CheckQuorum, PreVote, Raft
from labkit.protocols.consensus.pre_vote import RequestPreVote, WouldVote
from labkit.search import explore
from labkit.topology import build
from raft_runs import CALM, acknowledged, all_follow, calm, elected, leaders, logs, storm, watched
from seeds import seeds

KINDS = (Raft, PreVote)


class HelpsEveryone(PreVote):
    """Forgets the rule: it would vote for anyone, although it hears a leader."""

    def misses_leader(self) -> bool:
        return True


@dataclass
class AllRules(PreVote, BlankEntry, CheckQuorum):
    """The rules beside Raft, all together."""


def term(sim: Simulator) -> int:
    return max(agent.term for agent in sim.system.agents.values() if isinstance(agent, Raft))


@pytest.mark.parametrize("batch", seeds(1, 5))
def test_an_agent_that_comes_back_deposes_the_leader_of_plain_raft_but_not_with_pre_vote(batch: int) -> None:
    for seed in range(4 * batch, 4 * batch + 4):
        kept = {}
        for kind in KINDS:
            sim, leader = elected(5, seed=seed, kind=kind)
            before = term(sim)
            sim.isolate(next(name for name in sim.system.agents if name != leader))
            sim.run(until=sim.now + CALM)
            sim.heal_all()
            sim.run(until=sim.now + CALM)
            assert all_follow(sim)
            kept[kind] = (leaders(sim), term(sim)) == ([leader], before)
        assert kept == {Raft: False, PreVote: True}, f"seed {seed}"


def test_an_agent_that_hears_nobody_but_is_heard_by_all_does_no_harm() -> None:
    ends = {kind: {term(run_through("one-way links", kind, seed=seed)) for seed in range(5)} for kind in KINDS}
    assert ends[PreVote] == {1} and min(ends[Raft]) > 5


def terms_in_a_ring_of_majorities(kind: type[Raft]) -> int:
    """How many terms 10,000 units have cost in which each agent hears two of the four others."""
    sim = Simulator(build("mesh", 5, relay=False), kind, seed=3)
    sim.run(until=1_000)
    before = term(sim)
    for _, event in fault_case("ring of majorities").events(sim.system.network, "e"):
        sim.do(event)
    sim.run(until=11_000)
    return term(sim) - before


def test_where_most_agents_hear_the_leader_the_others_cannot_depose_it_if_nobody_helps_them() -> None:
    assert terms_in_a_ring_of_majorities(PreVote) == 0
    assert terms_in_a_ring_of_majorities(HelpsEveryone) > 5 and terms_in_a_ring_of_majorities(Raft) > 5


def test_a_leader_that_has_died_is_replaced() -> None:
    for seed in range(20):
        sim, leader = elected(5, seed=seed, kind=PreVote)
        sim.crash(leader)
        sim.run(until=sim.now + CALM)
        assert leaders(sim) and term(sim) < 5, f"seed {seed}"


@pytest.mark.parametrize("kind", [PreVote, AllRules])
def test_a_storm_breaks_no_promise_and_in_the_calm_after_it_work_goes_on(kind: type[Raft]) -> None:
    for seed in range(20):
        sim = storm(seed, 3 + 2 * (seed % 2), "mesh", kind=kind)
        calm(sim)
        sim.run(until=sim.now + CALM)
        assert all_follow(sim), f"seed {seed}"
        sim.request("a", "at last")
        watched(sim, sim.now + 200)
        assert "at last" in acknowledged(sim) and len(logs(sim)) == 1, f"seed {seed}"


@pytest.mark.parametrize(("n", "timeouts", "crashes"), [
    (3, 1, 1), *(pytest.param(*more, marks=pytest.mark.long) for more in ((2, 3, 0), (3, 2, 0))),
])
def test_no_order_of_events_breaks_a_promise(n: int, timeouts: int, crashes: int) -> None:
    model = Model(build("mesh", n), PreVote, RAFT_PROPERTIES, requests=(("a", "red"),))
    found = explore(model, timeouts=timeouts, crashes=crashes, progress=False)
    assert found.complete and not found.violated, str(found)


def test_only_who_misses_a_leader_and_has_no_later_entry_would_vote() -> None:
    def answer(agent: PreVote, ask: RequestPreVote) -> object:
        (said,) = act(agent, "receive", "b", ask)[1]
        return said.message

    assert answer(PreVote("a", ("b", "c"), term=2), RequestPreVote(2, 0, 0)) == WouldVote(2, True)
    assert answer(PreVote("a", ("b", "c"), term=2, leader="c"), RequestPreVote(2, 0, 0)) == WouldVote(2, False)
    assert answer(PreVote("a", ("b", "c"), term=2), RequestPreVote(1, 0, 0)) == WouldVote(2, False)
    alone, _ = act(PreVote("a", ()), "timeout", "election")
    assert alone.role == "leader"
