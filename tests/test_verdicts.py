"""The search says ✔ only where it is known: each class below once got one, or could, and is broken."""

import random
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import pytest
from labkit.agents import (
    AGREEMENT,
    Agent,
    Asked,
    CancelTimer,
    Decide,
    Decision,
    Effects,
    Invariant,
    Reply,
    Send,
    SetTimer,
    World,
)
from labkit.engine import Model
from labkit.network import Crash
from labkit.search import Exploration, explore
from labkit.topology import build
from labkit.values import frozendict


def search(kind: Callable[..., Agent], requests: Any = (), properties: Any = (AGREEMENT,), agents: int = 2,
           topology: Any = None, **bounds: Any) -> Exploration:
    graph = build("mesh", agents) if topology is None else topology
    return explore(Model(graph, kind, properties, requests), progress=False, **bounds)


# ---- states that an agent can tell apart -----------------------------------------------------------------------------


@dataclass
class LastOfTable(Agent):
    """Keeps what it is asked for in a table, and decides the last value of it at the end."""

    table: frozendict[str, int] = field(default_factory=frozendict)

    def request(self, value: str) -> Effects:
        self.table = self.table | {value: len(self.table)}
        return Decide(list(self.table)[-1]) if len(self.table) == 2 else None


def test_equal_tables_are_in_the_same_order_so_an_agent_that_reads_the_last_entry_does_the_same() -> None:
    found = search(LastOfTable, [("a", "x"), ("a", "y")])
    assert found.holds
    assert list(frozendict({"y": 1, "x": 2})) == list(frozendict({"x": 2, "y": 1})) == ["x", "y"]


@dataclass
class Zero(Agent):
    """Keeps a number, and decides its sign."""

    number: Any = None

    def request(self, value: Any) -> Effects:
        if value == "sign":
            return Decide(str(self.number)) if self.number is not None else None
        self.number = value
        return None


@pytest.mark.parametrize("one, other", [(0.0, -0.0), (1, True), (1, "1"), (1, 1.0)])
def test_values_that_python_takes_for_equal_are_not_the_same_state(one: Hashable, other: Hashable) -> None:
    found = search(Zero, [("a", one), ("a", other), ("a", "sign"), ("b", other), ("b", "sign")])
    assert str(one) == str(other) or found.violated is AGREEMENT


# ---- what was said, in order -----------------------------------------------------------------------------------------


@dataclass
class Echo(Agent):
    """Answers each request, and again when told by a peer."""

    def request(self, value: str) -> Effects:
        return [Reply(value, "done"), Decide(value), Send(self.peers[0], value)]

    def receive(self, sender: str, message: str) -> Effects:
        return [Reply(message, "done"), Decide(message, about="mine")]


def answered_twice(world: World) -> str | None:
    """No client is answered twice."""
    told = [reply.request for reply in world.replies if reply.agent == "b"]
    return f"{told[0]} was answered twice" if len(told) > len(set(told)) else None


def a_first(world: World) -> str | None:
    """What is asked first is decided first."""
    decided = [decision.value for decision in world.decisions if decision.about == ""]
    asked = [value for _agent, value in world.requests]
    return f"{decided} in spite of {asked}" if len(decided) == 2 and decided != asked else None


def test_a_reply_that_is_given_twice_is_seen_twice() -> None:
    found = search(Echo, [("a", "x")], [answered_twice], duplicates=1)
    assert found.violated is not None and found.violated.name == "answered twice"
    assert found.violated.sentence == "No client is answered twice." and "x was answered twice" in str(found).lower()


def test_a_property_sees_decisions_in_the_order_of_deciding_and_requests_in_the_order_of_asking() -> None:
    assert search(Echo, [("a", "x"), ("b", "y")], [a_first]).holds
    reverse = Invariant("x before y", "x is decided before y.", lambda world: next(
        ("y came first" for decision in world.decisions if decision.about == "" and decision.value == "y"
         and Decision("a", "x") not in world.decisions), None))
    found = search(Echo, [("a", "x"), ("b", "y")], [reverse])
    assert found.violated is reverse and len(found.trace) == 1


