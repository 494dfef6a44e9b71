"""Tasks for the best bid: done once where nothing breaks; a crash loses them unless the manager asks again."""

from collections import Counter

import networkx as nx
import pytest
from endings import endings
from labkit.agents import DEAD, DONE, RUNNING, WAITING, Invariant, Property, Send, act, create
from labkit.engine import Deliver, Forward, Model, Simulator
from labkit.observe import DOUBLED, LOST, REDONE, work_of
from labkit.protocols.coordination.contract_messages import Announcement, Award, Report
from labkit.protocols.coordination.contract_net import (
    CONTRACT_NET_PROPERTIES,
    DONE_IS_DONE,
    EACH_ONCE,
    NO_TASK_AT_THE_DEAD,
    ContractNet,
    Reannouncing,
)
from labkit.search import explore
from labkit.topology import build, kinds
from labkit.values import frozendict
from seeds import called, seeds
from weather import mend, storm


def cluster(kind: type[ContractNet] = ContractNet, n: int = 5, seed: int = 1, shape: str = "mesh",
            own: dict[str, dict[str, object]] | None = None, **weather: float) -> Simulator:
    """Agents of whom some have options of their own."""
    agents = create(kind, "abcdefgh"[:n])
    for name, options in (own or {}).items():
        agents[name] = kind(name, agents[name].peers, **options)
    return Simulator(build(shape, n), agents, seed=seed, **weather)


def model(kind: type[ContractNet] = ContractNet, *properties: Property) -> Model:
    return Model(build("mesh", 3), kind, properties or CONTRACT_NET_PROPERTIES, requests=[("a", "x")])


def states(sim: Simulator) -> Counter[str]:
    return Counter(task.state for task in work_of(sim.present))


def by_whom(sim: Simulator) -> dict[str, int]:
    return {name: len(agent.done) for name, agent in sim.system.agents.items() if agent.done}


# ---- who gets a task -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", kinds())
def test_a_task_costs_two_messages_for_each_agent_and_a_hop_for_each_link_of_their_ways(shape: str) -> None:
    sim = cluster(n=6, shape=shape)
    sim.request("a", "x")
    sim.run()
    assert states(sim) == {DONE: 1}
    assert sum(isinstance(effect, Send) for done in sim.trace for effect in done.transition.effects) == 2 * 6
    ways = nx.shortest_path_length(sim.system.network.graph, "a")
    hops = sum(isinstance(done.event, Deliver | Forward) for done in sim.trace)
    assert hops == 2 * (sum(ways.values()) + ways[next(iter(by_whom(sim)))])


def test_who_is_busy_or_slow_bids_high_and_who_lacks_the_skill_does_not_bid() -> None:
    free = ContractNet("b", ("a",))
    busy, _ = act(free, "receive", "a", Award("a1", "x"))
    slow = ContractNet("b", ("a",), effort=(100, 140))
    assert [agent.price() for agent in (free, busy, slow)] == [60, 120, 120]
    skilled = ContractNet("b", ("a",), skills=("translate",))
    for task, bids in (("translate: page 3", 1), ("translate", 1), ("translated", 0), ("paint: wall", 0), (7, 0)):
        assert len(act(skilled, "receive", "a", Announcement("a1", task))[1]) == bids


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_the_best_bid_gets_it(seed: int) -> None:
    own: dict[str, dict[str, object]] = {"c": {"effort": (20, 30)}, "d": {"skills": ("paint",), "effort": (10, 10)}}
    sim = cluster(seed=seed, own=own)
    sim.request("a", "translate: page 3")
    sim.run()
    assert by_whom(sim) == {"c": 1} and sim.system.replies[0].result == "done by c"


def test_a_task_that_nobody_can_do_is_refused_at_the_deadline() -> None:
    sim = cluster(own={name: {"skills": ("paint",)} for name in "bcde"})
    sim.request("a", "translate: page 3")
    sim.run()
    assert [(reply.result, reply.ok) for reply in sim.system.replies] == [("nobody can do it", False)]
    assert states(sim) == {DEAD: 1} and sim.now == 60


def test_one_after_the_other_tasks_are_shared_out_and_at_the_same_time_all_go_to_one() -> None:
    shares = []
    for pause in (80, 0):
        sim = cluster(own={name: {"effort": (200, 200)} for name in "bcde"})
        for number in range(8):
            sim.request("a", f"task {number}")
            sim.run(until=sim.now + pause)
        sim.run()
        assert states(sim) == {DONE: 8}
        shares.append(by_whom(sim))
    assert shares == [{"b": 2, "c": 2, "d": 2, "e": 2}, {"b": 8}]


