"""What the lesson on real networks says you will see, in the recordings and for real; see test_scenes.py for the rules.

What it says of NATS's own store is asserted in test_shared_store.py, of a class as one cluster in test_classroom.py.
"""

from time import monotonic, sleep
from typing import Any
from unittest.mock import patch

import pytest
from cell_by_cell import notebook
from for_real import FOR_REAL, SOON
from labkit.deploy import playing
from labkit.engine import Simulator
from recordings import PACE, STORIES, leaders, led
from test_scenes import Lesson, badges

NOWHERE = ValueError("a page has no processes")


def lesson(*cells: str) -> Lesson:
    return Lesson("07", *cells)


def recorded(*cells: str) -> Lesson:
    """The lesson where nothing can run for real."""
    with patch.object(playing, "deploy", side_effect=NOWHERE):
        return lesson(*cells)


def test_the_stories_of_the_lesson_are_those_that_were_recorded() -> None:
    shown = recorded("story", "twins-see", "returns-see")
    assert (shown.names["STORY"], shown.names["RETURN"]) == (
        STORIES["a leader cut off"], STORIES["a minority returns"])
    for cell in ("twins-see", "returns-see"):
        shown.says(cell, f"pace={PACE}")
    shown.says("same", "two milliseconds")


def two_lead(sim: Simulator, time: int) -> bool:
    """Whether d leads term 1 at that time and another a later one, and in the end all logs hold blue alone."""
    leading = led(sim.at(sum(step.time <= time for step in sim.trace)).system)
    later = [term for name, term in leading.items() if name != "d"]
    logs = {tuple(entry.value for entry in agent.log) for agent in sim.system.agents.values()}
    return leading.get("d") == 1 and len(later) == 1 and later[0] > 1 and logs == {("blue",)} and [
        (reply.request, reply.ok) for reply in sim.system.replies] == [("blue", True)]


def test_two_lead_in_different_terms_in_the_simulator_and_in_the_recording() -> None:
    shown = recorded("story", "twins-see")
    shown.says("twins-explain", "Both runs are shown at 1,500", "`d` still leads term 1 at 1,500", "holds blue alone",
               "The same agent leads first in both, at about the same time")
    pair = shown.names["both"].players
    assert [player.moment.time for player in pair] == [1_500, 1_500]
    assert all(two_lead(player.sim, 1_500) for player in pair)
    (one, first), (other, second) = (leaders(player.sim)[1] for player in pair)
    assert [*first] == [*second] == ["d"] and abs(one - other) < 30


def deposed(sim: Simulator) -> bool:
    """Whether d led term 1, then nobody, and somebody leads a later term at the end."""
    changes = [one for _, one in leaders(sim)]
    return changes[1] == {"d": 1} and changes[2] == {} and min(changes[-1].values()) > 5


def test_the_one_that_comes_back_deposes_the_leader_and_a_vote_before_the_vote_prevents_it() -> None:
    shown = recorded("returns-see")
    assert deposed(shown.names["returned"].run)
    assert shown.names["returned"].instead.startswith("Recorded, not run now")
    shown.says("returns-explain", "`d` still leads term 1", "so its term stayed 1")
    with patch.object(playing, "deploy", side_effect=NOWHERE):
        shown.run("returns-see", change=("protocol raft", "protocol pre-vote"))
    asked = shown.names["returned"]
    assert asked.instead.startswith("Simulated, not run for real")
    assert led(asked.run.system) == {"d": 1} and {agent.term for agent in asked.run.system.agents.values()} == {1}


# ---- for real --------------------------------------------------------------------------------------------------------


@FOR_REAL
@pytest.mark.long
def test_two_lead_in_different_terms_for_real() -> None:
    assert two_lead(lesson("story", "twins-see").names["played"].run, 1_500)


@FOR_REAL
@pytest.mark.long
def test_the_one_that_comes_back_deposes_the_leader_for_real() -> None:
    """Mostly there is nobody for a while; sometimes a majority hears of the later term before the old leader does."""
    told = leaders(lesson("returns-see").names["returned"].run)
    assert any(leading == {"d": 1} for _, leading in told) and min(told[-1][1].values()) > 5
    asked = lesson()
    asked.run("returns-see", change=("protocol raft", "protocol pre-vote"))
    agents = asked.names["returned"].run.system
    assert led(agents) == {"d": 1} and {agent.term for agent in agents.agents.values()} == {1}


def comes(condition: Any) -> bool:
    until = monotonic() + SOON
    while not condition():
        if monotonic() > until:
            return False
        sleep(0.05)
    return True


@FOR_REAL
@pytest.mark.long
def test_a_killed_leader_is_missed_within_a_second_and_comes_back_with_its_term() -> None:
    shown = lesson()
    lab = shown.run("lab")
    shown.says("lab-explain", "after about half a second", "0.3 to 0.6 seconds")
    lab.press("Start")
    try:
        assert comes(lambda: led(lab.run.system) == {"d": 1})
        killed = monotonic()
        lab.click(agent="d")
        assert comes(lambda: any(term > 1 for term in led(lab.run.system).values()))
        assert 0.2 < monotonic() - killed < 3, "half a second, and a busy machine"
        lab.click(agent="d")
        assert comes(lambda: not lab.run.system.down and lab.run.system.agents["d"].term > 0)
    finally:
        lab.press("Stop")


@FOR_REAL
@pytest.mark.long
def test_where_every_agent_is_its_own_majority_two_entries_are_applied_at_one_place() -> None:
    shown = lesson()
    shown.says("break-explain", "*state machine safety* is broken")
    with notebook() as cells:
        for cell in ("imports", "break-see"):
            cells.run(shown.source[cell])
        lab = cells["hasty"]
        lab.press("Start")
        try:
            assert comes(lambda: led(lab.run.system)), lab.status
            (leader,) = led(lab.run.system)
            lab.isolate(leader)
            others = [name for name in "abcde" if name != leader]
            assert comes(lambda: any(name in others for name in led(lab.run.system)))
            for name in (leader, *others[:2]):
                lab.choose("Agent", name)
                lab.press("Ask")
            assert comes(lambda: lab.look() or any("state machine safety" in text for mark, text, *_ in badges(lab)
                                                   if mark == "✘"))
        finally:
            lab.press("Stop")


@pytest.mark.long
def test_a_little_chance_ends_what_no_rule_can_end() -> None:
    shown = lesson()
    shown.says("many-explain", "With (150, 150) no run has had a new leader", "about half of the runs",
               "with a median of 156 units", "everybody waits twice as long: 326")
    sweep = shown.run("many-see")
    sweep.complete()
    none, ten, fifty, _, long = sweep.result.summaries
    assert none.without == 40 and 16 <= ten.without <= 24 and not fifty.without
    assert (fifty.typical, long.typical) == ("156", "326")


@pytest.mark.long
def test_a_wide_range_saves_elections() -> None:
    shown = lesson()
    shown.says("many-explain", "All of them with (150, 150), 95 % with ten units of chance, 25 % with fifty, 12 % with "
               "(150, 300) and 5 % with (300, 600)", "Add the line `from labkit.faults import split_vote`")
    shown.execute("from labkit.faults import split_vote")
    sweep = shown.run("many-see", change=("election_time", "split_vote"))
    sweep.complete()
    assert [one.typical for one in sweep.result.summaries] == ["100%", "95%", "25%", "12%", "5%"]
