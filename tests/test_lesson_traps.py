"""Every trap that the lesson's two classes hold is still in them, with the witness and the figure that we claim.

They are exercises: whoever repairs one of the classes takes an experiment away.
"""

from itertools import combinations, permutations, product

import pytest
from labkit.faults.presets import bridge, ring_of_majorities
from labkit.lesson import ConsensusProtocol, PartitionDetector
from labkit.network import Network
from labkit.topology import build

Votes = list[tuple[str, str, bool]]
FIVE = "abcde"


def voted(votes: Votes, proposals: str = "pq") -> ConsensusProtocol:
    """The lesson's protocol after these votes; p proposes red, q blue."""
    protocol = ConsensusProtocol()
    for proposal, value in zip(proposals, ("red", "blue"), strict=False):
        protocol.propose(proposal, value, "a")
    for vote in votes:
        assert protocol.vote(*vote)
    return protocol


def winners(protocol: ConsensusProtocol, quorum: int) -> list[str]:
    return [proposal for proposal in protocol.proposals if protocol.reach_consensus(proposal, quorum) is not None]


def ways_of_voting(allowed: list[tuple[bool | None, bool | None]]) -> list[list[str]]:
    """Who wins with quorum 3 of 5, for every way in which five agents vote on two proposals (None: no vote)."""
    return [
        winners(voted([(proposal, agent, said) for agent, pair in zip(FIVE, pairs, strict=True)
                       for proposal, said in zip("pq", pair, strict=True) if said is not None]), quorum=3)
        for pairs in product(allowed, repeat=5)
    ]


def test_two_yes_from_one_agent_make_two_winners_after_six_votes() -> None:
    votes = [("p", agent, True) for agent in "abc"] + [("q", agent, True) for agent in "cde"]
    assert len(votes) == 6
    assert winners(voted(votes), quorum=3) == ["p", "q"]
    assert all(len(winners(voted(list(five)), quorum=3)) < 2 for five in combinations(votes, 5))


def test_with_one_yes_each_and_a_majority_as_quorum_all_32768_ways_of_voting_are_safe() -> None:
    # nothing, no or yes on each of two proposals, but not yes on both: 8 ways for one agent, 8 ** 5 for five
    one_agent = [pair for pair in product((None, False, True), repeat=2) if pair != (True, True)]
    outcomes = ways_of_voting(one_agent)
    assert len(outcomes) == 8 ** 5 == 32_768
    assert all(len(won) < 2 for won in outcomes)
    assert {tuple(won) for won in outcomes} == {(), ("p",), ("q",)}  # and each of the outcomes does occur


def test_the_same_search_finds_two_winners_as_soon_as_an_agent_may_say_yes_twice() -> None:
    outcomes = ways_of_voting(list(product((None, True), repeat=2)))
    assert any(len(won) == 2 for won in outcomes)


def test_a_quorum_of_two_in_five_has_two_winners_after_four_votes_with_one_yes_each() -> None:
    votes = [("p", "a", True), ("p", "b", True), ("q", "c", True), ("q", "d", True)]
    assert winners(voted(votes), quorum=2) == ["p", "q"]


def test_the_vote_of_a_ghost_counts() -> None:
    assert winners(voted([("p", agent, True) for agent in ("a", "b", "ghost")]), quorum=3) == ["p"]


def test_a_decision_turns_back_into_none_when_someone_votes_again() -> None:
    protocol = voted([("p", agent, True) for agent in "abc"])
    assert protocol.reach_consensus("p", 3) == "red"
    protocol.vote("p", "a", False)
    assert protocol.reach_consensus("p", 3) is None


def test_deciding_none_looks_like_not_deciding() -> None:
    protocol = ConsensusProtocol()
    protocol.propose("p", None, "a")
    before = protocol.reach_consensus("p", 1)
    protocol.vote("p", "a", True)
    assert protocol.reach_consensus("p", 1) is before is None


@pytest.mark.parametrize("value", [0, "", False])
def test_a_decision_on_nothing_much_looks_like_none_to_an_if(value: object) -> None:
    protocol = ConsensusProtocol()
    protocol.propose("p", value, "a")
    protocol.vote("p", "a", True)
    assert protocol.reach_consensus("p", 1) is value
    assert not protocol.reach_consensus("p", 1)


def test_a_quorum_of_zero_decides_without_a_vote() -> None:
    assert voted([]).reach_consensus("p", 0) == "red"


def test_proposing_again_wipes_the_votes() -> None:
    protocol = voted([("p", agent, True) for agent in "abc"])
    protocol.propose("p", "red", "a")
    assert protocol.reach_consensus("p", 3) is None
    assert protocol.reach_consensus("p", 1) is None


def test_no_partition_stops_a_vote_in_a_shared_dictionary() -> None:
    everyone_alone = PartitionDetector().detect_partition(list(FIVE), {})
    assert len(everyone_alone) == 5
    assert voted([("p", agent, True) for agent in FIVE]).reach_consensus("p", 5) == "red"


def test_a_split_vote_stays_split_however_often_one_asks() -> None:
    protocol = voted([("p", "a", True), ("p", "b", True), ("q", "c", True), ("q", "d", True)])
    assert all(winners(protocol, quorum=3) == [] for _ in range(100))


def test_one_way_links_give_three_answers_to_one_question() -> None:
    one_way = {"a": ["b"], "c": ["b"]}
    answers = {order: PartitionDetector().detect_partition(list(order), one_way) for order in ("abc", "bac", "cba")}
    assert answers == {"abc": [["a", "b"], ["c"]], "bac": [["b"], ["a"], ["c"]], "cba": [["c", "b"], ["a"]]}


def test_of_the_4032_networks_of_four_with_a_one_way_link_2408_depend_on_the_order() -> None:
    ways = [(a, b) for a in "abcd" for b in "abcd" if a != b]
    one_way = depending = 0
    for works in product((False, True), repeat=len(ways)):
        open_ways = {way for way, open_ in zip(ways, works, strict=True) if open_}
        if all((b, a) in open_ways for a, b in open_ways):
            continue
        one_way += 1
        lists = {a: [b for b in "abcd" if (a, b) in open_ways] for a in "abcd"}
        answers = {
            frozenset(frozenset(group) for group in PartitionDetector().detect_partition(list(order), lists))
            for order in permutations("abcd")
        }
        depending += len(answers) > 1
    assert (one_way, depending) == (4_032, 2_408)
    assert f"{depending / one_way:.1%}" == "59.7%"


def test_a_neighbour_that_is_no_agent_leaks_into_a_group() -> None:
    assert PartitionDetector().detect_partition(["a"], {"a": ["stranger"]}) == [["a", "stranger"]]


@pytest.mark.parametrize("fault", [bridge, ring_of_majorities])
def test_connected_is_not_healthy_but_all_that_the_detector_sees(fault: object) -> None:
    mesh = Network(build("mesh", 5))
    hurt = mesh.after(*fault(mesh, "a"))  # type: ignore[operator]
    assert len(PartitionDetector().detect_partition(list("abcde"), hurt.connectivity())) == 1
    assert len(hurt.cut) >= 10


def test_without_one_way_links_the_order_changes_only_the_order() -> None:
    ring = Network(build("ring", 6)).connectivity()
    del ring["c"], ring["f"]
    lists = {agent: [near for near in neighbours if near in ring] for agent, neighbours in ring.items()}
    answers = {
        frozenset(frozenset(group) for group in PartitionDetector().detect_partition(list(order), lists))
        for order in permutations("abde")
    }
    assert answers == {frozenset((frozenset("ab"), frozenset("de")))}
