"""What *Show it* opens when an answer is wrong: the run at the moment at which it is seen, and the agents concerned."""

from collections.abc import Hashable, Mapping
from typing import Any

import pytest
from labkit.agents import suspects_of
from labkit.engine import Model, Simulator, Snapshot
from labkit.network import Heal
from labkit.protocols import LastWriterReplica
from labkit.topology import build
from labkit.views.worksheet.case import Case
from labkit.views.worksheet.evidence import opened
from labkit.worksheet import STEPS, Moment, Refuted, Teammate, Voting
from labkit.worksheet.exercises.on_recovery_team import CRASHED, Sound
from labkit.worksheet.exercises.slow_recovery import slowest
from labkit.worksheet.through_faults import BEGIN, END


def shown(step: str, answer: Any) -> Case:
    """What is opened for a wrong answer to this step."""
    with pytest.raises(Refuted) as refuted:
        STEPS[step].judge(answer)
    case = opened(refuted.value.witness)
    assert isinstance(case, Case)
    return case


def boards(moment: Snapshot) -> list[Mapping[Hashable, str]]:
    return [agent.board for agent in moment.system.agents.values() if isinstance(agent, Teammate)]


def edits(moment: Snapshot, task: str) -> set[Hashable]:
    return {edit for agent in moment.system.agents.values() if isinstance(agent, LastWriterReplica)
            for edit in agent.values(task)}


def healed(case: Case) -> int:
    """When the first link was healed."""
    return next(done.time for done in case.sim.trace if isinstance(done.event, Heal))


def last_answer(case: Case) -> bool:
    """Whether the client that was answered last, up to what is on show, got a yes."""
    return case.moment.system.replies[-1].ok


@pytest.mark.parametrize(("lost", "task"), [
    (["version 3", "checked", "to ann"], "report"), (["to bob", "checked", "to ann"], "mail"), (["to ann"], "report"),
    (["checked"], "mail"),
])
def test_an_edit_that_is_lost_is_seen_while_some_still_hold_it_and_another_has_just_given_it_up(
    lost: list[str], task: str
) -> None:
    case = shown("lost after the heal", lost)
    assert case.moment.time >= healed(case) and not case.moment.system.network.cut
    assert len(edits(case.moment, task)) == 2 and len(edits(case.sim.present, task)) == 1


@pytest.mark.parametrize(("replaced", "time", "by"), [("draft", 600, "version 2"), ("version 2", 700, "version 3")])
def test_an_edit_that_is_replaced_is_seen_when_its_successor_is_written(replaced: str, time: int, by: str) -> None:
    case = shown("lost after the heal", [replaced, "checked", "to ann"])
    assert case.moment.time == time and by in edits(case.moment, "report")


@pytest.mark.parametrize("choice", [("no", "a"), ("no", "b"), ("no", "d"), ("yes", "c")], ids="".join)
def test_an_agent_that_is_cut_off_is_seen_up_and_suspected(choice: tuple[str, str]) -> None:
    case = shown("crash or cut", choice)
    system = case.moment.system
    assert len(system.network.partitions()) == 2 and not system.down
    assert "tester" in suspects_of(system.agents["coder"])
    assert not case.sim.present.system.network.cut, "at the end nothing of it would be seen"
    assert (case.moment.time >= 300 + 1_900) is (choice[1] == "a"), "which silence, and for how long"


class Refusing(Sound):
    def may_go_on(self, together: frozenset[str]) -> bool:
        return False


class All(Sound):
    def may_go_on(self, together: frozenset[str]) -> bool:
        return len(together) == len(self.everyone)


class Forgetting(Sound):
    def merged(self, theirs: Any) -> Any:
        return theirs


class Deaf(Sound):
    def merged(self, theirs: Any) -> Any:
        return self.board


def test_a_team_that_refuses_everything_is_seen_refusing_before_anything_breaks() -> None:
    case = shown("team", Refusing)
    assert case.moment.time < BEGIN and not any(boards(case.moment)) and not last_answer(case)


def test_a_team_that_does_not_go_on_is_seen_refusing_during_the_fault() -> None:
    case = shown("team", All)
    network = case.moment.system.network
    assert BEGIN < case.moment.time < END and (network.cut or network.crashed) and not last_answer(case)


def test_a_task_that_is_lost_is_seen_when_the_last_board_has_lost_it() -> None:
    case = shown("team", Forgetting)
    before, here = case.sim.at(case.moment.step - 1), case.moment
    had, have = ({task for board in boards(moment) for task in board} for moment in (before, here))
    assert had > have


def test_agents_without_a_task_after_the_heal_are_marked_with_it() -> None:
    case = shown("team", Deaf)
    notes = dict(zip(*(case.scene["panels"]["network"][column] for column in ("name", "note")), strict=True))
    marked = [name for name, note in notes.items() if note.startswith("✘ without task")]
    assert 0 < len(marked) < len(notes)
    first = case.scene["panels"]["lights"]["items"][0]
    assert first[0] == "✘" and first[1].startswith("without task") and all(name in first[1] for name in marked)


def test_a_team_can_take_as_long_to_recover_as_is_said_and_no_board_is_on_its_way_at_the_heal() -> None:
    sim, begin, end = slowest(Sound)
    assert end - begin == 65
    at_heal = shown("time to recover", 0).moment
    assert at_heal.time == begin and not at_heal.system.network.cut and not at_heal.system.flight
    assert len(sim) > at_heal.step


