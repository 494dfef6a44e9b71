"""Claims about calls: done once, told truly; a retry storm outlasts its cause, and what ends it."""

from collections import Counter
from functools import lru_cache
from typing import Any

import pytest
from labkit.agents import Invariant, create, first_violation
from labkit.engine import Capacity, Model, Simulator
from labkit.observe import Load
from labkit.protocols import SERVICE_PROPERTIES, Service
from labkit.protocols.service.call_messages import Call, Pending
from labkit.protocols.service.calls import BUSY, DONE, EFFECT_ONCE, REFUSED, TRUE_ANSWERS, UNKNOWN
from labkit.scenario import parse
from labkit.search import explore
from labkit.topology import build
from seeds import one_in, seeds
from weather import mend, storm

BEGIN, PAUSE, END = 1_000, 600, 5_000
OFFERED = (16, 21)  # calls in 100 units, of the 25 that the server has time for


@lru_cache(maxsize=4)
def stormy(seed: int, queue: int | None = None, pause: int = PAUSE, callers: int = 40, end: int = END,
           **options: Any) -> Simulator:
    """40 callers offer a server three quarters of what it has time for; after a while it pauses. To look at only."""
    graph = build("star", callers + 1)
    every = (4 * callers, 13 * callers // 2 + 6)
    agents = create(Service, graph, **({"every": every} | options))
    sim = Simulator(graph, agents, seed=seed, capacity={"a": Capacity(service=(4, 4), queue=queue)})
    sim.run(until=BEGIN)
    if pause:
        sim.pause("a", pause)
    sim.run(until=end)
    return sim


def after(sim: Simulator) -> float:
    """Answers in time in 100 units, over the last thousand."""
    span = Load(sim).between(sim.now - 1_000, sim.now)
    return span.rate(span.good)


def goodput(sim: Simulator) -> tuple[float, float, float]:
    """Answers in time in 100 units: before the pause, during it, and long after it."""
    load = Load(sim)
    spans = [load.between(0, BEGIN), load.between(BEGIN, BEGIN + PAUSE), load.between(END - 1_000, END)]
    assert all(OFFERED[0] <= span.rate(span.offered) <= OFFERED[1] for span in spans)
    return tuple(span.rate(span.good) for span in spans)  # type: ignore[return-value]


# ---- the retry storm -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", seeds(1, 20))
@pytest.mark.parametrize("retry", one_in(2, ["at once", "fixed"]))
def test_a_pause_that_is_long_over_keeps_a_service_down_for_its_callers_retry(retry: str, seed: int) -> None:
    before, during, long_after = goodput(stormy(seed, retry=retry))
    assert before > 16 and during < 1 and long_after == 0


@pytest.mark.parametrize("seed", seeds(1, 20))
def test_the_pause_is_the_trigger_and_no_more_without_it_the_same_callers_are_served(seed: int) -> None:
    assert min(goodput(stormy(seed, pause=0, retry="at once"))) > 16


@pytest.mark.parametrize("seed", seeds(1, 20))
@pytest.mark.parametrize("cure", [
    {"retry": "none"}, {"retry": "backoff+jitter", "breaker": 3}, {"retry": "at once", "breaker": 3},
    {"retry": "at once", "queue": 20},
], ids=str)
def test_without_retries_with_a_breaker_or_with_a_short_queue_it_recovers(cure: dict[str, Any], seed: int) -> None:
    before, during, long_after = goodput(stormy(seed, **cure))
    assert before > 16 and during < 1 and long_after > 17


@pytest.mark.parametrize("seed", seeds(0, 20))
def test_pauses_between_retries_put_the_storm_off_and_do_not_end_it(seed: int) -> None:
    assert goodput(stormy(seed, retry="backoff+jitter"))[2] < 1


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_a_budget_keeps_retries_a_tenth_of_the_load_so_the_queue_drains(seed: int) -> None:
    sim = stormy(seed, retry="at once", budget=10)
    span = Load(sim).between(BEGIN, END)
    assert span.retries <= 0.12 * span.offered and goodput(sim)[2] > 17


@pytest.mark.parametrize("seed", seeds(0, 10))
def test_a_short_queue_refuses_early_and_what_it_takes_is_answered_in_time(seed: int) -> None:
    bounded = Load(stormy(seed, queue=20, retry="at once"))
    endless = Load(stormy(seed, retry="at once"))
    over = BEGIN + PAUSE
    assert max(span.queue for span in bounded.spans()) == 21  # and the one in service
    assert endless.between(over, END).queue > 2_000
    assert bounded.between(over, over + 500).good > 50 and endless.between(over, over + 500).good == 0


@pytest.mark.parametrize(("pause", "served"), [(60, True), (200, False)])
def test_a_pause_shorter_than_the_callers_patience_starts_no_storm(pause: int, served: bool) -> None:
    assert (after(stormy(1, pause=pause, retry="at once")) > 17) is served


@pytest.mark.parametrize(("every", "recovers"), [((640, 1_060), True), ((480, 800), False)])
def test_it_recovers_where_all_attempts_of_all_calls_together_fit_in(every: tuple[int, int], recovers: bool) -> None:
    """5 attempts for each call and 25 answers in 100 units: the limit is 5 calls, a fifth of what the server can do."""
    sim = stormy(1, retry="at once", every=every)
    load = Load(sim).between(0, END)
    assert (load.rate(load.offered) < 5) is recovers
    assert (after(sim) > 4) is recovers


@pytest.mark.parametrize("seed", seeds(0, 10))
def test_to_restart_the_server_does_not_help_and_to_let_callers_back_a_few_at_a_time_does(seed: int) -> None:
    sim = stormy(seed, retry="at once").branch()
    sim.crash("a")
    sim.restart("a")
    again = sim.branch()
    again.run(until=END + 3_000)
    assert Load(again).between(END, END + 200).good > 10 and after(again) == 0
    half = [f"{name}" for name in sim.system.agents if name != "a"][:20]
    for name in half:
        sim.crash(name)
    sim.run(until=sim.now + 1_000)
    for name in half:
        sim.restart(name)
        sim.run(until=sim.now + 50)
    sim.run(until=END + 3_000)
    assert after(sim) > 17


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_a_crash_is_as_good_a_trigger_as_a_pause(seed: int) -> None:
    for options, recovers in (({"retry": "at once"}, False), ({"retry": "at once", "breaker": 3}, True)):
        sim = stormy(seed, pause=0, end=BEGIN, **options).branch()
        sim.crash("a")
        sim.run(until=BEGIN + PAUSE)
        sim.restart("a")
        sim.run(until=END)
        assert (after(sim) > 17) is recovers


def test_the_storm_is_a_scenario_of_six_lines() -> None:
    text = ("topology star 41\nprotocol calls every=(160, 266) retry='at once'\nseed 1\ncapacity a 4 4\n"
            "at 1000 pause a 600\nrun until 5000\n")
    assert str(parse(text)) == text
    assert after(parse(text).play()) == 0
    assert after(parse(text.replace("'at once'", "backoff+jitter breaker=3")).play()) > 17


# ---- load by spans of time -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", [{"retry": "at once"}, {"breaker": 3}, {"retry": "fixed", "queue": 5}], ids=str)
def test_the_spans_add_up_to_what_callers_and_server_have_counted(options: dict[str, Any]) -> None:
    sim = stormy(3, callers=10, every=(40, 60), **options)
    spans, steps = Load(sim).spans(), [done for done in sim.trace if done.time < END]
    moment = sim.at(len(steps))
    callers = [agent for agent in moment.system.agents.values() if agent.id != "a"]
    sent = [effect.message for done in steps for effect in done.transition.effects
            if isinstance(getattr(effect, "message", None), Call)]
    assert [(span.begin, span.end) for span in spans] == [(n, n + 100) for n in range(0, END, 100)]
    assert sum(span.offered for span in spans) == sum(agent.calls for agent in callers)
    assert sum(span.good for span in spans) == sum(agent.answered for agent in callers)
    assert sum(span.failed for span in spans) == sum(agent.failed for agent in callers)
    assert sum(span.attempts for span in spans) == len(sent)
    assert sum(span.retries for span in spans) == sum(message.attempt > 1 for message in sent)
    assert all(len(span.times) == span.good for span in spans)
    assert spans[-1].queue >= moment.waiting.get("a", 0)


def test_load_that_is_watched_while_it_runs_is_the_same_and_a_span_does_not_change_once_it_is_over() -> None:
    sim = stormy(1, every=(400, 600))
    again = Simulator(sim.system.network.graph, {name: sim.at(0).system.agents[name] for name in sim.system.agents},
                      seed=1, capacity=sim.capacity)
    load, seen = Load(again), {}
    for time in range(150, END + 1, 150):
        again.run(until=time)
        if time == 900:
            again.run(until=BEGIN)
            again.pause("a", PAUSE)
        for span in load.spans():
            assert seen.setdefault(span.begin, span) == span
    again.run(until=END)
    assert load.spans() == Load(sim).spans() and load.spans(until=450) == load.spans()[:4]


@pytest.mark.long
def test_answers_take_longer_where_more_waits() -> None:
    span = Load(stormy(1, retry="none")).between(BEGIN - 100, BEGIN)
    assert 20 <= (span.median or 0) <= (span.worst or 0) <= 100
    assert Load(stormy(1, retry="at once")).between(END - 100, END).median is None


def test_the_moment_of_a_fault_is_told() -> None:
    sim = stormy(1, every=(500, 600))
    assert Load(sim).faults() == [(BEGIN, f"a pauses for {PAUSE} units")] and not Load(sim).faults(until=999)


@pytest.mark.parametrize(("options", "low", "high"), [
    ({"retry": "backoff+jitter", "breaker": 3}, 700, 1_200), ({"retry": "at once", "queue": 20}, 0, 300),
    ({"retry": "none"}, 1_300, 1_900),
], ids=str)
def test_when_a_service_is_itself_again(options: dict[str, Any], low: int, high: int) -> None:
    load = Load(stormy(1, **options))
    assert load.served_from(0) == 0
    over = BEGIN + PAUSE
    assert low <= (load.served_from(BEGIN) or 0) - over <= high
    assert Load(stormy(1, retry="at once")).served_from(BEGIN) is None


@pytest.mark.parametrize(("begin", "end"), [(50, 100), (100, 100), (0, END + 100), (-100, 100)])
def test_spans_that_there_are_not_are_refused(begin: int, end: int) -> None:
    sim = Simulator(build("mesh", 2), Service)
    sim.run(until=END)
    with pytest.raises(ValueError, match="multiples of 100"):
        Load(sim).between(begin, end)
    with pytest.raises(ValueError, match="width is a whole number"):
        Load(sim, width=0)


def test_a_caller_that_crashes_forgets_its_open_calls_and_its_load_goes_on() -> None:
    sim = Simulator(build("mesh", 3), create(Service, "abc", every=(50, 60)), seed=1)
    sim.crash("a")
    sim.run(until=300)
    sim.crash("b")
    sim.run(until=400)
    sim.restart("b")
    sim.restart("a")
    sim.run(until=900)
    load = Load(sim)
    assert load.between(700, 900).good >= 6 and len(load.faults()) == 4


# ---- done once, told truly -------------------------------------------------------------------------------------------

class Keyless(Service):
    def is_repeated(self, caller: str, number: int) -> bool:
        return False


class CountsAnew(Service):
    durable = ("effects", "once")


class ForgetsKeys(Service):
    durable = ("effects", "calls")


class ForgetsEffects(Service):
    durable = ("once", "calls")


class TakesSilenceForNo(Service):
    def give_up(self, one: Pending) -> list[Any]:
        return self.close(one, REFUSED)


@pytest.mark.parametrize(("n", "asked", "faults"), [
    (3, "bc", {"timeouts": 2, "duplicates": 1}), (3, "bb", {"timeouts": 2, "crashes": 1}),
    pytest.param(2, "bb", {"timeouts": 3, "drops": 1, "crashes": 1}, marks=pytest.mark.long),
], ids=str)
@pytest.mark.parametrize("breaker", one_in(2, [0, 1]))
def test_in_every_run_each_call_is_done_once_and_answers_are_true(
        n: int, asked: str, faults: dict[str, int], breaker: int) -> None:
    requests = [(asked[0], "pay"), (asked[1], "bill")]
    found = explore(Model(build("mesh", n), Service, requests=requests, breaker=breaker), progress=False, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


@pytest.mark.parametrize(("kind", "options", "faults", "broken", "length"), [
    (Keyless, {}, {"duplicates": 1}, EFFECT_ONCE, 4),
    (Keyless, {}, {"timeouts": 2}, EFFECT_ONCE, 5),
    (Service, {"memory": 0}, {"timeouts": 2}, EFFECT_ONCE, 5),
    (CountsAnew, {}, {"crashes": 1}, TRUE_ANSWERS, 6),
    (ForgetsKeys, {}, {"crashes": 1, "duplicates": 1}, EFFECT_ONCE, 6),
    (ForgetsEffects, {}, {"crashes": 1}, TRUE_ANSWERS, 5),
    (TakesSilenceForNo, {"retry": "none"}, {"timeouts": 1}, TRUE_ANSWERS, 3),
], ids=lambda part: part.__name__ if isinstance(part, type) else None)
def test_without_this_rule_search_finds_the_shortest_run_that_breaks_it(
        kind: type[Service], options: dict[str, Any], faults: dict[str, int], broken: Invariant, length: int) -> None:
    model = Model(build("mesh", 2), kind, requests=[("b", "pay"), ("b", "bill")], **options)
    found = explore(model, progress=False, **faults)
    assert found.violated is broken and len(found.trace) == length, str(found)


def weathered(seed: int, **options: Any) -> Simulator:
    sim = Simulator(build("mesh", 4), create(Service, "abcd", **options), seed=seed, loss=0.2, duplication=0.3)
    storm(sim, seed, 600, SERVICE_PROPERTIES if options.get("memory") != 0 else (), lambda _, number: f"pay {number}")
    mend(sim)
    sim.run(until=sim.now + 3_000)
    return sim


@pytest.mark.parametrize("seed", seeds(8, 500))
def test_faults_never_double_an_effect_and_make_no_answer_untrue(seed: int) -> None:
    sim = weathered(seed, breaker=seed % 4, window=seed % 3)
    assert first_violation(SERVICE_PROPERTIES, sim.system) is None


def test_the_same_faults_double_effects_where_no_keys_are_remembered() -> None:
    doubled = [EFFECT_ONCE.violation(weathered(seed, memory=0).system) for seed in range(20)]
    assert sum(why is not None for why in doubled) >= 10


def test_a_window_refuses_at_once_what_would_only_wait() -> None:
    for window, results in ((0, {DONE: 10}), (3, {DONE: 3, BUSY: 7})):
        sim = Simulator(build("mesh", 2), create(Service, "ab", window=window))
        for number in range(10):
            sim.request("b", number)
        assert [reply.result for reply in sim.system.replies] == [BUSY] * (10 - 3 if window else 0)
        sim.run(until=500)
        assert Counter(reply.result for reply in sim.system.replies) == results


def test_silence_is_not_a_no_the_effect_may_be_there() -> None:
    sim = Model(build("mesh", 2), Service, requests=[("b", "pay")], retry="none").simulate()
    while not sim.system.agents["a"].effects:
        sim.step()
    sim.cut("a", "b")
    sim.run(until=500)
    assert [reply.result for reply in sim.system.replies] == [UNKNOWN]
    assert sim.system.agents["a"].holds == {"pay"}


def test_the_server_takes_no_requests_of_clients() -> None:
    sim = Model(build("mesh", 2), Service, requests=[("a", "pay")]).simulate()
    assert [(reply.result, reply.ok) for reply in sim.system.replies] == [("refused: a takes no requests", False)]


def test_notes_say_what_a_caller_knows() -> None:
    sim = Model(build("mesh", 2), Service, retry="none", breaker=1).simulate()
    notes = [sim.system.agents["b"].note]
    sim.request("b", "pay")
    notes.append(sim.system.agents["b"].note)
    sim.cut("a", "b")
    sim.run(until=150)
    notes.append(sim.system.agents["b"].note)
    assert notes == ["caller", "answered 0 of 1, 1 open", "answered 0 of 1, breaker open"]
    assert [agent.role for agent in sim.system.agents.values()] == ["server", "caller"]
