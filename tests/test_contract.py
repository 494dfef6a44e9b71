"""One gate for effects: what is malformed is refused in the same words by every driver, and nothing has changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import pytest
from labkit.agents import Agent, AgentError, CancelTimer, Decide, Reply, Send, SetTimer, check_immutable
from labkit.engine import Model, Request, Simulator, System
from labkit.search import explore
from labkit.topology import build
from labkit.values import frozendict
from seeds import one_in


@dataclass
class Answers(Agent):
    """Answers each request with what `script` makes of it."""

    script: Callable[[], Any] = lambda: None
    kept: Any = None

    def request(self, value: str) -> Any:
        return self.script()


@dataclass(frozen=True)
class Holder:
    """Frozen itself, but it may hold anything."""

    what: Any


@dataclass
class Open:
    what: int = 1

    __hash__ = object.__hash__


class Plain:
    """An object of a class that says nothing."""


class Pair(NamedTuple):
    left: Any
    right: Any


class Colour(Enum):
    RED = 1


def deep() -> tuple[Any, ...]:
    nested: tuple[Any, ...] = ()
    for _ in range(100_000):
        nested = (nested,)
    return nested


CHANGING: dict[str, tuple[Callable[[], Any], str]] = {
    "a list": (lambda: [1], "holds a list that can change in place, so the past could change: use a tuple"),
    "a dict": (lambda: {"x": 1}, "holds a dict that can change in place, so the past could change: use a frozendict"),
    "a set": (lambda: {1}, "use a frozenset"),
    "bytes that change": (lambda: bytearray(b"x"), "use bytes"),
    "a list in a tuple": (lambda: (1, ([2],)), "holds a list"),
    "a list in a frozendict": (lambda: frozendict({"x": [1]}), "holds a list"),
    "a list in a frozen dataclass": (lambda: Holder([1]), "holds a list"),
    "a list in a named tuple": (lambda: Pair(1, [2]), "holds a list"),
    "an iterator": (lambda: iter((1, 2)), "holds a tuple_iterator that can change in place"),
    "a generator": (lambda: (x for x in (1, 2)), "holds a generator that can change"),
    "a Random": (lambda: Random(1), "holds a Random that can change"),
    "a dataclass that is not frozen": (Open, r"use @dataclass\(frozen=True\)"),
    "any object": (Plain, "holds a Plain that can change"),
    "a function": (lambda: len, "holds the function len: code cannot be sent"),
    "something very deep": (deep, "nested too deeply"),
}

EFFECTS: dict[str, Callable[[Any], Any]] = {
    "a message": lambda value: Send("b", value), "a decision": Decide, "a reply": lambda value: Reply("x", value),
}


def made(effect: Callable[[Any], Any], make: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: effect(make())


MALFORMED: dict[str, tuple[Callable[[], Any], str]] = {
    **{f"{what} with {name}": (made(effect, make), f"{what} of agent a .*{words}")
       for what, effect in EFFECTS.items() for name, (make, words) in CHANGING.items()},
    "no effect": (lambda: ["hello"], r"not an effect: 'hello', returned by Answers.request of agent a \(did you mean"),
    "nothing among effects": (lambda: [None], "return a list of effects, or nothing"),
    "the class of an effect": (lambda: [Send], "Send needs its arguments in brackets"),
    "a number": (lambda: 5, "not an effect: 5"),
    "to a stranger": (lambda: Send("z", 1), "sends 1 to 'z', which does not exist: the agents are a and b"),
    "to itself": (lambda: Send("a", 1), "sends 1 to itself: call the method instead"),
    "to all at once": (lambda: Send(("b",), 1), r"send to one agent, by its name; for several, \[Send\(peer"),
    "to nobody": (lambda: Send(None, 1), "send to one agent, by its name"),
    "a timer without a range": (lambda: SetTimer("t", 10), r"after 10: give a range of two whole numbers, \(low"),
    "a timer of nothing": (lambda: SetTimer("t", (0, 5)), "with 0 < low <= high"),
    "a timer that goes back": (lambda: SetTimer("t", (9, 5)), "with 0 < low <= high"),
    "a timer of halves": (lambda: SetTimer("t", (1.5, 5)), "two whole numbers"),
    "a timer of truth": (lambda: SetTimer("t", (True, 5)), "two whole numbers"),
    "a timer as a list": (lambda: SetTimer("t", [1, 5]), "two whole numbers"),
    "a timer without a name": (lambda: SetTimer("", (1, 5)), "the name of a timer is a text"),
    "a timer with a number": (lambda: SetTimer(7, (1, 5)), "the name of a timer is a text"),
    "a stopped timer with a number": (lambda: CancelTimer(7), "the name of a timer is a text"),
    "a decision about a number": (lambda: Decide("x", 3), "decides about 3: about is a text"),
    "an ok that is none": (lambda: Reply("x", "y", "no"), "ok is True, or False if it was refused"),
    "good ones before a bad one": (lambda: [Send("b", 1), Decide(1), SetTimer("t", 0)], "sets the timer 't' after 0"),
}


def drivers(script: Callable[[], Any]) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Each driver: what runs the handler in it, and what can be seen of its state."""
    def cast() -> dict[str, Answers]:
        return {name: Answers(name, peers, script) for name, peers in (("a", ("b",)), ("b", ("a",)))}

    system = System(build("mesh", 2), cast())
    yield "system", lambda: system.apply(Request("a", "x")), lambda: seen(system)
    sim = Simulator(build("mesh", 2), cast())
    yield "simulator", lambda: sim.request("a", "x"), lambda: (seen(sim.system), sim.now, len(sim), sim.next_due())
    model = Model(build("mesh", 2), cast(), [lambda world: None], [("a", "x")])
    yield "search", lambda: broken(model), lambda: None


