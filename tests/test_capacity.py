"""Claims about agents that have only so much time: queues, overload, pauses; and a rewound run is the run."""

from dataclasses import dataclass
from typing import Any

import pytest
from labkit.agents import Agent, Effects, Reply, Send, SetTimer
from labkit.engine import Capacity, Deliver, Drop, Model, Simulator, Wait
from labkit.observe import ACKNOWLEDGED, Requests, log
from labkit.protocols import Locked, Raft
from labkit.scenario import parse
from labkit.topology import build
from seeds import seeds

SLOW = {"a": Capacity(service=(10, 10))}
SHORT = {"a": Capacity(service=(10, 10), queue=2)}


@dataclass
class Desk(Agent):
    """a counts what it is sent and answers; the others send on request, and one of them every `every` units."""

    every: int = 0
    served: int = 0
    ticks: int = 0
    answers: int = 0

    def start(self) -> Effects:
        return SetTimer("tick", (self.every, self.every)) if self.every else None

    def timeout(self, timer: str) -> Effects:
        self.ticks += 1
        return [SetTimer("tick", (self.every, self.every)), Send("a", ("work", self.ticks))]

    def request(self, value: int) -> Effects:
        return [*(Send("a", ("work", number)) for number in range(value)), Reply(value, "sent")]

    def receive(self, sender: str, message: Any) -> Effects:
        if sender == "a":
            self.answers += 1
            return None
        self.served += 1
        return Send(sender, ("done",))


def desk(capacity: dict[str, Capacity], seed: int = 0, **options: int) -> Simulator:
    """a with three who send, on a mesh."""
    graph = build("mesh", 4)
    names = sorted(graph)
    peers = {name: tuple(other for other in names if other != name) for name in names}
    cast = {name: Desk(name, peers[name], **(options if name == "b" else {})) for name in names}
    return Simulator(graph, cast, seed=seed, capacity=capacity)


def handled(sim: Simulator, agent: str = "a") -> list[int]:
    return [done.time for done in sim.trace if isinstance(done.event, Deliver) and done.event.target == agent]


@pytest.mark.parametrize("seed", seeds(5, 100))
def test_a_busy_agent_handles_one_message_after_the_other(seed: int) -> None:
    sim = desk(SLOW, seed)
    for name in "bcd":
        sim.request(name, 5)
    sim.run()
    times = handled(sim)
    assert len(times) == 15 and times == [times[0] + 10 * number for number in range(15)]


def test_the_first_to_arrive_is_the_first_to_be_served() -> None:
    sim = desk(SLOW, seed=3)
    for name in "bcd":
        sim.request(name, 4)
    sim.run()
    arrived = [done.event.event.number for done in sim.trace if isinstance(done.event, Wait)]
    served = [done.event.number for done in sim.trace if isinstance(done.event, Deliver) and done.event.target == "a"]
    assert arrived == served and len(served) == 12


def test_what_arrives_at_a_full_queue_is_lost_and_the_log_says_where() -> None:
    sim = desk(SHORT, seed=1)
    sim.request("b", 10)
    sim.run(until=14)
    assert sim.present.waiting == {"a": 3}  # one in service, two in the queue
    sim.run()
    lost = [done.event for done in sim.trace if isinstance(done.event, Drop)]
    assert lost and {drop.why for drop in lost} == {"the queue of a is full"}
    assert len(handled(sim)) + len(lost) == 10 and sim.present.waiting == {}


@pytest.mark.parametrize(("every", "grows"), [(20, False), (11, False), (8, True), (5, True)])
def test_a_queue_grows_if_and_only_if_more_is_asked_for_than_there_is_time(every: int, grows: bool) -> None:
    sim = desk(SLOW, every=every)
    waiting = []
    for time in (1_000, 2_000, 4_000):
        sim.run(until=time)
        waiting.append(sim.present.waiting.get("a", 0))
    expected = [time / every - time / 10 for time in (1_000, 2_000, 4_000)]
    if grows:
        assert all(abs(found - more) <= 6 for found, more in zip(waiting, expected, strict=True))
    else:
        assert max(waiting) <= 2


