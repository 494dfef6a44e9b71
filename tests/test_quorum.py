"""Quorum systems against brute force, the three answers of a vote, and the proof that one yes each is safe."""

from collections.abc import Callable, Iterator
from itertools import combinations, combinations_with_replacement, product

import pytest
from labkit.protocols.quorums import (
    Grid,
    Quorums,
    Weighted,
    at_least,
    disjoint,
    every_way_to_vote,
    grid,
    majority,
    one_yes,
    outcome,
    tally,
    weighted,
)
from labkit.values import frozendict

FIVE = "abcde"
COUNTS = [at_least(need, n) for n in range(1, 8) for need in range(1, n + 1)]
WEIGHTS = [weighted(dict(zip(FIVE, votes, strict=False)), need)
           for n in range(1, 6) for votes in combinations_with_replacement((0, 1, 2, 5), n) if sum(votes)
           for need in range(1, sum(votes) + 1)]
GRIDS = [grid(rows) for rows in (["a"], ["ab"], ["a", "b"], ["ab", "cd"], ["abc", "def"], ["ab", "cd", "ef"],
                                 ["abcdefg"])]


def groups(quorums: Quorums) -> Iterator[tuple[str, ...]]:
    """Every group of members."""
    return (group for size in range(len(quorums.members) + 1) for group in combinations(quorums.members, size))


def someone_else_can_too(one: Quorums, other: Quorums) -> bool:
    """Brute force: whether some quorum of `one` leaves a quorum of `other` outside."""
    return any(other.is_quorum([m for m in other.members if m not in group])
               for group in groups(one) if one.is_quorum(group))


