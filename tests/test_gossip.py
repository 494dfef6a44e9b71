"""Gossip: without a leader or a quorum all come to the average, and what that costs: no end, two answers, lost mass."""

from fractions import Fraction
from typing import Any

import pytest
from labkit.agents import AGREEMENT, Property, act, first_violation
from labkit.engine import Deliver, Duplicate, Model, Simulator, Timeout
from labkit.protocols import PUSH_SUM_PROPERTIES, PushSum, PushTotals, sensors
from labkit.protocols.dissemination.gossip import (
    IN_RANGE,
    NO_MASS_LOST,
    NO_MASS_MADE,
    PUSH_TOTALS_PROPERTIES,
    Share,
    Total,
    average,
)
from labkit.search import Exploration, explore
from labkit.topology import build
from labkit.values import brief

VALUES = {"a": 0, "b": 100, "c": 20, "d": 40, "e": 90}
SEEDS = range(10)
BOTH = pytest.mark.parametrize("kind", [PushSum, PushTotals])


def gossip(kind: type[PushSum] = PushSum, values: dict[str, int] = VALUES, shape: str = "mesh", seed: int = 0,
           **faults: float) -> Simulator:
    return Simulator(build(shape, len(values)), sensors(values, kind), seed=seed, **faults)


def estimates(sim: Simulator) -> dict[str, Fraction]:
    return {name: agent.estimate for name, agent in sim.system.agents.items()}


def error(sim: Simulator) -> Fraction:
    """How far the worst estimate is from the average."""
    return max(abs(estimate - average(sim.system)) for estimate in estimates(sim).values())


def mass(sim: Simulator) -> tuple[Any, Any]:
    """Sum and weight of all agents and of all that is on its way."""
    shares = [*sim.system.agents.values(), *(packet.message for packet in sim.system.flight.values())]
    total = sum(share.sum for share in shares)
    return total, sum(share.weight for share in shares)


def holds(sim: Simulator, *, kind: type[PushSum]) -> bool:
    properties = PUSH_TOTALS_PROPERTIES if kind is PushTotals else PUSH_SUM_PROPERTIES
    return first_violation(properties, sim.system) is None


# ---- without faults --------------------------------------------------------------------------------------------------


@BOTH
def test_all_come_to_the_average_without_a_leader(kind: type[PushSum]) -> None:
    for seed in SEEDS:
        sim = gossip(kind, seed=seed)
        sim.run(until=400)
        assert average(sim.system) == 50
        assert error(sim) < Fraction(1, 1000)


@pytest.mark.parametrize("shape", ["star", "ring", "tree", "mesh"])
def test_on_any_topology(shape: str) -> None:
    sim = gossip(shape=shape)
    sim.run(until=800)
    assert error(sim) < Fraction(1, 100)


def test_mass_is_conserved_exactly_at_every_step() -> None:
    for seed in SEEDS:
        sim = gossip(seed=seed)
        for _ in range(200):
            assert mass(sim) == (250, 5)
            sim.step()


@pytest.mark.parametrize("n", [4, 8, 16, 32, 64])
def test_the_time_it_takes_grows_like_the_logarithm_of_the_number_of_agents(n: int) -> None:
    values = {name: 100 * (i % 2) for i, name in enumerate(build("mesh", n))}
    sim = gossip(values=values)
    rounds = 6 + 3 * n.bit_length()
    sim.run(until=10 * rounds)
    assert error(sim) < 1


def test_an_agent_alone_knows_and_is_silent() -> None:
    agent, effects = act(sensors({"a": 7})["a"], "start")
    assert not effects
    assert agent.estimate == 7


def test_peers_take_turns_and_not_all_give_to_the_same() -> None:
    agents = sensors(VALUES)
    first = []
    for name, agent in agents.items():
        given = []
        for _ in range(8):
            agent, effects = act(agent, "timeout", "gossip")  # type: ignore[assignment]
            given.append(effects[0].to)
        assert sorted(given[:4]) == sorted(set(VALUES) - {name})
        assert given[4:] == given[:4]
        first.append(given[0])
    assert len(set(first)) == 5


