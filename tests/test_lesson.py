"""The lesson's two classes do what the lesson text says: same names, same results, on thousands of random inputs.

The text is written down here a second time in another shape: votes as a log that is counted from the end, the
depth-first search as a recursion. Left out: what is wrong with them, see test_lesson_traps.
"""

import inspect
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from labkit.lesson import ConsensusProtocol, PartitionDetector
from seeds import seeds

AGENTS = list("abcdef")
STRANGERS = ["x", "y"]


class VoteLog:
    """The lesson's consensus, told as a list of everything that was said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, ...]] = []

    def propose(self, proposal: str, value: Any, agent: str) -> None:
        self.said.append(("propose", proposal, value, agent))

    def vote(self, proposal: str, agent: str, vote: Any) -> bool:
        if not self.since_proposed(proposal):
            return False
        self.said.append(("vote", proposal, agent, vote))
        return True

    def since_proposed(self, proposal: str) -> list[tuple[str, ...]]:
        about = [line for line in self.said if line[1] == proposal]
        starts = [i for i, line in enumerate(about) if line[0] == "propose"]
        return about[starts[-1]:] if starts else []

    def last_votes(self, proposal: str) -> dict[str, Any]:
        return {line[2]: line[3] for line in self.since_proposed(proposal)[1:]}

    def reach_consensus(self, proposal: str, quorum: int) -> Any:
        about = self.since_proposed(proposal)
        in_favour = [agent for agent, vote in self.last_votes(proposal).items() if vote]
        return about[0][2] if about and not len(in_favour) < quorum else None


def groups_by_recursion(agents: list[str], neighbours: dict[str, list[str]]) -> list[list[str]]:
    """The lesson's groups: whoever is new visits its neighbours, the last in its list first."""
    seen: list[str] = []

    def visit(agent: str) -> list[str]:
        if agent in seen:
            return []
        seen.append(agent)
        return [agent] + [found for near in reversed(neighbours.get(agent, [])) for found in visit(near)]

    return [group for group in map(visit, agents) if group]


def some_neighbours(random: Random, agents: list[str]) -> dict[str, list[str]]:
    """Who lists whom, one way or both, with strangers, repeats, gaps and agents that are missing altogether."""
    density, known = random.random(), agents + STRANGERS * (random.random() < 0.3)
    lists = {a: [b for b in known if random.random() < density] for a in known if random.random() < 0.9}
    if random.random() < 0.4:  # make it symmetric
        lists = {a: [b for b in known if b in lists.get(a, []) or a in lists.get(b, [])] for a in known}
    for near in lists.values():
        random.shuffle(near)
        near += near[:1] * (random.random() < 0.1)
    return lists


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_any_course_of_votes_is_counted_as_the_lesson_counts_it(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        lesson, log = ConsensusProtocol(), VoteLog()
        for _ in range(random.randrange(40)):
            proposal, agent = random.choice("pqr"), random.choice(AGENTS + STRANGERS)
            if random.random() < 0.2:
                value = random.choice(["red", 7, None, 0, "", ["a list"]])
                assert lesson.propose(proposal, value, agent) is log.propose(proposal, value, agent) is None
            else:
                vote = random.choice([True, True, False, 1, 0, None, "yes", ""])
                assert lesson.vote(proposal, agent, vote) is log.vote(proposal, agent, vote)
            for quorum in range(-1, 9):
                assert lesson.reach_consensus(proposal, quorum) == log.reach_consensus(proposal, quorum)
        assert lesson.proposals == {
            proposal: {"value": said[0][2], "proposer": said[0][3], "votes": log.last_votes(proposal)}
            for proposal in "pqr" if (said := log.since_proposed(proposal))
        }
        assert lesson.votes == {}


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_any_network_falls_into_the_groups_and_the_order_of_the_lesson(seed: int) -> None:
    random = Random(seed)
    for _ in range(250):
        agents = random.sample(AGENTS, random.randrange(len(AGENTS) + 1))
        neighbours = some_neighbours(random, agents)
        listed = agents + random.choices(agents, k=2) if agents and random.random() < 0.3 else agents  # some twice
        assert PartitionDetector().detect_partition(listed, neighbours) == groups_by_recursion(listed, neighbours)


def test_one_search_finds_one_group_and_remembers_whom_it_saw() -> None:
    seen = {"c"}
    found = PartitionDetector()._dfs("a", {"a": ["b", "c", "d"], "d": ["e"]}, seen)
    assert found == ["a", "d", "e", "b"]
    assert seen == {"a", "b", "c", "d", "e"}


def test_a_detector_remembers_nothing_from_one_question_to_the_next() -> None:
    detector, neighbours = PartitionDetector(), {"a": ["b"], "b": ["a"]}
    answers = [detector.detect_partition(["a", "b", "c"], neighbours) for _ in range(3)]
    assert answers == [[["a", "b"], ["c"]]] * 3
    assert vars(detector) == {}
    assert neighbours == {"a": ["b"], "b": ["a"]}


def test_nobody_makes_no_group_and_an_agent_nobody_lists_stands_alone() -> None:
    detector = PartitionDetector()
    assert detector.detect_partition([], {"a": ["b"]}) == []
    assert detector.detect_partition(["a", "b"], {}) == [["a"], ["b"]]


def test_a_line_of_ten_thousand_agents_is_no_problem() -> None:
    names = [str(i) for i in range(10_000)]
    line = {a: [b] for a, b in pairwise(names)}
    assert PartitionDetector().detect_partition(names, line) == [names]


def test_what_was_never_proposed_takes_no_vote_and_has_no_result() -> None:
    protocol = ConsensusProtocol()
    assert protocol.vote("p", "a", True) is False
    assert protocol.reach_consensus("p", 0) is None
    assert (protocol.proposals, protocol.votes) == ({}, {})


def test_two_protocols_share_nothing() -> None:
    one, other = ConsensusProtocol(), ConsensusProtocol()
    one.propose("p", "red", "a")
    assert other.proposals == {}


@pytest.mark.parametrize(("method", "parameters"), [
    (ConsensusProtocol.__init__, ["self"]),
    (ConsensusProtocol.propose, ["self", "proposal_id", "value", "agent_id"]),
    (ConsensusProtocol.vote, ["self", "proposal_id", "agent_id", "vote"]),
    (ConsensusProtocol.reach_consensus, ["self", "proposal_id", "quorum"]),
    (PartitionDetector.detect_partition, ["self", "agents", "connectivity"]),
    (PartitionDetector._dfs, ["self", "start", "connectivity", "visited"]),
])
def test_methods_are_called_with_the_names_of_the_lesson(method: Any, parameters: list[str]) -> None:
    assert list(inspect.signature(method).parameters) == parameters
    assert all(p.default is p.empty for p in inspect.signature(method).parameters.values())
