"""Claims about values that merge: the laws, on random histories; and what each of them loses or keeps."""

from typing import Any

import pytest
from hypothesis import given, strategies as st
from labkit.protocols import Counter, LastWriterWins, Mergeable, ObservedRemoveSet, Siblings
from labkit.protocols.replication.crdt import VersionVector
from seeds import one_in

KINDS = (Counter, ObservedRemoveSet, LastWriterWins, Siblings)
AGENTS = "abc"
STEP = st.tuples(st.sampled_from(AGENTS), st.sampled_from(["do", "undo", "merge"]), st.integers(0, 3),
                 st.sampled_from(AGENTS))
HISTORIES = st.lists(STEP, max_size=25)


def change(state: Any, agent: str, verb: str, number: int) -> Any:
    """One edit of a replica."""
    match state:
        case Counter():
            return state.add(agent, number if verb == "do" else -number)
        case ObservedRemoveSet():
            return state.add(agent, number) if verb == "do" else state.remove(number)
        case _:
            return state.write(agent, f"{agent}{number}")


def live(kind: type[Mergeable], history: list[Any]) -> dict[str, Any]:
    """Three replicas that edit and now and then hear of each other."""
    held: dict[str, Any] = {agent: kind() for agent in AGENTS}
    for agent, verb, number, other in history:
        held[agent] = held[agent].merge(held[other]) if verb == "merge" else change(held[agent], agent, verb, number)
    return held


@pytest.mark.parametrize("kind", one_in(2, KINDS))
@given(history=HISTORIES)
def test_merging_is_commutative_associative_and_idempotent(kind: type[Mergeable], history: list[Any]) -> None:
    a, b, c = live(kind, history).values()
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(a) == a and a.merge(b).merge(b) == a.merge(b)


@given(history=HISTORIES)
def test_a_counter_counts_each_addition_once(history: list[Any]) -> None:
    a, b, c = live(Counter, history).values()
    added = sum(number if verb == "do" else -number for _, verb, number, _ in history if verb != "merge")
    assert a.merge(b).merge(c).value == added


@given(history=HISTORIES)
def test_siblings_lose_no_write_that_nobody_has_seen(history: list[Any]) -> None:
    """Each replica's newest write is in the merge, or one that has seen it is."""
    held = live(Siblings, history)
    merged = held["a"].merge(held["b"]).merge(held["c"])
    for state in held.values():
        for _, version in state.writes:
            assert any(kept.includes(version) for _, kept in merged.writes)
    assert all(one == other or not one.includes(other) for _, one in merged.writes for _, other in merged.writes)


def test_the_last_writer_wins_and_the_other_write_is_gone() -> None:
    start = LastWriterWins().write("a", "milk")
    left, right = start.write("a", "bread"), start.write("b", "eggs")
    assert left.merge(right).value == right.merge(left).value == "eggs"


def test_more_writes_win_over_later_ones() -> None:
    """The stamp counts writes, it knows no time: two old writes beat a new one."""
    left, right = LastWriterWins().write("a", "old").write("a", "older"), LastWriterWins().write("b", "new")
    assert left.merge(right).value == "older"


def test_siblings_keep_both_until_somebody_who_has_seen_both_writes() -> None:
    start = Siblings().write("a", "milk")
    both = start.write("a", "bread").merge(start.write("b", "eggs"))
    assert both.value == {"bread", "eggs"}
    assert both.write("c", "bread and eggs").merge(both).value == {"bread and eggs"}


def test_an_addition_elsewhere_survives_a_removal_and_what_was_seen_goes() -> None:
    start = ObservedRemoveSet().add("a", "milk")
    left, right = start.remove("milk"), start.add("b", "milk")
    assert left.merge(right).value == {"milk"}
    assert left.merge(start).value == set()


def test_a_removal_is_not_undone_by_an_old_copy() -> None:
    old = ObservedRemoveSet().add("a", "milk")
    assert old.remove("milk").merge(old).value == set()
    assert old.remove("milk").add("a", "milk").merge(old).value == {"milk"}


def test_two_counts_that_a_plain_number_would_mix_up() -> None:
    left, right = Counter().add("a", 2), Counter().add("b", 2)
    assert left.merge(right).merge(right).value == 4


@given(history=HISTORIES)
def test_a_version_includes_what_it_was_merged_from_and_its_own_past(history: list[Any]) -> None:
    held = {agent: VersionVector() for agent in AGENTS}
    for agent, verb, _, other in history:
        before = held[agent]
        held[agent] = before.merge(held[other]) if verb == "merge" else before.after(agent)
        assert held[agent].includes(before)
        assert verb == "merge" or not before.includes(held[agent])
    one, other = held["a"], held["b"]
    assert one.merge(other).includes(one) and one.merge(other).includes(other)
