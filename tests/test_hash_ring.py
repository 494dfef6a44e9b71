"""Consistent hashing: few keys move when an agent joins or leaves, and what virtual nodes are for."""

import os
import subprocess
import sys
from statistics import mean

import pytest
from hypothesis import given, settings, strategies as st
from labkit.patterns import HashRing, Placement, Remainder
from labkit.values import agent_names
from seeds import seeds

KEYS = [f"key{number}" for number in range(20_000)]
FEW = KEYS[:200]
BOTH = pytest.mark.parametrize("kind", [HashRing, Remainder])
NAMES = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=8, unique=True).map(tuple)


def ring(n: int, seed: int = 0, virtual: int = 512) -> HashRing:
    return HashRing(tuple(f"{name}{seed}" for name in agent_names(n)), virtual)


# ---- what moves ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 5, 10])
@pytest.mark.parametrize("seed", seeds(2, 20))
def test_the_share_of_keys_that_move_to_one_of_n_is_within_a_tenth_of_one_nth(n: int, seed: int) -> None:
    before = ring(n - 1, seed)
    assert before.moved(before.joined("new"), KEYS) == pytest.approx(1 / n, rel=0.1)


@given(NAMES, st.text("xyz", min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_keys_move_only_to_the_agent_that_joins_and_only_from_the_one_that_leaves(
        names: tuple[str, ...], new: str) -> None:
    before = HashRing(names, 16)
    after = before.joined(new)
    assert all(after.owner(key) in (before.owner(key), new) for key in FEW)
    assert after.left(new) == before
    assert [after.left(new).owner(key) for key in FEW] == [before.owner(key) for key in FEW]


@pytest.mark.parametrize("n", [4, 9])
def test_by_the_remainder_nearly_all_keys_move(n: int) -> None:
    before = Remainder(agent_names(n))
    assert before.moved(before.joined("new"), KEYS) == pytest.approx(n / (n + 1), rel=0.02)


def test_the_keys_of_an_agent_that_leaves_go_to_many_and_not_to_one() -> None:
    """Without virtual nodes all go to the next one on the ring: its load doubles, and it may be the next to fall."""
    heirs = {}
    for virtual in (1, 512):
        before = ring(8, virtual=virtual)
        after = before.left("c0")
        heirs[virtual] = {after.owner(key) for key in KEYS[:5_000] if before.owner(key) == "c0"}
    assert len(heirs[1]) == 1 and len(heirs[512]) == 7


# ---- how even --------------------------------------------------------------------------------------------------------


def test_the_more_virtual_nodes_the_more_even_the_loads() -> None:
    busiest = [mean(ring(10, seed, virtual).imbalance(KEYS[:5_000]) for seed in range(5))
               for virtual in (1, 8, 64, 512)]
    assert busiest == sorted(busiest, reverse=True)
    assert busiest[0] > 2.5 and 1 < busiest[-1] < 1.2
    assert Remainder(agent_names(10)).imbalance(KEYS) < 1.06


def test_loads_count_every_key_once() -> None:
    loads = ring(5).loads(FEW)
    assert list(loads) == ["a0", "b0", "c0", "d0", "e0"] and sum(loads.values()) == 200
    assert HashRing(("a",)).loads(FEW) == {"a": 200}


# ---- preference lists ------------------------------------------------------------------------------------------------


@BOTH
@given(names=NAMES, n=st.integers(1, 9))
@settings(max_examples=15, deadline=None)
def test_a_preference_list_is_of_different_agents_and_begins_with_the_owner(
        kind: type[HashRing] | type[Remainder], names: tuple[str, ...], n: int) -> None:
    made = kind(names)
    for key in FEW[:20]:
        owners = made.owners(key, n)
        assert owners[0] == made.owner(key) and len(set(owners)) == len(owners) == min(n, len(names))
        assert owners == made.owners(key, 9)[:n]


def test_when_the_owner_leaves_the_next_of_the_list_takes_over() -> None:
    before = ring(6, virtual=32)
    for key in FEW:
        first, *others = before.owners(key, 4)
        assert list(before.left(first).owners(key, 3)) == others


# ---- a value ---------------------------------------------------------------------------------------------------------


@BOTH
def test_the_order_in_which_agents_are_named_does_not_matter(kind: type[Placement]) -> None:
    one, other = kind(("b", "c", "a")), kind(("a", "b", "c"))
    assert one == other and hash(one) == hash(other) and [*map(one.owner, FEW)] == [*map(other.owner, FEW)]


def test_every_process_computes_the_same_owners() -> None:
    script = "from labkit.patterns import HashRing; print([HashRing('abcde', 8).owner(f'key{i}') for i in range(40)])"
    script = script.replace("'abcde'", "tuple('abcde')")
    told = {subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
                           capture_output=True, text=True, timeout=60).stdout for seed in "12"}
    assert told == {f"{[HashRing(tuple('abcde'), 8).owner(f'key{number}') for number in range(40)]}\n"}


@pytest.mark.parametrize(("wrong", "says"), [
    (lambda: HashRing(()), "nobody to own a key: give one agent at least"),
    (lambda: HashRing(("a", "a")), "two agents are called 'a'"),
    (lambda: HashRing(("a",), 0), "virtual=0: each agent has 1, 2, 3"),
    (lambda: HashRing(("a", "b")).left("c"), "no agent 'c' that could leave: the agents are a and b"),
    (lambda: HashRing(("a", "b")).joined("b"), "two agents are called 'b'"),
])
def test_what_cannot_be_is_refused_in_a_sentence(wrong, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()