def test_an_agent_without_a_limit_has_time_for_everything() -> None:
    assert log(desk({}, every=9)) == log(desk({"c": Capacity(service=(10, 10))}, every=9))
    sim = desk({}, every=9)
    sim.run(until=500)
    assert not any(isinstance(done.event, Wait) for done in sim.trace) and sim.present.waiting == {}


def test_a_capacity_changes_no_delay_on_a_link() -> None:
    """Common random numbers: with and without a limit a message arrives at the same time."""
    free, slow = desk({}, seed=5), desk(SLOW, seed=5)
    for sim in (free, slow):
        sim.request("b", 6)
        sim.run()
    arrivals = [done.time for done in slow.trace if isinstance(done.event, Wait)]
    assert arrivals == handled(free)


# ---- a pause ---------------------------------------------------------------------------------------------------------

def test_an_agent_that_pauses_does_nothing_until_it_wakes_and_then_all_that_was_due() -> None:
    sim = desk({}, every=10)
    sim.run(until=5)
    sim.pause("b", 100)
    sim.run(until=104)
    assert sim.system.agents["b"].ticks == 0
    sim.run(until=105)
    assert sim.system.agents["b"].ticks == 1  # one timer was set, so one is late
    sim.run(until=125)
    assert sim.system.agents["b"].ticks == 3


def test_what_arrives_at_an_agent_that_pauses_waits_and_nothing_is_lost() -> None:
    sim = desk({}, seed=2)
    sim.pause("a", 200)
    for name in "bcd":
        sim.request(name, 3)
    sim.run(until=199)
    assert handled(sim) == [] and sim.present.waiting == {"a": 9}
    sim.run()
    assert handled(sim) == [200] * 9 and [sim.system.agents[name].answers for name in "bcd"] == [3, 3, 3]


def test_a_pause_interrupts_a_service_that_then_goes_on() -> None:
    with_pause, without = desk(SLOW, seed=4), desk(SLOW, seed=4)
    for sim in (with_pause, without):
        sim.request("b", 5)
        sim.run(until=20)
    with_pause.pause("a", 60)
    for sim in (with_pause, without):
        sim.run()
    before = [time for time in handled(without) if time <= 20]
    after = [time + 60 for time in handled(without) if time > 20]
    assert handled(with_pause) == before + after


def test_two_pauses_at_once_end_with_the_later() -> None:
    sim = desk({}, every=10)
    sim.pause("b", 100)
    sim.pause("b", 50)
    sim.run(until=99)
    assert sim.system.agents["b"].ticks == 0


def test_a_client_waits_for_an_agent_that_pauses_and_is_answered_late() -> None:
    sim = desk({})
    sim.run(until=10)
    sim.pause("b", 100)
    sim.request("b", 2)
    (waiting,) = Requests(sim).at(sim.present)
    assert (waiting.asked, waiting.outcome) == (10, "open")
    sim.run()
    (answered,) = Requests(sim).at(sim.present)
    assert (answered.asked, answered.answered, answered.outcome) == (10, 110, ACKNOWLEDGED)


def test_a_crash_loses_what_waits_and_a_restart_begins_afresh() -> None:
    sim = desk(SLOW, seed=1)
    sim.request("b", 6)
    sim.run(until=30)
    served, waiting = len(handled(sim)), sim.present.waiting["a"]
    sim.crash("a")
    sim.run(until=31)
    lost = [done.event for done in sim.trace if isinstance(done.event, Drop)]
    assert sim.present.waiting == {} and len(lost) == waiting == 6 - served
    assert {drop.why for drop in lost} == {"a crashed while it waited"}
    sim.restart("a")
    sim.request("c", 1)
    sim.run()
    assert len(handled(sim)) == served + 1 and not sim.system.flight


@pytest.mark.parametrize("wrong", [
    {"service": (0, 4)}, {"service": 4}, {"service": (5, 4)}, {"service": (4, 4), "queue": -1},
    {"service": (4, 4), "queue": 2.5},
])
def test_a_capacity_that_cannot_be_is_refused_in_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"service is a range|queue is how many"):
        Capacity(**wrong)