def test_what_is_given_is_no_longer_here() -> None:
    agent, effects = act(sensors({"a": 40, "b": 0})["a"], "timeout", "gossip")
    assert effects[0].message == Share(Fraction(20), Fraction(1, 2))
    assert (agent.sum, agent.weight) == (20, Fraction(1, 2))
    assert agent.role == "≈ 40"


def test_a_message_is_short_to_read_however_long_its_fractions_are() -> None:
    assert brief(Share(Fraction(1, 3), Fraction(1, 2**90))) == "share, sum 0.3333, weight 8.078e-28"
    assert brief(Total(Fraction(5), Fraction(1, 4))) == "total so far, sum 5, weight 0.25"


# ---- the price -------------------------------------------------------------------------------------------------------


@BOTH
def test_nobody_ever_says_that_it_is_done(kind: type[PushSum]) -> None:
    sim = gossip(kind)
    sim.run(until=1500)
    assert error(sim) < Fraction(1, 10**9)
    assert not sim.system.decisions
    assert sim.next_due() is not None


@BOTH
def test_a_partition_gives_two_answers_and_looks_calm_from_inside(kind: type[PushSum]) -> None:
    for seed in SEEDS:
        sim = gossip(kind, seed=seed)
        sim.isolate("a", "b")
        sim.run(until=400)
        left, right = [[estimates(sim)[name] for name in side] for side in ("ab", "cde")]
        assert max(left) - min(left) < Fraction(1, 10)
        assert max(right) - min(right) < Fraction(1, 10)
        assert abs(left[0] - right[0]) > Fraction(1, 10)
        assert all(agent.calm > 5 for agent in sim.system.agents.values())


def test_each_lost_message_biases_push_sum_for_good() -> None:
    errors = []
    for seed in SEEDS:
        sim = gossip(seed=seed, loss=0.1)
        sim.run(until=600)
        assert max(estimates(sim).values()) - min(estimates(sim).values()) < Fraction(1, 1000)  # they agree …
        assert mass(sim)[1] < 5
        errors.append(error(sim))  # … on something else
    assert sum(err > 1 for err in errors) > len(errors) / 2


def test_a_healed_partition_leaves_push_sum_wrong() -> None:
    for seed in SEEDS:
        sim = gossip(seed=seed)
        sim.isolate("a", "b")
        sim.run(until=300)
        sim.heal_all()
        sim.run(until=600)
        assert max(estimates(sim).values()) - min(estimates(sim).values()) < Fraction(1, 100)
        assert error(sim) > 1


def test_a_doubled_message_makes_mass() -> None:
    sim = gossip()
    sim.do(Timeout("b", "gossip"))
    packet = next(iter(sim.system.flight.values()))
    sim.do(Duplicate(packet))
    sim.run(until=1000)
    assert mass(sim) == (300, Fraction(11, 2))
    assert all(abs(estimate - Fraction(600, 11)) < Fraction(1, 1000) for estimate in estimates(sim).values())


# ---- with accounts ---------------------------------------------------------------------------------------------------


def test_with_accounts_loss_and_doubled_messages_leave_no_bias() -> None:
    for seed in SEEDS:
        sim = gossip(PushTotals, seed=seed, loss=0.2, duplication=0.2)
        for time in range(100, 700, 200):
            sim.run(until=time)
            assert holds(sim, kind=PushTotals)
        sim.run(until=900)
        assert error(sim) < Fraction(1, 100)


def test_with_accounts_a_healed_partition_and_a_crash_leave_no_trace() -> None:
    for seed in SEEDS:
        sim = gossip(PushTotals, seed=seed)
        sim.isolate("a", "b")
        sim.run(until=150)
        sim.crash("d")
        sim.run(until=300)
        assert error(sim) > 1
        assert holds(sim, kind=PushTotals)
        sim.restart("d")
        sim.heal_all()
        sim.run(until=700)
        assert error(sim) < Fraction(1, 100)


