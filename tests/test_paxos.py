"""Paxos: no two agents ever decide differently, whatever the network does; and each safety rule is needed for that."""

from collections.abc import Hashable

import pytest
from labkit.agents import AGREEMENT, VALIDITY, Invariant, Reply, World, act, first_violation
from labkit.agents.properties import EVERYONE_DECIDES
from labkit.engine import Model, Simulator
from labkit.network import Cut
from labkit.protocols import PAXOS_PROPERTIES, Paxos
from labkit.protocols.consensus.paxos import Accept, Ballot, Chosen, Prepare, Promise, Proposal
from labkit.search import explore
from labkit.topology import build
from seeds import at_night, seeds
from weather import mend, storm

SEEDS = 200
PATIENCE = 300  # the longest that an agent waits before it tries itself
RIVALS = (("a", "red"), ("b", "blue"))


def _overruled(world: World) -> str | None:
    agents = [agent for agent in world.agents.values() if isinstance(agent, Paxos)]
    held = [(agent.id, agent.accepted) for agent in agents if agent.accepted is not None]
    for ballot in sorted({proposal.ballot for _, proposal in held}):
        same = [proposal for _, proposal in held if proposal.ballot == ballot]
        if 2 * len(same) <= len(agents):
            continue
        for name, later in held:
            if later.ballot >= ballot and later.value != same[0].value:
                return (
                    f"a majority accepted {same[0].value!r} in ballot {ballot.number} of {ballot.agent}, but {name} "
                    f"accepted {later.value!r} in ballot {later.ballot.number} of {later.ballot.agent}"
                )
    return None


# A step of the proof (P2b in §2.2), seen before anybody decides; so a run that breaks it says why agreement will break.
CHOSEN_STAYS = Invariant("chosen stays", "What a majority holds, no later ballot overrules.", _overruled)
HOLDS = (*PAXOS_PROPERTIES, CHOSEN_STAYS)


def cluster(n: int = 5, wants: dict[str, Hashable] | None = None, shape: str = "mesh", **options: object) -> Simulator:
    """Agents on a network, some of which a client has asked for a value."""
    sim = Simulator(build(shape, n), Paxos, **options)
    for agent, value in (wants or {}).items():
        sim.request(agent, value)
    return sim


def chosen(sim: Simulator) -> set[Hashable]:
    return {decision.value for decision in sim.system.decisions}


def deciders(sim: Simulator) -> set[str]:
    return {decision.agent for decision in sim.system.decisions}


def time_until_all_decide(sim: Simulator, at_most: int) -> int:
    began = sim.now
    while deciders(sim) != set(sim.system.agents) and sim.now <= began + at_most:
        sim.step()
    return sim.now - began


def wish(agent: str, number: int) -> str:
    return f"{agent}{number}"


# What it promises.

def test_all_decide_the_one_value_that_is_asked_for() -> None:
    sim = cluster(wants={"a": "red"})
    sim.run(until=100)
    assert chosen(sim) == {"red"} and deciders(sim) == set("abcde")


def test_both_clients_hear_the_same_whether_they_got_their_wish_or_not() -> None:
    for seed in range(50):
        sim = cluster(wants={"a": "red", "b": "blue"}, seed=seed)
        sim.run(until=2000)
        assert {(answer.agent, answer.request) for answer in sim.system.replies} == set(RIVALS)
        assert {answer.result for answer in sim.system.replies} == chosen(sim) and len(chosen(sim)) == 1


@pytest.mark.parametrize("shape", ["star", "ring", "tree", "hybrid"])
def test_it_decides_on_other_topologies_too(shape: str) -> None:
    sim = cluster(n=7, wants={"a": "red", "g": "blue"}, shape=shape)
    sim.run(until=3000)
    assert len(chosen(sim)) == 1


def test_one_agent_alone_decides_at_once() -> None:
    graph = build("mesh", 2)
    graph.remove_node("b")
    sim = Simulator(graph, Paxos)
    sim.request("a", None)
    assert chosen(sim) == {None}


def test_none_is_a_value_like_any_other() -> None:
    sim = cluster(wants={"a": None})
    sim.run(until=100)
    sim.request("b", "red")
    assert chosen(sim) == {None} and sim.system.replies[-1].result is None


