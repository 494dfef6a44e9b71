"""The simulator: same seed, same story; messages take the time, the way and the losses that were asked for."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

import networkx as nx
import pytest
from labkit.agents import Agent, AgentError, CancelTimer, Decide, Effects, Send, SetTimer
from labkit.engine import Deliver, Drop, Forward, Request, Simulator, Timeout
from labkit.network import Cut, Heal
from labkit.observe import log
from labkit.protocols import Paxos, Raft
from labkit.topology import build


@dataclass
class Postman(Agent):
    """A client's (to, what) is sent on; what arrives is kept."""

    got: tuple[object, ...] = ()

    def request(self, value: tuple[str, object]) -> Effects:
        return Send(*value)

    def receive(self, sender: str, message: object) -> Effects:
        self.got = (*self.got, message)
        return None


@dataclass
class Clockwork(Agent):
    """A client sets, sets again and cancels its timer."""

    rang: int = 0
    durable: ClassVar[tuple[str, ...]] = ("rang",)

    def request(self, value: int) -> Effects:
        return SetTimer("bell", (value, value)) if value else CancelTimer("bell")

    def timeout(self, timer: str) -> Effects:
        self.rang += 1
        return Decide(self.rang, about=str(self.rang))


def post(shape: str = "mesh", n: int = 2, **options: object) -> Simulator:
    return Simulator(build(shape, n), Postman, **options)


def letters(sim: Simulator, count: int, to: str = "b") -> None:
    for number in range(count):
        sim.request("a", (to, number))
    sim.run()


def arrivals(sim: Simulator) -> list[tuple[object, int]]:
    return [(step.event.message, step.time) for step in sim.trace if isinstance(step.event, Deliver)]


# ---- same seed, same story -------------------------------------------------------------------------------------------


def story(kind: type[Agent], seed: int) -> str:
    """A run with every kind of fault, as its log."""
    sim = Simulator(build("ring", 5), kind, seed=seed, loss=0.1, duplication=0.1)
    sim.run(until=400)
    sim.request("a", "red")
    sim.cut("a", "b")
    sim.run(until=500)
    sim.crash("c")
    sim.run(until=900)
    sim.restart("c")
    sim.heal_all()
    sim.run(until=1500)
    return log(sim)


@pytest.mark.parametrize("kind", [Raft, Paxos])
def test_the_same_seed_tells_the_same_story_and_another_seed_another(kind: type[Agent]) -> None:
    assert story(kind, 1) == story(kind, 1)
    assert len({story(kind, seed) for seed in range(5)}) == 5


def test_it_is_the_same_story_in_another_process_whatever_the_hash_seed() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", "import test_simulator as t; print(t.story(t.Raft, 7), t.story(t.Paxos, 7))"],
            env=os.environ | {"PYTHONHASHSEED": seed}, cwd=os.path.dirname(__file__), capture_output=True, check=True,
        ).stdout
        for seed in ("0", "4242")
    ]
    assert told[0] == told[1] and len(told[0]) > 1_000


# ---- time, losses, doubles -------------------------------------------------------------------------------------------


def test_each_message_takes_as_long_as_the_latency_allows_and_every_length_occurs() -> None:
    sim = post(latency=(5, 15), seed=3)
    letters(sim, 500)
    assert {time for _, time in arrivals(sim)} == set(range(5, 16))


def test_each_way_may_have_its_own_latency() -> None:
    sim = post(latency={("a", "b"): (100, 100)})
    sim.request("a", ("b", "slow"))
    sim.request("b", ("a", "quick"))
    sim.run()
    (first, soon), (second, late) = arrivals(sim)
    assert (first, second, late) == ("quick", "slow", 100) and 5 <= soon <= 15


@pytest.mark.parametrize("loss", [0, 0.1, 0.5, 1])
def test_so_many_are_lost_as_was_asked_for(loss: float) -> None:
    sim = post(loss=loss, seed=1)
    letters(sim, 2_000)
    assert abs(len(arrivals(sim)) / 2_000 - (1 - loss)) < 0.04


@pytest.mark.parametrize("duplication", [0, 0.3, 1])
def test_so_many_are_doubled_as_was_asked_for_and_none_more_than_once(duplication: float) -> None:
    sim = post(duplication=duplication, seed=1)
    letters(sim, 1_000)
    came = [message for message, _ in arrivals(sim)]
    assert abs(len(came) / 1_000 - (1 + duplication)) < 0.05
    assert all(came.count(number) <= 2 for number in range(0, 1_000, 10))


# ---- ways ------------------------------------------------------------------------------------------------------------


def test_a_message_takes_the_shortest_way_that_is_left_and_dies_where_there_is_none() -> None:
    ways = lost = 0
    for seed in range(60):
        draw = Random(seed).random
        graph = build("ring", 7)
        graph.add_edges_from((a, b) for a in graph for b in graph if a < b and draw() < 0.15)
        sim = Simulator(graph, Postman, seed=seed)
        left = nx.DiGraph(graph)
        for way in [(a, b) for pair in graph.edges for a, b in (pair, pair[::-1])]:
            if draw() < 0.35:
                sim.do(Cut(*way))
                left.remove_edge(*way)
        sim.request("a", ("e", "hello"))
        sim.run()
        hops = sum(isinstance(step.event, Forward | Deliver) for step in sim.trace)
        if nx.has_path(left, "a", "e"):
            assert hops == nx.shortest_path_length(left, "a", "e")
            ways += 1
        else:
            assert not arrivals(sim) and any(isinstance(step.event, Drop) for step in sim.trace)
            lost += 1
    assert ways > 10 and lost > 5


