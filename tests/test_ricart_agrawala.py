"""One at a time by asking all others: nobody enters beside another, and one crash is enough to stop everybody."""

import networkx as nx
import pytest
from endings import endings
from labkit.agents import Send, SetTimer, act, create
from labkit.engine import Deliver, Forward, Model, Simulator
from labkit.protocols.coordination.ricart_agrawala import (
    ALL_SERVED,
    AT_MOST_ONE,
    RICART_AGRAWALA_PROPERTIES,
    WAITS_FOR_NO_DEAD,
    RicartAgrawala,
)
from labkit.search import explore
from labkit.topology import build, kinds
from seeds import seeds
from weather import storm

TWO, THREE = [("a", "x"), ("b", "y")], [("a", "x"), ("b", "y"), ("c", "z")]


def model(kind: type[RicartAgrawala] = RicartAgrawala, requests: list[tuple[str, str]] = TWO) -> Model:
    return Model(build("mesh", 3), kind, RICART_AGRAWALA_PROPERTIES, requests=requests)


def sent(sim: Simulator) -> int:
    return sum(isinstance(effect, Send) for done in sim.trace for effect in done.transition.effects)


def hops(sim: Simulator) -> int:
    return sum(isinstance(done.event, Deliver | Forward) for done in sim.trace)


def served(sim: Simulator) -> int:
    return len(sim.system.replies)


# ---- the price -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", kinds())
def test_an_entry_costs_two_messages_for_each_other_agent_and_a_hop_for_each_link_of_their_ways(shape: str) -> None:
    n = 6
    graph = build(shape, n)
    sim = Simulator(graph, RicartAgrawala, seed=1)
    sim.request("a", "x")
    sim.run()
    assert served(sim) == 1 and sent(sim) == 2 * (n - 1)
    assert hops(sim) == 2 * sum(nx.shortest_path_length(graph, "a").values())


@pytest.mark.parametrize("seed", seeds(3, 30))
@pytest.mark.parametrize("n", [2, 3, 5, 9])
def test_rivals_pay_no_more_than_that_each(n: int, seed: int) -> None:
    sim = Simulator(build("mesh", n), RicartAgrawala, seed=seed)
    for turn in range(2):
        for agent in sim.system.agents:
            sim.request(agent, f"{agent}{turn}")
    sim.run()
    assert served(sim) == 2 * n and sent(sim) == 2 * n * 2 * (n - 1)


def test_alone_it_enters_at_once() -> None:
    agent, effects = act(RicartAgrawala("a", ()), "request", "x")
    assert agent.inside and effects == (SetTimer("work", (20, 40)),)


def test_who_asks_first_enters_first_and_equal_stamps_are_told_apart_by_name() -> None:
    sim = Simulator(build("mesh", 3), RicartAgrawala)
    for agent in "cab":
        sim.request(agent, agent)
    sim.run()
    assert [reply.request for reply in sim.system.replies] == ["a", "b", "c"]
    sim.request("c", "early")
    sim.run(until=sim.now + 20)
    sim.request("a", "late")
    sim.run()
    assert [reply.request for reply in sim.system.replies][3:] == ["early", "late"]


# ---- one at a time, and no deadlock ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("requests", "faults"), [
    (TWO, {"timeouts": 2, "duplicates": 1}), (TWO, {"timeouts": 2, "crashes": 1}), (TWO, {"timeouts": 2, "drops": 1}),
    (THREE, {"timeouts": 3}),
], ids=str)
def test_in_no_run_are_two_inside(requests: list[tuple[str, str]], faults: dict[str, int]) -> None:
    found = explore(model(requests=requests), progress=False, **faults)
    assert found.complete and found.violated is None and not found.never, str(found)


@pytest.mark.parametrize("seed", seeds(12, 400))
def test_in_bad_weather_two_are_never_inside(seed: int) -> None:
    sim = Simulator(build("mesh", 3 + seed % 3), RicartAgrawala, seed=seed, loss=0.02, duplication=0.2, latency=(1, 60))
    storm(sim, seed, 600, [AT_MOST_ONE], lambda agent, number: f"{agent}{number}")


@pytest.mark.parametrize("requests", [TWO, THREE], ids=len)
def test_without_a_fault_every_run_ends_with_all_served(requests: list[tuple[str, str]]) -> None:
    ends = [len(world.replies) for world, _ in endings(model(requests=requests), timeouts=len(requests))]
    assert ends and set(ends) == {len(requests)}


# ---- each rule forgotten once ----------------------------------------------------------------------------------------


class ComparesNoStamps(RicartAgrawala):
    """Puts nobody off unless it is inside."""

    def must_wait(self, stamp: int, peer: str) -> bool:
        return self.inside


class NeverDefers(RicartAgrawala):
    def must_wait(self, stamp: int, peer: str) -> bool:
        return False


class MajorityIsEnough(RicartAgrawala):
    def may_enter(self) -> bool:
        return 2 * (len(self.let_by) + 1) > len(self.everyone)


class YieldsATie(RicartAgrawala):
    """Of equal stamps, each lets the other go first."""

    def comes_first(self, stamp: int, peer: str) -> bool:
        return stamp <= self.stamp


class WinsATie(RicartAgrawala):
    """Of equal stamps, each believes to be the first."""

    def comes_first(self, stamp: int, peer: str) -> bool:
        return stamp < self.stamp


class ForgetsItsClock(RicartAgrawala):
    durable = ()


BUGS = [
    (ComparesNoStamps, {}, 10), (NeverDefers, {}, 10), (MajorityIsEnough, {}, 6), (YieldsATie, {}, 10),
    (ForgetsItsClock, {"crashes": 1}, 12),
]


@pytest.mark.parametrize(("kind", "faults", "length"), BUGS, ids=[bug[0].__name__ for bug in BUGS])
def test_without_this_rule_two_are_inside(kind: type[RicartAgrawala], faults: dict[str, int], length: int) -> None:
    found = explore(model(kind), progress=False, **faults)
    assert found.violated is AT_MOST_ONE and len(found.trace) == length, str(found)


def test_without_a_tie_break_both_wait_for_ever() -> None:
    stuck = [length for world, length in endings(model(WinsATie), timeouts=2) if len(world.replies) < 2]
    assert min(stuck) == 8
    assert explore(model(WinsATie), progress=False, timeouts=2).violated is None, "nothing bad happens; nothing does"


# ---- one crash blocks all --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_after_one_crash_nobody_ever_enters_again(seed: int) -> None:
    sim = Simulator(build("mesh", 5), RicartAgrawala, seed=seed)
    sim.crash("e")
    for agent in "abcd":
        sim.request(agent, "x")
    sim.run(until=50_000)
    assert not served(sim) and {sim.system.agents[name].role for name in "abcd"} == {"waits"}


def test_who_was_asked_before_the_crash_does_not_answer_after_its_return() -> None:
    sim = Simulator(build("mesh", 3), create(RicartAgrawala, "abc", work=(100, 100)))
    sim.request("a", "x")
    sim.run(until=30)
    assert sim.system.agents["a"].inside
    sim.request("b", "y")
    sim.run(until=sim.now + 15)
    sim.crash("a")
    sim.restart("a")
    sim.run()
    assert not served(sim) and sim.system.agents["b"].role == "waits"


def test_search_finds_the_shortest_way_to_wait_for_the_dead() -> None:
    found = explore(model().promising(WAITS_FOR_NO_DEAD), progress=False, crashes=1)
    assert found.violated is WAITS_FOR_NO_DEAD and len(found.trace) == 2
    assert "waits for the answer of" in found.why
    assert ALL_SERVED in RicartAgrawala.expected