def a_true_witness(one: Quorums, other: Quorums, found: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    ours, theirs = found
    return one.is_quorum(ours) and other.is_quorum(theirs) and not set(ours) & set(theirs)


@pytest.mark.parametrize("kind", [COUNTS, WEIGHTS, GRIDS], ids=["counts", "weights", "grids"])
def test_whether_two_quorums_must_meet_is_what_brute_force_says(kind: list[Quorums]) -> None:
    for quorums in kind:
        found = disjoint(quorums)
        assert (found is not None) == someone_else_can_too(quorums, quorums), quorums
        assert found is None or a_true_witness(quorums, quorums, found)


def test_readers_and_writers_and_old_and_new_members_are_compared_exactly_too() -> None:
    mixed = [*COUNTS[::4], *WEIGHTS[::60], *GRIDS, majority(["c", "d", "e"]), weighted({"e": 2, "x": 1, "y": 1})]
    answers = set()
    for one, other in product(mixed, repeat=2):
        found = disjoint(one, other)
        assert (found is not None) == someone_else_can_too(one, other), (one, other)
        assert found is None or a_true_witness(one, other, found)
        answers.add(found is None)
    assert answers == {True, False}


def test_no_member_of_a_witness_can_be_spared() -> None:
    for quorums in [*COUNTS, *WEIGHTS]:
        for group in disjoint(quorums) or ():
            assert not any(quorums.is_quorum([m for m in group if m != spared]) for spared in group)


def test_two_of_five_are_no_safe_quorum_and_here_are_two() -> None:
    assert disjoint(at_least(2, 5)) == (("a", "b"), ("c", "d"))


def test_half_is_not_enough_and_one_more_is() -> None:
    for n in range(1, 30):
        assert disjoint(majority(n)) is None
        assert n < 2 or disjoint(at_least(n // 2, n)) is not None


def test_readers_and_writers_meet_exactly_if_their_quorums_sum_up_to_more_than_all() -> None:
    for read, write in product(range(1, 8), repeat=2):
        assert (disjoint(at_least(read, 7), at_least(write, 7)) is None) == (read + write > 7)


def test_one_member_may_be_added_at_a_time_but_not_two() -> None:
    three, four, five = majority(3), majority(4), majority(5)
    assert disjoint(three, four) is None
    assert disjoint(three, five) == (("a", "b"), ("c", "d", "e"))


def test_a_grid_decides_with_fewer_than_a_majority_and_is_safe() -> None:
    square = grid(["abcd", "efgh", "ijkl", "mnop"])
    assert {len(quorum) for quorum in square.smallest()} == {7}
    assert majority(16).need == 9
    assert disjoint(square) is None


def test_the_smallest_quorums_of_a_grid_are_all_there_are() -> None:
    for system in GRIDS:
        minimal = {frozenset(group) for group in groups(system) if system.is_quorum(group) and not any(
            system.is_quorum([m for m in group if m != spared]) for spared in group)}
        assert {frozenset(quorum) for quorum in system.smallest()} >= minimal
        assert all(system.is_quorum(quorum) for quorum in system.smallest())


def test_who_has_most_of_the_votes_decides_alone() -> None:
    assert weighted({"a": 3, "b": 1, "c": 1}).is_quorum("a")
    assert not weighted({"a": 3, "b": 1, "c": 1}).is_quorum("bc")


def test_a_large_system_is_answered_too() -> None:
    assert disjoint(majority(101)) is None
    assert disjoint(weighted({f"w{i}": i for i in range(60)})) is None


def test_pending_won_and_lost_are_what_all_ways_to_go_on_say() -> None:
    for quorums in [majority(4), majority(5), weighted({"a": 2, "b": 1, "c": 1, "d": 0}), grid(["ab", "cd"])]:
        members = quorums.members
        for votes in product(("yes", "no", "abstain", None), repeat=len(members)):
            said = {m: v for m, v in zip(members, votes, strict=True) if v}
            yes, open_ = [m for m in said if said[m] == "yes"], [m for m in members if m not in said]
            ends = {quorums.is_quorum([*yes, *more]) for size in range(len(open_) + 1)
                    for more in combinations(open_, size)}
            expected = {(True,): "won", (False,): "lost", (False, True): "pending"}[tuple(sorted(ends))]
            assert tally(quorums, said).outcome == expected


def test_a_tally_names_who_said_what() -> None:
    count = tally(majority(5), {"d": "no", "a": "yes", "c": "abstain"})
    assert (count.yes, count.no, count.abstain, count.outstanding) == (("a",), ("d",), ("c",), ("b", "e"))
    assert count.outcome == "pending"


def test_to_abstain_is_not_to_say_yes() -> None:
    assert tally(majority(3), {"a": "yes", "b": "abstain", "c": "abstain"}).outcome == "lost"


def test_a_vote_is_counted_with_any_rule_for_a_quorum() -> None:
    assert outcome(lambda agents: len(agents) >= 2, ["a"], ["b"]) == "pending"
    assert outcome(lambda agents: len(agents) >= 2, ["a"], []) == "lost"


def test_one_yes_each_and_a_majority_are_safe_in_all_32768_states() -> None:
    proof = every_way_to_vote(majority(5))
    assert proof.safe
    assert proof.witness is None
    assert proof.states == 8 ** 5 == 2 ** 15 == 32_768
    assert proof.winners == {(): 25_984, ("p",): 3_392, ("q",): 3_392}
    assert sum(proof.winners.values()) == proof.states


def test_the_eight_cards_are_all_but_two_yes() -> None:
    cards = [card for card in product((None, "no", "yes"), repeat=2) if one_yes(card)]
    assert len(cards) == 8
    assert ("yes", "yes") not in cards


def test_two_yes_make_two_winners_after_six_votes() -> None:
    proof = every_way_to_vote(majority(5), rule=lambda card: True)
    assert proof.states == 9 ** 5
    assert not proof.safe
    assert votes_in(proof.witness) == 6


def test_a_quorum_of_two_makes_two_winners_after_four_votes() -> None:
    proof = every_way_to_vote(at_least(2, 5))
    assert proof.states == 32_768
    assert votes_in(proof.witness) == 4
    assert proof.witness == {"a": ("yes", None), "b": ("yes", None), "c": (None, "yes"), "d": (None, "yes"),
                             "e": (None, None)}


def votes_in(witness: frozendict[str, tuple[str | None, ...]] | None) -> int:
    assert witness is not None
    return sum(vote is not None for card in witness.values() for vote in card)


def test_the_proof_holds_exactly_where_any_two_quorums_meet() -> None:
    every: list[Quorums] = [*COUNTS, *WEIGHTS[::7], *GRIDS]
    small = [q for q in every if len(q.members) < 4]
    for quorums in [*small, weighted({"a": 2, "b": 1, "c": 1, "d": 1}), grid(["ab", "cd"])]:
        assert every_way_to_vote(quorums).safe == (disjoint(quorums) is None), quorums


def test_three_proposals_are_no_more_dangerous_than_two() -> None:
    assert every_way_to_vote(majority(3), ("p", "q", "r")).safe


def test_a_further_vote_never_takes_a_decision_back_but_a_changed_one_does() -> None:
    cards = [card for card in product((None, "no", "yes"), repeat=2) if one_yes(card)]
    taken_back = 0
    for state in product(cards, repeat=3):
        won = winners(state)
        for agent, card in product(range(3), cards):
            further = all(old in (None, new) for old, new in zip(state[agent], card, strict=True))
            stays = won <= winners((*state[:agent], card, *state[agent + 1:]))
            assert stays or not further
            taken_back += not stays
    assert taken_back > 0


def winners(state: tuple[tuple[str | None, ...], ...]) -> set[int]:
    return {k for k in (0, 1) if sum(card[k] == "yes" for card in state) >= 2}


@pytest.mark.parametrize("wrong, remedy", [
    (lambda: at_least(0, 5), "a quorum of 0 in 5 votes: choose a whole number from 1 to 5"),
    (lambda: at_least(-1, 5), "from 1 to 5"),
    (lambda: at_least(6, 5), "from 1 to 5"),
    (lambda: at_least(True, 5), "choose a whole number"),
    (lambda: at_least(2.5, 5), "choose a whole number"),
    (lambda: majority(0), "name at least one member"),
    (lambda: majority("abc"), "sequence of names"),
    (lambda: majority(["a", "a"]), "give each agent a name of its own"),
    (lambda: weighted({"a": -1, "b": 3}), "a has -1 votes: give each member a whole number"),
    (lambda: weighted({"a": 1.5}), "a has 1.5 votes"),  # type: ignore[dict-item]
    (lambda: weighted({"a": 0}), "give at least one member a vote"),
    (lambda: grid([]), "a grid has rows of the same length"),
    (lambda: grid(["ab", "c"]), "a grid has rows of the same length"),
    (lambda: grid(["ab", "bc"]), "two agents are called 'b'"),
    (lambda: majority(3).is_quorum(["a", "ghost"]), "ghost may not vote: the members are a, b and c"),
    (lambda: grid(["ab"]).is_quorum(["z"]), "z may not vote"),
    (lambda: tally(majority(3), {"ghost": "yes"}), "ghost may not vote"),
    (lambda: tally(majority(3), {"a": True}), "a votes True: a vote is 'yes', 'no' or 'abstain'"),  # type: ignore[dict-item]
    (lambda: every_way_to_vote(majority(9)), "take fewer members"),
])
def test_what_is_no_quorum_is_refused_in_one_sentence(wrong: Callable[[], object], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        wrong()


def test_systems_are_values() -> None:
    assert majority(3) == at_least(2, ["a", "b", "c"]) == Weighted(frozendict(a=1, b=1, c=1), 2)
    assert grid(["ab"]) == Grid((("a", "b"),))
    assert len({majority(3), at_least(2, 3), grid(["ab"]), grid(["ab"])}) == 2
