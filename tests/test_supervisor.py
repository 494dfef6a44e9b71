"""Claims about supervision: one or all are restarted, a crash loop ends in the boss's hands, no life is led twice."""

from typing import Any

import pytest
from labkit.agents import Invariant, create, first_violation, suspects_of
from labkit.engine import Model, Simulator
from labkit.patterns import Restarts
from labkit.protocols import SUPERVISOR_PROPERTIES, Supervised
from labkit.protocols.service.supervisor import BOUNDED, DONE_ONCE, ONE_LIFE_AT_A_TIME, STOPS
from labkit.protocols.service.supervisor_messages import Alarm, Beat, Begin, Heard, Stop
from labkit.protocols.service.worker import ASIDE, DONE, STOPPED
from labkit.search import explore
from labkit.topology import build
from seeds import seeds
from weather import mend, storm


def shop(*tasks: str, seed: int = 0, until: int = 3_000, kind: type[Supervised] = Supervised,
         **options: Any) -> Simulator:
    """A supervisor and four others; each worker does a task, then b gets these, and a client asks how it ends."""
    sim = Simulator(build("star", 5), create(kind, "abcde", **options), seed=seed)
    for worker in "bcd":
        sim.request(worker, f"paint {worker}")
    sim.run(until=200)
    for task in tasks:
        sim.request("b", task)
    sim.request("a", "how does it end?")
    sim.run(until=until)
    return sim


def told(sim: Simulator) -> dict[Any, Any]:
    return {reply.request: reply.result for reply in sim.system.replies}


def lives(sim: Simulator) -> list[int]:
    return [sim.system.agents[name].life for name in "bcde"]


# ---- the policy ------------------------------------------------------------------------------------------------------

def test_it_restarts_the_one_that_failed_or_all() -> None:
    assert Restarts(whom="one").restarted("c", "bcd") == ("c",)
    assert Restarts(whom="all").restarted("c", "bcd") == ("b", "c", "d")


def test_it_gives_up_after_so_many_restarts_unless_it_was_calm_in_between() -> None:
    policy = Restarts(2).after_restart()
    assert not policy.gives_up and policy.after_restart().gives_up
    assert not policy.after_calm().after_restart().gives_up
    assert str(policy) == "1 of 2" and Restarts(0).gives_up


# ---- one or all ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", seeds(3, 30))
def test_a_worker_that_hangs_is_restarted_and_goes_on_where_it_was(seed: int) -> None:
    sim = shop("flaky glass", "later", seed=seed)
    assert told(sim) == {"paint b": DONE, "paint c": DONE, "paint d": DONE, "flaky glass": DONE, "later": DONE}
    assert lives(sim) == [1, 0, 0, 0] and sim.system.agents["a"].policy.count == 0  # calm again


def test_to_restart_all_costs_those_that_were_well_their_sessions() -> None:
    assert [shop("flaky", whom="one").system.agents[name].session for name in "bcd"] == [1, 1, 1]
    all_of_them = shop("flaky", whom="all")
    assert [all_of_them.system.agents[name].session for name in "bcd"] == [1, 0, 0]
    assert lives(all_of_them) == [1, 1, 1, 1]


def test_a_supervisor_suspects_whom_it_does_not_hear_until_it_hears_it_again() -> None:
    sim = shop("flaky", until=200)
    beliefs = [suspects_of(sim.system.agents["a"])]
    while sim.now < 600:
        sim.step()
        if beliefs[-1] != (now := suspects_of(sim.system.agents["a"])):
            beliefs.append(now)
    assert beliefs == [frozenset(), frozenset("b"), frozenset()]


def test_a_worker_that_is_cut_off_is_restarted_though_it_is_well_for_nobody_can_tell() -> None:
    sim = shop(until=500)
    sim.cut("a", "c")
    sim.run(until=650)
    sim.heal("a", "c")
    sim.run(until=1_000)
    assert sim.system.agents["c"].starts == 1 and sim.system.agents["c"].session == 0


# ---- giving up -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", seeds(3, 30))
@pytest.mark.parametrize("whom", ["one", "all"])
def test_a_crash_loop_ends_after_so_many_restarts_in_the_hands_of_the_boss(whom: str, seed: int) -> None:
    sim = shop("poison", "later", seed=seed, boss="e", whom=whom)
    why = "gave up on b after 3 restarts"
    assert [sim.system.agents[name].note for name in "abce"] == [why, "stopped, 1 done", "stopped, 1 done", why]
    assert told(sim) == {"paint b": DONE, "paint c": DONE, "paint d": DONE, "poison": STOPPED, "later": STOPPED,
                         "how does it end?": why}
    assert [(one.agent, one.value) for one in sim.system.decisions] == [("a", why), ("e", why)]


def test_a_calm_period_that_is_too_short_hides_a_crash_loop_for_ever() -> None:
    sim = shop("poison", "later", calm=(60, 60), until=10_000)
    assert not sim.system.agents["a"].ended and sim.system.agents["b"].starts > 60
    assert "later" not in told(sim)


