"""Raft keeps its promises through storms, comes back to work after them, and each rule that is forgotten shows."""

from collections.abc import Hashable
from dataclasses import dataclass

import pytest
from labkit.agents import Invariant, Property, Reply, Sometimes, act
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.protocols.consensus.raft import (
    RAFT_PROPERTIES,
    Appended,
    AppendEntries,
    Applied,
    Entry,
    RequestVote,
)
from labkit.protocols.consensus.raft_properties import (
    ELECTION_SAFETY,
    LEADER_COMPLETENESS,
    LOG_MATCHING,
    NOTHING_LOST,
    STATE_MACHINE_SAFETY,
    TAKEN_ONCE,
)
from labkit.search import Exploration, explore
from labkit.topology import build
from raft_runs import (
    A_COPY_WHILE_C_LEADS,
    A_LEADS,
    CALM,
    acknowledged,
    all_follow,
    calm,
    elected,
    leaders,
    logs,
    played,
    run_until,
    storm,
    watched,
)
from seeds import one_in

# ---- promises --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "n", "seeds"), [
    ("mesh", 3, 30), ("mesh", 5, 15), ("ring", 7, 8), ("star", 4, 24),
    *(pytest.param(*many, marks=pytest.mark.long)
      for many in (("mesh", 3, 100), ("mesh", 5, 50), ("ring", 7, 25), ("star", 4, 60))),
])
def test_a_storm_breaks_no_promise_and_in_the_calm_after_it_work_goes_on(shape: str, n: int, seeds: int) -> None:
    in_the_storm = 0
    for seed in range(seeds):
        sim = storm(seed, n, shape)
        in_the_storm += bool(acknowledged(sim))
        calm(sim)
        sim.run(until=sim.now + CALM)
        assert all_follow(sim), f"seed {seed}"
        sim.request("a", "at last")
        watched(sim, sim.now + 200)
        assert "at last" in acknowledged(sim) and len(logs(sim)) == 1, f"seed {seed}"
    assert in_the_storm > seeds / 5, "too few runs in which a request came through"


def test_every_sometimes_comes_true_in_a_run_without_faults() -> None:
    sim, leader = elected()
    sim.request(leader, "red")
    run_until(sim, lambda: acknowledged(sim))
    assert all(prop.seen(sim.system) for prop in RAFT_PROPERTIES if isinstance(prop, Sometimes))


def test_a_minority_never_commits() -> None:
    for seed in range(20):
        sim, leader = elected(5, seed=seed)
        lonely = (leader, next(name for name in sim.system.agents if name != leader))
        sim.isolate(*lonely)
        sim.request(leader, "red")
        sim.request(lonely[1], "blue")
        sim.run(until=sim.now + CALM)
        assert acknowledged(sim) == []
        assert all(sim.system.agents[name].commit == 0 for name in sim.system.agents)


def test_a_deposed_leader_steps_down_and_gives_up_what_only_it_had() -> None:
    for seed in range(20):
        sim, old = elected(5, seed=seed)
        sim.isolate(old)
        sim.request(old, "red")
        run_until(sim, lambda: len(leaders(sim)) == 2)  # noqa: B023
        new = next(name for name in leaders(sim) if name != old)
        sim.request(new, "blue")
        run_until(sim, lambda: acknowledged(sim))  # noqa: B023
        sim.heal_all()
        run_until(sim, lambda: all_follow(sim) and logs(sim) == {("blue",)})  # noqa: B023
        assert leaders(sim) != [old]


def test_the_log_survives_a_crash_of_everyone() -> None:
    sim, leader = elected()
    sim.request(leader, "red")
    run_until(sim, lambda: acknowledged(sim) and logs(sim) == {("red",)})
    for name in sim.system.agents:
        sim.crash(name)
        sim.restart(name)
    assert logs(sim) == {("red",)} and leaders(sim) == []
    run_until(sim, lambda: all_follow(sim))
    sim.request("a", "blue")
    run_until(sim, lambda: acknowledged(sim) == ["red", "blue"])
    assert logs(sim) == {("red", "blue")}


def test_an_agent_alone_leads_itself_and_two_need_each_other() -> None:
    alone, _ = act(Raft("a", ()), "timeout", "election")
    assert alone.role == "leader"
    assert Reply("red", Applied(1, term=1)) in act(alone, "request", "red")[1]
    two, leader = elected(2)
    two.isolate(leader)
    two.request(leader, "red")
    two.run(until=two.now + CALM)
    assert acknowledged(two) == []


