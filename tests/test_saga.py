"""Claims about sagas: all done or all undone at every crash point, in reverse order, and no isolation."""

from typing import Any

import pytest
from labkit.agents import Invariant, act, create, first_violation
from labkit.engine import Model, Simulator
from labkit.protocols import NEVER_HALF, SAGA_PROPERTIES, Saga
from labkit.protocols.service.saga import ENDS_WHOLE, IN_REVERSE, PAIRED, REMEMBERED, SOME_DONE, SOME_UNDONE
from labkit.protocols.service.saga_messages import DONE, UNDONE, VOID, Did, Do, Record, Undid, Undo
from labkit.search import explore
from labkit.topology import build
from labkit.values import frozendict
from seeds import seeds
from weather import mend, storm

TRIP = ["desk", "flight", "hotel", "card"]


def team(names: Any = "abc", against: Any = "", kind: type[Saga] = Saga, **options: Any) -> dict[str, Saga]:
    """Agents of whom those named refuse their step."""
    agents = create(kind, names, **options)
    return agents | {name: kind(name, agents[name].peers, will="no", **options) for name in against}


def trip(against: Any = (), seed: int = 0, **weather: Any) -> Simulator:
    """A desk that books a flight, a hotel, and charges a card."""
    cast = team(TRIP, against, coordinator="desk", steps=("flight", "hotel", "card"))
    sim = Simulator(build("star", TRIP), cast, seed=seed, **weather)
    sim.request("desk", "rome")
    return sim


def steps(sim: Simulator, saga: str = "rome") -> list[str | None]:
    return [sim.system.agents[name].ledger.get(saga) for name in TRIP[1:]]


# ---- what it promises ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", seeds(3, 30))
def test_all_steps_are_done_one_after_the_other_and_the_client_is_told(seed: int) -> None:
    sim = trip(seed=seed)
    sim.run()
    assert steps(sim) == [DONE] * 3
    assert [(reply.request, reply.result, reply.ok) for reply in sim.system.replies] == [("rome", DONE, True)]


@pytest.mark.parametrize(("against", "states"), [
    ("flight", [None, None, None]), ("hotel", [UNDONE, None, None]), ("card", [UNDONE, UNDONE, None]),
])
def test_a_refusal_makes_the_steps_before_it_undone_and_no_others(against: str, states: list[str | None]) -> None:
    sim = trip([against])
    sim.run()
    assert steps(sim) == states
    assert [(reply.result, reply.ok) for reply in sim.system.replies] == [(UNDONE, False)]


def test_they_are_undone_last_one_first() -> None:
    sim = trip(["card"])
    sim.run()
    undone = [done.transition.agent.id for done in sim.trace if done.transition.agent
              for effect in done.transition.effects if getattr(effect, "message", None) == Undid("rome")]
    assert undone == ["hotel", "flight"]


def test_a_participant_that_does_not_answer_may_have_done_it_so_it_is_asked_to_undo_it_too() -> None:
    sim = trip()
    sim.crash("hotel")
    sim.run(until=2_000)
    assert steps(sim) == [DONE, None, None], "flight waits until nothing that was built on it is left"
    sim.restart("hotel")
    sim.run()
    assert steps(sim) == [UNDONE, VOID, None]


def test_a_saga_that_has_ended_is_not_begun_again() -> None:
    sim = trip()
    sim.run()
    sim.request("desk", "rome")
    sim.run()
    assert [reply.result for reply in sim.system.replies] == [DONE, DONE]
    assert sim.system.agents["card"].deeds == (("did", "rome"),)


@pytest.mark.parametrize("wish", [1, None, "", ("rome",)])
def test_what_is_no_name_is_refused_and_so_is_who_asks_a_participant(wish: Any) -> None:
    sim = trip()
    sim.request("desk", wish)
    sim.request("hotel", "oslo")
    assert [reply.ok for reply in sim.system.replies] == [False, False]
    assert "ask desk" in str(sim.system.replies[1].result)


