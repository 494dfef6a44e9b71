"""What clients of Raft hear, and from whom: from the agent they asked, once for each request, whatever is copied."""

from labkit.agents import Agent, Holds
from labkit.protocols import BlankEntry, Raft
from labkit.protocols.consensus.blank_entry import BLANK
from labkit.protocols.consensus.raft import NO_LEADER
from raft_runs import (
    A_COPY_WHILE_C_LEADS,
    CALM,
    acknowledged,
    calm,
    cluster,
    elected,
    leaders,
    logs,
    played,
    run_until,
    storm,
)


def test_a_follower_passes_a_request_on_and_answers_itself_once_it_has_applied_it() -> None:
    sim, leader = elected(7, "ring")
    asked = next(name for name in sim.system.agents if name != leader)
    sim.request(asked, "red")
    run_until(sim, lambda: sim.system.agents[asked].commit == 1)
    assert [(answer.agent, answer.request) for answer in sim.system.replies] == [(asked, "red")]
    sim.run(until=sim.now + CALM)
    assert len(sim.system.replies) == 1


def test_in_a_storm_an_agent_answers_only_what_it_was_asked_and_each_request_once() -> None:
    applied = 0
    for seed in range(8):
        sim = storm(seed, 3, "mesh", blows=60)
        calm(sim)
        sim.run(until=sim.now + CALM)
        told = [(answer.agent, answer.request) for answer in sim.system.replies]
        assert len(told) == len(set(told)) and set(told) <= set(sim.system.requests), f"seed {seed}"
        applied += len(acknowledged(sim))
    assert applied > 20


def test_a_client_whose_agent_crashes_hears_nothing() -> None:
    sim, leader = elected()
    asked = next(name for name in sim.system.agents if name != leader)
    sim.request(asked, "red")
    run_until(sim, lambda: sim.system.agents[leader].commit == 1)
    sim.crash(asked)
    sim.restart(asked)
    sim.request(asked, "blue")  # refused: it has not heard of a leader yet
    sim.run(until=sim.now + CALM)
    sim.request(asked, "green")
    sim.run(until=sim.now + CALM)
    assert logs(sim) == {("red", "green")} and acknowledged(sim) == ["green"]


def test_a_client_of_a_leader_that_dies_after_the_commit_hears_from_the_agent_it_asked() -> None:
    sim, leader = elected()
    asked = next(name for name in sim.system.agents if name != leader)
    sim.request(asked, "red")
    run_until(sim, lambda: sim.system.agents[leader].commit == 1)
    sim.crash(leader)
    assert acknowledged(sim) == []
    run_until(sim, lambda: [name for name in leaders(sim) if name != leader])
    sim.request(leaders(sim)[0], "blue")
    run_until(sim, lambda: set(acknowledged(sim)) == {"red", "blue"})


def as_in_lesson_2b(kind: type[Raft], new: str = "") -> tuple[list[tuple[str, int]], set[object], list[object]]:
    """Who leads on the two sides; which of the requests stand in a log after the heal; the answers."""
    sim = cluster(5, seed=45, kind=kind)
    sim.run(until=400)
    sim.isolate("a", "b")
    sim.run(until=900)
    led = [(agent.id, agent.term) for agent in sim.system.agents.values() if agent.role == "leader"]
    sim.request("a", "x=2")
    if new:
        sim.request("e", new)
    sim.run(until=1_200)
    sim.heal_all()
    sim.run(until=1_600)
    return led, {value for log in logs(sim) for value in log} - {BLANK}, acknowledged(sim)


def test_what_only_the_old_leader_of_lesson_2b_has_goes_once_the_new_one_writes_anything() -> None:
    both_lead = [("a", 1), ("e", 2)]
    assert as_in_lesson_2b(Raft, "x=3") == (both_lead, {"x=3"}, ["x=3"])
    assert as_in_lesson_2b(Raft) == (both_lead, {"x=2"}, [])
    assert as_in_lesson_2b(BlankEntry) == (both_lead, set(), [])


def test_what_is_stored_is_not_yet_held_and_survives_a_crash() -> None:
    sim, leader = elected()
    sim.isolate(leader)
    sim.request(leader, "red")
    for _ in range(2):
        agent = sim.system.agents[leader]
        assert isinstance(agent, Raft) and agent.stored == {"red"} and agent.holds == set()
        sim.crash(leader)
        sim.restart(leader)


def test_who_cannot_tell_more_stores_what_it_holds() -> None:
    class Keeper(Agent, Holds):
        holds = frozenset({"red"})

    assert Keeper("a", ()).stored == {"red"}


def test_the_same_value_asked_twice_is_two_requests() -> None:
    sim, leader = elected()
    sim.request(leader, "red")
    sim.request(leader, "red")
    run_until(sim, lambda: len(acknowledged(sim)) == 2)
    assert [answer.result.index for answer in sim.system.replies] == [1, 2]


def test_without_a_leader_a_request_is_refused_and_enters_no_log() -> None:
    sim = cluster()
    sim.request("a", "red")
    assert [answer.result for answer in sim.system.replies] == [NO_LEADER]
    assert acknowledged(sim) == [] and logs(sim) == {()}


def test_a_copy_that_comes_when_its_leader_leads_again_is_not_taken_again() -> None:
    system, _ = played(Raft, 3, A_COPY_WHILE_C_LEADS + "a! a>c c>a b>a")
    leader = system.agents["a"]
    assert isinstance(leader, Raft) and leader.leading == 3
    assert [entry.value for entry in leader.log] == ["red"]