def test_the_history_holds_everything_said_in_order_in_search_and_simulator() -> None:
    seen: list[tuple[Any, ...]] = []

    def look(world: World) -> str | None:
        seen.append(tuple(world.history))
        assert [said for said in world.history if isinstance(said, Asked)] == list(world.requests)
        return None

    model = Model(build("mesh", 2), Echo, [look], [("a", "x"), ("b", "y")])
    assert explore(model, progress=False).holds
    searched = set(seen)
    for seed in range(5):
        sim = model.simulate(seed)
        sim.run()
        assert {tuple(sim.at(step).system.history) for step in range(1, len(sim) + 1)} <= searched
    first_x = [story for story in searched if story[:1] == (Asked("a", "x"),)]
    first_y = [story for story in searched if story[:1] == (Asked("b", "y"),)]
    assert first_x and first_y


# ---- where no message can go -----------------------------------------------------------------------------------------


@dataclass
class ToC(Agent):
    """b tells c what it was asked for; c decides it."""

    def request(self, value: str) -> Effects:
        return Send("c", value)

    def receive(self, sender: str, message: str) -> Effects:
        return Decide(message)


def never_decided(world: World) -> str | None:
    return "it was decided" if world.decisions else None


def test_the_search_delivers_nothing_where_there_is_no_way() -> None:
    alone = build("star", 3, relay=False)  # only a has links
    assert search(ToC, [("b", "x")], [never_decided], topology=alone).holds
    assert not search(ToC, [("a", "x")], [never_decided], topology=alone).holds
    assert not search(ToC, [("b", "x")], [never_decided], topology=build("star", 3)).holds


# ---- what is no property ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [["agreement"], "agreement", [7], 7, [None], [Invariant]])
def test_what_is_no_property_is_refused_with_what_one_is(wrong: Any) -> None:
    with pytest.raises(ValueError, match="is not a property: give an Invariant, a Sometimes, or a function of the wor"):
        search(Echo, [("a", "x")], wrong)


@pytest.mark.parametrize("answer", [True, False, 0, "", [], ["x"]])
def test_a_property_that_says_neither_a_sentence_nor_nothing_is_refused(answer: Any) -> None:
    with pytest.raises(ValueError, match="return a sentence where it is broken, and None where it holds"):
        search(Echo, [("a", "x")], [lambda world: answer])


def test_a_property_that_breaks_says_where() -> None:
    def typo(world: Any) -> str | None:
        return str(world.decision[0])

    with pytest.raises(ValueError, match=r"property 'typo' broke: AttributeError: .* \(line \d+\). A property reads"):
        search(Echo, [("a", "x")], [typo])


# ---- classes that break, or are never the same ----------------------------------------------------------------------


@dataclass
class WrongTimer(Agent):
    def request(self, value: str) -> Effects:
        return SetTimer("t", 10)


