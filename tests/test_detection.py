"""Claims about failure detectors: the dead are noticed, the living are suspected as often as the formula says."""

from dataclasses import replace
from math import inf, log10
from statistics import mean
from typing import Any

import pytest
from labkit.agents import Agent, Send, act, create, restarted, suspects_of
from labkit.engine import LATENCY, Simulator
from labkit.observe import quality, suspicions
from labkit.protocols import FixedTimeout, PhiAccrual, Swim
from labkit.protocols.detection.swim import PERIOD, Ack
from labkit.topology import build
from labkit.values import agent_names, frozendict
from seeds import one_in, seeds

KINDS = (FixedTimeout, PhiAccrual, Swim)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", seeds(1, 10))
def test_a_crash_is_noticed_by_all_and_without_loss_nobody_is_wrong(kind: type[Agent], seed: int) -> None:
    found = quality(kind, 6, seed=seed)
    assert found.first is not None and found.everyone is not None and found.first <= found.everyone
    assert found.mistakes == 0


@pytest.mark.parametrize("kind", one_in(3, KINDS))
@pytest.mark.parametrize("seed", seeds(1, 10))
def test_the_dead_stay_suspected_and_the_living_are_forgiven(kind: type[Agent], seed: int) -> None:
    sim = Simulator(build("mesh", 5), kind, seed=seed, loss=0.2)
    sim.run(until=3_000)
    sim.crash("e")
    sim.weather.loss = 0
    sim.run(until=8_000)
    assert all("e" in sim.system.agents[name].suspects for name in "abcd")
    assert all(sim.system.agents[name].suspects == {"e"} for name in "abcd")
    sim.restart("e")
    sim.run(until=12_000)
    assert not any(suspects_of(agent) for agent in sim.system.agents.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_looks_like_a_crash(kind: type[Agent]) -> None:
    seen = []
    for fault in ("cut", "crash"):
        sim = Simulator(build("mesh", 4), kind, seed=3)
        sim.run(until=1_000)
        sim.isolate("d") if fault == "cut" else sim.crash("d")
        sim.run(until=5_000)
        seen.append([sim.system.agents[name].suspects for name in "abc"])
    assert seen[0] == seen[1] == [{"d"}] * 3


@pytest.mark.long
@pytest.mark.parametrize(("loss", "beats"), [
    (0.5, 3), *(pytest.param(*some, marks=pytest.mark.long) for some in ((0.2, 1), (0.3, 2), (0.4, 3))),
])
def test_a_fixed_timeout_is_wrong_as_often_as_so_many_heartbeats_are_lost_in_a_row(loss: float, beats: int) -> None:
    every, until, n = 100, 20_000, 6
    wrong = []
    for seed in range(5):
        cast = create(FixedTimeout, agent_names(n), period=every, silence=every * beats + 50)
        sim = Simulator(build("mesh", n), cast, seed=seed, loss=loss, latency=(5, 15))
        sim.run(until=until, steps=10**7)
        wrong.append(len(suspicions(sim)) / (n * (n - 1) * until / every))
    expected = (1 - loss) * loss**beats  # a heartbeat comes, and the next ones are all lost
    assert mean(wrong) == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("patience", one_in(3, [200, 120, 400]))
def test_a_fixed_timeout_notices_after_its_patience_less_half_a_heartbeat_and_a_delay(patience: int) -> None:
    """What is on the way from a crashed agent arrives, so the last sign of life left it up to one heartbeat before."""
    every, delay = 100, mean(LATENCY)
    times = [
        quality(FixedTimeout, 2, crash=1_000 + seed, until=2_000, seed=seed, period=every, silence=patience).first
        for seed in range(300)
    ]
    assert mean(time or 0 for time in times) == pytest.approx(patience - every / 2 + delay, abs=5)


@pytest.mark.long
def test_patience_trades_mistakes_for_time() -> None:
    by_patience: list[tuple[float, float]] = []
    for patience in (75, 125, 225, 425):
        found = [quality(FixedTimeout, 4, loss=0.2, seed=seed, silence=patience) for seed in range(8)]
        by_patience.append((mean(one.everyone or 0 for one in found), mean(one.mistakes for one in found)))
    times, mistakes = zip(*by_patience, strict=True)
    assert list(times) == sorted(times) and list(mistakes) == sorted(mistakes, reverse=True)


@pytest.mark.long
def test_accrual_waits_longer_where_its_network_is_lossy() -> None:
    def patience(loss: float) -> float:
        found = [quality(PhiAccrual, 4, loss=loss, seed=seed, until=5_000, crash=3_500) for seed in range(6)]
        return mean(one.everyone or 0 for one in found)

    assert patience(0.3) > 1.4 * patience(0.0)


@pytest.mark.long
def test_a_higher_threshold_is_wrong_less_often_and_notices_later() -> None:
    found = [
        [quality(PhiAccrual, 4, loss=0.3, seed=seed, until=4_000, crash=3_000, threshold=phi) for seed in range(4)]
        for phi in (1.0, 3.0, 8.0)
    ]
    assert sorted((mean(one.mistakes for one in each) for each in found), reverse=True) == [
        mean(one.mistakes for one in each) for each in found
    ]
    assert mean(one.everyone or 0 for one in found[0]) < mean(one.everyone or 0 for one in found[2])


@pytest.mark.long
def test_messages_grow_with_the_group_for_heartbeats_and_not_for_swim() -> None:
    def messages(kind: type[Agent], n: int, **options: Any) -> float:
        return quality(kind, n, crash=1_900, until=2_000, **options).messages

    assert messages(FixedTimeout, 40) / messages(FixedTimeout, 10) == pytest.approx(39 / 9, rel=0.1)
    assert messages(Swim, 40) / messages(Swim, 10) == pytest.approx(1, abs=0.1)


def test_friends_reach_whom_one_cannot_reach_oneself() -> None:
    """On a mesh, messages find a way round a cut; with loss, a second way is what helps."""
    alone, helped = (
        sum(quality(Swim, 6, loss=0.15, until=8_000, crash=7_900, seed=seed, helpers=k).mistakes for seed in range(6))
        for k in (0, 3)
    )
    assert helped < alone / 2


@pytest.mark.parametrize("n", one_in(3, [3, 2, 5]))
def test_swim_takes_a_round_and_up_to_a_period(n: int) -> None:
    """A round alone is not enough: a crash may come just after an answer, and a probe is given up after its period."""
    period, round_ = 200, 200 * (n - 1)
    times = [quality(Swim, n, crash=2_000 + 37 * seed, until=2_000 + 37 * seed + 2 * period * n, seed=seed).everyone
             for seed in range(60)]
    assert round_ < max(time or 0 for time in times) <= round_ + period
    assert None not in times


def test_an_answer_from_before_a_crash_is_none_to_a_probe_after_it() -> None:
    asker = Swim("a", ("b", "c"))
    first, sent = act(asker, "timeout", PERIOD)
    probe = next(effect.message for effect in sent if isinstance(effect, Send))
    again, _ = act(restarted(first, asker), "start")
    late = Ack("a", probe.number, first.asked)
    while again.asked != first.asked:
        again, _ = act(again, "timeout", PERIOD)
    assert act(again, "receive", "b", late)[0].answered is False


@pytest.mark.parametrize(("kind", "options", "remedy"), [
    (Swim, {"period": 0}, "take 0 < ping_timeout < period"),
    (Swim, {"period": 60}, "take 0 < ping_timeout < period"),
    (Swim, {"ping_timeout": 201}, "take 0 < ping_timeout < period"),
    (Swim, {"ping_timeout": 0}, "take 0 < ping_timeout < period"),
    (Swim, {"helpers": -1}, "take 0 or more"),
    (FixedTimeout, {"period": 0}, "take 1 or more"),
    (FixedTimeout, {"silence": 50}, "take more than 50"),
    (FixedTimeout, {"silence": 0}, "take more than 50"),
    (PhiAccrual, {"period": 0}, "take 1 or more"),
    (PhiAccrual, {"tick": 0}, "take 1 to 50"),
    (PhiAccrual, {"tick": 51}, "take 1 to 50"),
    (PhiAccrual, {"window": 0}, "take 1 or more"),
    (PhiAccrual, {"threshold": 0}, "take more than 0"),
])
def test_options_that_make_no_sense_are_refused_with_the_remedy(
        kind: type[Agent], options: dict[str, int], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy) as problem:
        create(kind, "abc", **options)
    assert "\n" not in str(problem.value) and next(iter(options)) in str(problem.value)


@pytest.mark.parametrize(("period", "tick"), [(50, 5), (50, 50), (50, 30), (1, 1)])
def test_gaps_that_are_all_alike_make_a_little_delay_a_little_suspicious(period: int, tick: int) -> None:
    gap = max(1, period // tick)
    agent = PhiAccrual("a", ("b",), period=period, tick=tick, last=frozendict(b=0))
    levels = [replace(agent, gaps=frozendict(b=(gap,) * 20), ticks=gap + late).phi("b")
              for late in range(4)]
    assert levels == sorted(set(levels)) and 0 < levels[0] < 0.6 and levels[-1] < inf


def test_before_the_second_heartbeat_the_period_is_all_there_is_to_go_by() -> None:
    agent = PhiAccrual("a", ("b",), period=50, tick=5, last=frozendict(b=0))
    assert agent.samples("b") == (10,) and agent.spread((10,)) == 2.5
    assert replace(agent, ticks=10).phi("b") == pytest.approx(-log10(1 / 2))
    rare = replace(agent, ticks=10 + 8).phi("b")  # 3.2 standard deviations
    assert rare == pytest.approx(-log10(6.87e-4), abs=0.01)