# ---- rules, one by one -----------------------------------------------------------------------------------------------

RED, GREEN, BLUE = Entry(1, "red"), Entry(1, "green"), Entry(2, "blue")


def member(**state: object) -> Raft:
    return Raft("a", ("b", "c"), **state)


def after(agent: Raft, sender: str, message: object) -> Raft:
    changed, _effects = act(agent, "receive", sender, message)
    assert isinstance(changed, Raft)
    return changed


def test_only_entries_in_conflict_are_thrown_away() -> None:
    follower = member(term=2, log=(RED, GREEN))
    assert after(follower, "b", AppendEntries(2, 0, 0, (RED,), 0)).log == (RED, GREEN)
    assert after(follower, "b", AppendEntries(2, 1, 1, (BLUE,), 0)).log == (RED, BLUE)
    assert after(follower, "b", AppendEntries(2, 2, 2, (BLUE,), 0)).log == (RED, GREEN)
    assert after(follower, "b", AppendEntries(2, 2, 1, (BLUE,), 0)).log == (RED, GREEN, BLUE)


def test_a_follower_applies_no_further_than_it_knows_its_log_to_match() -> None:
    follower = member(term=2, log=(RED, GREEN))
    assert after(follower, "b", AppendEntries(2, 1, 1, (), 2)).commit == 1


def test_an_entry_of_an_older_term_waits_for_one_of_the_current_term() -> None:
    leader, _ = act(member(term=1, log=(RED,)), "timeout", "election")
    leader = after(leader, "b", RequestVote(0, 0, 0))
    assert isinstance(leader, Raft) and leader.term == 2
    leader.standing = "candidate"
    leader, _ = act(leader, "lead")
    assert after(leader, "b", Appended(2, True, 1)).commit == 0
    leader, _ = act(leader, "request", "blue")
    assert after(leader, "b", Appended(2, True, 2)).commit == 2


# ---- every rule is needed --------------------------------------------------------------------------------------------


class VotesTwice(Raft):
    def may_vote(self, candidate: str) -> bool:
        return True


class ForgetsItsVote(Raft):
    durable = ("term", "log")


class ForgetsItsTerm(Raft):
    durable = ("voted_for", "log")


class ForgetsItsLog(Raft):
    durable = ("term", "voted_for")


class HalfIsEnough(Raft):
    def is_quorum(self, count: int) -> bool:
        return 2 * count >= len(self.everyone)


class StaysLeader(Raft):
    def step_down(self) -> list:
        return []


class ListensToThePast(Raft):
    def is_stale(self, term: int) -> bool:
        return False


class VotesForAnyLog(Raft):
    def log_is_current(self, last_term: int, last_index: int) -> bool:
        return True


class VotesForTheLongestLog(Raft):
    def log_is_current(self, last_term: int, last_index: int) -> bool:
        return last_index >= len(self.log)


class AppendsAnywhere(Raft):
    def entries_match(self, prev: int, prev_term: int) -> bool:
        return True


