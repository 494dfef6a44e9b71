"""Logical clocks order what a wall clock that is off confuses: a write that has seen another is never lost to it."""

from typing import Any

import pytest
from gale import gale
from labkit.agents import Property, create
from labkit.engine import Model, Simulator
from labkit.observe import Causality
from labkit.protocols import Stamped
from labkit.protocols.coordination.clocks import (
    CLOCK_CONDITION,
    CLOCK_PROPERTIES,
    KEPT_BY_LAMPORT,
    KEPT_BY_WALL,
    MADE_APART,
    SENT,
    Note,
    Set,
    Tell,
)
from labkit.search import explore
from labkit.topology import build
from labkit.values import LamportClock, VectorClock, frozendict
from seeds import one_in, seeds

CALM = (KEPT_BY_LAMPORT, CLOCK_CONDITION)


def late_wall(kind: type[Stamped] = Stamped, seed: int = 1, skew: int = -80) -> Simulator:
    """b's clock is 80 units behind; it writes blue 30 units after a has written red, and has seen red by then."""
    sim = Simulator(build("mesh", 3), create(kind, "abc") | {"b": kind("b", ("a", "c"), skew=skew)}, seed=seed)
    sim.run(until=100)
    sim.request("a", Set("red", at=100))
    sim.run(until=130)
    sim.request("b", Set("blue", at=130))
    sim.run(until=200)
    return sim


def registers(sim: Simulator) -> list[tuple[Any, Any]]:
    return [(agent.by_wall.value, agent.by_lamport.value) for agent in sim.system.agents.values()]


# ---- the values ------------------------------------------------------------------------------------------------------


def vector(**counts: int) -> VectorClock:
    return VectorClock(frozendict(counts))


def test_an_arrival_is_later_than_the_sending_and_than_all_before_it() -> None:
    assert LamportClock(3).after(LamportClock(7)) == LamportClock(8) == LamportClock(7).after(LamportClock(3))
    assert LamportClock().ticked() < LamportClock(2)


@pytest.mark.parametrize(("one", "other", "order"), [
    (vector(), vector(), "equal"), (vector(a=1), vector(a=1), "equal"), (vector(), vector(a=1), "before"),
    (vector(a=1), vector(a=1, b=1), "before"), (vector(a=2, b=1), vector(a=1, b=1), "after"),
    (vector(a=2), vector(a=1, b=1), "concurrent"), (vector(a=1), vector(b=1), "concurrent"),
])
def test_of_two_vectors_each_knows_more_or_one_knows_all_of_the_other(
        one: VectorClock, other: VectorClock, order: str) -> None:
    mirrored = {"before": "after", "after": "before"}
    assert (one.compare(other), other.compare(one)) == (order, mirrored.get(order, order))
    assert one.merged(other).compare(one) in ("equal", "after") and one.merged(other) == other.merged(one)


def test_clocks_are_short_in_pictures_and_name_agents_in_their_order() -> None:
    assert str(vector(aa=1, b=2)) == "b:2 aa:1" and str(vector()) == "nothing" and str(LamportClock(4)) == "4"


# ---- the register ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(10, 200))
def test_a_wall_clock_80_units_behind_loses_a_write_everywhere_and_lamport_keeps_it(seed: int) -> None:
    sim = late_wall(seed=seed)
    assert registers(sim) == [("red", "blue")] * 3
    assert [reply.ok for reply in sim.system.replies] == [True, True], "both clients were told: stored"
    assert KEPT_BY_WALL.violation(sim.system) == "a keeps 'red', but b had seen it when it wrote 'blue'"
    assert not any(prop.violation(sim.system) for prop in CALM)


@pytest.mark.parametrize("skew", [0, 80, -29])
def test_a_wall_clock_that_is_off_by_less_than_the_time_between_them_loses_nothing_here(skew: int) -> None:
    assert registers(late_wall(skew=skew)) == [("blue", "blue")] * 3


@pytest.mark.parametrize("skew", [-31, -80])
def test_and_by_more_it_does(skew: int) -> None:
    assert registers(late_wall(skew=skew)) == [("red", "blue")] * 3


def test_writes_made_apart_are_concurrent_and_both_readings_forget_one() -> None:
    sim = Simulator(build("mesh", 2), Stamped)
    sim.request("a", Set("red", 5))
    sim.request("b", Set("blue", 5))
    sim.run()
    assert registers(sim) == [("blue", "blue")] * 2 and MADE_APART.seen(sim.system)
    assert not any(prop.violation(sim.system) for prop in (KEPT_BY_WALL, *CALM))


