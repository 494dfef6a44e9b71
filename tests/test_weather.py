"""Delays and losses belong to the message, not to the run: what else happens does not change them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from labkit.agents import Agent, Effect, Send, SetTimer
from labkit.engine import Deliver, Drop, Forward, Model, Request, Simulator, Timeout
from labkit.network import Crash, Cut
from labkit.protocols import Raft
from labkit.topology import build
from seeds import seeds


@dataclass
class Chatter(Agent):
    """Says hello to all every now and then, and answers what it is asked."""

    durable: ClassVar[tuple[str, ...]] = ("rounds",)
    rounds: int = 0

    def start(self) -> Effect:
        return SetTimer("talk", (20, 60))

    def timeout(self, timer: str) -> Iterator[Effect]:
        self.rounds += 1
        yield SetTimer("talk", (20, 60))
        for peer in self.peers:
            yield Send(peer, ("hello", self.rounds))

    def receive(self, sender: str, message: Any) -> Effect | None:
        return Send(sender, ("thanks", message[1])) if message[0] == "hello" else None

    def request(self, value: str) -> Iterator[Effect]:
        for peer in self.peers:
            yield Send(peer, ("news", value))


def fates(sim: Simulator) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """How long each message took for each link, and whether it was lost by chance: by sender, receiver, kind, number.

    Those only that were not stopped by a fault.
    """
    sent: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    items = [*sim.at(0).pending.values(), *(item for step in sim.trace for item in step.scheduled)]
    for item in items:
        packet = item.packet
        if packet is not None and item.to and isinstance(item.event, Deliver | Forward | Drop):
            key = (packet.source, packet.target, str(packet.message)[:9], packet.nth, item.at, item.to)
            sent[key] = (item.due - item.since, isinstance(item.event, Drop))
    return sent


def rings(sim: Simulator) -> dict[tuple[str, int], int]:
    """How long each timer was set for, by agent and number."""
    seen: Counter[str] = Counter()
    found = {}
    for item in sorted([*sim.at(0).pending.values(), *(item for step in sim.trace for item in step.scheduled)],
                       key=lambda item: item.order):
        if isinstance(item.event, Timeout):
            found[item.event.agent, seen[item.event.agent]] = item.due - item.since
            seen[item.event.agent] += 1
    return found


def crash_and_restart(sim: Simulator) -> None:
    sim.crash("c")
    sim.run(until=sim.now + 50)
    sim.restart("c")


CHANGES: dict[str, Callable[[Simulator], Any]] = {
    "cut": lambda sim: sim.cut("a", "b"),
    "crash": lambda sim: sim.crash("c"),
    "restart": crash_and_restart,
    "ask": lambda sim: sim.request("d", "something else"),
    "isolate": lambda sim: sim.isolate("a", "b"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", seeds(2, 60))
@pytest.mark.parametrize("shape", ["mesh", "ring"])
def test_a_branch_differs_by_what_was_done_and_by_nothing_else(shape: str, seed: int, change: str) -> None:
    sim = Simulator(build(shape, 5), Chatter, seed=seed, loss=0.1, duplication=0.1)
    sim.run(until=200)
    other = sim.branch()
    CHANGES[change](other)
    for one in (sim, other):
        one.run(until=600)
    here, there = fates(sim), fates(other)
    both = set(here) & set(there)
    assert len(both) > 100
    assert {key: here[key] for key in both} == {key: there[key] for key in both}
    assert all(rings(other).get(key, time) == time for key, time in rings(sim).items())


def test_delays_cover_their_range_evenly_and_chances_are_met() -> None:
    sim = Simulator(build("mesh", 5), Chatter, seed=1, latency=(1, 10), loss=0.2, duplication=0.3)
    sim.run(until=4_000)
    found = fates(sim)
    delays = Counter(delay for delay, _lost in found.values())
    expected = len(found) / 10
    assert set(delays) == set(range(1, 11))
    assert sum((count - expected) ** 2 / expected for count in delays.values()) < 27.9  # chi-square, 9 degrees, 0.001
    assert sum(lost for _, lost in found.values()) / len(found) == pytest.approx(0.2, abs=0.02)
    copied = sum(nth < 0 for *_, nth, _at, _to in found)
    assert copied / (len(found) - copied) == pytest.approx(0.3, abs=0.03)


def test_another_seed_is_another_story_and_the_same_seed_the_same() -> None:
    def story(seed: int) -> list[Any]:
        sim = Simulator(build("mesh", 4), Chatter, seed=seed)
        sim.run(until=300)
        return [(step.time, step.event) for step in sim.trace]

    assert story(1) == story(1) and story(1) != story(2)


# ---- what is lost --------------------------------------------------------------------------------------------------


def test_what_an_agent_sent_before_it_crashed_arrives() -> None:
    sim = Simulator(build("mesh", 3), Chatter)
    sim.request("a", "the last words")
    sim.crash("a")
    sim.run(until=15)
    heard = [step.event for step in sim.trace if isinstance(step.event, Deliver)]
    assert {event.target for event in heard} == {"b", "c"}


@pytest.mark.parametrize("fault, why", [(Cut("a", "b"), "the link a → b is cut"), (Crash("b"), "b is down")])
def test_a_message_is_lost_only_at_a_cut_link_or_at_a_receiver_that_is_down(fault: Any, why: str) -> None:
    sim = Simulator(build("mesh", 2), Chatter)
    sim.do(Request("a", "news"))
    sim.do(fault)
    sim.run(until=15)
    assert [step.event.why for step in sim.trace if isinstance(step.event, Drop)] == [why]


def test_a_relay_that_crashes_loses_what_is_on_its_way_to_it_and_not_what_has_left_it() -> None:
    sim = Simulator(build("ring", 4), Chatter, latency=(10, 10))  # a and c are two links apart
    sim.request("a", "far")
    sim.run(until=10)
    passed = [step.event for step in sim.trace if isinstance(step.event, Forward)]
    assert [event.relay for event in passed] == ["b"]
    sim.crash("b")
    sim.run(until=19)
    assert not any(isinstance(step.event, Drop) and step.event.packet.target == "c" for step in sim.trace)
    sim.run(until=20)
    assert any(isinstance(step.event, Deliver) and step.event.target == "c" for step in sim.trace)


# ---- how long a run goes on ------------------------------------------------------------------------------------------


def test_a_run_until_a_time_ends_then_however_many_steps_that_takes() -> None:
    sim = Simulator(build("mesh", 3), Chatter)
    sim.run(until=3_000)
    assert sim.now == 3_000
    assert len(sim) > 500


def test_time_passes_though_nothing_is_due() -> None:
    sim = Simulator(build("mesh", 2), Agent)
    sim.run(until=70)
    assert (sim.now, len(sim), sim.at(0).time) == (70, 0, 70)
    sim.request("a", "late")
    assert sim[0].time == 70 and sim.branch().now == 70


def test_a_run_without_an_end_warns_when_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labkit.engine.simulator.ENOUGH", 500)
    with pytest.warns(UserWarning, match=r"still busy after 500 steps: say run\(until=…\) or run\(steps=…\)"):
        Simulator(build("mesh", 3), Chatter).run()
    sim = Simulator(build("mesh", 3), Chatter)
    sim.run(steps=700)
    assert len(sim) == 700


@pytest.mark.parametrize("wrong", [{"until": 5}, {"until": 12.5}, {"until": "20"}, {"steps": -1}, {"steps": 1.5}])
def test_an_end_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    sim = Simulator(build("mesh", 3), Chatter)
    sim.run(until=10)
    with pytest.raises(ValueError, match="is a"):
        sim.run(**wrong)


@pytest.mark.parametrize("wrong, sentence", [
    ({"seed": None}, "seed is a whole number"), ({"seed": 1.5}, "seed is a whole number"),
    ({"latency": 10}, "latency is a range"), ({"latency": (5, 1.5)}, "latency is a range"),
    ({"latency": {("a", "z"): (1, 2)}}, "no agent 'z'"), ({"latency": {("a", "c"): (1, 2)}}, "no link between a and c"),
    ({"loss": "much"}, "chances between 0 and 1"), ({"duplication": 2}, "chances between 0 and 1"),
    ({"loss": float("nan")}, "chances between 0 and 1"),
])
def test_weather_that_cannot_be_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Model(build("ring", 4), Raft).simulate(**{"seed": 1, **wrong})
