"""Tasks under leases: done at least once, and with a key each effect exactly once, whatever breaks."""

from collections import Counter
from dataclasses import dataclass

import pytest
from endings import endings
from labkit.agents import DEAD, DONE, RUNNING, WAITING, Agent, Invariant, act, create
from labkit.engine import Model, Simulator
from labkit.observe import ACKNOWLEDGED, DOUBLED, LOST, REDONE, REFUSED, Requests, work_of
from labkit.patterns import Once
from labkit.protocols.coordination.task_messages import Ack
from labkit.protocols.coordination.task_queue import (
    DONE_IS_DONE,
    EACH_ONCE,
    NOTHING_LOST,
    TASK_QUEUE_PROPERTIES,
    AtMostOnce,
    TaskQueue,
)
from labkit.search import explore
from labkit.topology import build
from seeds import called, seeds
from weather import mend, storm

DAY, NIGHT, BLOCK = 3, 40, 50  # blocks of fifty schedules: 150 by day, 2,000 at night


class WithoutKey(TaskQueue):
    """The world executes whatever it is told to."""

    def is_known(self, key: int) -> bool:
        return False


def model(kind: type[TaskQueue] = TaskQueue, n: int = 4, tasks: int = 1, **options: object) -> Model:
    requests = [("a", f"mail {number}") for number in range(tasks)]
    return Model(build("mesh", n), kind, TASK_QUEUE_PROPERTIES, requests=requests, **options)


def cluster(kind: type[TaskQueue] = TaskQueue, n: int = 5, tasks: int = 1, seed: int = 1,
            own: dict[str, dict[str, object]] | None = None, **weather: float) -> Simulator:
    """A queue, a world and workers, of whom some have options of their own; the queue was handed these tasks."""
    agents = create(kind, "abcdefgh"[:n])
    for name, options in (own or {}).items():
        agents[name] = kind(name, agents[name].peers, **options)
    sim = Simulator(build("mesh", n), agents, seed=seed, **weather)
    for number in range(tasks):
        sim.request("a", f"mail {number}")
    return sim


def states(sim: Simulator) -> Counter[str]:
    return Counter(task.state for task in work_of(sim.present))


def effects(sim: Simulator) -> list[int]:
    return [task.effects for task in work_of(sim.present)]


def schedule(seed: int, kind: type[TaskQueue] = TaskQueue, properties: tuple[Invariant, ...] = ()) -> Simulator:
    """Crashes, cuts, loss and copies while tasks come in; then all is mended and the rest is done."""
    sim = cluster(kind, 4 + seed % 3, 4, seed, loss=0.05, duplication=0.1, latency=(2, 40))
    storm(sim, seed, 500, properties, lambda agent, number: f"{agent}{number}")
    mend(sim)
    sim.run()
    return sim


# ---- at least once, and with a key exactly once ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_where_nothing_breaks_each_task_is_done_once(seed: int) -> None:
    sim = cluster(tasks=8, seed=seed)
    sim.run()
    assert states(sim) == {DONE: 8} and effects(sim) == [1] * 8
    assert {reply.ok for reply in sim.system.replies} == {True}


@pytest.mark.parametrize("block", seeds(DAY, NIGHT))
def test_under_crashes_cuts_loss_and_copies_each_effect_happens_exactly_once(block: int) -> None:
    for seed in range(BLOCK * block, BLOCK * (block + 1)):
        sim = schedule(seed, properties=(EACH_ONCE, DONE_IS_DONE, NOTHING_LOST))
        for task in work_of(sim.present):
            assert task.state in (DONE, REDONE, DEAD), f"seed {seed}: {task}"
            assert task.effects == 1 or (task.state == DEAD and task.effects == 0), f"seed {seed}: {task}"


def test_those_schedules_see_all_that_can_happen() -> None:
    seen = Counter[str]()
    for seed in range(BLOCK):
        seen += states(schedule(seed))
    assert set(seen) == {DONE, REDONE, DEAD} and min(seen.values()) > 5


def test_without_the_key_the_same_schedules_double_many_effects() -> None:
    doubled = sum(states(schedule(seed, WithoutKey))[DOUBLED] > 0 for seed in range(BLOCK))
    assert doubled > BLOCK // 3