# ---- every crash point -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("against", [(), ("card",)], ids=str)
@pytest.mark.parametrize("victim", TRIP)
def test_it_ends_all_done_or_all_undone_whoever_crashes_at_whatever_step(victim: str, against: tuple[str, ...]) -> None:
    whole = trip(against)
    whole.run()
    for step in range(len(whole) + 1):
        sim = whole.branch(step)
        sim.crash(victim)
        sim.run(until=sim.now + 250)
        sim.restart(victim)
        sim.run()
        assert first_violation(SAGA_PROPERTIES, sim.system) is None
        record = sim.system.agents["desk"].log.get("rome")
        assert (record and not record.left) or step == 0
        assert DONE not in steps(sim) or steps(sim) == [DONE] * 3


@pytest.mark.parametrize("seed", seeds(12, 1_000))
def test_after_any_weather_every_saga_ends_whole(seed: int) -> None:
    sim = Simulator(build("mesh", 4), team("abcd", "d" if seed % 3 else ""), seed=seed, loss=0.1, duplication=0.2)
    storm(sim, seed, 500, SAGA_PROPERTIES, lambda _, number: f"trip {number}")
    mend(sim)
    sim.run(until=sim.now + 5_000)
    assert first_violation(SAGA_PROPERTIES, sim.system) is None
    assert not [saga for saga, record in sim.system.agents["a"].log.items() if record.left]


@pytest.mark.parametrize(("n", "against", "tries", "faults"), [
    (3, "", 1, {"timeouts": 2, "crashes": 2}), (3, "", 2, {"timeouts": 2, "duplicates": 1, "crashes": 1}),
    (3, "c", 1, {"timeouts": 1, "crashes": 2}), (4, "d", 1, {"timeouts": 1, "crashes": 1}),
    (3, "b", 1, {"timeouts": 2, "drops": 1}),
], ids=str)
def test_every_run_with_these_faults_keeps_all_promises(
        n: int, against: str, tries: int, faults: dict[str, int]) -> None:
    properties = (*SAGA_PROPERTIES, SOME_UNDONE)
    model = Model(build("mesh", n), team("abcd"[:n], against, tries=tries), properties, requests=[("a", "trip")])
    found = explore(model, progress=False, **faults)
    assert found.complete and found.violated is None, str(found)
    assert list(found.never) == ([SOME_DONE] if against else [])


def test_a_saga_is_not_isolated_after_two_events_a_half_is_to_be_seen() -> None:
    model = Model(build("mesh", 3), team(), [NEVER_HALF], requests=[("a", "trip")])
    found = explore(model, progress=False)
    assert found.violated is NEVER_HALF and len(found.trace) == 2
    assert "only 1 of 2 steps" in str(NEVER_HALF.violation(model.replay(found.trace).system))


# ---- each rule forgotten once ----------------------------------------------------------------------------------------

class UndoesInTheOrderOfDoing(Saga):
    def to_undo(self, begun: tuple[str, ...]) -> tuple[str, ...]:
        return begun


class DoesWhatWasUndone(Saga):
    def may_do(self, saga: str) -> bool:
        return self.will == "yes" and self.ledger.get(saga) != DONE


class DoesTwice(Saga):
    def may_do(self, saga: str) -> bool:
        return self.will == "yes"


class UndoesWhatWasNotDone(Saga):
    def must_undo(self, saga: str) -> bool:
        return True


class TakesSilenceForNo(Saga):
    def begun(self, left: tuple[str, ...], *, refused: bool) -> tuple[str, ...]:
        return super().begun(left, refused=True)


class KeepsNoLog(Saga):
    durable = ("ledger", "deeds")


class KeepsNoLedger(Saga):
    durable = ("log", "deeds")


