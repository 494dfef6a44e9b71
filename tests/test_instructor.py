"""The instructor's guide: plans add up, named buttons are there, pasted scenarios show what the guide says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from labkit.agents import term_led
from labkit.engine import Simulator
from labkit.observe import log, work_of
from labkit.protocols import Raft, Stamped
from labkit.scenario import parse
from labkit.views import Player
from labkit.worksheet import QUIZ
from lesson_text import stated
from test_course import words_of_the_lab

GUIDE = Path(__file__).resolve().parents[1] / "labs" / "INSTRUCTOR.md"
TEXT = GUIDE.read_text(encoding="utf-8")
SCENARIOS = dict(re.findall(r"^### (.+?)\n.*?```text\n(.*?)```", TEXT, re.M | re.S))
SEEN = dict(re.findall(r"^### (.+?)\n.*?^You see: (.+?)$", TEXT, re.M | re.S))
CHECKS: dict[str, Callable[[Simulator], bool]] = {}


def shows(scenario: str) -> Callable[[Callable[[Simulator], bool]], Callable[[Simulator], bool]]:
    """The check of what the guide says of the scenario of that name."""
    def keep(check: Callable[[Simulator], bool]) -> Callable[[Simulator], bool]:
        CHECKS[scenario] = check
        return check
    return keep


def answered(sim: Simulator) -> dict[str, str]:
    return {str(reply.request): str(reply.result) for reply in sim.system.replies}


@shows("A split vote")
def nothing_decided(sim: Simulator) -> bool:
    notes = {agent.note for agent in sim.system.agents.values()}
    return notes == {"split"} and not sim.system.decisions and sim.next_due() is None


@shows("The minority waits")
def three_decide(sim: Simulator) -> bool:
    decided = {(one.agent, one.value) for one in sim.system.decisions}
    return decided == {("c", "refuse"), ("d", "refuse"), ("e", "refuse")}


@shows("A blocked commit")
def both_wait(sim: Simulator) -> bool:
    notes = {name: agent.note for name, agent in sim.system.agents.items()}
    return notes["b"] == notes["c"] == "trip: blocked" and not sim.system.replies


@shows("Red survives its proposer")
def red(sim: Simulator) -> bool:
    accepted = "e receives from c: promise, ballot 2 of e, accepted before: red in ballot 1 of a" in log(sim)
    return accepted and answered(sim) == {"blue": "red"} and {one.value for one in sim.system.decisions} == {"red"}


@shows("Two leaders")
def two_leaders(sim: Simulator) -> bool:
    step = next(step for step, done in enumerate(sim.trace, 1) if done.time >= 1_200) - 1
    terms = sorted(led for agent in sim.at(step).system.agents.values() if (led := term_led(agent)) is not None)
    logs = [[entry.value for entry in one.log] for one in sim.system.agents.values() if isinstance(one, Raft)]
    return terms == [1, 2] and [*answered(sim)] == ["x=3"] and logs == [["x=3"]] * 5


@shows("A clock that is ahead")
def red_is_kept(sim: Simulator) -> bool:
    agents = [one for one in sim.system.agents.values() if isinstance(one, Stamped)]
    walls = {write.value: write.wall for write in agents[0].writes}
    kept = {one.by_wall.value for one in agents if one.by_wall}
    return walls == {"red": 180, "blue": 150} and kept == {"red"}


@shows("A late write")
def refused(sim: Simulator) -> bool:
    return answered(sim) == {"new": "stored", "old": "refused: the lease is an old one"} and "token 2" in log(sim)


@shows("A slow worker")
def once(sim: Simulator) -> bool:
    (task,) = work_of(sim.present)
    return (task.attempts, task.effects) == (2, 1) and answered(sim) == {"mail": "done"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_pasted_scenario_shows_what_the_guide_says(name: str) -> None:
    assert name in SEEN
    sim = parse(SCENARIOS[name]).play()
    assert CHECKS[name](sim)
    assert Player(sim, at=0).scene["panels"]


def test_there_are_some_scenarios_and_each_has_a_check() -> None:
    assert 5 <= len(SCENARIOS) == len(CHECKS) <= 8 and {*SCENARIOS} == {*CHECKS}


def test_the_plans_add_up() -> None:
    for minutes, told in ((45, "## 45 minutes"), (90, "## 90 minutes"), (180, "## 180 minutes"),
                          (120, "Morning, 120 minutes"), (120, "Afternoon, 120 minutes")):
        table = TEXT.split(told)[1].split("\n\n| ")[1].split("\n\n")[0]
        rows = [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.M)]
        assert len(rows) >= 5 and sum(rows) == minutes, told


def test_an_exercise_gets_the_minutes_that_its_core_states() -> None:
    rows = re.findall(r"^\| (\d+) \| \[Exercise \d\]\((.+?)\), core \|", TEXT, re.M)
    assert len(rows) == 5  # one in the plan of 180 minutes, four in the afternoon
    assert all(stated(GUIDE.parent / name)[0] == int(minutes) for minutes, name in rows)


def test_every_control_that_the_guide_names_is_there() -> None:
    known, prose = words_of_the_lab(), re.sub(r"```.*?```", "", TEXT, flags=re.S)
    clicks = [cell for line in prose.splitlines() if line.startswith("| ") for cell in line.split("|")[3:4]]
    named = {name for cell in clicks for name in re.findall(r"\*([^*\n]+)\*", cell)}
    assert len(named) >= 10 and named <= known


def test_each_misconception_is_there_with_the_experiment_that_refutes_it() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| \[lesson (.+?), section \d+\]", TEXT, re.M)
    assert [(belief, experiment) for belief, experiment, _ in rows] == [
        (asked.misconception, asked.experiment) for asked in QUIZ]
