"""An agent answers with effects; the one that was asked stays as it was, and a broken rule is named with its remedy."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from labkit.agents import Agent, AgentError, Decide, Send, SetTimer, act, checked, create, restarted
from labkit.engine import System
from labkit.topology import build
from labkit.values import frozendict


@dataclass
class Parrot(Agent):
    """Returns what it is given, and keeps it."""

    kept: Any = None
    lost: Any = None
    durable: ClassVar[tuple[str, ...]] = ("kept",)

    def receive(self, sender: str, message: Any) -> Any:
        return message

    def request(self, value: Any) -> None:
        self.kept = self.lost = value


def agent() -> Parrot:
    return Parrot("a", ("b", "c"))


@pytest.mark.parametrize("effects", [
    [Send("b", 1), Decide(2)], (Send("b", 1), Decide(2)), iter([Send("b", 1), Decide(2)]),
])
def test_effects_may_be_a_list_a_tuple_or_yielded(effects: Any) -> None:
    assert act(agent(), "receive", "b", effects)[1] == (Send("b", 1), Decide(2))


def test_one_effect_needs_no_list_and_none_is_none_at_all() -> None:
    assert act(agent(), "receive", "b", SetTimer("t", (1, 2)))[1] == (SetTimer("t", (1, 2)),)
    assert act(agent(), "receive", "b", None)[1] == act(agent(), "receive", "b", [])[1] == ()


def test_the_agent_that_was_asked_stays_as_it_was() -> None:
    before = agent()
    after, _ = act(before, "request", "red")
    assert (before.kept, after.kept) == (None, "red")


@pytest.mark.parametrize(("value", "remedy"), [([1], "a tuple"), ({1}, "a frozenset"), ({1: 2}, "a frozendict"),
                                               (([1],), "a tuple"), (iter([1]), "immutable values only")])
def test_what_could_change_in_place_is_refused_with_what_to_use_instead(value: object, remedy: str) -> None:
    with pytest.raises(AgentError, match=f"agent a holds .* so the past could change: use {remedy}"):
        act(agent(), "request", value)
    with pytest.raises(AgentError, match=f"use {remedy}"):
        checked(Parrot("a", ("b",), kept=value))


@pytest.mark.parametrize("value", [None, 7, "red", (1, ("a",)), frozenset({1}), frozendict({"a": (1, 2)})])
def test_what_cannot_change_is_kept(value: object) -> None:
    assert act(agent(), "request", value)[0].__dict__["kept"] == value


@pytest.mark.parametrize(("answer", "sentence"), [
    ("ping", r"not an effect: 'ping', returned by Parrot.receive of agent a \(did you mean Send\('b', 'ping'\)\?\)"),
    ([Decide(1), 7], r"not an effect: 7"),
    ([None], r"return a list of effects, or nothing"),
])
def test_what_is_no_effect_is_named(answer: object, sentence: str) -> None:
    system = System(build("mesh", 3), create(Parrot, "abc"))
    with pytest.raises(AgentError, match=sentence):
        system.ask(agent(), "receive", "b", answer)


def test_a_crash_leaves_what_is_durable_and_a_wrong_name_among_the_durable_is_refused() -> None:
    after, _ = act(agent(), "request", "red")
    risen = restarted(after, agent())
    assert (risen.__dict__["kept"], risen.__dict__["lost"]) == ("red", None)

    class Forgets(Parrot):
        durable = ("keep",)

    with pytest.raises(AgentError, match=r"Forgets has no field 'keep': durable names .*kept"):
        checked(Forgets("a", ()))


def test_create_gives_everyone_all_others_as_peers() -> None:
    cast = create(Parrot, "abc", kept=1)
    assert {name: one.peers for name, one in cast.items()} == {"a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b")}


def test_a_system_needs_an_agent_for_each_name_of_the_topology() -> None:
    with pytest.raises(ValueError, match="agents and topology differ in c"):
        System(build("mesh", 3), create(Parrot, "ab"))


def test_a_broken_rule_changes_nothing_in_the_system() -> None:
    system = System(build("mesh", 3), create(Parrot, "abc"))
    before = dict(system.agents)
    for wrong in ([Send("z", 1)], [Send("b", 1), "ping"], [Decide([1])]):
        with pytest.raises(AgentError):
            system.ask(system.agents["a"], "receive", "b", wrong)
    assert system.agents == before and not system.flight and not system.decisions
