"""Claims about retry policies: how long each waits, when it gives up, and that a budget is kept."""

from itertools import pairwise
from typing import Any

import pytest
from labkit.engine import Model, Simulator
from labkit.patterns import RETRIES, Budget, Retry, retry_policy
from labkit.protocols import Service
from labkit.protocols.service.calls import UNKNOWN
from labkit.topology import build
from seeds import seeds

WAITS: dict[str, list[Any]] = {
    "none": [None],
    "at once": [(1, 1), (1, 1), (1, 1), (1, 1), None],
    "fixed": [(50, 50), (50, 50), (50, 50), (50, 50), None],
    "backoff": [(50, 50), (100, 100), (200, 200), (400, 400), None],
    "backoff+jitter": [(1, 50), (1, 100), (1, 200), (1, 400), None],
}


def attempts(sim: Simulator, caller: str) -> list[int]:
    """When a caller has sent something."""
    return [done.time for done in sim.trace for effect in done.transition.effects
            if done.transition.agent and done.transition.agent.id == caller and hasattr(effect, "message")]


@pytest.mark.parametrize("name", RETRIES)
def test_each_policy_waits_as_it_says_and_then_gives_up(name: str) -> None:
    assert [retry_policy(name).wait(attempt) for attempt in range(1, len(WAITS[name]) + 1)] == WAITS[name]


def test_no_pause_is_longer_than_the_cap() -> None:
    policy = Retry(attempts=20, first=10, factor=3, cap=500)
    assert [policy.pause(attempt) for attempt in (1, 2, 3, 4, 5, 19)] == [10, 30, 90, 270, 500, 500]
    assert Retry(attempts=9, first=10, factor=2).pause(8) == 1_280


def test_an_unknown_policy_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="there is no retry policy 'backof': did you mean 'backoff'"):
        Service("b", ("a",), retry="backof")
    with pytest.raises(ValueError, match="there is 'none', 'at once', 'fixed', 'backoff' and"):
        retry_policy("often")


@pytest.mark.parametrize("name", ["budget", "breaker", "window", "memory"])
@pytest.mark.parametrize("wrong", [-1, 1.5, True, "x"], ids=["negative", "broken", "true", "text"])
def test_what_is_counted_is_never_less_than_nothing(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"{name}={wrong!r}: take a whole number, 0 or more"):
        Service("b", ("a",), **{name: wrong})


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"first": 0}, {"factor": 0}, {"cap": -1}], ids=str)
def test_a_policy_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        Retry(**wrong)


@pytest.mark.parametrize("name", RETRIES)
def test_a_caller_of_a_dead_server_follows_its_policy_and_says_that_it_does_not_know(name: str) -> None:
    sim = Model(build("mesh", 2), Service, requests=[("b", "pay")], retry=name).simulate()
    sim.crash("a")
    sim.run(until=3_000)
    sent = attempts(sim, "b")
    assert len(sent) == retry_policy(name).attempts
    for (before, after), (low, high) in zip(pairwise(sent), WAITS[name][:-1], strict=True):
        assert low <= after - before - 100 <= high
    assert [(reply.result, reply.ok) for reply in sim.system.replies] == [(UNKNOWN, False)]


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_with_jitter_callers_that_failed_together_do_not_return_together(seed: int) -> None:
    spread = {}
    for name in ("backoff", "backoff+jitter"):
        callers = [f"c{number}" for number in range(20)]
        model = Model(build("star", ["a", *callers]), Service, requests=[(one, "pay") for one in callers], retry=name)
        sim = model.simulate(seed)
        sim.crash("a")
        sim.run(until=3_000)
        spread[name] = len({attempts(sim, one)[2] for one in callers})
    assert spread["backoff"] == 1 and spread["backoff+jitter"] > 10


def test_a_budget_pays_one_retry_for_so_many_calls_and_a_calm_day_for_no_storm() -> None:
    budget = Budget(calls=10)
    assert not budget.allows
    for _ in range(10):
        budget = budget.after_call()
    assert budget.allows and not budget.after_retry().allows
    for _ in range(1_000):
        budget = budget.after_call()
    retries = 0
    while budget.allows:
        budget, retries = budget.after_retry(), retries + 1
    assert retries == 3


def test_without_a_budget_every_retry_is_paid_for() -> None:
    budget = Budget()
    assert budget.allows and budget.after_call() == budget.after_retry() == budget
