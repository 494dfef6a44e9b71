"""Claims about the circuit breaker: when it opens, that one call tries, and what that spares a server that is down."""

import pytest
from labkit.engine import Model
from labkit.patterns import Breaker
from labkit.protocols import Service
from labkit.protocols.service.calls import DONE, REFUSED, UNKNOWN
from labkit.topology import build
from seeds import seeds


def failed(times: int, most: int = 3) -> Breaker:
    breaker = Breaker(most)
    for _ in range(times):
        breaker = breaker.after_call().after_failure()
    return breaker


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    assert [failed(times).allows for times in range(5)] == [True, True, True, False, False]
    assert [failed(times).is_open for times in range(5)] == [False, False, False, True, True]


def test_one_success_in_between_and_the_count_begins_anew() -> None:
    assert failed(2).after_success() == Breaker(3)


def test_after_its_rest_one_call_may_try_and_no_second() -> None:
    half_open = failed(3).after_rest()
    assert half_open.allows and not half_open.after_call().allows


def test_the_trial_decides_whether_it_closes_or_opens_again() -> None:
    trying = failed(3).after_rest().after_call()
    assert trying.after_success().is_closed and trying.after_failure().is_open


def test_a_late_answer_does_not_close_a_breaker_that_rests() -> None:
    assert failed(3).after_success().is_open


def test_a_rest_means_nothing_to_a_breaker_that_is_closed() -> None:
    assert Breaker(3).after_rest() == Breaker(3)


def test_without_a_limit_it_never_opens() -> None:
    assert failed(100, most=0).allows


def test_it_says_its_state_in_a_word() -> None:
    half_open = failed(3).after_rest()
    assert [str(one) for one in (Breaker(3), failed(3), half_open, half_open.after_call())] == [
        "closed", "open", "half-open", "trying"]


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_a_caller_with_a_breaker_spares_a_server_that_is_down_and_its_client_the_wait(seed: int) -> None:
    told, sent = {}, {}
    for breaker in (0, 3):
        sim = Model(build("mesh", 2), Service, retry="none", breaker=breaker).simulate(seed)
        sim.crash("a")
        for number in range(20):
            sim.run(until=200 * number)
            sim.request("b", f"pay {number}")
        sim.run(until=5_000)
        told[breaker] = [reply.result for reply in sim.system.replies]
        sent[breaker] = told[breaker].count(UNKNOWN)
    assert sent[0] == 20 and 7 <= sent[3] <= 12
    assert told[3][:4] == [UNKNOWN, UNKNOWN, UNKNOWN, REFUSED]


def test_it_closes_when_the_server_is_back() -> None:
    sim = Model(build("mesh", 2), Service, retry="none", breaker=1).simulate()
    sim.crash("a")
    sim.request("b", "one")
    sim.run(until=200)
    sim.restart("a")
    sim.request("b", "two")
    sim.run(until=1_000)
    sim.request("b", "three")
    sim.run(until=1_100)
    assert [reply.result for reply in sim.system.replies] == [UNKNOWN, REFUSED, DONE]
    assert sim.system.agents["b"].circuit.is_closed
