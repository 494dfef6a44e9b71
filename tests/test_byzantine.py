"""Lamport's generals: among four agents every lie of one of them is harmless; among three, one lie is enough."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest
from labkit.agents import Effect, Invariant, Send, act, first_violation
from labkit.engine import Deliver, Simulator
from labkit.protocols import ORAL_MESSAGES_PROPERTIES, OralMessages, army, every_lie
from labkit.protocols.consensus.oral_messages import (
    ALL_OBEY,
    IC1,
    IC2,
    RETREAT,
    Army,
    Contrary,
    Liar,
    Oral,
    Silent,
    lying,
    occasions,
)
from labkit.topology import build
from seeds import one_in

ORDERS = ("attack", RETREAT)
def war(agents: Army, seed: int = 0, **options: object) -> Simulator:
    """The whole run of an army."""
    sim = Simulator(build("mesh", len(agents)), agents, seed=seed, **options)
    sim.run()
    return sim


def broken(agents: Army, seed: int = 0) -> Invariant | None:
    """What the run breaks; all loyal lieutenants have come to a decision."""
    sim = war(agents, seed)
    assert ALL_OBEY.seen(sim.system)
    found = first_violation(ORAL_MESSAGES_PROPERTIES, sim.system)
    return found and found[0]


def obeyed(sim: Simulator) -> dict[str, object]:
    return {decision.agent: decision.value for decision in sim.system.decisions if decision.agent != "a"}


def any_lies(rng: Random, agents: Army, traitors: tuple[str, ...]) -> Army:
    """The army with traitors who say anything to anyone, or nothing."""
    words = ("attack", RETREAT, None)
    for traitor in traitors:
        agents = lying(agents, traitor, {when: words[int(rng.random() * 3)] for when in occasions(agents, traitor)})
    return agents


@pytest.mark.parametrize("n, m", [(2, 0), (3, 0), (3, 1), (4, 1), (5, 1), (5, 2), (7, 2)])
@pytest.mark.parametrize("order", ORDERS)
def test_loyal_agents_obey(n: int, m: int, order: str) -> None:
    sim = war(army(n, order, m))
    assert set(obeyed(sim).values()) == {order}
    assert len(obeyed(sim)) == n - 1
    assert sim.now == 20 * (m + 1)


@pytest.mark.parametrize("n, m, messages", [
    (4, 0, 3), (4, 1, 3 + 3 * 2), (7, 1, 6 + 6 * 5), (7, 2, 6 + 6 * 5 + 6 * 5 * 4)])
def test_each_further_round_costs_many_times_more_messages(n: int, m: int, messages: int) -> None:
    sim = war(army(n, "attack", m))
    assert sum(isinstance(step.event, Deliver) for step in sim.trace) == messages


# ---- one liar --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("traitor, lies", [("a", 3 ** 3), ("b", 3 ** 2), ("c", 3 ** 2), ("d", 3 ** 2)])
@pytest.mark.parametrize("order", ORDERS)
def test_with_four_agents_no_lie_of_one_traitor_does_any_harm(traitor: str, lies: int, order: str) -> None:
    runs = list(every_lie(army(4, order), traitor))
    assert len(runs) == lies
    assert all(broken(run) is None for run in runs)


def test_with_four_agents_a_third_word_does_no_harm_either() -> None:
    words = ("attack", RETREAT, "dance", None)
    for traitor in "abcd":
        assert all(broken(run) is None for run in every_lie(army(4, "attack"), traitor, words))


def test_the_lies_of_a_general_do_reach_different_lieutenants_and_lead_to_either_end() -> None:
    ends = {tuple(obeyed(war(run)).values()) for run in every_lie(army(4, "attack"), "a")}
    assert ends == {("attack",) * 3, (RETREAT,) * 3}


@pytest.mark.parametrize("m", [0, 1])
def test_with_three_agents_there_is_a_lie_that_breaks_it(m: int) -> None:
    found = {broken(run) for traitor in "abc" for order in ORDERS for run in every_lie(army(3, order, m), traitor)}
    assert found == ({IC1, None} if m == 0 else {IC2, None})


def test_three_agents_do_not_survive_one_liar() -> None:
    sim = war(army(3, "attack", traitors={"c": Contrary}))
    assert obeyed(sim)["b"] == RETREAT
    found = first_violation([IC2], sim.system)
    assert found
    assert found[1] == "loyal a orders 'attack', but loyal b obeys 'retreat'"


def test_because_a_lieutenant_of_three_cannot_tell_who_lies() -> None:
    lieutenant = war(army(3, "attack", traitors={"c": Contrary})).system.agents["b"]
    general = next(run for run in every_lie(army(3, "attack"), "a")
                   if [run["a"].says(to, ("a",), "attack") for to in "bc"] == ["attack", RETREAT])
    assert war(general).system.agents["b"] == lieutenant


def test_no_other_way_to_count_saves_three_agents() -> None:
    # b hears one thing from the general and another from c, in this and in the mirrored run; whatever b makes of it …
    for answers in product(ORDERS, repeat=2):
        class Resolved(OralMessages):
            def majority(self, values: object, rule: tuple[str, ...] = answers) -> str:
                own, told = values  # type: ignore[misc]
                return own if own == told else rule[own == "attack"]  # type: ignore[has-type]

        runs = [run for traitor in "abc" for order in ORDERS
                for run in every_lie(army(3, order, loyal=Resolved), traitor, ORDERS)]
        assert any(broken(run) for run in runs)


def test_one_round_too_few_is_one_too_few() -> None:
    assert {broken(run) for run in every_lie(army(4, "attack", m=0), "a")} == {None, IC1}


# ---- two liars -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", one_in(3, [Liar, Contrary, Silent]))
@pytest.mark.parametrize("order", ORDERS)
def test_seven_agents_survive_two_traitors_of_any_style_in_any_place(style: type[Liar], order: str) -> None:
    for traitors in combinations("abcdefg", 2):
        assert broken(army(7, order, 2, dict.fromkeys(traitors, style))) is None


@pytest.mark.long
def test_seven_agents_survive_two_traitors_who_say_anything_to_anyone() -> None:
    rng = Random(13)
    for traitors in combinations("abcdefg", 2):
        for order in ORDERS:
            assert broken(any_lies(rng, army(7, order, 2), traitors)) is None


def test_six_agents_do_not() -> None:
    assert broken(army(6, "attack", 2, {"e": Contrary, "f": Contrary})) is IC2


def test_neither_do_seven_agents_who_reckon_with_one_traitor_only() -> None:
    rng = Random(13)
    found = {broken(any_lies(rng, army(7, "attack", 1), ("a", "g"))) for _ in range(40)}
    assert IC1 in found


def test_a_traitor_may_speak_of_what_it_has_not_heard() -> None:
    """The general sets b against d and keeps silent to c; c tells each that it has heard the same as they."""
    lies = lying(army(4, "attack"), "a", {("b", ("a",)): "attack", ("d", ("a",)): RETREAT})
    lies = lying(lies, "c", {("b", ("a", "c")): "attack", ("d", ("a", "c")): RETREAT})
    sim = war(lies)
    assert {name: obeyed(sim)[name] for name in "bd"} == {"b": "attack", "d": RETREAT}
    assert first_violation([IC1], sim.system)


def test_four_agents_survive_no_pair_of_traitors_of_whom_one_is_the_general() -> None:
    for friend in "bcd":
        both = (lies for one in every_lie(army(4, "attack"), "a", ORDERS) for lies in every_lie(one, friend, ORDERS))
        assert any(broken(lies) is IC1 for lies in both)


@pytest.mark.parametrize(("n", "m"), one_in(4, (pytest.param(*pair) for pair in ((4, 1), (5, 1), (5, 2), (6, 2)))))
def test_a_traitor_may_say_just_what_a_receiver_takes(n: int, m: int) -> None:
    """Tried with every path there is, at the end of each round; `occasions` lists those that somebody hears."""
    agents = army(n, "attack", m)
    names = tuple(agents)
    paths = [path for length in range(1, m + 3) for path in product(names, repeat=length)]
    for traitor in names:
        heard = {
            (to, path) for to in names if to != traitor for path in paths for ended in range(m + 1)
            if act(replace(agents[to], ended=ended), "receive", traitor, Oral("attack", path))[0].heard
        }
        assert set(occasions(agents, traitor)) == heard


@pytest.mark.parametrize("traitors", ["a", "b", "ab", "bc"])
def test_what_a_script_holds_is_said_and_heard_by_everyone(traitors: str) -> None:
    agents: Army = army(7, "attack", 2, {"a": Silent})
    for traitor in traitors:
        agents = lying(agents, traitor, dict.fromkeys(occasions(agents, traitor), "dance"))
    after = war(agents).system.agents
    for traitor in traitors:
        missed = [(to, path) for to, path in occasions(agents, traitor) if after[to].heard.get(path) != "dance"]
        assert not missed


def test_the_limit_is_where_the_paper_says() -> None:
    for n, m in ((3, 1), (4, 1), (5, 1), (6, 2), (7, 2)):
        last = tuple("abcdefg"[:n])[-m:]
        assert (broken(army(n, "attack", m, dict.fromkeys(last, Contrary))) is None) == (n > 3 * m)


# ---- what it rests on ------------------------------------------------------------------------------------------------


def test_a_round_shorter_than_a_message_needs_breaks_it_without_any_liar() -> None:
    found = {broken(army(4, "attack", round=10), seed) for seed in range(20)}
    assert IC1 in found


def test_a_crash_is_only_one_more_way_to_lie() -> None:
    for victim in "bcd":
        for time in (0, 10, 25, 35):
            sim = Simulator(build("mesh", 4), army(4, "attack"), seed=time)
            sim.run(until=time)
            sim.crash(victim)
            sim.run(until=max(30, time))
            sim.restart(victim)
            sim.run()
            others = {agent: value for agent, value in obeyed(sim).items() if agent != victim}
            assert others == dict.fromkeys(sorted(set("bcd") - {victim}), "attack")


def test_doubled_messages_change_nothing() -> None:
    for seed in range(10):
        sim = war(army(4, "attack", traitors={"b": Liar}), seed, duplication=0.5)
        assert first_violation(ORAL_MESSAGES_PROPERTIES, sim.system) is None


@pytest.mark.parametrize("sender, message", [
    ("b", Oral("attack", ("a",))),  # not in its own name
    ("b", Oral("attack", ("b",))),  # not from the general
    ("b", Oral("attack", ())),
    ("b", Oral("attack", ("a", "c", "b"))),  # longer than the rounds there are
    ("b", Oral("attack", ("a", "d", "b"))),  # what one said oneself
    ("b", Oral("attack", ("a", "b", "a", "b"))),
    ("b", "attack"),
])
def test_what_nobody_can_have_said_is_not_heard(sender: str, message: object) -> None:
    agent = army(4, "attack")["d"]
    assert act(agent, "receive", sender, message) == (agent, ())


def test_a_late_word_is_none() -> None:
    agent = army(4, "attack")["d"]
    assert act(agent, "receive", "a", Oral("attack", ("a",)))[0] != agent
    later, _ = act(agent, "timeout", "round")
    assert act(later, "receive", "a", Oral("attack", ("a",)))[0] == later


class Forger(Liar):
    """Speaks for the general too."""

    def start(self) -> Iterator[Effect]:
        yield from super().start()
        yield from (Send(peer, Oral(RETREAT, ("a",))) for peer in self.peers)


class TooLate(Liar):
    """A general who tells one lieutenant, and another one when it can no longer pass it on."""

    def says(self, to: str, path: tuple[str, ...], value: Hashable) -> Hashable | None:
        return "attack" if to == "b" else None

    def timeout(self, timer: str) -> Iterator[Effect]:
        yield from super().timeout(timer)
        yield Send("d", Oral("attack", ("a",)))


class BelievesAnyone(OralMessages):
    def is_from(self, sender: str, path: tuple[str, ...]) -> bool:
        return True


class WaitsForTheLate(OralMessages):
    def is_in_time(self, path: tuple[str, ...]) -> bool:
        return True


class BelievesTheFirst(OralMessages):
    def majority(self, values: Iterable[Hashable]) -> Hashable:
        return next(iter(values))


class BelievesAnyAttack(OralMessages):
    def majority(self, values: Iterable[Hashable]) -> Hashable:
        return "attack" if "attack" in values else RETREAT


@pytest.mark.parametrize("kind, order, traitors, breaks", [
    (BelievesAnyone, "attack", {"b": Forger}, IC2),
    (WaitsForTheLate, "attack", {"a": TooLate}, IC1),
    (BelievesTheFirst, "attack", {"a": Liar}, IC1),
    (BelievesAnyAttack, RETREAT, {"d": Contrary}, IC2),
])
def test_each_rule_is_needed(
        kind: type[OralMessages], order: str, traitors: dict[str, type[Liar]], breaks: Invariant) -> None:
    assert all(broken(army(4, order, traitors=traitors), seed) is None for seed in range(20))
    assert breaks in {broken(army(4, order, traitors=traitors, loyal=kind), seed) for seed in range(20)}


def test_an_army_is_put_together_with_care() -> None:
    with pytest.raises(ValueError, match="m=3 with 4 agents: choose m from 0 to 2"):
        army(4, "attack", 3)
    with pytest.raises(ValueError, match="z is a traitor but not in the army: choose from a, b, c, d"):
        army(4, "attack", traitors={"z": Liar})
    with pytest.raises(ValueError, match="too many lies"):
        every_lie(army(7, "attack", 2), "b")
