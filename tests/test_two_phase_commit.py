"""Two-phase commit: nobody commits what another aborts; the price is that a dead coordinator can block everyone."""


from typing import Any

import pytest
from labkit.agents import act, create, first_violation, restarted
from labkit.agents.properties import EVERYONE_DECIDES
from labkit.engine import Model, Simulator
from labkit.protocols import NEVER_BLOCKS, TWO_PHASE_COMMIT_PROPERTIES, TwoPhaseCommit
from labkit.protocols.consensus.two_phase_commit import (
    ABORT,
    ATOMIC,
    BEGUN,
    COMMIT,
    PREPARED,
    UNANIMOUS,
    Ask,
    Outcome,
    Prepare,
    Vote,
)
from labkit.search import explore
from labkit.topology import build
from labkit.values import frozendict
from seeds import seeds
from weather import mend, storm

SEEDS = 200
PATIENCE = 200  # the longest that an agent waits before it insists


def team(n: int = 3, against: str = "", kind: type[TwoPhaseCommit] = TwoPhaseCommit) -> dict[str, TwoPhaseCommit]:
    """Agents of whom all want to commit but those named."""
    agents = create(kind, "abcdefgh"[:n])
    return agents | {name: kind(name, agents[name].peers, will="no") for name in against}


def cluster(n: int = 3, against: str = "", shape: str = "mesh", **options: object) -> Simulator:
    """Agents on a network, of whom a was asked for the transaction pay."""
    sim = Simulator(build(shape, n), team(n, against), **options)
    sim.request("a", "pay")
    return sim


def records(sim: Simulator, tx: str = "pay") -> dict[str, str | None]:
    return {name: agent.log.get(tx) for name, agent in sim.system.agents.items()}


def run_until(sim: Simulator, **wanted: str) -> None:
    """Step until these agents have these records of pay."""
    while any(records(sim)[name] != record for name, record in wanted.items()):
        assert sim.step() is not None


def transaction(_agent: str, number: int) -> str:
    return f"tx{number}"


# What it promises.

@pytest.mark.parametrize("shape", ["mesh", "star", "ring"])
def test_all_commit_what_all_want(shape: str) -> None:
    sim = cluster(5, shape=shape)
    sim.run(until=300)
    assert set(records(sim).values()) == {COMMIT}
    assert [(answer.agent, answer.request, answer.result) for answer in sim.system.replies] == [("a", "pay", COMMIT)]


@pytest.mark.parametrize("against", ["a", "b", "e", "bc", "abcde"])
def test_one_no_and_nobody_commits(against: str) -> None:
    sim = cluster(5, against)
    sim.run(until=300)
    assert COMMIT not in records(sim).values()
    assert sim.system.replies[0].result == ABORT


def test_it_takes_all_and_not_a_majority() -> None:
    sim = cluster(5)
    sim.crash("e")
    sim.run(until=2 * PATIENCE)
    assert {decision.value for decision in sim.system.decisions} == {ABORT}
    assert {decision.agent for decision in sim.system.decisions} == set("abcd")


def test_faults_never_make_one_commit_what_another_aborts() -> None:
    outcomes = set()
    for seed in range(SEEDS):
        sim = cluster(3 + seed % 3, "b" if seed % 10 == 0 else "", seed=seed, loss=0.05, duplication=0.1)
        storm(sim, seed, 400, TWO_PHASE_COMMIT_PROPERTIES, transaction)
        outcomes |= {decision.value for decision in sim.system.decisions}
    assert outcomes == {COMMIT, ABORT}


def test_once_all_are_back_every_transaction_ends_within_two_patiences() -> None:
    for seed in range(SEEDS):
        sim = cluster(4, seed=seed, loss=0.2)
        storm(sim, seed, 200, TWO_PHASE_COMMIT_PROPERTIES, transaction)
        mend(sim)
        sim.run(until=sim.now + 2 * PATIENCE)
        open_still = [tx for agent in sim.system.agents.values() for tx in agent.log if agent.is_open(tx)]
        assert not open_still and first_violation(TWO_PHASE_COMMIT_PROPERTIES, sim.system) is None


def test_a_stream_of_transactions_puts_off_no_decision() -> None:
    sim = cluster(3)
    sim.crash("c")
    for number in range(20):
        sim.run(until=sim.now + 50)
        sim.request("a", f"tx{number}")
    assert records(sim)["a"] == records(sim)["b"] == ABORT


