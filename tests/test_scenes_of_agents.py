"""What the lesson on writing agents says you will see is what its cells show; see test_scenes.py for the rules."""

import random
import re
from dataclasses import dataclass

import pytest
from labkit.agents import Agent, AgentError, Effects, Send
from labkit.agents.lint import findings
from labkit.engine import Deliver, Drop, Model
from labkit.search import explore
from labkit.topology import build
from test_scenes import Lesson, badges, broken, press, strike


@dataclass
class Forgets(Agent):
    def request(self, value: str) -> Effects:
        Send("b", value)
        return None


@dataclass
class Misspells(Agent):
    def recieve(self, sender: str, message: str) -> Effects:
        return None


class Undecorated(Agent):
    seen: tuple[str, ...] = ()

    def request(self, value: str) -> Effects:
        self.seen += (value,)
        return None


@dataclass
class Draws(Agent):
    def request(self, value: str) -> Effects:
        return Send(random.choice(self.peers), value)


READ_OVER = {
    '`Send("b", value)` without `return`': Forgets,
    "`def recieve(self, …)`": Misspells,
    "a field, but no `@dataclass`": Undecorated,
    "`random.choice(self.peers)`": Draws,
}


def agents(*cells: str) -> Lesson:
    return Lesson("01b", *cells)


def folded_code(lesson: Lesson, cell: str) -> str:
    """The program in the folded answer of that cell."""
    (code,) = re.findall(r"```python\n(.*?)```", lesson.source[cell], flags=re.DOTALL)
    return str(code)


def test_the_pinger_counts_two_pongs_and_knows_nothing_of_a_lost_message() -> None:
    lesson = agents("pinger")
    lesson.says("pinger-explain", "`a` counts 2", "It has one pong")
    player = lesson.run("pinger-observe")
    while player.step():
        pass
    assert player.sim.system.agents["a"].pongs == 2
    player.go(1)
    player.drop(min(player.moment.system.flight))
    player.run(until=200)
    assert player.sim.system.agents["a"].pongs == 1 and isinstance(player.sim[1].event, Drop)


def test_the_token_goes_round_and_the_light_stays_on() -> None:
    lesson = agents("member", "ring", "property")
    player = lesson.run("ring-observe")
    holders = []
    for _ in range(60):
        player.step()
        holders += [name for name, agent in player.moment.system.agents.items() if agent.token]
    assert set(holders) == set("abc") and not broken(player)
    assert len(badges(player)) == 1 and "your property" not in badges(player)[0][1]


def test_three_time_outs_break_nothing_and_one_duplicate_does_in_seven_events(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = agents("member", "ring", "property", "ring-observe")
    capsys.readouterr()
    lesson.run("ring-explore")
    assert capsys.readouterr().out.startswith("✔")
    lesson.says("duplicate-explain", "Seven events. `b` gets the token, passes it on, and gets it *again*")
    player = lesson.run("ring-duplicate")
    assert len(lesson.names["found"].trace) == 7
    assert [event.target for event in lesson.names["found"].trace if isinstance(event, Deliver)] == ["b", "b", "c"]
    player.go(len(player.sim))
    assert broken(player)


def test_a_number_in_the_token_mends_it_also_with_a_crash(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = agents("member", "ring", "property", "ring-observe")
    lesson.says("duplicate-explain", "It should say ✔, even with two duplicates and a crash")
    capsys.readouterr()
    lesson.execute(folded_code(lesson, "duplicate-explain"))
    assert capsys.readouterr().out.startswith("✔")


def test_the_notebook_loses_nothing_and_never_recovers() -> None:
    lesson = agents("keeper", "notes")
    lesson.says("notes-explain", "*halves*", "*Recovered: never.* Nothing is lost")
    lab = lesson.run("notes-observe")
    strike(lab, "halves")
    press(lab, "Run 500", "Run 500", "Heal all", "Run 500", "Report")
    assert lab.report.recovered is None and not lab.report.lost and lab.report.acknowledged
    assert "recovered never" in lab.status.lower()


def said_to(source: str) -> str:
    """What the lab says when an agent of this class is asked for something."""
    lesson = agents()
    lesson.execute(source)
    with pytest.raises(AgentError) as problem:
        Model(build("mesh", 2), lesson.names["Mine"]).simulate(seed=1).request("a", "go")
    return str(problem.value)


HEAD = "@dataclass\nclass Mine(Agent):\n"
MISTAKES = {
    "`self.seen = [value]`": HEAD + "    seen: tuple = ()\n    def request(self, value):\n        self.seen = [value]",
    "`SetTimer(\"again\", 10)`": HEAD + "    def request(self, value):\n        return SetTimer('again', 10)",
    "`Send(self.id, value)`": HEAD + "    def request(self, value):\n        return Send(self.id, value)",
}


def rows() -> dict[str, str]:
    """The table of mistakes: what one writes, and the words in which the lab complains."""
    text = agents().source["mistakes"]
    return dict(re.findall(r"^\| (.+?) \| \*(.+?)\* \|$", text, flags=re.MULTILINE))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_lab_says_to_each_mistake_what_the_lesson_says(mistake: str) -> None:
    assert rows()[mistake] in said_to(MISTAKES[mistake])


@pytest.mark.parametrize("mistake", READ_OVER)
def test_a_class_is_read_over_and_the_lesson_quotes_what_is_said(mistake: str) -> None:
    assert any(rows()[mistake] in sentence for _, sentence in findings(READ_OVER[mistake]))


def test_a_property_that_is_true_and_a_search_without_time_outs_are_answered_as_the_lesson_says() -> None:
    lesson = agents("member", "ring", "property", "ring-observe")
    ring = lesson.names["ring"]
    assert rows()["`explore(ring)`, without time-outs"] in str(explore(ring, progress=False))
    with pytest.raises(ValueError) as problem:
        explore(Model(ring.topology, lesson.names["TokenRing"], lambda world: True, ring.requests), progress=False)
    assert rows()["a property that returns `True`"] in str(problem.value)
    assert len(rows()) == 9
