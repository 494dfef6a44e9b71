"""What agents send and say survives as text; a text that is no message is refused, and nothing in it is run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings, strategies as st
from labkit.agents import Agent, Asked, Decide, Reply, Send, create
from labkit.agents.codec import Codec, codec_of
from labkit.engine import Deliver, Request, Simulator
from labkit.protocols import CATALOGUE
from labkit.search.exact import exact
from labkit.topology import build
from labkit.values import frozendict
from seeds import one_in


@dataclass(frozen=True)
class Ballot:
    number: int
    agent: str


@dataclass(frozen=True)
class Empty:
    """Nothing to tell."""


class Pair(NamedTuple):
    left: Any
    right: Any


class Colour(Enum):
    RED = 1
    BLUE = "b"


CODEC = Codec([Ballot, Empty, Pair, Colour])


def atoms() -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.fractions(),
                     st.sampled_from(Colour), st.builds(Ballot, st.integers(), st.text()), st.just(Empty()))


def inside(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(values).map(tuple), st.frozensets(values), st.builds(Pair, values, values),
                     st.dictionaries(values, values).map(frozendict))


@given(st.recursive(atoms(), inside, max_leaves=12))
@settings(max_examples=100, deadline=None)
def test_every_value_survives_as_a_line_of_text_with_its_kind(value: Any) -> None:
    text = CODEC.text(value)
    assert "\n" not in text
    assert exact(CODEC.value(text)) == exact(value)
    assert CODEC.text(CODEC.value(text)) == text


def said(name: str) -> Iterator[Any]:
    """Everything that agents of this protocol sent, decided, replied and were asked for in some runs."""
    protocol = CATALOGUE[name]
    for seed in range(3):
        names = tuple("abcde")
        sim = Simulator(build("mesh", 5), create(protocol.kind, names), seed=seed, loss=0.05, duplication=0.05)
        for number in range(4):
            for agent in names:
                wish = protocol.ask(agent, number + 1) if protocol.client else protocol.request(protocol.example)
                if wish is not None:
                    sim.request(agent, wish)
            sim.run(until=sim.now + 300)
        for step in sim.trace:
            match step.event:
                case Deliver(_, _, _, message):
                    yield message
                case Request(_, value):
                    yield value
            for effect in step.transition.effects:
                match effect:
                    case Send(_, message):
                        yield message
                    case Decide(value):
                        yield value
                    case Reply(request, result):
                        yield from (request, result)
            if step.transition.agent is not None:
                yield from (value for key, value in vars(step.transition.agent).items() if key in
                            step.transition.agent.durable)


@pytest.mark.parametrize("name", one_in(4, CATALOGUE))
def test_every_message_and_value_of_every_protocol_survives(name: str) -> None:
    codec = codec_of(CATALOGUE[name].kind)
    values = {exact(value): value for value in said(name)}
    assert values
    for key, value in values.items():
        assert exact(codec.value(codec.text(value))) == key


@pytest.mark.parametrize("text", [
    "", "{", "[", "[]", "[1]", "[null]", '["Nobody", 1]', '["Ballot"]', '["Ballot", 1]', '["Ballot", 1, "a", 2]',
    '{"a": 1}', "1.5", "NaN", "Infinity", "1e9", '["float", "x"]', '["float", 1.5]', '["float"]', '["Fraction", "1/0"]',
    '["Fraction", "__import__"]', '["bytes", "xyz"]', '["frozendict", 1]', '["frozendict", ["a"]]',
    '["frozendict", ["a", 1], ["a", 2]]', '["Colour", "GREEN"]', '["Colour"]', '["Colour", "__class__"]',
    '["os.system", "ls"]', '["eval", "1"]', '["__import__", "os"]', '["tuple", ["Ballot"]]', "[" * 5_000 + "]" * 5_000,
    '["tuple",' * 20_000 + "1" + "]" * 20_000, "1 2", "'x'", "None", "Ballot(1, 'a')", '["int", "one"]', "\x00",
])
def test_a_text_that_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        CODEC.value(text)


JSON = st.recursive(st.one_of(st.none(), st.integers(), st.text(), st.floats()),
                    lambda part: st.lists(part) | st.dictionaries(st.text(), part))


@given(st.one_of(st.text(), JSON.map(json.dumps)))
@settings(max_examples=120, deadline=None)
def test_any_text_is_a_message_or_refused_with_a_sentence(text: str) -> None:
    try:
        value = CODEC.value(text)
    except ValueError as refused:
        assert str(refused)
    else:
        assert exact(CODEC.value(CODEC.text(value))) == exact(value)


def test_what_the_codec_was_not_given_cannot_be_sent() -> None:
    @dataclass(frozen=True)
    class Stranger:
        what: int = 1

    for value in (Stranger(), [1], {1: 2}, object(), lambda: 1, Agent("a", ()), Asked):
        with pytest.raises(ValueError, match="cannot be sent"):
            CODEC.text(value)
    with pytest.raises(ValueError, match="two classes are called Ballot"):
        Codec([Ballot, type("Ballot", (), {})])
    assert CODEC.value(CODEC.text(Fraction(1, 3))) == Fraction(1, 3)