@pytest.mark.parametrize(("latest", "differ"), [(0, True), (15, True), (64.5, True), (66, False)])
def test_boards_are_seen_to_differ_after_too_few_units_and_to_agree_where_it_takes_no_longer(
    latest: float, differ: bool
) -> None:
    case = shown("time to recover", latest)
    assert (len({str(board) for board in boards(case.moment)}) > 1) is differ
    end = healed(case) + min(int(latest), 65)
    assert case.times[case.moment.step] <= end < case.times[case.moment.step + 1], "what is on show is as it was then"


@pytest.mark.parametrize("between", [(180, 215), (155, 190)])
def test_a_crash_that_is_noticed_too_soon_or_too_late_is_seen_when_it_is_noticed(between: tuple[int, int]) -> None:
    case = shown("time to notice", between)
    after = case.moment.time - CRASHED
    assert not between[0] <= after <= between[1]
    suspecting = [agent for agent in case.moment.system.agents.values() if "e" in suspects_of(agent)]
    assert len(suspecting) == (1 if after < between[0] else 4)


class Stubborn(Voting):
    def may_say_yes(self, value: Hashable) -> bool:
        return self.yes_to is None

    def is_quorum(self, voters: frozenset[str]) -> bool:
        return len(voters) > len(self.everyone)


class Majority(Stubborn):
    def is_quorum(self, voters: frozenset[str]) -> bool:
        return 2 * len(voters) > len(self.everyone)


class Hasty(Stubborn):
    def is_quorum(self, voters: frozenset[str]) -> bool:
        return len(voters) >= 2


def test_agents_that_never_decide_are_marked() -> None:
    case = shown("a vote by messages", Stubborn)
    assert case.scene["panels"]["lights"]["items"][0][:2] == ["✘", "never decides: a and b"]
    assert case.scene["panels"]["network"]["note"] == ["✘ never decides"] * 2
    assert "✘ never decides" in case.scene["panels"]["network"]["note"]


def test_of_too_many_that_are_down_those_that_are_left_are_marked() -> None:
    case = shown("one member more", {3: 2, 4: 1, 5: 2, 6: 2, 7: 3})
    assert case.scene["panels"]["network"]["note"] == ["✘ never decides", "down", "down"]


def test_the_liar_is_marked_from_the_beginning_on_and_nobody_else() -> None:
    case = shown("liars", {3: 1, 4: 1, 6: 1, 7: 2, 10: 3})
    for step in (len(case.sim), 0):
        case.go(step)
        notes = case.scene["panels"]["network"]["note"]
        assert [note.startswith("✘ lies") for note in notes] == [False, True, False]
    assert case.scene["panels"]["lights"]["items"][0][1] == "lies: b"


def test_a_side_of_a_cut_that_differs_is_seen_when_it_decides() -> None:
    case = shown("a vote by messages", Hasty)
    assert [light for light in case.scene["panels"]["lights"]["items"] if light[0] == "✘"]
    assert len({decision.value for decision in case.moment.system.decisions}) == 2


def test_mails_to_count_are_seen_in_the_diagram_although_the_run_waits_on_for_long() -> None:
    case = shown("a lost acknowledgement", {"no memory of keys": 1, "a memory of keys": 1, "acknowledged first": 0})
    panel = case.scene["panels"]["spacetime"]
    assert panel["from"] == 0 and len(panel["arrows"]) >= 4


def test_what_every_agent_knows_is_unfolded_and_the_moment_is_the_one_that_the_judge_says() -> None:
    sim, begin, _ = slowest(Sound)
    case = Case(Moment(sim, begin))
    assert case.scene["panels"]["agents"]["open"] and case.times[case.moment.step] <= begin
    assert case.times[case.moment.step + 1] > begin


def test_an_empty_text_is_seen_as_a_value_and_no_value_as_a_dash() -> None:
    sim = Model(build("mesh", 3), Hasty, requests=[("a", "")]).simulate(seed=1)
    sim.step()
    case = Case(Moment(sim, sim.now))
    rows = {row[0]: row for row in case.scene["panels"]["agents"]["rows"]}
    assert "“”" in rows["a"] and "(a, “”)" in rows["a"] and "–" in rows[next(n for n in "bc" if n not in told(sim))]
    assert all(word == "“”" for *_, word, _ in case.scene["panels"]["network"]["packets"])
    sim.run()
    assert Case(Moment(sim, sim.now)).scene["panels"]["network"]["note"] == ["▸ decided “”", *["decided “”"] * 2]


def told(sim: Simulator) -> set[str]:
    return {name for name, agent in sim.system.agents.items() if isinstance(agent, Voting) and agent.heard}


@pytest.mark.parametrize(("agents", "title"), [
    (3, "Time runs to the right. What the signs mean"), (13, "The last 150 of 156 messages. What the signs mean"),
])
def test_a_diagram_that_leaves_messages_out_says_so(agents: int, title: str) -> None:
    sim = Model(build("mesh", agents), Majority, requests=[("a", "red")]).simulate(seed=1)
    sim.run()
    panel = Case(Moment(sim, sim.now)).scene["panels"]["spacetime"]
    assert panel["title"] == title and len(panel["arrows"]) == min(150, agents * (agents - 1))
