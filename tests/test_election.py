"""Who leads: messages as theory says, the stall of the ring, the two leaders of the bully, and one leader an epoch."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from random import Random
from statistics import mean
from typing import Any

import pytest
from endings import endings
from labkit.agents import Reply, act, create, first_violation, term_led
from labkit.engine import Model, Simulator
from labkit.observe import sent
from labkit.protocols import Bully, ChangRoberts, CheckQuorum, EpochBully
from labkit.protocols.coordination.election import ELECTION_PROPERTIES, ONE_PER_EPOCH, Elector
from labkit.search import explore
from labkit.topology import build
from labkit.values import agent_names
from seeds import seeds
from weather import mend, storm

KINDS = pytest.mark.parametrize("kind_of", [ChangRoberts, Bully, EpochBully])


def cluster(kind_of: type[Elector], n: int = 5, shape: str = "mesh", seed: int = 1, **options: Any) -> Simulator:
    return Simulator(build(shape, n), create(kind_of, agent_names(n), **options), seed=seed)


def elected(kind_of: type[Elector], asked: str = "a", **more: Any) -> Simulator:
    """A cluster in which these agents' clients have asked for an election, long enough ago."""
    sim = cluster(kind_of, **more)
    for name in asked:
        sim.request(name, "elect")
    sim.run(until=2_000)
    return sim


def leaders(sim: Simulator) -> dict[str, int]:
    """Who leads in which epoch, of those that are up."""
    led = {name: term_led(agent) for name, agent in sim.system.agents.items() if name not in sim.system.down}
    return {name: epoch for name, epoch in led.items() if epoch is not None}


def followed(sim: Simulator) -> list[str]:
    return [agent.leader for name, agent in sim.system.agents.items() if name not in sim.system.down]


# ---- nothing fails ---------------------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("shape", ["mesh", "star", "ring"])
@pytest.mark.parametrize("seed", seeds(2, 20))
def test_where_nothing_fails_the_highest_leads_and_all_know_it(
        kind_of: type[Elector], shape: str, seed: int) -> None:
    order = Random(seed).sample("abcde", 5)
    sim = elected(kind_of, "ad", shape=shape, seed=seed, order=tuple(order))
    assert leaders(sim) == {order[-1]: 1} and followed(sim) == [order[-1]] * 5
    assert [(reply.agent, reply.result) for reply in sim.system.replies if reply.ok] and len(sim.system.replies) == 2
    assert {reply.result for reply in sim.system.replies} == {f"{order[-1]} leads, epoch 1"}
    assert sim.next_due() is None and first_violation(ELECTION_PROPERTIES, sim.system) is None


@KINDS
def test_one_agent_alone_leads(kind_of: type[Elector]) -> None:
    agent, effects = act(kind_of("a", ()), "request", "elect")
    assert term_led(agent) == 1 and effects[-1] == Reply("elect", "a leads, epoch 1")


@KINDS
def test_another_election_is_a_later_epoch_or_confirms_the_leader(kind_of: type[Elector]) -> None:
    sim = elected(kind_of)
    sim.request("b", "again")
    sim.run(until=4_000)
    assert leaders(sim) == {"e": 2 if kind_of is ChangRoberts else 1} and len(sim.system.replies) == 2


# ---- messages of the ring --------------------------------------------------------------------------------------------


def candidates(order: Sequence[str], **more: Any) -> int:
    """Messages of an election that all start at once, without those that announce the winner."""
    names = sorted(order, key=lambda name: (len(name), name))
    sim = cluster(ChangRoberts, len(order), "ring", order=tuple(order), **more)
    for name in names:
        sim.request(name, "elect")
    sim.run()
    counts = sent(sim)
    assert counts["elected"] == len(order) and followed(sim) == [order[-1]] * len(order)
    return counts["candidate"]


def by_hand(order: Sequence[str]) -> int:
    """Each name travels to the next higher one on the ring, the highest all round: counted without any agent."""
    ring = sorted(order, key=lambda name: (len(name), name))
    ranks = [order.index(name) for name in ring]
    n = len(ring)
    return sum(next(d for d in range(1, n + 1) if ranks[(at + d) % n] > ranks[at] or d == n) for at in range(n))