@pytest.mark.parametrize("faults", [
    {"timeouts": 3}, {"timeouts": 3, "crashes": 1}, {"timeouts": 2, "duplicates": 1}, {"timeouts": 2, "cuts": 1},
], ids=called)
def test_in_every_run_each_effect_happens_once_and_what_is_done_is_done(faults: dict[str, int]) -> None:
    found = explore(model(), progress=False, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


def stuck(kind: type[TaskQueue], **faults: int) -> list[int]:
    """How long the runs are that end with a task of which the client never hears; nothing can happen any more."""
    return [length for world, length in endings(model(kind, 3, attempts=2), timeouts=5, **faults)
            if not world.down and not world.replies and (world.agents["a"].jobs or world.agents["b"].done)]


@pytest.mark.parametrize("faults", [{}, {"crashes": 1}, {"drops": 1}, {"duplicates": 1}], ids=called)
def test_every_run_ends_with_an_answer(faults: dict[str, int]) -> None:
    assert stuck(TaskQueue, **faults) == []


# ---- each rule forgotten once ----------------------------------------------------------------------------------------


class ForgetsKeys(TaskQueue):
    """The world keeps its keys in memory only."""

    durable = ("tasks", "done")


class WaitsForEver(TaskQueue):
    """A task stays with its worker."""

    def takes_back(self, job: object) -> bool:
        return False


class ForgetsTasks(TaskQueue):
    durable = ("done", "once")


class NeverGivesUp(TaskQueue):
    def may_try_again(self, job: object) -> bool:
        return True


BUGS = [
    (WithoutKey, {"timeouts": 3}, EACH_ONCE, 8),
    (WithoutKey, {"timeouts": 1, "duplicates": 1}, EACH_ONCE, 6),
    (ForgetsKeys, {"timeouts": 3, "crashes": 1}, EACH_ONCE, 10),
    (AtMostOnce, {"timeouts": 2}, DONE_IS_DONE, 3),
]


@pytest.mark.parametrize(("kind", "faults", "broken", "length"), BUGS, ids=called)
def test_without_this_rule_search_finds_a_shortest_run_that_breaks_it(
        kind: type[TaskQueue], faults: dict[str, int], broken: Invariant, length: int) -> None:
    found = explore(model(kind), progress=False, **faults)
    assert found.violated is broken and len(found.trace) == length, str(found)


@pytest.mark.parametrize(("kind", "length"), [(WaitsForEver, 5), (ForgetsTasks, 8)])
def test_without_this_rule_a_crash_can_leave_a_client_without_an_answer(kind: type[TaskQueue], length: int) -> None:
    assert min(stuck(kind, crashes=1)) == length


def test_without_a_limit_a_task_that_nobody_can_do_is_handed_out_for_ever() -> None:
    for kind, state in ((TaskQueue, DEAD), (NeverGivesUp, RUNNING)):
        sim = cluster(kind, 4)
        sim.crash("b")
        sim.run(until=5_000)
        (task,) = work_of(sim.present)
        assert task.state == state and (task.attempts == 3 if kind is TaskQueue else task.attempts > 30)


def test_a_memory_that_is_too_small_forgets_the_key_before_the_copy_comes() -> None:
    for size, times in ((1, 2), (2, 1)):
        sim = cluster(n=4, own={"b": {"once": Once(size)}, "c": {"thinking": (400, 400)}, "d": {"thinking": (10, 10)}})
        sim.run(until=300)
        sim.request("a", "bill")
        sim.run()
        assert effects(sim)[0] == times


# ---- acknowledged before the work ------------------------------------------------------------------------------------


def test_acknowledged_before_the_work_a_task_is_lost_with_its_worker() -> None:
    lost = Model(build("mesh", 4), AtMostOnce, [NOTHING_LOST], requests=[("a", "mail")])
    found = explore(lost, progress=False, timeouts=2, crashes=1)
    assert found.violated is NOTHING_LOST and len(found.trace) == 4
    assert str(found.trace[-1]) == "Crash(agent='c')"


@dataclass
class AtMostOnceWithoutKey(AtMostOnce):
    def is_known(self, key: int) -> bool:
        return False


def test_acknowledged_before_the_work_nothing_is_done_twice_even_without_a_key() -> None:
    for seed in range(BLOCK):
        sim = cluster(AtMostOnceWithoutKey, 5, 4, seed, loss=0.05)
        storm(sim, seed, 500, (EACH_ONCE,), lambda agent, number: f"{agent}{number}")
        mend(sim)
        sim.run()
        assert DOUBLED not in states(sim)
    found = explore(Model(build("mesh", 4), AtMostOnceWithoutKey, [EACH_ONCE], requests=[("a", "mail")]),
                    progress=False, timeouts=3, crashes=1)
    assert found.holds


@pytest.mark.parametrize(("kind", "state", "told", "outcome"), [
    (TaskQueue, REDONE, 1, ACKNOWLEDGED), (AtMostOnce, LOST, 0, LOST),
])
def test_the_same_crash_loses_a_task_or_has_it_redone(kind: type[TaskQueue], state: str, told: int,
                                                      outcome: str) -> None:
    sim = cluster(kind)
    sim.run(until=25)
    assert sim.system.agents["c"].note == "thinks about mail 0"
    sim.crash("c")
    sim.restart("c")
    sim.run()
    assert states(sim) == {state: 1} and effects(sim) == [told]
    assert [one.outcome for one in Requests(sim).at(sim.at(len(sim)))] == [outcome]


def test_over_many_schedules_at_most_once_loses_and_never_doubles() -> None:
    lost = 0
    for seed in range(BLOCK):
        sim = schedule(seed, AtMostOnce, (EACH_ONCE,))
        lost += states(sim)[LOST] > 0
        assert set(states(sim)) <= {DONE, LOST, DEAD} and max(effects(sim), default=0) <= 1
    assert lost > BLOCK // 3


# ---- a worker that thinks longer than its lease ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(5, 50))
@pytest.mark.parametrize(("kind", "state", "times"), [(TaskQueue, REDONE, 1), (WithoutKey, DOUBLED, 2)])
def test_a_worker_that_thinks_longer_than_its_lease_pays_twice_unless_there_is_a_key(
        kind: type[TaskQueue], state: str, times: int, seed: int) -> None:
    sim = cluster(kind, seed=seed, own={"c": {"thinking": (200, 300)}})
    sim.run()
    assert states(sim) == {state: 1} and effects(sim) == [times]


@pytest.mark.parametrize("seed", seeds(5, 50))
@pytest.mark.parametrize(("kind", "state"), [(TaskQueue, REDONE), (WithoutKey, DOUBLED)])
def test_so_does_one_that_is_paused(kind: type[TaskQueue], state: str, seed: int) -> None:
    sim = cluster(kind, seed=seed)
    sim.run(until=20)
    sim.pause("c", 300)
    sim.run()
    assert states(sim) == {state: 1}


def test_a_lease_that_is_longer_than_the_thinking_needs_no_second_worker() -> None:
    sim = cluster(own={"a": {"lease": 400}, "c": {"thinking": (200, 300)}})
    sim.run()
    assert states(sim) == {DONE: 1}


# ---- the queue -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(3, 30))
def test_no_worker_stays_in_line_while_a_task_waits_and_a_slow_one_gets_fewer(seed: int) -> None:
    sim = cluster(tasks=12, seed=seed, own={"a": {"lease": 400}, "e": {"thinking": (100, 110)}})
    got = Counter[str]()
    moment = sim.at(0)
    sim.run()
    for done in sim.trace:
        moment.redo(done)
        queue = moment.system.agents["a"]
        assert not queue.line or all(job.state != WAITING for job in queue.jobs)
    got.update(target for done in sim.trace for target in tasks_sent(done.transition.effects))
    assert got["e"] < min(got["c"], got["d"]) and sum(got.values()) == 12


def tasks_sent(effects: tuple[object, ...]) -> list[str]:
    return [effect.to for effect in effects if str(getattr(effect, "message", "")).startswith("task")]


def test_a_queue_that_crashes_knows_its_tasks_and_begins_the_leases_again() -> None:
    sim = cluster(tasks=6)
    sim.run(until=30)
    sim.crash("a")
    sim.run(until=500)
    sim.restart("a")
    sim.run()
    assert sum(states(sim).values()) == 6 and set(states(sim)) == {DONE, REDONE} and set(effects(sim)) == {1}


def test_after_its_last_attempt_a_task_is_a_dead_letter_and_a_late_word_takes_it_out() -> None:
    sim = cluster(n=3)
    sim.crash("c")
    sim.run()
    (reply,) = sim.system.replies
    assert (reply.ok, reply.result) == (False, "given up after 3 attempts") and states(sim) == {DEAD: 1}
    queue, said = act(sim.system.agents["a"], "receive", "c", Ack(1))
    assert queue.jobs[0].state == DONE and not said, "the client was told already"


def test_only_the_queue_takes_tasks() -> None:
    sim = cluster()
    sim.run()
    sim.request("d", "mine")
    assert sim.system.replies[-1].result == "d takes no tasks, ask a"
    assert [one.outcome for one in Requests(sim).at(sim.at(len(sim)))] == [ACKNOWLEDGED, REFUSED]


# ---- what has become of it -------------------------------------------------------------------------------------------


def test_the_board_tells_who_has_a_task_until_when() -> None:
    sim = cluster(n=4, tasks=3)
    first, second, third = work_of(sim.present)
    assert (first.state, first.holder, first.until, first.attempts) == (RUNNING, "c", 150, 1)
    assert (second.state, second.holder, third.state, third.holder) == (RUNNING, "d", WAITING, "")
    assert work_of(sim.system)[0].until is None, "without a clock nobody knows when"
    sim.crash("a")
    assert work_of(sim.present)[0].until is None


def test_a_task_is_not_lost_as_long_as_it_is_on_its_way_to_the_world() -> None:
    sim = cluster(AtMostOnce, 3)
    while not sim.system.agents["c"].sent:
        sim.step()
    sim.crash("c")
    assert states(sim) == {RUNNING: 1}
    sim.run()
    assert states(sim) == {DONE: 1}


@dataclass
class Bystander(Agent):
    """Knows nothing of tasks."""


def test_agents_that_cannot_tell_have_no_tasks() -> None:
    assert work_of(Simulator(build("mesh", 3), Bystander).present) == []


# ---- the memory of keys ----------------------------------------------------------------------------------------------


def test_the_first_answer_for_a_key_stays() -> None:
    once = Once(2).with_answer("k", "first").with_answer("k", "second")
    assert once.knows("k") and once.answer("k") == "first" and once.forgot is None


def test_a_full_memory_forgets_its_oldest_answer_and_says_which() -> None:
    once = Once(2).with_answer("k", 1).with_answer("l", 2).with_answer("m", 3)
    assert once.forgot == "k" and not once.knows("k") and once.answer("k") is None
    assert once.answer("m") == 3 and str(once) == "2 of 2 answers remembered"


def test_a_memory_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="room for one answer at least"):
        Once(0)