def test_of_two_coordinators_of_one_transaction_neither_commits_alone() -> None:
    model = Model(build("mesh", 3), team(), TWO_PHASE_COMMIT_PROPERTIES, requests=[("a", "pay"), ("b", "pay")])
    found = explore(model, progress=False, timeouts=1, crashes=1)
    assert found.complete and found.violated is None


def test_transactions_do_not_disturb_each_other() -> None:
    sim = cluster(4)
    sim.request("b", "ship")
    sim.request("a", "bill")
    sim.run(until=300)
    assert all(set(records(sim, tx).values()) == {COMMIT} for tx in ("pay", "ship", "bill"))


@pytest.mark.parametrize(("first", "second"), [("pay", "bill"), ("bill", "pay")])
def test_the_role_is_what_is_open_and_else_the_outcomes_whatever_the_names(first: str, second: str) -> None:
    b: Any = TwoPhaseCommit("b", ("a", "c"))
    roles = []
    for sender, message in (("a", Prepare(first)), ("a", Outcome(first, COMMIT)), ("a", Prepare(second)),
                            ("a", Outcome(second, ABORT))):
        b, _ = act(b, "receive", sender, message)
        roles.append(b.role)
    assert roles == ["prepared", "commit", "prepared", "abort and commit"]
    b, _ = act(b, "receive", "a", Prepare("ship"))
    assert restarted(b, TwoPhaseCommit("b", ("a", "c"))).role == "prepared"
    b, _ = act(b, "request", "send")
    assert b.role == "begun and prepared"
    assert act(b, "timeout", "ship")[0].role == "blocked"


@pytest.mark.parametrize("tx", [1, True, 1.0, ("pay", 1), None, ""])
def test_a_transaction_that_is_no_text_is_refused_and_the_text_that_looks_like_it_goes_on(tx: Any) -> None:
    sim = Simulator(build("mesh", 3), team())
    sim.request("b", str(tx) or "pay")
    sim.request("a", tx)
    assert [(one.request, one.ok) for one in sim.system.replies] == [(tx, False)]
    sim.run(until=300)
    assert [one.ok for one in sim.system.replies] == [False, True]
    assert set(records(sim, str(tx) or "pay").values()) == {COMMIT}


def test_the_refusal_says_what_to_do() -> None:
    (reply,) = act(TwoPhaseCommit("a", ("b",)), "request", 1)[1]
    assert reply.result == "refused: 1 is no name, take a text such as 'pay'"


# It blocks.

@pytest.mark.parametrize("seed", seeds(7, 20))
def test_a_dead_coordinator_blocks_everyone_for_ever(seed: int) -> None:
    sim = cluster(5, seed=seed)
    run_until(sim, b=PREPARED, c=PREPARED, d=PREPARED, e=PREPARED)
    assert records(sim)["a"] == BEGUN
    sim.crash("a")
    sim.run(until=20_000)
    assert not sim.system.decisions
    assert {sim.system.agents[name].role for name in "bcde"} == {"blocked"}


def test_the_coordinator_comes_back_and_frees_them() -> None:
    sim = cluster(5)
    run_until(sim, b=PREPARED, c=PREPARED, d=PREPARED, e=PREPARED)
    sim.crash("a")
    sim.run(until=5000)
    sim.restart("a")
    sim.run(until=5100)
    assert set(records(sim).values()) == {ABORT}  # it had decided nothing, so it may


def test_one_who_knows_the_outcome_frees_the_others_without_the_coordinator() -> None:
    sim = cluster(3)
    run_until(sim, a=COMMIT)
    sim.cut("a", "c")
    sim.cut("b", "c")
    run_until(sim, b=COMMIT)
    sim.crash("a")
    sim.heal("b", "c")
    sim.run(until=sim.now + 2 * PATIENCE)
    assert records(sim)["c"] == COMMIT


def test_one_who_has_not_voted_frees_the_others_by_aborting() -> None:
    sim = cluster(3)
    sim.isolate("c")
    run_until(sim, b=PREPARED)
    sim.run(until=20)  # what was on its way to c is lost by now
    sim.crash("a")
    sim.heal_all()
    sim.run(until=sim.now + 3 * PATIENCE)
    assert records(sim) == {"a": BEGUN, "b": ABORT, "c": ABORT}
    sim.restart("a")
    assert records(sim)["a"] == ABORT