# ---- what holds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ContractNet, Reannouncing])
@pytest.mark.parametrize("faults", [
    {"timeouts": 2}, {"timeouts": 3, "crashes": 1}, {"timeouts": 3, "duplicates": 1}, {"timeouts": 3, "drops": 1},
], ids=called)
def test_in_no_run_is_a_promise_broken(kind: type[ContractNet], faults: dict[str, int]) -> None:
    found = explore(model(kind, *kind.expected), progress=False, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


@pytest.mark.parametrize("seed", seeds(12, 400))
def test_in_bad_weather_no_task_is_done_twice_but_by_a_manager_that_asks_again(seed: int) -> None:
    for kind in (ContractNet, Reannouncing):
        sim = cluster(kind, 3 + seed % 3, seed, loss=0.05, duplication=0.1)
        storm(sim, seed, 500, kind.expected, lambda agent, number: f"{agent}{number}")
        mend(sim)
        sim.run()
        allowed = {DONE, DEAD, LOST, RUNNING} if kind is ContractNet else {DONE, DEAD, REDONE, DOUBLED}
        assert set(states(sim)) <= allowed
        assert sim.next_due() is None


def test_of_those_tasks_many_are_lost_by_the_one_and_doubled_by_the_other() -> None:
    seen = {ContractNet: Counter[str](), Reannouncing: Counter[str]()}
    for kind, count in seen.items():
        for seed in range(40):
            sim = cluster(kind, 5, seed, loss=0.05)
            storm(sim, seed, 500, (), lambda agent, number: f"{agent}{number}")
            mend(sim)
            sim.run()
            count += states(sim)
    assert seen[ContractNet][LOST] > 10 and not seen[Reannouncing][LOST]
    assert seen[Reannouncing][DOUBLED] > 5 and not seen[ContractNet][DOUBLED]


# ---- a crash in the middle -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(5, 50))
@pytest.mark.parametrize(("kind", "state"), [(ContractNet, LOST), (Reannouncing, REDONE)])
def test_a_task_is_lost_with_its_contractor_unless_it_is_announced_again(
        kind: type[ContractNet], state: str, seed: int) -> None:
    sim = cluster(kind, seed=seed)
    sim.request("a", "x")
    while not sim.system.agents["b"].todo:
        sim.step()
    sim.crash("b")
    sim.run(until=5_000)
    assert states(sim) == {state: 1}
    assert len(sim.system.replies) == (kind is Reannouncing)


@pytest.mark.parametrize(("kind", "state"), [(ContractNet, DONE), (Reannouncing, DOUBLED)])
def test_a_contractor_that_is_only_slow_is_taken_for_dead_and_the_task_is_done_twice(
        kind: type[ContractNet], state: str) -> None:
    sim = cluster(kind)
    sim.request("a", "x")
    while not sim.system.agents["b"].todo:
        sim.step()
    sim.pause("b", 600)
    sim.run()
    assert states(sim) == {state: 1}


def test_a_manager_that_crashes_announces_again_what_it_had_not_awarded() -> None:
    sim = cluster()
    sim.request("a", "x")
    sim.run(until=30)
    sim.crash("a")
    sim.run(until=200)
    assert states(sim) == {WAITING: 1}
    sim.restart("a")
    sim.run()
    assert states(sim) == {DONE: 1} and len(sim.system.replies) == 1


def test_search_finds_the_shortest_way_to_lose_a_task() -> None:
    found = explore(model(ContractNet, NO_TASK_AT_THE_DEAD), progress=False, timeouts=2, crashes=1)
    assert found.violated is NO_TASK_AT_THE_DEAD and len(found.trace) == 5
    assert found.why == "a waits for b, which is down, and asks nobody else"


def test_search_finds_the_shortest_way_to_do_a_task_twice_by_asking_again() -> None:
    found = explore(model(Reannouncing, EACH_ONCE), progress=False, timeouts=5)
    assert found.violated is EACH_ONCE and len(found.trace) == 12


@pytest.mark.parametrize(("kind", "faults", "stuck"), [
    (ContractNet, {}, False), (ContractNet, {"crashes": 1}, True), (ContractNet, {"drops": 1}, True),
    (Reannouncing, {}, False), (Reannouncing, {"crashes": 1}, False), (Reannouncing, {"drops": 1}, False),
], ids=called)
def test_only_a_manager_that_asks_again_always_comes_to_an_end(kind: type[ContractNet], faults: dict[str, int],
                                                               stuck: bool) -> None:
    options = {"attempts": 1} if kind is Reannouncing else {}
    play = Model(build("mesh", 3), kind, CONTRACT_NET_PROPERTIES, requests=[("a", "x")], **options)
    ends = [world for world, _ in endings(play, timeouts=5, **faults) if not world.down and world.agents["a"].jobs]
    assert any(not world.replies for world in ends) is stuck


# ---- each rule forgotten once ----------------------------------------------------------------------------------------


class AllWin(ContractNet):
    def winners(self, bids: frozendict[str, int]) -> list[str]:
        return list(bids)


class TakesACopy(ContractNet):
    """An award that comes twice is two tasks."""

    def has_done(self, key: str) -> bool:
        return False


class ForgetsWhatItDid(ContractNet):
    durable = ("contracts",)


BUGS = [
    (AllWin, {"timeouts": 3}, EACH_ONCE, 10),
    (TakesACopy, {"timeouts": 3, "duplicates": 1}, EACH_ONCE, 9),
    (ForgetsWhatItDid, {"timeouts": 2, "crashes": 1}, DONE_IS_DONE, 9),
]


@pytest.mark.parametrize(("kind", "faults", "broken", "length"), BUGS, ids=[bug[0].__name__ for bug in BUGS])
def test_without_this_rule_search_finds_a_shortest_run_that_breaks_it(
        kind: type[ContractNet], faults: dict[str, int], broken: Invariant, length: int) -> None:
    found = explore(model(kind), progress=False, **faults)
    assert found.violated is broken and len(found.trace) == length, str(found)


def test_a_contractor_that_has_done_it_reports_again() -> None:
    b = ContractNet("b", ("a",), done=(("a1", "x"),))
    after, effects = act(b, "receive", "a", Award("a1", "x"))
    assert after == b and effects == (Send("a", Report("a1")),)