def test_what_cannot_be_is_refused_or_named() -> None:
    sim = Simulator(build("mesh", 2), Stamped)
    sim.request("a", Tell("b", "hello"))
    sim.request("a", Tell("z", "hello"))
    assert [(reply.result, reply.ok) for reply in sim.system.replies] == [
        (SENT, True), ("refused: a has no peer z", False)]
    sim.request("a", "lunch")
    assert sim.system.replies[-1].result == "refused: ask with Note('lunch'), Tell('b', 'hello') or Set('red', 100)"


# ---- against the observer --------------------------------------------------------------------------------------------


def wish(name: str, number: int) -> object:
    return [Note(number), Tell("abcde"[number % 4], number), Set(number, number)][number % 3]


def agrees(sim: Simulator) -> bool:
    """Whether each agent's clocks, after each of its events, are those that the observer reads off the trace."""
    seen = Causality(sim)
    ours = {event.step: (seen.lamport(event.step), seen.vector(event.step)) for event in seen.events}
    theirs = {step: sim[step - 1].transition.agent for step in ours}
    return ours == {step: (agent.lamport.time, agent.vector) for step, agent in theirs.items()}


def stormy(kind: type[Stamped], seed: int) -> Simulator:
    shape = ("mesh", "ring", "star", "tree")[seed % 4]
    sim = Simulator(build(shape, 4 + seed % 2), kind, seed=seed, loss=0.05, duplication=0.1)
    gale(sim, seed, 400, wish)
    return sim


@pytest.mark.parametrize("seed", seeds(12, 400))
def test_the_clocks_that_agents_carry_are_those_of_the_trace_whatever_happens(seed: int) -> None:
    sim = stormy(Stamped, seed)
    assert agrees(sim) and not any(prop.violation(sim.system) for prop in CALM)


class NeverTicks(Stamped):
    def tick(self) -> None:
        pass


class NeverLearns(Stamped):
    def learn(self, lamport: LamportClock, vector: VectorClock) -> None:
        self.tick()


class ArrivesAtNoTime(Stamped):
    def learn(self, lamport: LamportClock, vector: VectorClock) -> None:
        self.lamport, self.vector = max(self.lamport, lamport), self.vector.merged(vector)


class ForgetsInACrash(Stamped):
    durable = ("writes",)


@pytest.mark.parametrize("kind", [NeverTicks, NeverLearns, ArrivesAtNoTime, ForgetsInACrash])
def test_clocks_that_forget_a_rule_are_others_than_those_of_the_trace(kind: type[Stamped]) -> None:
    assert not all(agrees(stormy(kind, seed)) for seed in range(4))


# ---- every order of events -------------------------------------------------------------------------------------------

WISHES = {
    "two writes": [("a", Set("red", 100)), ("b", Set("blue", 130))],
    "a note first": [("b", Note("lunch")), ("b", Set("red", 100)), ("a", Set("blue", 130))],
    "two in turn": [("a", Set("red", 100)), ("a", Set("blue", 130))],
    "a write back": [("b", Set("red", 100)), ("a", Set("blue", 130))],
}


def search(kind: type[Stamped], wishes: str, prop: Property, skew: int = 0, **faults: int) -> Any:
    agents = create(kind, "abc") | {"b": kind("b", ("a", "c"), skew=skew)}
    model = Model(build("mesh", 3), agents, (prop, *CLOCK_PROPERTIES[3:]), WISHES[wishes])
    return explore(model, progress=False, **faults)


@pytest.mark.parametrize("prop", CALM, ids=["kept", "condition"])
@pytest.mark.parametrize("wishes", one_in(2, WISHES))
@pytest.mark.parametrize("skew", one_in(2, [-80, 0]))
def test_in_every_run_lamports_clock_keeps_a_write_that_has_seen_another(
        prop: Property, wishes: str, skew: int) -> None:
    found = search(Stamped, wishes, prop, skew, duplicates=1, crashes=1)
    assert found.complete and found.violated is None and not found.never


@pytest.mark.parametrize(("kind", "wishes", "prop", "length"), [
    (Stamped, "two writes", KEPT_BY_WALL, 3),
    (NeverTicks, "two in turn", KEPT_BY_LAMPORT, 2),
    (NeverLearns, "a note first", KEPT_BY_LAMPORT, 4),
    (ForgetsInACrash, "a write back", CLOCK_CONDITION, 5),
])
def test_a_wall_clock_that_is_off_or_a_rule_forgotten_loses_a_write(
        kind: type[Stamped], wishes: str, prop: Property, length: int) -> None:
    found = search(kind, wishes, prop, skew=-80 if prop is KEPT_BY_WALL else 0, crashes=1)
    assert found.violated is prop and len(found.trace) == length, str(found)