def test_the_explorer_finds_the_shortest_way_to_be_blocked() -> None:
    found = explore(Model(build("mesh", 3), team(), [NEVER_BLOCKS], requests=[("a", "pay")]), crashes=1, progress=False)
    assert found.violated is NEVER_BLOCKS and len(found.trace) == 4


def test_without_a_crash_nobody_is_blocked() -> None:
    model = Model(build("mesh", 3), team(), [NEVER_BLOCKS], requests=[("a", "pay")])
    found = explore(model, timeouts=2, progress=False)
    assert found.complete and found.violated is None


# One step at a time.

def test_who_voted_yes_asks_and_who_did_not_aborts() -> None:
    b = TwoPhaseCommit("b", ("a", "c"))
    after, effects = act(b, "receive", "c", Ask("pay"))
    assert after.log == {"pay": ABORT} and effects[-1].message == Outcome("pay", ABORT)
    prepared, effects = act(b, "receive", "a", Prepare("pay"))
    assert effects[0].message == Vote("pay", True)
    assert not act(prepared, "receive", "c", Ask("pay"))[1]
    assert [effect.message for effect in act(prepared, "timeout", "pay")[1][:2]] == [Ask("pay")] * 2


def test_a_yes_that_comes_too_late_changes_nothing() -> None:
    a: Any = TwoPhaseCommit("a", ("b",))
    a, _ = act(a, "request", "pay")
    a, _ = act(a, "timeout", "pay")
    a, effects = act(a, "receive", "b", Vote("pay", True))
    assert a.log == {"pay": ABORT} and not effects


def test_asking_again_gets_the_same_answer() -> None:
    a = TwoPhaseCommit("a", ("b",), log=frozendict({"pay": COMMIT}))
    assert act(a, "request", "pay")[1][0].result == COMMIT


# Every run, and each safety rule forgotten once.

@pytest.mark.parametrize(("n", "against", "faults"), [
    (3, "", {"timeouts": 2, "crashes": 1}), (3, "", {"timeouts": 1, "duplicates": 1}), (4, "", {"crashes": 1}),
    (3, "c", {"timeouts": 1, "crashes": 1}),
], ids=str)
def test_every_run_is_atomic(n: int, against: str, faults: dict[str, int]) -> None:
    properties = (*TWO_PHASE_COMMIT_PROPERTIES, EVERYONE_DECIDES)
    model = Model(build("mesh", n), team(n, against), properties, requests=[("a", "pay")])
    found = explore(model, progress=False, **faults)
    assert found.complete and found.violated is None, str(found)
    assert [prop.name for prop in found.never] == (["someone commits"] if against else [])


class MajorityIsEnough(TwoPhaseCommit):
    def may_commit(self, votes: frozenset[str]) -> bool:
        return 2 * len(votes) > len(self.everyone)


class VotesAgain(TwoPhaseCommit):
    def may_vote_yes(self, tx: str) -> bool:
        return self.will == "yes"


class LosesPatience(TwoPhaseCommit):
    def may_decide_alone(self, tx: str) -> bool:
        return True


class ThinksAgain(TwoPhaseCommit):
    def is_open(self, tx: str) -> bool:
        return True


class KeepsNoLog(TwoPhaseCommit):
    durable = ()


BUGS = [
    (MajorityIsEnough, "", {"timeouts": 1}, ATOMIC, 5),
    (MajorityIsEnough, "c", {}, UNANIMOUS, 3),
    (VotesAgain, "", {"timeouts": 1}, ATOMIC, 7),
    (LosesPatience, "", {"timeouts": 1}, ATOMIC, 6),
    (ThinksAgain, "", {"timeouts": 1}, ATOMIC, 7),
    (KeepsNoLog, "", {"timeouts": 1, "crashes": 1}, ATOMIC, 9),
]


@pytest.mark.parametrize(("kind", "against", "faults", "broken", "length"), BUGS, ids=[bug[0].__name__ for bug in BUGS])
def test_without_this_rule_it_is_not_atomic(kind: type[TwoPhaseCommit], against: str, faults: dict[str, int],
                                            broken: object, length: int) -> None:
    model = Model(build("mesh", 3), team(3, against, kind), TWO_PHASE_COMMIT_PROPERTIES, requests=[("a", "pay")])
    found = explore(model, progress=False, **faults)
    assert found.violated is broken
    assert len(found.trace) == length, str(found)
