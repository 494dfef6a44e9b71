"""Exercise 2: what its judges rest on. They count as the lab does, try every way to vote, and begin where they say."""

from inspect import getsource
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from labkit.agents import AgentError, Decide
from labkit.engine import Duplicate, Model, Simulator
from labkit.protocols import Paxos, majority, quorums
from labkit.search import explore
from labkit.topology import build
from labkit.values import agent_names
from labkit.worksheet import (
    CORRECT,
    COUNCIL,
    STEPS,
    BallotBox,
    LastingBox,
    MajorityBox,
    MembersBox,
    OneYesBox,
    Progress,
    Verdict,
)
from labkit.worksheet.exercises import ballot_box
from labkit.worksheet.exercises.consensus_by_messages import RIVALS, Voter
from labkit.worksheet.exercises.consensus_in_rounds import two_accepted
from labkit.worksheet.exercises.searching import told_run
from labkit.worksheet.exercises.vote_orders import CARDS, Vote, try_all
from labkit.worksheet.trial import tried


def solved(name: str) -> Any:
    """What the solution of a step gives."""
    step, names = STEPS[name], {"__name__": "solution"}
    exec(step.imports + step.solution, names)
    return names[step.answer]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_vote_is_won_lost_or_pending_as_the_labs_own_count_says(number: int) -> None:
    members = agent_names(number)
    for cards in product(CARDS, repeat=number):
        cast = [(id_, agent, said) for agent, card in zip(members, cards, strict=True)
                for id_, said in zip("pq", card, strict=True) if said is not None]
        vote = Vote(members, frozenset(cast))
        yes = [agent for agent, card in zip(members, cards, strict=True) if card[0]]
        free = [agent for agent, card in zip(members, cards, strict=True) if card[0] is None and not card[1]]
        assert vote.outcome("p") == quorums.outcome(majority(members).is_quorum, yes, free)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_sound_council_is_asked_in_every_way_to_vote(number: int) -> None:
    met = set()

    def ask(council: Any, id_: str, vote: Vote) -> None:
        met.add(vote)

    try_all(solved("three answers"), ask, ("stranger", "second vote"), {"p": "red", "q": "blue"}, most=number)
    assert len({vote for vote in met if len(vote.members) == number}) == 8**number


def test_the_class_to_start_from_lets_a_stranger_and_one_member_decide() -> None:
    box = BallotBox(COUNCIL)
    box.propose("p", "ship it")
    box.vote("p", "planner", True)
    assert box.reach_consensus("p") is None
    box.vote("p", "a stranger", True)
    assert box.reach_consensus("p") == "ship it"


HARDENED = {"a quorum of the members": MajorityBox, "members only": MembersBox, "one vote each": OneYesBox,
            "a decision stays": LastingBox}
RULE_OF = {"a quorum of the members": "quorum", "members only": "may_vote", "one vote each": "may_vote",
           "a decision stays": "may_propose"}


@pytest.mark.parametrize(("name", "box"), HARDENED.items(), ids=list(HARDENED))
def test_a_step_begins_with_what_the_step_before_it_asked_for(name: str, box: type[BallotBox]) -> None:
    names: dict[str, Any] = {**vars(ballot_box), "__name__": "answer"}
    exec(getsource(box).replace(f"class {box.__name__}(", "class Council("), names)
    STEPS[name].judge(names["Council"])
    assert box.quorum(box(COUNCIL)) == solved(name)(COUNCIL).quorum() == 3


@pytest.mark.parametrize("later", ["members only", "one vote each", "a decision stays", "three answers"])
def test_the_class_of_a_later_step_is_no_answer_to_an_earlier_one_for_its_rule_is_the_labs(later: str) -> None:
    for name in list(RULE_OF)[: [*RULE_OF, later].index(later)]:
        verdict = tried(STEPS[name], solved(later))
        assert (verdict.state, verdict.case) == ("not yet", False), name
        assert f"this Council takes {RULE_OF[name]} from the lab" in verdict.because
        assert "run its cell just before this check" in verdict.because


@pytest.mark.parametrize("name", HARDENED)
def test_a_class_without_a_rule_of_its_own_is_no_answer(name: str) -> None:
    misspelt = {f"{RULE_OF[name]}n": lambda self: 2}
    for answer in (type("Council", (HARDENED[name],), {}), type("Council", (HARDENED[name].__bases__[0],), misspelt)):
        assert f"takes {RULE_OF[name]} from the lab" in tried(STEPS[name], answer).because


def test_an_earlier_step_that_is_checked_again_leaves_the_kept_answer_as_it_is(tmp_path: Path) -> None:
    step, known = STEPS["a quorum of the members"], Progress(tmp_path)
    known.note(step.name, Verdict(CORRECT), step.imports + step.solution)
    known.note(step.name, tried(step, solved("a decision stays")), "class Council(OneYesBox): …")
    assert known.of(step.name).state == CORRECT and "len(self.members)" in known.of(step.name).source


