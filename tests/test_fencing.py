"""Claims about deposed leaders: the late write is refused, and without the token no lease helps."""

from collections import Counter
from dataclasses import dataclass
from random import Random

import pytest
from labkit.agents import Invariant
from labkit.engine import Model, Simulator
from labkit.faults import recover
from labkit.protocols import FENCING_PROPERTIES, CheckQuorum, Locked, Raft
from labkit.protocols.consensus.raft import RAFT_PROPERTIES
from labkit.protocols.coordination.fencing import BUSY, IN_TURN, REFUSED, STORED, TRUE_ANSWERS
from labkit.search import explore
from labkit.topology import build
from seeds import seeds


@dataclass
class Trusting(Locked):
    """The store believes that a lease is enough."""

    def accepts(self, token: int) -> bool:
        return True


def late(kind: type[Locked]) -> Simulator:
    """c's write needs 300 units to the store, longer than its lease of 100; d writes meanwhile."""
    sim = Simulator(build("mesh", 4), kind, latency={("c", "b"): (300, 300)})
    sim.request("c", "old")
    sim.run(until=150)
    sim.request("d", "new")
    sim.run()
    return sim


def test_the_write_of_a_deposed_holder_is_refused() -> None:
    sim = late(Locked)
    told = {answer.request: answer.result for answer in sim.system.replies}
    assert told == {"new": STORED, "old": REFUSED}


def test_without_the_token_it_overwrites_its_successor() -> None:
    sim = late(Trusting)
    assert IN_TURN.violation(sim.system) == "b took a write under token 1 after one under token 2"


@pytest.mark.parametrize("seed", seeds(5, 50))
@pytest.mark.parametrize(("kind", "stored"), [(Locked, ["new"]), (Trusting, ["new", "old"])])
def test_a_holder_that_pauses_writes_late_and_only_the_token_stops_it(
        kind: type[Locked], stored: list[str], seed: int) -> None:
    sim = Simulator(build("mesh", 4), kind, seed=seed)
    sim.request("c", "old")
    sim.pause("c", 200)
    sim.run(until=150)
    sim.request("d", "new")
    sim.run()
    assert [value for _, value in sim.system.agents["b"].written] == stored
    told = {answer.request: answer.result for answer in sim.system.replies}
    assert told == {"new": STORED, "old": REFUSED if kind is Locked else STORED}
    assert bool(IN_TURN.violation(sim.system)) is (kind is Trusting)


@pytest.mark.parametrize("faults", [{"timeouts": 2}, {"timeouts": 1, "duplicates": 1}, {"timeouts": 1, "crashes": 1}],
                         ids=str)
def test_search_finds_no_run_in_which_a_deposed_holder_writes(faults: dict[str, int]) -> None:
    model = Model(build("mesh", 4), Locked, FENCING_PROPERTIES, requests=[("c", "old"), ("d", "new")])
    found = explore(model, progress=False, **faults)
    assert found.complete and found.violated is None and not found.never


def test_search_finds_the_shortest_run_that_breaks_a_lease_without_token() -> None:
    model = Model(build("mesh", 4), Trusting, FENCING_PROPERTIES, requests=[("c", "old"), ("d", "new")])
    found = explore(model, progress=False, timeouts=1)
    assert found.violated is IN_TURN and len(found.trace) == 9


# ---- what clients are told -------------------------------------------------------------------------------------------


class Forgetful(Locked):
    """A writer that heeds the keeper although its write is on the way."""

    def awaits_lease(self, number: int) -> bool:
        return True


class Gullible(Locked):
    """A store that takes a copy for another write."""

    def has_taken(self, token: int) -> bool:
        return False


def doubled(seed: int, kind: type[Locked] = Locked) -> Simulator:
    """Three writers, ten requests, messages that are slow, come twice, overtake each other; here and there a crash."""
    draw = Random(seed).random
    sim = Simulator(build("mesh", 5), kind, seed=seed, duplication=0.3, loss=0.1 * (seed % 2), latency=(5, 150))
    for number in range(10):
        sim.request("cde"[int(draw() * 3)], number)
        sim.run(until=sim.now + int(draw() * 120))
        if draw() < 0.1:
            victim = "abcde"[int(draw() * 5)]
            sim.crash(victim)
            sim.run(until=sim.now + int(draw() * 100))
            sim.restart(victim)
    sim.run()
    return sim


@pytest.mark.parametrize("seed", seeds(20, 600))
def test_what_a_client_is_told_is_true_although_messages_come_twice(seed: int) -> None:
    sim = doubled(seed)
    stored = Counter(value for _, value in sim.system.agents["b"].written)
    told = {answer.request: answer.ok for answer in sim.system.replies}
    assert {value: ok for value, ok in told.items() if ok != bool(stored[value])} == {}
    assert set(stored.values()) <= {1}, "a copy is not stored again"
    assert TRUE_ANSWERS.violation(sim.system) is None


def test_those_runs_see_every_answer() -> None:
    answers = {answer.result for seed in range(60) for answer in doubled(seed).system.replies}
    assert {STORED, BUSY, REFUSED} <= answers


@pytest.mark.parametrize("kind", [Forgetful, Gullible])
def test_without_this_rule_clients_are_told_what_is_not_true(kind: type[Locked]) -> None:
    assert any(TRUE_ANSWERS.violation(doubled(seed, kind).system) for seed in range(60))


@pytest.mark.parametrize(("kind", "broken"), [(Locked, None), (Forgetful, TRUE_ANSWERS)])
def test_search_finds_no_untrue_answer_but_where_the_rule_is_missing(
        kind: type[Locked], broken: Invariant | None) -> None:
    model = Model(build("mesh", 3), kind, FENCING_PROPERTIES, requests=[("c", "one")])
    found = explore(model, progress=False, timeouts=1, duplicates=2)
    assert found.violated is broken and found.complete is (broken is None)


# ---- leaders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(3, 10))
def test_a_leader_without_a_majority_steps_down_and_a_plain_one_never_hears_of_it(seed: int) -> None:
    for kind, leads in ((Raft, True), (CheckQuorum, False)):
        sim = Simulator(build("mesh", 5), kind, seed=seed)
        sim.run(until=1_000)
        leader = next(name for name, agent in sim.system.agents.items() if agent.role == "leader")
        sim.isolate(leader)
        sim.run(until=3_000)
        assert (sim.system.agents[leader].role == "leader") is leads
        others = [agent for name, agent in sim.system.agents.items() if name != leader]
        assert sum(agent.role == "leader" for agent in others) == 1


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_stepping_down_loses_nothing_and_refuses_instead_of_leaving_open(seed: int) -> None:
    plain, checked = (
        recover(kind, seed=seed, cut=1_000, heal=3_000, until=6_000, properties=RAFT_PROPERTIES)
        for kind in (Raft, CheckQuorum)
    )
    assert not checked.lost and not checked.violated and checked.recovered is not None
    assert len(checked.open) <= len(plain.open)