def harmonic(n: int) -> Fraction:
    return sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0))


def test_over_all_arrangements_of_five_the_ring_takes_exactly_n_times_the_harmonic_number_on_average() -> None:
    counts = {order: candidates(order) for order in permutations("abcde")}
    assert counts == {order: by_hand(order) for order in counts}
    assert Fraction(sum(counts.values()), len(counts)) == 5 * harmonic(5) == Fraction(137, 12)
    assert (min(counts.values()), max(counts.values())) == (2 * 5 - 1, 5 * 6 // 2) == (9, 15)
    assert [order for order, count in counts.items() if count == 15] == [
        ("a", "e", "d", "c", "b"), ("b", "a", "e", "d", "c"), ("c", "b", "a", "e", "d"), ("d", "c", "b", "a", "e"),
        ("e", "d", "c", "b", "a")]


@pytest.mark.parametrize("n", [8, 16, 32])
def test_at_more_agents_the_average_of_random_arrangements_is_within_8_percent_of_theory(n: int) -> None:
    draw = Random(n)
    measured = mean(candidates(draw.sample(agent_names(n), n), seed=one) for one in range(1_200 // n))
    assert abs(measured / float(n * harmonic(n)) - 1) < 0.08


@pytest.mark.parametrize("n", [4, 9, 16])
def test_the_worst_and_the_best_arrangement(n: int) -> None:
    names = agent_names(n)
    assert candidates(names[::-1]) == n * (n + 1) // 2 and candidates(names) == 2 * n - 1


@pytest.mark.parametrize("seed", seeds(4, 30))
def test_the_messages_of_an_arrangement_do_not_depend_on_their_delays(seed: int) -> None:
    assert candidates("badce", seed=seed) == by_hand("badce")


# ---- messages of the bully -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [4, 5, 8])
def test_the_bully_takes_few_messages_where_the_second_highest_notices_and_about_n_squared_where_the_lowest_does(
        n: int) -> None:
    names = agent_names(n)
    best, worst = (after_the_crash_of_the_highest(n, names[at]) for at in (-2, 0))
    assert best == {"election": 1, "coordinator": n - 2}
    assert worst == {
        "election": n * (n - 1) // 2, "answer": (n - 1) * (n - 2) // 2, "coordinator": n - 2}
    assert sum(worst.values()) == n * n - n - 1


@pytest.mark.parametrize("n", [4, 8, 16])
@pytest.mark.parametrize("seed", seeds(3, 30))
def test_where_all_are_up_the_lowest_starts_no_more_elections_than_there_are_agents(n: int, seed: int) -> None:
    """A message of an election that is over must not start another one: at 16 agents that was 7,000 elections."""
    sim = elected(Bully, "a", n=n, seed=seed)
    assert sent(sim)["coordinator"] == n - 1 and sent(sim).total() <= n * n - 1


def after_the_crash_of_the_highest(n: int, asked: str) -> dict[str, int]:
    sim = cluster(Bully, n)
    sim.crash(agent_names(n)[-1])
    sim.request(asked, "elect")
    sim.run(until=2_000)
    assert leaders(sim) == {agent_names(n)[-2]: 1}
    return dict(sent(sim))


# ---- what faults make of it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("down", "bcde")
@pytest.mark.parametrize("seed", seeds(2, 20))
def test_one_agent_down_stalls_the_ring_for_ever(down: str, seed: int) -> None:
    sim = cluster(ChangRoberts, seed=seed)
    sim.crash(down)
    sim.request("a", "elect")
    sim.run(until=5_000)
    assert not leaders(sim) and not sim.system.replies and sim.next_due() is None
    sim.restart(down)
    sim.run(until=10_000)
    assert not leaders(sim), "the message that was lost does not come back"
    sim.request("a", "again")
    sim.run(until=15_000)
    assert leaders(sim) == {"e": 2} and len(sim.system.replies) == 2


def test_a_partition_stalls_the_ring_on_both_sides_and_the_old_leader_has_stepped_down() -> None:
    sim = elected(ChangRoberts)
    sim.isolate("a", "b")
    for name in "ad":
        sim.request(name, "again")
    sim.run(until=5_000)
    assert leaders(sim) == {} and [agent.epoch for agent in sim.system.agents.values()] == [2, 2, 1, 2, 2]


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_a_partition_gives_the_bully_two_leaders_and_the_next_election_after_it_one(seed: int) -> None:
    sim = elected(Bully, seed=seed)
    sim.isolate("d", "e")
    sim.request("a", "again")
    sim.run(until=4_000)
    assert leaders(sim) == {"c": 2, "e": 1} and ONE_PER_EPOCH.violation(sim.system) is None
    sim.heal_all()
    sim.run(until=5_000)
    assert leaders(sim) == {"c": 2, "e": 1}, "nobody notices that the network is whole again"
    sim.request("a", "once more")
    sim.run(until=7_000)
    assert leaders(sim) == {"e": 3} and followed(sim) == ["e"] * 5


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_a_bully_that_comes_back_leads_in_an_epoch_that_had_another_leader(seed: int) -> None:
    for kind_of, epoch in ((Bully, 2), (EpochBully, 3)):
        sim = elected(kind_of, seed=seed)
        sim.crash("e")
        sim.request("a", "again")
        sim.run(until=4_000)
        assert leaders(sim) == {"d": 2}
        sim.restart("e")
        sim.run(until=6_000)
        assert leaders(sim) == {"e": epoch}
        assert (ONE_PER_EPOCH.violation(sim.system) is None) == (kind_of is EpochBully)


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_with_epochs_a_minority_elects_nobody_and_an_old_leader_is_told_apart_by_its_epoch(seed: int) -> None:
    sim = elected(EpochBully, seed=seed)
    sim.isolate("d", "e")
    for name in "ad":
        sim.request(name, "again")
    sim.run(until=3_000)
    assert leaders(sim) == {"c": 2, "e": 1}, "who may act? the one with the later epoch"
    sim.crash("e")
    sim.request("d", "once more")
    sim.run(until=6_000)
    assert leaders(sim) == {"c": 2}, "d alone asks for votes in vain"


@pytest.mark.parametrize("seed", seeds(3, 20))
def test_the_lease_from_consensus_ends_the_lead_of_the_one_that_is_cut_off(seed: int) -> None:
    sim = Simulator(build("mesh", 5), CheckQuorum, seed=seed)
    sim.run(until=1_000)
    (old,) = leaders(sim)
    sim.isolate(old)
    sim.run(until=2_500)
    assert len(leaders(sim)) == 1 and old not in leaders(sim)


@pytest.mark.parametrize("kind_of", [ChangRoberts, EpochBully])
@pytest.mark.parametrize("seed", seeds(10, 200))
def test_no_storm_gives_an_epoch_two_leaders_and_after_it_one_election_ends_with_one(
        kind_of: type[Elector], seed: int) -> None:
    sim = Simulator(build("mesh", 5), kind_of, seed=seed, loss=0.05, duplication=0.1)
    storm(sim, seed, 2_000, ELECTION_PROPERTIES, lambda _agent, number: f"elect {number}")
    mend(sim)
    sim.run(until=sim.now + 2_000)
    latest = max(sim.system.agents.values(), key=lambda agent: agent.epoch).id
    for again in range(2):  # the first may join an election that has stalled
        sim.request(latest, f"at last {again}")
        sim.run(until=sim.now + 2_000)
    assert [*leaders(sim)] == ["e"] and followed(sim) == ["e"] * 5
    assert first_violation(ELECTION_PROPERTIES, sim.system) is None


@pytest.mark.parametrize("kind_of", [Bully])
def test_the_same_storms_give_the_bully_two_leaders_of_one_epoch(kind_of: type[Elector]) -> None:
    broken = 0
    for seed in range(10):
        sim = Simulator(build("mesh", 5), kind_of, seed=seed, loss=0.05, duplication=0.1)
        storm(sim, seed, 2_000, (), lambda _agent, number: f"elect {number}")
        broken += ONE_PER_EPOCH.violation(sim.system) is not None
    assert broken >= 5


# ---- every order of events -------------------------------------------------------------------------------------------


def search(kind_of: type[Elector], asked: Sequence[str], n: int = 3, shape: str = "mesh", **faults: int) -> Any:
    model = Model(build(shape, n), kind_of, requests=[(name, "elect") for name in asked])
    return explore(model, progress=False, **faults)


@pytest.mark.long
def test_four_on_a_ring_that_all_start_elect_one_in_every_run() -> None:
    found = search(ChangRoberts, "abcd", 4, "ring")
    assert found.complete and found.violated is None and not found.never


def test_a_ring_with_a_crash_and_a_copy_never_elects_two() -> None:
    found = search(ChangRoberts, "ab", 3, "ring", crashes=1, duplicates=1)
    assert found.complete and found.violated is None and not found.never


@pytest.mark.parametrize(("n", "asked"), [(4, "ac"), (3, "abc")])
def test_where_nothing_fails_no_run_of_the_ring_ends_without_a_leader(n: int, asked: str) -> None:
    model = Model(build("ring", n), ChangRoberts, requests=[(name, name) for name in asked])
    ends = [world for world, _ in endings(model)]
    assert ends and all({agent.leader for agent in world.agents.values()} == {"abcd"[n - 1]}
                        for world in ends)


def test_with_one_crash_it_can_end_without_one_after_two_events() -> None:
    model = Model(build("ring", 4), ChangRoberts, requests=[("a", "elect")])
    stalled = [length for world, length in endings(model, crashes=1)
               if world.requests and not any(agent.leader for agent in world.agents.values())]
    assert min(stalled) == 2


def test_a_slow_answer_gives_the_bully_two_leaders_of_one_epoch_after_three_events() -> None:
    found = search(Bully, "a", timeouts=1)
    assert found.violated is ONE_PER_EPOCH and len(found.trace) == 3, str(found)
    assert found.why == "a and c both lead in epoch 1"


@pytest.mark.long
@pytest.mark.parametrize(("asked", "faults"), [
    *(pytest.param("bc", more, marks=pytest.mark.long) for more in ({"timeouts": 2}, {"timeouts": 1, "duplicates": 1})),
    ("b", {"crashes": 1}),
], ids=str)
def test_with_epochs_no_run_gives_an_epoch_two_leaders(asked: str, faults: dict[str, int]) -> None:
    found = search(EpochBully, asked, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


class PassesAllOn(ChangRoberts):
    def may_pass_on(self, name: str) -> bool:
        return name != self.id


class WinsTooSoon(ChangRoberts):
    def has_won(self, name: str) -> bool:
        return self.leader != self.id and not self.outranks(name, self.id)


class NeedsNoVotes(EpochBully):
    def may_lead(self, votes: Any) -> bool:
        return True


class HalfIsEnough(EpochBully):
    def may_lead(self, votes: Any) -> bool:
        return 2 * len(votes) >= len(self.everyone)


class PromisesTwice(EpochBully):
    def may_grant(self, epoch: int) -> bool:
        return epoch >= self.epoch


class ForgetsItsPromise(EpochBully):
    durable = ()


@pytest.mark.parametrize(("kind_of", "asked", "n", "shape", "faults", "length"), [
    (PassesAllOn, "ab", 3, "ring", {}, 8),
    (WinsTooSoon, "ab", 3, "ring", {}, 4),
    (NeedsNoVotes, "bc", 3, "mesh", {"timeouts": 1}, 3),
    (HalfIsEnough, "bd", 4, "mesh", {"timeouts": 1}, 7),
    (PromisesTwice, "bc", 3, "mesh", {"timeouts": 1}, 7),
    (ForgetsItsPromise, "bc", 3, "mesh", {"timeouts": 1, "crashes": 1}, 9),
], ids=lambda value: getattr(value, "__name__", None))
def test_without_this_rule_an_epoch_has_two_leaders(kind_of: type[Elector], asked: str, n: int, shape: str,
                                                    faults: dict[str, int], length: int) -> None:
    found = search(kind_of, asked, n, shape, **faults)
    assert found.violated is ONE_PER_EPOCH and len(found.trace) == length, str(found)