def test_a_cut_loses_what_is_on_the_link_and_healing_does_not_bring_it_back() -> None:
    sim = post()
    sim.request("a", ("b", "lost"))
    sim.cut("a", "b")
    sim.run()
    sim.heal("a", "b")
    sim.run()
    assert not arrivals(sim)


def test_a_link_can_be_cut_in_one_direction_only() -> None:
    sim = post()
    sim.do(Cut("a", "b"))
    sim.request("a", ("b", "there"))
    sim.request("b", ("a", "back"))
    sim.run()
    assert [message for message, _ in arrivals(sim)] == ["back"]
    sim.do(Heal("a", "b"))
    assert not sim.system.network.cut


# ---- timers ----------------------------------------------------------------------------------------------------------


def clock() -> Simulator:
    return Simulator(build("mesh", 2), Clockwork)


def rings(sim: Simulator) -> list[int]:
    return [step.time for step in sim.trace if isinstance(step.event, Timeout)]


def test_a_timer_that_is_set_again_starts_afresh_and_a_cancelled_one_never_rings() -> None:
    sim = clock()
    sim.request("a", 10)
    sim.request("b", 10)
    sim.run(until=5)
    sim.request("a", 30)
    sim.request("b", 0)
    sim.run()
    assert rings(sim) == [35]  # set again at 5
    assert sim.next_due() is None


def test_a_crash_stops_the_timers_and_keeps_what_is_durable() -> None:
    sim = clock()
    sim.request("a", 10)
    sim.run()
    sim.request("a", 10)
    sim.crash("a")
    sim.run()
    sim.restart("a")
    sim.run()
    assert len(rings(sim)) == 1 and sim.system.agents["a"].rang == 1


# ---- what is refused -------------------------------------------------------------------------------------------------


@dataclass
class Clumsy(Agent):
    """Breaks the rule that it is asked to break."""

    notes: object = field(default=())

    def request(self, value: str) -> Effects:
        match value:
            case "list":
                self.notes = ["changes"]
            case "stranger":
                return Send("z", "hello")
            case "itself":
                return Send(self.id, "hello")
            case "word":
                return "hello"  # type: ignore[return-value]
            case "raise":
                return [Send("b", dict[str, str]()["missing"])]
            case "message":
                return Send("b", [1, 2])
        return Decide("fine")


@pytest.mark.parametrize(("wrong", "sentence"), [
    ("list", "field 'notes' of agent a holds a list that can change in place.*use a tuple"),
    ("stranger", "z"),
    ("itself", "itself|oneself|own"),
    ("word", r"not an effect: 'hello'.*did you mean Send\('b', 'hello'\)"),
    ("raise", r"agent a broke in request\('raise'\): KeyError.*line \d+.*the trace so far is kept"),
    ("message", "list that can change in place"),
])
def test_an_agent_that_breaks_a_rule_is_named_and_the_run_goes_on_without_it(wrong: str, sentence: str) -> None:
    sim = Simulator(build("mesh", 2), Clumsy)
    before = dict(sim.system.agents)
    with pytest.raises(AgentError, match=sentence):
        sim.request("a", wrong)
    assert sim.system.agents == before and not sim.trace and not sim.system.flight and not sim.system.requests
    sim.request("a", "something else")
    assert [decision.value for decision in sim.system.decisions] == ["fine"]


def test_an_error_on_the_way_leaves_the_trace_and_the_state_as_they_were() -> None:
    sim = Simulator(build("mesh", 2), Clumsy)
    sim.request("b", "fine")
    sim.plan(20, Request("a", "raise"))
    with pytest.raises(AgentError, match="agent a broke"):
        sim.run()
    assert len(sim) == 1 and sim.now == 0
    assert sim.at(1).system.decisions == sim.system.decisions


@pytest.mark.parametrize(("options", "sentence"), [
    ({"loss": 2}, "chances between 0 and 1, not 2"),
    ({"duplication": -0.1}, "chances between 0 and 1"),
    ({"latency": (0, 5)}, "range .* 0 < low <= high"),
    ({"latency": {("a", "b"): (9, 3)}}, "range .* 0 < low <= high"),
])
def test_settings_that_make_no_sense_are_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        post(**options)


def test_what_cannot_happen_is_refused_in_a_sentence() -> None:
    sim = post()
    sim.request("a", ("b", "hello"))
    sim.run()
    with pytest.raises(ValueError, match="time 1 has passed"):
        sim.plan(1, Request("a", ("b", 1)))
    with pytest.raises(ValueError, match="there is no step 99"):
        sim.at(99)
    for event in (Request("z", 1), Cut("a", "z"), Timeout("a", "bell"), Deliver(99, "a", "b", "never sent")):
        with pytest.raises(ValueError):
            sim.do(event)


def test_a_message_whose_place_among_the_pending_is_known_arrives_as_one_that_is_looked_for() -> None:
    """Delivered and dropped by hand; nothing of it is left, and a replay from the start comes to the same."""
    found, known = post("ring", 4), post("ring", 4)
    for sim in (found, known):
        for what in ("one", "two", "three"):
            sent = sim.do(Request("a", ("c", what)))
            (item,) = sent.scheduled
            assert item.packet is not None
            order = item.order if sim is known else 0
            sim.do(Drop(item.packet, "lost") if what == "two" else item.packet, 20, order)
        assert sim.system.agents["c"].got == ("one", "three")
        assert not sim.present.pending and not sim.system.flight and sim.next_due() is None
        again = sim.at(len(sim))
        assert again.system.agents == sim.system.agents and not again.pending and not again.system.flight
    assert [one.event for one in found.trace] == [one.event for one in known.trace]