def test_a_limit_for_nobody_and_a_pause_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no agent 'z' to give a capacity"):
        desk({"z": Capacity(service=(4, 4))})
    with pytest.raises(ValueError, match="capacity is a table"):
        desk({"a": (4, 4)})  # type: ignore[dict-item]
    sim = desk({})
    for agent, units, why in (("z", 5, "there is no agent 'z'"), ("a", 0, "whole number"), ("a", 1.5, "whole number")):
        with pytest.raises(ValueError, match=why):
            sim.pause(agent, units)
    sim.crash("a")
    with pytest.raises(ValueError, match="a is down and cannot pause"):
        sim.pause("a", 5)
    assert len(sim) == 1


# ---- time ------------------------------------------------------------------------------------------------------------

def eventful(seed: int, kind: type[Agent] = Raft) -> Simulator:
    """Limits, pauses, a crash and requests, all in one run."""
    limits = {"a": Capacity(service=(2, 9), queue=3), "c": Capacity(service=(5, 5))}
    sim = Model(build("mesh", 4), kind).simulate(seed, capacity=limits, loss=0.05, duplication=0.1)
    for number, (agent, units) in enumerate((("b", 120), ("a", 60), ("c", 300))):
        sim.run(until=300 * (number + 1))
        sim.request("bcd"[number], f"x{number}")
        sim.pause(agent, units)
    sim.crash("c")
    sim.run(until=1_400)
    sim.restart("c")
    sim.run(until=2_000)
    return sim


@pytest.mark.parametrize("kind", [Raft, Locked])
@pytest.mark.parametrize("seed", seeds(3, 60))
def test_a_rewound_run_with_queues_and_pauses_is_the_run(seed: int, kind: type[Agent]) -> None:
    sim = eventful(seed, kind)
    assert any(isinstance(done.event, Wait) for done in sim.trace)
    moment = sim.at(0)
    for number, done in enumerate(sim.trace, 1):
        moment.redo(done)
        if number % 97 == 0 or number == len(sim):
            there = sim.at(number)
            assert moment.pending == there.pending and moment.load == there.load
            assert moment.system.agents == there.system.agents and moment.system.flight == there.system.flight
    assert moment.load == sim.present.load and log(eventful(seed, kind)) == log(sim)


@pytest.mark.parametrize("seed", seeds(3, 60))
def test_a_branch_goes_on_as_the_run_did(seed: int) -> None:
    sim = desk(SHORT, seed, every=7)
    sim.run(until=200)
    sim.pause("a", 90)
    step = len(sim)
    sim.run(until=600)
    again = sim.branch(step)
    again.run(until=600)
    assert log(again) == log(sim) and again.present.load == sim.present.load


def test_a_scenario_says_who_has_little_time_and_who_pauses() -> None:
    text = (
        "topology mesh 4\nprotocol fenced lock\nseed 3\ncapacity a 10 12\ncapacity b 4 4 queue=2\nat 0 request c x\n"
        "at 5 pause c 120\nat 20 request d y\nrun until 400\n"
    )
    scenario = parse(text)
    assert str(scenario) == text
    sim = scenario.play()
    assert sim.capacity == {"a": Capacity((10, 12)), "b": Capacity((4, 4), 2)}
    assert "c pauses for 120 units" in log(sim) and "c is busy" in log(sim)


@pytest.mark.parametrize(("line", "why"), [
    ("capacity a 10", "write it like this: capacity a 4 6"),
    ("capacity z 4 6", "there is no agent 'z'"),
    ("capacity a 6 4", "service is a range"),
    ("capacity a 4 6 queue=few", "queue is how many"),
    ("capacity a 4 6\ncapacity a 4 6", "has a capacity already"),
    ("at 5 pause a", "write it like this: pause a 100"),
    ("at 5 pause a long", "write it like this: pause a 100"),
])
def test_a_line_that_cannot_be_read_names_the_remedy(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(f"topology mesh 4\nprotocol raft\n{line}")