class CutsItsLogShort(Raft):
    def keep_what_matches(self, prev: int, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return self.log[:prev] + entries


class KeepsWhatConflicts(Raft):
    def keep_what_matches(self, prev: int, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return self.log + entries[len(self.log) - prev :]


class CountsOldEntries(Raft):
    def counts_for_commit(self, entry: Entry) -> bool:
        return True


class TakesCopies(Raft):
    def is_new(self, agent: str, number: int) -> bool:
        return True


class AnswersTooSoon(Raft):
    def request(self, value: Hashable) -> list:
        effects = super().request(value)
        soon = [Reply(value, Applied(len(self.log), self.term))] if self.role == "leader" else []
        return [*effects, *soon]


@dataclass(frozen=True)
class Search:
    """Where to look: what went before (see `played`), and what may happen then."""

    before: str = ""
    requests: tuple[tuple[str, str], ...] = ()
    timeouts: int = 0
    crashes: int = 0
    duplicates: int = 0
    n: int = 3

    def through(self, kind: type[Raft], properties: tuple[Property, ...]) -> Exploration:
        model = Model(build("mesh", self.n), kind, properties, requests=self.requests)
        before = played(kind, self.n, self.before)[1]
        return explore(model, timeouts=self.timeouts, crashes=self.crashes, duplicates=self.duplicates, after=before,
                       progress=False)


RED_ONLY_AT_A = A_LEADS + "a=red a>c axb axc cxa "
C_LEADS_THEN = RED_ONLY_AT_A + "c! c>b b>c "
B_LEADS_AND_C_HAS_NOTHING = A_LEADS + "a=red axc a>b a>b bxa b! b>c c>b bxa"
LONG_OLD_LOG = A_LEADS + "a=red a=green a>c axb axc cxa c! c>b b>c c>a cxa axc"
FIGURE_8 = C_LEADS_THEN + "c=blue c>a cxa cxb axc a! a>b b>a a>b b>a bxa"  # a, leader again, sends b its old entry

RIVALS = Search(timeouts=2)
A_RIVAL_AND_A_CRASH = Search(timeouts=2, crashes=1)
ONE_REQUEST = Search(timeouts=1, requests=(("a", "red"),))
A_GAP = Search(B_LEADS_AND_C_HAS_NOTHING, requests=(("b", "blue"), ("b", "green")))

A_COPY = Search(A_LEADS + "axc a>b b>a", requests=(("b", "red"),), duplicates=1)
A_COPY_AND_AN_OLD_LEADER = Search(A_COPY_WHILE_C_LEADS, timeouts=1)

PLANTED = (
    (VotesTwice, ELECTION_SAFETY, RIVALS),
    (StaysLeader, ELECTION_SAFETY, RIVALS),
    (HalfIsEnough, ELECTION_SAFETY, Search(timeouts=2, n=2)),
    (HalfIsEnough, ELECTION_SAFETY, Search(A_LEADS, timeouts=1, n=4)),
    (ForgetsItsVote, ELECTION_SAFETY, A_RIVAL_AND_A_CRASH),
    (ForgetsItsTerm, ELECTION_SAFETY, A_RIVAL_AND_A_CRASH),
    (ForgetsItsLog, NOTHING_LOST, Search(timeouts=1, crashes=1, requests=(("a", "red"),))),
    (CutsItsLogShort, NOTHING_LOST, ONE_REQUEST),
    (AnswersTooSoon, NOTHING_LOST, ONE_REQUEST),
    (ListensToThePast, NOTHING_LOST, Search(A_LEADS + "a=red a>c axb c! c>b b>c", requests=(("c", "blue"),))),
    (KeepsWhatConflicts, NOTHING_LOST, Search(C_LEADS_THEN, requests=(("c", "blue"),))),
    (TakesCopies, TAKEN_ONCE, A_COPY),
    (TakesCopies, TAKEN_ONCE, A_COPY_AND_AN_OLD_LEADER),
    (AppendsAnywhere, LOG_MATCHING, A_GAP),
    (AppendsAnywhere, STATE_MACHINE_SAFETY, A_GAP),
    (VotesForAnyLog, LEADER_COMPLETENESS, Search(A_LEADS, timeouts=1, requests=(("a", "red"),))),
    (VotesForTheLongestLog, LEADER_COMPLETENESS, Search(LONG_OLD_LOG, timeouts=1, requests=(("c", "blue"),))),
    (CountsOldEntries, LEADER_COMPLETENESS, Search(FIGURE_8, timeouts=1)),
)


@pytest.mark.parametrize(("kind", "promise", "search"), [
    pytest.param(*bug, marks=pytest.mark.long) if bug[2] is A_COPY_AND_AN_OLD_LEADER else bug for bug in PLANTED
])
def test_a_forgotten_rule_breaks_a_promise_and_the_search_finds_out(
    kind: type[Raft], promise: Invariant, search: Search
) -> None:
    assert search.through(kind, (promise,)).violated is promise


@pytest.mark.parametrize("search", one_in(3, dict.fromkeys(search for _kind, _promise, search in PLANTED)))
def test_where_a_forgotten_rule_shows_raft_keeps_every_promise(search: Search) -> None:
    found = search.through(Raft, RAFT_PROPERTIES)
    assert found.complete and not found.violated, str(found)


def test_every_promise_is_broken_by_some_bug() -> None:
    assert {promise for _kind, promise, _search in PLANTED} == {
        prop for prop in RAFT_PROPERTIES if isinstance(prop, Invariant)
    }
