"""What the lab has recorded on a real network tells the story that its text tells, and says that it is a recording."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from unittest.mock import patch

import pytest
from for_real import FOR_REAL, broken
from labkit.deploy import play_for_real, playing
from labkit.deploy.recording import SUFFIX, recorded, recording_of, replayed
from labkit.deploy.server import CHOICE
from labkit.engine import Model, Recorded, Request
from labkit.network import Crash, Cut, Heal
from labkit.protocols import Raft
from labkit.scenario import parse, scenario_of
from labkit.topology import build
from recordings import FOLDER, PACE, STORIES, leaders


def test_there_is_one_recording_for_each_story() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{name.replace(' ', '-')}{SUFFIX}"
                                                                   for name in STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_a_recording_does_what_its_story_says_and_breaks_no_property(name: str) -> None:
    """By the same hand, in the same order, and not before its time."""
    run, when = recorded(name).run, recorded(name).when
    planned = [step for step in parse(STORIES[name]).play().trace if isinstance(step.event, Request | Cut | Heal)]
    done = [step for step in run.trace if isinstance(step.event, Request | Cut | Heal)]
    assert {step.event for step in planned} == {step.event for step in done}
    assert all(one.time <= other.time for one, other in pairwise(done))
    for kind in (Request, Cut, Heal):
        first, real = (next((one.time for one in steps if isinstance(one.event, kind)), 0) for steps in (planned, done))
        assert first <= real < first + 200
    assert broken(run) == []
    assert when.startswith("It was recorded on ") and f"{PACE:g} ms a unit" in when
    assert not run.system.flight, "and nothing is under way in the end"


def test_the_leader_that_is_cut_off_leads_on_beside_one_of_a_later_term() -> None:
    run = recorded("a leader cut off").run
    told = leaders(run)
    both = next(led for _, led in told if len(led) == 2)
    assert both["d"] == 1 and {*both.values()} == {1, 2}
    assert len(told[-1][1]) == 1 and "d" not in told[-1][1]
    assert [(reply.request, reply.ok) for reply in run.system.replies] == [("blue", True)]
    assert {tuple(entry.value for entry in agent.log) for agent in run.system.agents.values()} == {("blue",)}


def test_the_agent_that_returns_deposes_a_leader_that_was_well() -> None:
    run = recorded("a minority returns").run
    told = [led for _, led in leaders(run)]
    assert told[1] == {"d": 1} and told[2] == {}, "and for a while there is none"
    (term,) = told[3].values()
    assert term > 5


def test_a_run_is_recorded_with_its_times_and_comes_back_as_it_was() -> None:
    model = Model(build("mesh", 3), Raft, requests=[("a", "x")])
    run = model.simulate(seed=1)
    run.run(until=2_000)
    again = replayed(recording_of(run, model, "Now.", "A story."))
    assert [(step.time, step.event) for step in again.trace] == [(step.time, step.event) for step in run.trace]
    assert again.system.agents == run.system.agents


def test_a_recording_ends_where_it_ends_and_its_branches_go_on_in_the_simulator() -> None:
    run = recorded("a leader cut off").run
    before = len(run), run.now
    assert run.step() is None and run.next_due() is None
    acts: list[Callable[[], object]] = [
        lambda: run.run(until=9_000), lambda: run.run(steps=1), lambda: run.crash("a"), lambda: run.request("a", "x"),
        lambda: run.plan(9_000, Crash("a")), lambda: run.begin_with(Crash("a")),
    ]
    for act in acts:
        with pytest.raises(ValueError, match=r"recorded and ends at time 3590: its branch\(\) goes on in"):
            act()
    assert (len(run), run.now) == before
    branch = run.branch()
    branch.crash("a")
    branch.run(until=9_000)
    again = branch.branch()
    again.run(until=9_100)
    assert branch.now == 9_000 and len(branch) > before[0] < len(again) and (len(run), run.now) == before


def test_a_recorded_run_can_be_taken_from_one_that_goes_on_and_tells_its_past_alone() -> None:
    run = Model(build("mesh", 3), Raft).simulate(seed=1)
    run.run(until=500)
    kept = Recorded.of(run)
    events = [step.event for step in run.trace]
    run.run(until=900)
    assert [step.event for step in kept.trace] == events and len(run) > len(events)
    assert kept.at(len(kept)).time == kept.now == 500
    assert [step.event for step in kept.branch(10).trace] == events[:10]
    resumed = kept.branch()
    resumed.run(until=900)
    assert [step.event for step in resumed.trace] == [step.event for step in run.trace], "nothing pending is forgotten"
    again = scenario_of(Model(build("mesh", 3), Raft), events).play()
    assert [step.event for step in again.trace] == events, "as a text, too"


def test_what_is_no_recording_is_told_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="a recording says a time for each of its 1 lines, this one 0"):
        replayed("topology mesh 2\nprotocol raft\ndo request a x\n")
    with pytest.raises(ValueError, match="there is no recording 'moon': choose one of a leader cut off"):
        recorded("moon")


def test_where_nothing_can_run_for_real_a_recording_is_shown_and_says_so() -> None:
    scenario = parse(STORIES["a leader cut off"])
    with patch.object(playing, "deploy", side_effect=ValueError("a page has no processes")):
        played = play_for_real(scenario, otherwise="a leader cut off")
    assert str(played).startswith("Recorded, not run now: a page has no processes. It was recorded on ")
    assert played.left_out == () and len(played.run) == len(recorded("a leader cut off").run)


@FOR_REAL
@pytest.mark.skipif(shutil.which("false") is None, reason="no program that ends at once")
def test_where_no_server_starts_a_recording_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, str(shutil.which("false")))
    scenario = parse(STORIES["a minority returns"])
    played = play_for_real(scenario, otherwise="a minority returns")
    assert played.instead.startswith("Recorded, not run now: ") and "has not started" in played.instead
    with pytest.raises(ValueError, match="has not started"):
        play_for_real(scenario)


def test_of_another_scenario_the_simulators_run_is_shown_and_says_so() -> None:
    scenario = parse(STORIES["a minority returns"].replace("raft", "pre-vote"))
    with patch.object(playing, "deploy", side_effect=ValueError("a page has no processes")):
        played = play_for_real(scenario, otherwise="a minority returns")
    assert str(played) == ("Simulated, not run for real: a page has no processes. Of this scenario there is no "
                           "recording.")
    assert leaders(played.run)[-1][1] == {"d": 1}