@BOTH
def test_every_estimate_stays_in_range_whatever_happens(kind: type[PushSum]) -> None:
    for seed in SEEDS:
        sim = gossip(kind, seed=seed, loss=0.3, duplication=0.3 if kind is PushTotals else 0)
        sim.plan(100, Timeout("a", "gossip"))
        for time in range(30, 300, 30):
            sim.run(until=time)
            assert holds(sim, kind=kind)


# ---- every order of events -------------------------------------------------------------------------------------------


def every_run(kind: type[PushSum], properties: tuple[Property, ...], values: dict[str, int] | None = None,
              timeouts: int = 4, duplicates: int = 0, crashes: int = 0) -> Exploration:
    values = values or {"a": 0, "b": 100}
    model = Model(build("mesh", len(values)), sensors(values, kind), properties)
    return explore(model, timeouts=timeouts, duplicates=duplicates, crashes=crashes,
                   reduce=False, progress=False, limit=60_000)


def test_no_order_of_events_breaks_push_sum_while_nothing_is_doubled() -> None:
    result = every_run(PushSum, PUSH_SUM_PROPERTIES)
    assert result.complete
    assert not result.violated
    assert not result.never


def test_nothing_at_all_breaks_it_with_accounts() -> None:
    result = every_run(PushTotals, PUSH_TOTALS_PROPERTIES, duplicates=1)
    assert result.complete
    assert not result.violated
    assert not result.never


class KeepsWhatItGives(PushSum):
    def gift(self) -> Share:
        self.sum, self.weight = self.sum * 3 / 2, self.weight * 3 / 2
        return Share(self.sum / 3, self.weight / 3)


class GivesTheSumOnly(PushSum):
    def gift(self) -> Share:
        return Share(self.sum / 2, Fraction(0))


class AddsTheWholeTotal(PushTotals):
    def already_got(self, sender: str) -> Total:
        return Total(Fraction(0), Fraction(0))


class BelievesOldTotals(PushTotals):
    def is_newer(self, total: Total, sender: str) -> bool:
        return True


class ForgetsItsAccounts(PushTotals):
    durable = ("sum", "weight", "turn")


@pytest.mark.parametrize("kind, broken, events, options", [
    (PushSum, NO_MASS_MADE, 4, {"timeouts": 1, "duplicates": 1}),
    (KeepsWhatItGives, NO_MASS_MADE, 2, {"timeouts": 1}),
    (GivesTheSumOnly, IN_RANGE, 1, {"timeouts": 1, "values": {"a": 50, "b": 100}}),
    (AddsTheWholeTotal, NO_MASS_MADE, 4, {"timeouts": 2}),
    (BelievesOldTotals, IN_RANGE, 6, {"timeouts": 4, "values": {"a": 100, "b": 0}}),
    (ForgetsItsAccounts, NO_MASS_LOST, 3, {"timeouts": 1, "crashes": 1}),
], ids=lambda value: getattr(value, "__name__", None))
def test_a_forgotten_rule_is_found(
        kind: type[PushSum], broken: Property, events: int, options: dict[str, object]) -> None:
    properties = PUSH_TOTALS_PROPERTIES if issubclass(kind, PushTotals) else PUSH_SUM_PROPERTIES
    result = every_run(kind, properties, **options)
    assert result.violated is broken
    assert len(result.trace) == events


def test_who_ends_when_it_is_calm_ends_too_early() -> None:
    class ThinksItIsDone(PushSum):
        def is_done(self) -> bool:
            return self.calm >= 2

    result = every_run(ThinksItIsDone, (AGREEMENT,), timeouts=6)
    assert result.violated is AGREEMENT
    assert all(isinstance(event, Timeout | Deliver) for event in result.trace)

    sim = gossip(ThinksItIsDone)
    sim.isolate("a", "b")
    sim.run(until=600)
    assert first_violation([AGREEMENT], sim.system)