def seen(system: System) -> Any:
    return dict(system.agents), dict(system.flight), dict(system.timers), list(system.history)


def broken(model: Model) -> None:
    found = explore(model, progress=False)
    assert not found.holds and found.trace == (Request("a", "x"),)
    raise AgentError(found.why)


@pytest.mark.parametrize("wrong", one_in(5, MALFORMED))
def test_what_is_malformed_is_refused_in_the_same_words_and_nothing_has_changed(wrong: str) -> None:
    script, words = MALFORMED[wrong]
    told = set()
    for _name, run, state in drivers(script):
        before = state()
        with pytest.raises(AgentError, match=words) as caught:
            run()
        assert state() == before
        told.add(str(caught.value).replace(str(id(caught)), ""))
    assert len({text.split(" at 0x")[0] for text in told}) == 1, told


@pytest.mark.parametrize("what", CHANGING)
def test_a_field_that_holds_what_can_change_is_refused_unless_it_is_code(what: str) -> None:
    make, words = CHANGING[what]

    @dataclass
    class Keeps(Agent):
        kept: Any = None
        rest: tuple[Any, ...] = field(default=())

        def request(self, value: str) -> None:
            self.kept = make()

        def timeout(self, timer: str) -> None:
            self.rest = (*self.rest, make())

    for run in (lambda sim: sim.request("a", "x"), lambda sim: sim.system.ask(sim.system.agents["a"], "timeout", "t")):
        sim = Simulator(build("mesh", 2), Keeps)
        if what == "a function":
            run(sim)
        else:
            with pytest.raises(AgentError, match=words):
                run(sim)
            assert sim.system.agents["a"] == Keeps("a", ("b",)) and len(sim) == 0


@pytest.mark.parametrize("value", [
    None, 1, True, 1.5, "x", b"x", 2j, Colour.RED, Fraction(1, 3), Decimal("1.0"), (1, ("x",)), frozenset({1, (2, 3)}),
    frozendict({"x": (1,)}), Holder((1, 2)), Pair(1, "x"), range(3), float("nan"),
])
def test_what_nobody_can_change_may_be_sent(value: Any) -> None:
    check_immutable(value, "a message")
    system = System(build("mesh", 2), {"a": Answers("a", ("b",), lambda: Send("b", value)), "b": Agent("b", ("a",))})
    system.apply(Request("a", "x"))
    assert len(system.flight) == 1


@pytest.mark.parametrize("what", [what for what in CHANGING if what != "a function"])
def test_a_client_cannot_ask_for_what_can_change(what: str) -> None:
    make, words = CHANGING[what]
    sim = Simulator(build("mesh", 2), Agent)
    with pytest.raises(AgentError, match=words):
        sim.request("a", make())
    assert len(sim) == 0