@dataclass
class Raises(Agent):
    """Breaks on the second message."""

    heard: int = 0

    def request(self, value: str) -> Effects:
        return Send("b", value)

    def receive(self, sender: str, message: str) -> Effects:
        self.heard += 1
        return Decide(1 // (2 - self.heard))


def drawn() -> float:
    """Out of sight of those who read a class."""
    return random.random()


def on_the_clock() -> float:
    return time.perf_counter()


@dataclass
class Lottery(Agent):
    def request(self, value: str) -> Effects:
        return Reply(value, drawn())


@dataclass
class Clock(Agent):
    when: float = 0.0

    def request(self, value: str) -> Effects:
        self.when = on_the_clock()
        return None


@dataclass
class FirstOfSet(Agent):
    """Decides what comes first in a set: nobody knows what that is."""

    seen: frozenset[str] = frozenset()

    def request(self, value: str) -> Effects:
        self.seen = self.seen | {value}
        return Decide(next(iter(self.seen))) if len(self.seen) == 2 else None


EVERYTHING: list[str] = []


@dataclass
class Outside(Agent):
    """Keeps something that is no field: it is in all agents at once, and in the past, too."""

    def request(self, value: str) -> Effects:
        EVERYTHING.append(value)
        return Reply(value, len(EVERYTHING))


def test_a_handler_that_breaks_is_a_violation_with_its_shortest_run() -> None:
    found = search(Raises, [("a", "x"), ("a", "y")])
    assert found.violated is not None and found.violated.name == "no handler breaks"
    assert len(found.trace) == 4 and "ZeroDivisionError" in found.why
    assert "Mend the class" in str(found) and "A shortest run" in str(found)
    assert len(found.replay()) == 3, "the replay shows the run up to there"


def test_an_impossible_effect_is_a_violation() -> None:
    found = search(WrongTimer, [("a", "x")])
    assert found.violated is not None and "(low, high) with 0 < low <= high" in found.why


@pytest.mark.parametrize("kind, what", [(Lottery, "what it sends, sets or says"), (Clock, "its field 'when'"),
                                        (FirstOfSet, "what it sends"), (Outside, "what it sends, sets or says")])
def test_a_class_that_does_not_always_do_the_same_is_a_violation(kind: type[Agent], what: str) -> None:
    found = search(kind, [("a", "x"), ("a", "y")])
    assert found.violated is not None and what in found.why and "does not always do the same in request" in found.why


def test_a_class_that_breaks_at_its_start_is_a_violation_without_a_run() -> None:
    @dataclass
    class Stillborn(Agent):
        def start(self) -> Effects:
            return Send("z", 1)

    found = search(Stillborn)
    assert found.violated is not None and found.trace == () and "which does not exist" in str(found)


# ---- bounds that make a verdict empty --------------------------------------------------------------------------------


@dataclass
class Patient(Agent):
    def request(self, value: str) -> Effects:
        return SetTimer("t", (1, 2))

    def timeout(self, timer: str) -> Effects:
        return [Decide(self.id), CancelTimer("t")]


def test_a_verdict_names_its_bounds_and_what_they_leave_out() -> None:
    asked = [("a", "x"), ("b", "y")]
    told = str(search(Patient, asked, crashes=1))
    assert told.startswith("✔ No invariant is broken. Every run was looked at: 2 agents, 2 requests, no time-out, 1 cr")
    assert "Mind: agents set timers, but no time-out was allowed" in told
    assert search(Patient, asked, timeouts=2).violated is AGREEMENT


@pytest.mark.parametrize("properties, requests, mind", [
    ((), [("a", "x")], "Mind: the model has no invariant"), ((AGREEMENT,), [], "Mind: nothing could happen"),
])
def test_a_search_that_judged_nothing_says_so(properties: Any, requests: Any, mind: str) -> None:
    found = search(Echo, requests, properties)
    assert not found.holds and str(found).startswith("? Nothing is shown by this") and mind in str(found)


def test_a_search_that_was_cut_short_says_so_first() -> None:
    @dataclass
    class Endless(Agent):
        n: int = 0

        def request(self, value: str) -> Effects:
            return Send("b", 0)

        def receive(self, sender: str, message: int) -> Effects:
            self.n = message
            return Send(sender, message + 1)

    found = search(Endless, [("a", "x")], limit=50)
    assert str(found).startswith("? NOT every run was looked at: the limit of 50 states was reached. In those")
    for reduce in (True, False):
        bounded = search(Endless, [("a", "x")], memory=1, reduce=reduce)
        assert not bounded.holds and "the bound of 1 MB of memory was reached" in str(bounded)


@pytest.mark.parametrize("bounds", [{"timeouts": -1}, {"drops": 1.5}, {"crashes": "1"}, {"limit": 0},
                                    {"limit": float("nan")}, {"cuts": True}, {"memory": -5}])
def test_a_bound_that_is_no_number_is_refused(bounds: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is a whole number of at least"):
        search(Echo, [("a", "x")], **bounds)


def test_a_request_to_an_agent_that_is_down_can_be_made_and_is_not_heard() -> None:
    def unheard(world: World) -> str | None:
        return "asked in vain" if world.requests and "a" in world.down and not world.replies else None

    found = search(Echo, [("a", "x")], [unheard], crashes=1)
    assert [type(event).__name__ for event in found.trace] == ["Crash", "Request"]
    assert found.trace[0] == Crash("a")