def test_a_task_that_is_set_aside_after_two_failures_blocks_nobody() -> None:
    sim = shop("poison", "later", drop=2)
    assert (told(sim)["poison"], told(sim)["later"]) == (ASIDE, DONE)
    assert sim.system.agents["b"].aside == ("poison",) and sim.system.agents["b"].starts == 2


def test_the_alarm_is_repeated_until_the_boss_has_heard_it_and_a_worker_that_missed_the_stop_is_stopped_later() -> None:
    sim = shop("poison", until=300, boss="e")
    sim.crash("e")
    while not sim.system.agents["a"].ended:
        sim.step()
    sim.cut("a", "c")
    sim.run(until=2_000)
    assert not sim.system.agents["c"].stopped
    sim.restart("e")
    sim.heal("a", "c")
    sim.run(until=2_500)
    assert sim.system.agents["e"].ended and sim.system.agents["c"].stopped
    sim.crash("c")
    sim.crash("a")
    sim.restart("c")
    sim.restart("a")
    for agent in "ace":
        sim.request(agent, "and now?")
    sim.run(until=3_000)
    assert [reply.result for reply in sim.system.replies if reply.request == "and now?"] == [
        "gave up on b after 3 restarts", STOPPED, "refused: e takes no requests"]


def test_a_supervisor_that_crashes_remembers_how_often_it_has_restarted() -> None:
    sim = shop("poison", until=500)
    count = sim.system.agents["a"].policy.count
    assert count > 0
    sim.crash("a")
    sim.restart("a")
    assert sim.system.agents["a"].policy.count == count
    sim.run(until=3_000)
    assert sim.system.agents["a"].ended


# ---- every run -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("whom", "faults"), [
    ("one", {"timeouts": 2, "crashes": 1}), ("all", {"timeouts": 2, "duplicates": 1}), ("one", {"timeouts": 3}),
], ids=str)
def test_every_run_with_these_faults_keeps_all_promises(whom: str, faults: dict[str, int]) -> None:
    model = Model(build("mesh", 3), Supervised, (*SUPERVISOR_PROPERTIES, STOPS), requests=[("b", "poison")], most=1,
                  whom=whom)
    found = explore(model, progress=False, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


@pytest.mark.parametrize("seed", seeds(8, 500))
def test_any_weather_keeps_all_promises(seed: int) -> None:
    agents = create(Supervised, "abcd", whom="all" if seed % 2 else "one", drop=seed % 3)
    sim = Simulator(build("mesh", 4), agents, seed=seed, loss=0.1, duplication=0.2)
    tasks = ("paint", "flaky", "poison")
    storm(sim, seed, 600, SUPERVISOR_PROPERTIES, lambda _, number: f"{tasks[number % 3]} {number}")
    mend(sim)
    sim.run(until=sim.now + 1_000)
    assert first_violation(SUPERVISOR_PROPERTIES, sim.system) is None


class NeverHasEnough(Supervised):
    def has_enough(self) -> bool:
        return False


class BeginsAgain(Supervised):
    def is_new(self, life: int) -> bool:
        return True


class ForgetsLives(Supervised):
    durable = tuple(name for name in Supervised.durable if name != "life")


class ForgetsWhatIsDone(Supervised):
    durable = tuple(name for name in Supervised.durable if name != "done")


class HearsOldBeats(Supervised):
    def is_sign_of_life(self, worker: str, life: int) -> bool:
        return True


@pytest.mark.parametrize(("kind", "task", "faults", "broken", "length"), [
    (NeverHasEnough, "poison", {"timeouts": 2}, BOUNDED, 2),
    (BeginsAgain, "poison", {"timeouts": 1, "duplicates": 1}, ONE_LIFE_AT_A_TIME, 4),
    (ForgetsLives, "poison", {"timeouts": 1, "crashes": 1}, ONE_LIFE_AT_A_TIME, 4),
    (ForgetsWhatIsDone, "paint", {"timeouts": 1, "crashes": 1}, DONE_ONCE, 4),
], ids=lambda part: part.__name__ if isinstance(part, type) else None)
def test_without_this_rule_search_finds_the_shortest_run_that_breaks_it(
        kind: type[Supervised], task: str, faults: dict[str, int], broken: Invariant, length: int) -> None:
    model = Model(build("mesh", 3), kind, requests=[("b", task)], most=1)
    found = explore(model, progress=False, **faults)
    assert found.violated is broken and len(found.trace) == length, str(found)


@pytest.mark.parametrize(("kind", "together"), [(Supervised, True), (HearsOldBeats, False)])
def test_beats_of_an_old_life_would_hide_that_an_order_was_lost(kind: type[Supervised], together: bool) -> None:
    sim = shop("flaky", kind=kind, whom="all", until=200)
    sim.cut("a", "d")
    while sim.system.agents["a"].policy.count == 0:
        sim.step()
    sim.heal("a", "d")
    sim.run(until=3_000)
    assert (len(set(lives(sim))) == 1) is together


def test_messages_say_what_they_are() -> None:
    assert [str(one) for one in (Beat(2), Begin(2), Stop(3), Alarm("gave up on b after 3 restarts"), Heard())] == [
        "beat, life 2", "begin, life 2", "stop, after life 2", "alarm: gave up on b after 3 restarts", "alarm heard"]
