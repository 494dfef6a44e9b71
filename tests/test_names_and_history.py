"""Agents have one kind of name and one order; history goes back and forth and loses only what was undone."""

from random import Random
from typing import Any

import pytest
from labkit.values import UndoStack, agent_names, by_name, letters, listed


def test_names_are_letters_and_go_on_after_z() -> None:
    assert agent_names(3) == ("a", "b", "c")
    assert agent_names(28)[24:] == ("y", "z", "aa", "ab")
    assert agent_names(703)[-2:] == ("zz", "aaa")
    assert agent_names(0) == ()


def test_any_number_of_names_are_distinct_and_in_order() -> None:
    names = agent_names(2_000)
    assert len(set(names)) == 2_000
    assert list(names) == sorted(names, key=by_name)
    assert names[:50] == agent_names(50)


def test_names_of_ones_own_keep_their_order() -> None:
    assert agent_names(["bob", "ann"]) == agent_names(("bob", "ann")) == ("bob", "ann")


def test_shorter_names_come_first_then_the_alphabet() -> None:
    assert sorted(["aa", "b", "w10", "w2", "a", "w1"], key=by_name) == ["a", "b", "aa", "w1", "w2", "w10"]


@pytest.mark.parametrize("agents", [True, False, "abc", "", 2.0, None, {"a"}, {"a": 1}, iter("ab")])
def test_what_is_neither_a_number_nor_names_is_refused(agents: Any) -> None:
    with pytest.raises(ValueError, match=r"agents is a whole number \(5\) or a sequence of names \(\['ann', 'bob'\]\)"):
        agent_names(agents)


@pytest.mark.parametrize(("names", "remedy"), [
    (["a", "b", "a"], "two agents are called 'a': give each agent a name of its own"),
    (["a", ""], "'' is not a name for an agent: use a text such as 'a'"),
    (["a", 1], "1 is not a name for an agent: use a text such as 'a'"),
    ([None], "None is not a name for an agent"),
    ([["a"]], r"\['a'\] is not a name for an agent"),
])
def test_each_agent_has_a_name_of_its_own(names: Any, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        agent_names(names)


@pytest.mark.parametrize(("names", "said"), [
    ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
    (list("abcdefgh"), "a, b, c, d, e, f, g and h"),
    (list("abcdefghi"), "a, b, c, d, e, f, g and 2 more"),
    (agent_names(50), "a, b, c, d, e, f, g and 43 more"),
])
def test_names_are_listed_as_people_write_them(names: list[str], said: str) -> None:
    assert listed(names) == said
    assert listed(iter(names)) == said


def test_a_list_is_cut_short_where_asked() -> None:
    assert listed("abcd", most=3) == "a, b and 2 more"
    assert listed("abcd", most=4) == "a, b, c and d"


def test_labels_are_the_same_letters_in_capitals() -> None:
    assert [letters(i) for i in (0, 1, 25, 26, 701, 702)] == ["A", "B", "Z", "AA", "ZZ", "AAA"]


def test_undo_and_redo_walk_the_line_of_values() -> None:
    history = UndoStack("one")
    history.go("two")
    history.go("three")
    assert (history.now, history.undo(), history.undo(), history.redo(), history.redo()) == (
        "three", "two", "one", "two", "three")


def test_a_new_value_cuts_off_what_was_undone() -> None:
    history = UndoStack(1)
    history.go(2)
    history.undo()
    history.go(3)
    with pytest.raises(ValueError, match="there is nothing to redo: undo something first"):
        history.redo()
    assert (history.undo(), history.redo()) == (1, 3)


def test_there_is_nothing_before_the_first_value() -> None:
    history = UndoStack("first")
    with pytest.raises(ValueError, match="there is nothing to undo: change something first"):
        history.undo()
    assert history.now == "first"


@pytest.mark.parametrize("seed", range(20))
def test_any_course_of_changes_is_two_stacks(seed: int) -> None:
    random = Random(seed)
    history, done, undone = UndoStack(0), [0], []
    for step in range(1, 200):
        action = random.choice(["go", "undo", "redo"])
        if action == "go":
            history.go(step)
            done, undone = [*done, step], []
        elif action == "undo" and len(done) > 1:
            undone.append(done.pop())
            assert history.undo() == done[-1]
        elif action == "redo" and undone:
            done.append(undone.pop())
            assert history.redo() == done[-1]
        assert history.now == done[-1]
