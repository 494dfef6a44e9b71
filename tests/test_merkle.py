"""Claims about the tree of fingerprints: same entries, same mark; and who differs is found in few steps."""

from random import Random
from typing import NamedTuple

from hypothesis import given, strategies as st
from labkit.protocols import LastWriterWins, Siblings
from labkit.protocols.replication.merkle import WIDTH, Merkle
from labkit.values import canonical, frozendict


class Arrow(NamedTuple):
    """Equal to a plain tuple in Python."""

    start: int
    end: int


TABLES = st.dictionaries(st.text(max_size=4), st.integers(0, 3), max_size=60)


def tree(table: dict[str, int], order: int = 0) -> Merkle:
    keys = sorted(table)
    Random(order).shuffle(keys)
    made = Merkle()
    for key in keys:
        made = made.put(key, table[key])
    return made


@given(table=TABLES, order=st.integers(0, 9))
def test_it_holds_what_was_put_and_the_order_does_not_matter(table: dict[str, int], order: int) -> None:
    made = tree(table, order)
    assert dict(made.items()) == table
    assert all(made.get(key) == value for key, value in table.items())
    assert made.mark == tree(table).mark


@given(one=TABLES, other=TABLES)
def test_the_marks_are_equal_just_where_the_tables_are(one: dict[str, int], other: dict[str, int]) -> None:
    assert (tree(one).mark == tree(other).mark) == (one == other)


def test_one_change_among_ten_thousand_is_one_way_down() -> None:
    old = tree({f"k{i}": i for i in range(10_000)})
    new = old.put("k77", -1)
    path = ""
    while (here := new.at(path)) is not None and here.parts:
        there = old.at(path)
        assert there is not None
        differ = [i for i in range(WIDTH) if here.parts[i].mark != there.parts[i].mark]
        assert len(differ) == 1
        path += f"{differ[0]:x}"
    assert 2 <= len(path) <= 4
    leaf = new.at(path)
    assert leaf is not None and leaf.entries["k77"] == -1


def test_the_old_tree_stays_as_it_was() -> None:
    old = tree({f"k{i}": i for i in range(100)})
    mark = old.mark
    old.put("k1", "new")
    assert old.mark == mark and old.get("k1") == 1


def test_a_value_is_written_the_same_in_every_process() -> None:
    assert canonical(frozenset("cab")) == "{'a', 'b', 'c'}"
    assert canonical(frozendict({"b": 1, "a": (2, None)})) == "{'a': (2, None), 'b': 1}"
    assert canonical(LastWriterWins().write("a", "x")) == "LastWriterWins(value='x', stamp=(1, 'a'))"
    assert canonical(Siblings().write("a", 1)) == "Siblings(writes={(1, VersionVector(seen={'a': 1}))})"


def test_what_an_agent_can_tell_apart_has_texts_of_its_own() -> None:
    values = [1, 1.0, True, "1", None, "None", (), frozenset(), frozendict(), (1,), frozenset({1}), (1, 2), ((1,), 2),
              frozendict({1: 2}), Arrow(1, 2), Siblings(), LastWriterWins()]
    assert len({canonical(value) for value in values}) == len(values)