@pytest.mark.parametrize("seed", seeds(7, 20))
def test_a_minority_never_decides_and_learns_after_the_heal(seed: int) -> None:
    sim = cluster(wants={"a": "red"}, seed=seed)
    sim.isolate("a", "b")
    sim.run(until=3000)
    assert not sim.system.decisions
    sim.request("c", "blue")
    sim.run(until=4000)
    assert deciders(sim) == set("cde") and chosen(sim) == {"blue"}
    sim.heal_all()
    sim.run(until=4000 + 2 * PATIENCE)
    assert "a" in deciders(sim) and chosen(sim) == {"blue"}


def test_faults_never_make_two_agents_differ() -> None:
    for seed in range(SEEDS):
        sim = cluster(3 + 2 * (seed % 2), wants={"a": "red", "b": "blue"}, seed=seed, loss=0.1, duplication=0.1)
        storm(sim, seed, 400, HOLDS, wish)
        mend(sim)
        sim.run(until=1500)
        assert first_violation(HOLDS, sim.system) is None
        lost = not any(agent.wishes or agent.accepted for agent in sim.system.agents.values())  # all wishes, in crashes
        assert len(chosen(sim)) == (0 if lost else 1)


def test_after_the_heal_five_rivals_all_decide_within_two_patiences() -> None:
    for seed in range(SEEDS // 2):
        sim = cluster(5, seed=seed)
        for agent in "abcde":
            sim.isolate(agent)
            sim.request(agent, f"wish of {agent}")
        storm(sim, seed, 200, HOLDS, wish)
        mend(sim)
        for agent in sorted(set("abcde") - deciders(sim)):
            sim.request(agent, f"late wish of {agent}")  # a crash may have lost the first one
        assert time_until_all_decide(sim, 2 * PATIENCE) <= 2 * PATIENCE


def test_a_rival_who_hears_nothing_holds_nobody_up_for_more_than_five_patiences() -> None:
    for seed in range(SEEDS // 2):
        sim = cluster(wants={"e": "blue"}, seed=seed)
        for agent in "abcd":
            sim.do(Cut(agent, "e"))  # what e says is heard, but e is deaf
        sim.run(until=seed)
        sim.request("a", "red")
        sim.run(until=seed + 5 * PATIENCE)
        assert {"a", "b", "c", "d"} == deciders(sim)


# Crashes.

def test_an_acceptor_finishes_what_a_dead_proposer_began() -> None:
    sim = cluster(3, wants={"a": "red"})
    while not any(sim.system.agents[name].accepted for name in "bc"):
        sim.step()
    sim.crash("a")
    sim.run(until=3 * PATIENCE)
    assert deciders(sim) == {"b", "c"} and chosen(sim) == {"red"}


def test_a_crash_loses_the_wish_but_not_the_promise() -> None:
    sim = cluster(3, wants={"a": "red"})
    sim.crash("a")
    sim.restart("a")
    assert sim.system.agents["a"].promised == Ballot(1, "a")
    assert sim.system.agents["a"].wishes == ()
    sim.request("a", "blue")
    assert sim.system.agents["a"].ballot == Ballot(2, "a")


def test_old_promises_count_for_nothing_after_a_crash() -> None:
    sim = cluster(3, wants={"a": "red"})
    sim.crash("a")
    sim.restart("a")
    sim.run(until=1000)
    assert not sim.system.decisions


# One step at a time.

def test_an_acceptor_promises_each_ballot_once_and_reports_what_it_accepted() -> None:
    c = Paxos("c", ("a", "b"), promised=Ballot(1, "a"), accepted=Proposal(Ballot(1, "a"), "red"))
    assert act(c, "receive", "a", Prepare(Ballot(1, "a")))[1] == ()
    _, effects = act(c, "receive", "b", Prepare(Ballot(1, "b")))
    assert effects[-1].message == Promise(Ballot(1, "b"), Proposal(Ballot(1, "a"), "red"))


def test_a_promise_refuses_lower_ballots_only() -> None:
    c = Paxos("c", ("a", "b"), promised=Ballot(2, "a"))
    assert act(c, "receive", "b", Accept(Ballot(1, "b"), "blue"))[0].accepted is None
    assert act(c, "receive", "a", Accept(Ballot(2, "a"), "red"))[0].accepted == Proposal(Ballot(2, "a"), "red")
    assert act(c, "receive", "b", Accept(Ballot(2, "b"), "blue"))[0].accepted == Proposal(Ballot(2, "b"), "blue")


def test_the_highest_ballot_reported_wins() -> None:
    a = Paxos("a", ("b", "c"), wishes=("red",))
    low, high = Proposal(Ballot(1, "c"), "low"), Proposal(Ballot(2, "b"), "high")
    assert a.choose_value((low, high)) == a.choose_value((high, low)) == "high"
    assert a.choose_value(()) == "red"


def test_who_has_decided_answers_a_late_proposer() -> None:
    c = Paxos("c", ("a", "b"), chosen=Chosen("red"))
    assert act(c, "receive", "b", Prepare(Ballot(9, "b")))[1][0].message == Chosen("red")
    assert act(c, "request", "blue")[1] == (Reply("blue", "red"),)


def test_the_role_says_how_far_a_proposer_is() -> None:
    sim = cluster(3)
    seen = [sim.system.agents["a"].role]
    sim.request("a", "red")
    while sim.step():
        role = sim.system.agents["a"].role
        seen += [role] if role != seen[-1] else []
    assert seen == ["acceptor", "preparing", "proposing", "decided"]


# Every run, and each safety rule forgotten once.

@pytest.mark.parametrize("faults", at_night([{}, {"timeouts": 1}, {"crashes": 1}, {"duplicates": 1}],
                                             "{'timeouts': 1}"), ids=str)
def test_every_run_of_three_agents_with_two_rivals_agrees(faults: dict[str, int]) -> None:
    model = Model(build("mesh", 3), Paxos, (*HOLDS, EVERYONE_DECIDES), requests=RIVALS)
    found = explore(model, progress=False, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


class HalfIsEnough(Paxos):
    def is_quorum(self, count: int) -> bool:
        return 2 * count >= len(self.everyone)


class TheSameBallotAgain(Paxos):
    def next_ballot(self) -> Ballot:
        return Ballot(1, self.id)


class PromisesAnything(Paxos):
    def may_promise(self, ballot: Ballot) -> bool:
        return True


class AcceptsAnything(Paxos):
    def may_accept(self, ballot: Ballot) -> bool:
        return True


class InsistsOnItsWish(Paxos):
    def choose_value(self, reported: tuple[Proposal, ...]) -> Hashable:
        return self.wanted


class TakesAnyReport(Paxos):
    def choose_value(self, reported: tuple[Proposal, ...]) -> Hashable:
        return reported[0].value if reported else self.wanted


class ForgetsPromises(Paxos):
    durable = ("accepted", "chosen")


class ForgetsWhatItAccepted(Paxos):
    durable = ("promised", "chosen")


BUGS = [
    (HalfIsEnough, 2, {}, 2),
    (HalfIsEnough, 4, {}, 10),
    (PromisesAnything, 3, {}, 10),
    (AcceptsAnything, 3, {}, 10),
    (InsistsOnItsWish, 3, {}, 10),
    (TheSameBallotAgain, 3, {"timeouts": 1}, 13),
    pytest.param(TakesAnyReport, 3, {"timeouts": 1}, 13, marks=pytest.mark.long),
    pytest.param(ForgetsPromises, 3, {"crashes": 1}, 12, marks=pytest.mark.long),
    pytest.param(ForgetsWhatItAccepted, 3, {"crashes": 1}, 12, marks=pytest.mark.long),
]


@pytest.mark.parametrize(("kind", "n", "faults", "length"), BUGS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_without_this_rule_two_agents_differ(kind: type[Paxos], n: int, faults: dict[str, int], length: int) -> None:
    found = explore(Model(build("mesh", n), kind, PAXOS_PROPERTIES, requests=RIVALS), progress=False, **faults)
    assert found.violated is AGREEMENT
    assert len(found.trace) == length


@pytest.mark.parametrize("kind", [AcceptsAnything, InsistsOnItsWish])
def test_the_step_of_the_proof_breaks_before_agreement_does(kind: type[Paxos]) -> None:
    found = explore(Model(build("mesh", 3), kind, HOLDS, requests=RIVALS), progress=False)
    assert found.violated is CHOSEN_STAYS and len(found.trace) == 7


def test_without_names_in_its_ballots_it_is_still_safe_because_each_is_promised_once() -> None:
    class Nameless(Paxos):
        def next_ballot(self) -> Ballot:
            return Ballot(self.promised.number + 1, "")

    found = explore(Model(build("mesh", 3), Nameless, HOLDS, requests=RIVALS), crashes=1, progress=False)
    assert found.complete and found.violated is None


def test_a_decision_that_nobody_asked_for_would_be_seen() -> None:
    class Inventive(Paxos):
        def choose_value(self, reported: tuple[Proposal, ...]) -> Hashable:
            return "green"

    found = explore(Model(build("mesh", 3), Inventive, PAXOS_PROPERTIES, requests=RIVALS[:1]), progress=False)
    assert found.violated is VALIDITY