BUGS = [
    (UndoesInTheOrderOfDoing, "abcd", "d", {}, IN_REVERSE, 8),
    (UndoesInTheOrderOfDoing, "abc", "", {"timeouts": 1}, IN_REVERSE, 6),
    (DoesWhatWasUndone, "abc", "", {"timeouts": 1}, ENDS_WHOLE, 5),
    (DoesTwice, "abc", "", {"duplicates": 1}, PAIRED, 4),
    (UndoesWhatWasNotDone, "abc", "", {"timeouts": 1}, PAIRED, 3),
    (UndoesWhatWasNotDone, "abc", "c", {"duplicates": 1}, PAIRED, 8),
    (TakesSilenceForNo, "abc", "", {"timeouts": 1}, ENDS_WHOLE, 3),
    (KeepsNoLog, "abc", "", {"crashes": 1}, REMEMBERED, 4),
    (KeepsNoLedger, "abc", "", {"crashes": 1}, ENDS_WHOLE, 7),
]


@pytest.mark.parametrize(("kind", "names", "against", "faults", "broken", "length"), BUGS, ids=lambda part: (
    part.__name__ if isinstance(part, type) else None))
def test_without_this_rule_search_finds_the_shortest_run_that_breaks_it(
        kind: type[Saga], names: str, against: str, faults: dict[str, int], broken: Invariant, length: int) -> None:
    cast = team(names, against, kind, tries=1)
    model = Model(build("mesh", len(names)), cast, requests=[("a", "trip")])
    found = explore(model, progress=False, **faults)
    assert found.violated is broken and len(found.trace) == length, str(found)


# ---- one step at a time ----------------------------------------------------------------------------------------------

def test_what_was_undone_before_it_came_is_never_done() -> None:
    b: Any = Saga("b", ("a",))
    b, effects = act(b, "receive", "a", Undo("trip"))
    assert effects[0].message == Undid("trip") and b.ledger == {"trip": VOID} and not b.deeds
    b, effects = act(b, "receive", "a", Do("trip"))
    assert effects[0].message == Did("trip", False) and not b.deeds


def test_a_copy_gets_the_answer_again_and_has_no_effect() -> None:
    b: Any = Saga("b", ("a",))
    for message, answer in ((Do("trip"), Did("trip", True)), (Undo("trip"), Undid("trip"))):
        for _ in range(2):
            b, effects = act(b, "receive", "a", message)
            assert [effect.message for effect in effects] == [answer]
    assert b.deeds == (("did", "trip"), ("undid", "trip"))


def test_late_answers_move_nothing() -> None:
    a = Saga("a", ("b", "c"), log=frozendict({"trip": Record(False, ("b",))}))
    for sender, message in (("b", Did("trip", True)), ("c", Undid("trip")), ("b", Undid("fair"))):
        after, effects = act(a, "receive", sender, message)
        assert after.log == a.log and not effects


def test_it_asks_for_ever_where_tries_is_0() -> None:
    sim = Simulator(build("mesh", 2), team("ab", tries=0))
    sim.request("a", "trip")
    sim.crash("b")
    sim.run(until=20_000)
    sim.restart("b")
    sim.run()
    assert [reply.result for reply in sim.system.replies] == [DONE]


def test_notes_and_messages_say_what_happens() -> None:
    sim = trip(["card"])
    assert sim.system.agents["desk"].note == "rome: do flight" and sim.system.agents["card"].note == "participant"
    sim.run()
    assert [agent.note for agent in sim.system.agents.values()] == ["rome: undone"] * 3 + ["participant"]
    assert [agent.role for agent in sim.system.agents.values()] == ["coordinator"] + ["participant"] * 3
    assert [str(one) for one in (Do("x"), Did("x", True), Did("x", False), Undo("x"), Undid("x"))] == [
        "do, saga x", "did, saga x", "refused, saga x", "undo, saga x", "undid, saga x"]
    assert sim.system.agents["desk"].holds == sim.system.agents["hotel"].holds == frozenset()