def test_a_rule_may_stand_in_a_class_of_the_learners_own_from_which_the_answer_is_derived() -> None:
    step, own = STEPS["a quorum of the members"], solved("a quorum of the members")
    assert tried(step, type("Council", (own,), {})).correct
    assert tried(step, type("Council", (MajorityBox,), {"quorum": own.quorum})).correct


def test_a_story_tells_who_was_asked_who_crashed_what_it_forgot_and_what_it_heard_then() -> None:
    sim = Model(build("mesh", 3), Voter, ()).simulate(seed=1)
    sim.request("a", "red")
    sim.crash("a")
    sim.restart("a")
    sim.request("b", "blue")
    sim.run()
    assert [*told_run(sim)][:3] == ["a is asked for 'red'", "a crashes and forgets yes_to (red) and heard",
                                    "b is asked for 'blue'"]
    assert "then a gets “blue” from b" in [*told_run(sim)]


def test_a_voter_shows_what_it_has_decided() -> None:
    sim = Model(build("mesh", 5), Voter, (), RIVALS).simulate(seed=1)
    notes = {agent.note for agent in sim.system.agents.values()}
    sim.run()
    decided = {f"decided {decision.value}" for decision in sim.system.decisions}
    assert notes == {""} and {agent.note for agent in sim.system.agents.values()} == decided


@pytest.mark.parametrize("agents", [2, 3, 5])
def test_a_voter_decides_once_however_many_further_yes_it_hears(agents: int) -> None:
    for duplicates in (False, True):
        sim = Model(build("mesh", agents), Voter, requests=[("a", "red")]).simulate(seed=1)
        while sim.next_due() is not None:
            if duplicates and sim.system.flight and len(sim) < 20:
                sim.do(Duplicate(next(iter(sim.system.flight.values()))))
            sim.step()
        decided = [effect for step in sim.trace for effect in step.transition.effects if isinstance(effect, Decide)]
        assert len(decided) == agents


def test_the_voter_of_the_later_steps_is_the_one_that_was_written() -> None:
    ours, theirs = (explore(Model(build("mesh", 3), kind, requests=RIVALS), duplicates=1, progress=False)
                    for kind in (Voter, solved("a vote by messages")))
    assert (ours.states, ours.depth, ours.complete) == (theirs.states, theirs.depth, True)


def test_a_voter_with_dots_left_says_so_before_it_runs() -> None:
    names: dict[str, Any] = {"__name__": "blank"}
    exec(STEPS["a vote by messages"].imports + STEPS["a vote by messages"].blank, names)
    with pytest.raises(AgentError, match="Voter still has dots"):
        Model(build("mesh", 3), names["Voter"]).simulate(seed=1)


@pytest.mark.parametrize(("down", "decide"), [("", 5), ("de", 3), ("cde", 0)])
def test_two_of_five_voters_may_crash_and_with_a_third_nobody_decides(down: str, decide: int) -> None:
    sim = Model(build("mesh", 5), Voter, requests=[("a", "red")]).simulate(seed=1)
    for name in down:
        sim.crash(name)
    sim.run()
    assert len({decision.agent for decision in sim.system.decisions}) == decide


def test_red_is_accepted_by_one_agent_and_blue_by_two_and_nobody_knows_it_yet() -> None:
    sim: Simulator = Model(build("mesh", 3), Paxos).replay(two_accepted())
    accepted = {name: agent.accepted.value for name, agent in sim.system.agents.items()}
    assert accepted == {"a": "red", "b": "blue", "c": "blue"}
    assert not sim.system.decisions and not sim.skipped


def test_the_votes_of_four_can_be_split_with_these_delays() -> None:
    rivals = [("a", "red"), ("d", "blue")]
    runs = [Model(build("mesh", 4), Voter, requests=rivals).simulate(seed) for seed in range(10)]
    for sim in runs:
        sim.run()
    assert {len(sim.system.decisions) > 0 for sim in runs} == {True, False}


@pytest.mark.parametrize(("name", "body"), [
    ("quorum", "len(self.members) // 2 + 1"), ("may_vote", "agent in self.members"), ("may_propose", "id_ not in []"),
])
def test_a_forgotten_return_in_a_rule_of_the_council_is_named_without_python_s_own_words(name: str, body: str) -> None:
    heads = {"quorum": "self", "may_vote": "self, id_, agent, vote", "may_propose": "self, id_"}
    names: dict[str, Any] = {**vars(ballot_box), "__name__": "answer"}
    exec(f"class Council(BallotBox):\n    def {name}({heads[name]}):\n        {body}\n", names)
    step = next(step for step, rule in RULE_OF.items() if rule == name)
    verdict = tried(STEPS[step], names["Council"])
    what = "no number" if name == "quorum" else "neither yes nor no"
    assert verdict.because.endswith(f"the rule {name} returns None, which is {what}: is a return missing?")
    assert "Error" not in verdict.because and not verdict.case
