"""The lab of real processes without a page: every click is a verb, and the scene tells truth and belief apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from for_real import FOR_REAL, SOON, gone
from labkit.agents import Effects, Replied
from labkit.deploy import server
from labkit.network import Cut, Network
from labkit.protocols import FirstComeVoting
from labkit.topology import build
from labkit.views import ClassLab, Player, RealLab, StoreLab, present
from labkit.views.real.scene import QUESTIONS, Question, clients_panel, counts, reached


@dataclass
class Broken(FirstComeVoting):
    """Its b fails on the first message."""

    def receive(self, sender: str, message: object) -> Effects:
        return self.missing


@pytest.fixture(scope="module")
def lab() -> Iterator[RealLab]:
    made = RealLab("first-come voting", agents=3)
    yield made
    if "whole" in made.status or "runs" in made.status:
        made.stop()


def panels(lab: RealLab) -> dict[str, Any]:
    lab.look()
    found: dict[str, Any] = lab.scene["panels"]
    return found


def seen(lab: RealLab, row: int, column: int, wanted: str) -> bool:
    """Whether that cell of the table comes to say this: a pattern."""
    until = monotonic() + SOON
    while not re.fullmatch(wanted, panels(lab)["processes"]["rows"][row][column]):
        if monotonic() > until:
            return False
        sleep(0.05)
    return True


def test_before_it_is_started_it_says_what_to_press() -> None:
    lab = RealLab(agents=3)
    assert "Press Start" in lab.status and "processes" not in lab.scene["panels"]
    lab.press("Kill")
    assert lab.status == "Nothing runs: press Start first."


def test_across_a_cut_cable_nobody_is_said_to_reach_the_other() -> None:
    """The servers pass nothing on, so being in one partition is not enough."""
    whole = Network(build("mesh", 3))
    assert reached(whole) == "3 agents: all of them can reach each other, in one partition."
    cut = whole.after(Cut("a", "b"), Cut("b", "a"))
    assert reached(cut) == "3 agents: one partition; across a cut cable nobody hears the other."
    assert "2 partitions" in reached(cut.after(Cut("a", "c"), Cut("c", "a")))


def test_what_does_not_run_yet_is_not_shown_as_running() -> None:
    shown = RealLab(agents=3).scene["panels"]
    assert shown["summary"]["text"] == "raft, for real: nothing runs yet." == shown["network"]["alt"]
    assert shown["network"]["note"] == [""] * 3 and shown["network"]["title"] == "The network, not yet running"


def test_a_click_on_an_agent_chooses_it_in_the_menu() -> None:
    lab = RealLab(topology="ring", agents=4)
    lab.click(agent="c")
    assert lab.control("Agent").value == "c" and [*lab.control("Its link to").options] == ["b", "d"]


def test_that_no_message_is_known_to_be_lost_proves_nothing_while_cables_are_cut() -> None:
    assert counts(1_418, {}, cut=False) == "1,418 events. Known to be lost: no message."
    assert counts(1_418, {}, cut=True) == "1,418 events. Lost messages: none known until a later one arrives."
    assert counts(9, {"on the way": 3, "by chance": 1}, cut=True) == (
        "9 events. Known to be lost: 1 (by chance) and 3 (on the way).")


def test_where_it_cannot_run_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    lab = RealLab(agents=3)
    lab.press("Start")
    assert "is not installed: stop Jupyter, say 'make lab'" in lab.status


def test_the_last_questions_are_shown_with_what_their_clients_were_told() -> None:
    """Each answer belongs to the earliest question of its kind; the table is as high when it is empty."""
    again = Question("b", "b2", True)
    asked = [Question("a", "a1", True), again, again, Question("c", "c3", False)]
    replies = [Replied("a", "a1", "applied"), Replied("b", "b2", "applied")]
    rows = clients_panel(asked, replies, "ab")["rows"]
    assert [row[2] for row in rows] == ["nothing: c was down", "no answer yet", "applied"]
    assert clients_panel(asked[:2], [], "a")["rows"][0][2] == "nothing: b has ended"
    for count in (0, 1, 4):
        assert len(clients_panel(asked[:count], replies, "ab")["rows"]) == QUESTIONS


@FOR_REAL
def test_a_life_of_the_lab(lab: RealLab) -> None:
    """Start, cut by a click, ask, kill by a click, restart, mend, stop."""
    lab.press("Start")
    assert lab.status.startswith("It runs. Click a link to cut it")
    lab.press("Start")
    assert lab.status.startswith("It runs already. Click a link to cut it")
    assert panels(lab)["status"]["tone"] == "" and panels(lab)["network"]["title"].startswith("Truth: ")
    assert seen(lab, 0, 4, r"b \d+\.\d, c \d+\.\d")
    pids = [int(row[1]) for row in panels(lab)["processes"]["rows"]]
    lab.click(link=["a", "b"])
    assert "Both ends are told" in lab.status
    assert seen(lab, 0, 4, r"c \d+\.\d"), "what the server says follows the truth"
    assert panels(lab)["network"]["cut"], "the truth is drawn at once"
    for again in ("Cut", "Silence"):
        lab.press(again)
        assert lab.status == "The cable between a and b is cut already: mend it first."
    lab.choose("Its link to", "c")
    lab.press("Mend")
    assert lab.status == "The cable between a and c is whole already: there is nothing to mend."
    lab.press("Ask")
    asked = panels(lab)["clients"]["rows"][0]
    assert asked[0] == "a" and lab.status == f"A client asks a for {asked[1]}.", "it says for what, in the same words"
    lab.click(agent="c")
    assert seen(lab, 2, 1, "–") and panels(lab)["network"]["note"][2] == "killed"
    lab.press("Ask")
    assert re.fullmatch("A client asks c for .*c2. It is killed, and does not hear it.", lab.status)
    assert panels(lab)["clients"]["rows"][0][2] == "nothing: c was down"
    lab.click(agent="c")
    assert "a new process" in lab.status and panels(lab)["processes"]["rows"][2][1] not in ("–", str(pids[2]))
    lab.press("Restart")
    assert lab.status == "Agent c runs: kill it first."
    lab.press("Mend all")
    assert seen(lab, 0, 4, r"b \d+\.\d, c \d+\.\d")
    beat = panels(lab)["clock"]["beat"]
    lab.click(beat=beat)
    assert lab.scene["panels"]["clock"]["beat"] == beat + 1, "the page may ask for the next look"
    lab.press("Stop")
    assert lab.status.startswith("All processes have ended") and gone(pids)
    said = lab.status
    lab.press("Stop")
    assert lab.status == said and panels(lab)["status"]["tone"] == ""
    assert panels(lab)["summary"]["text"] == (
        "first-come voting, for real: all processes have ended. This is how it was at the end.")
    assert panels(lab)["network"]["title"] == "At the end: cut cables and running processes"
    lab.press("Kill")
    assert lab.status == "Nothing runs: press Start first."
    assert panels(lab)["lights"]["items"][0][0] == "✔"
    assert len(Player(lab.run).sim) == len(lab.run) > 5


@FOR_REAL
def test_a_presenter_has_keys_that_mend_all_and_start_over() -> None:
    lab = RealLab("first-come voting", agents=3)
    lab.press("Ask")
    lab.click(key="1")
    assert lab.status == "Nothing runs: press Start first."
    lab.click(key="r")
    before = {row[1] for row in panels(lab)["processes"]["rows"]}
    lab.press("Ask")
    assert panels(lab)["clients"]["rows"][0][1].endswith("a1"), "what was asked before it ran does not count"
    lab.press("Cut")
    lab.click(key="1")
    assert lab.status.startswith("All cables are whole.") and not panels(lab)["network"]["cut"]
    lab.click(key="r")
    assert lab.status.startswith("It runs.") and before.isdisjoint(row[1] for row in panels(lab)["processes"]["rows"])
    lab.press("Stop")


@pytest.mark.parametrize("kind", [RealLab, ClassLab])
def test_what_never_ran_for_real_is_not_simulated_in_its_name(kind: Any) -> None:
    run = kind().run
    assert len(run) == 0 and not run.step()
    with pytest.raises(ValueError, match="this run was recorded and ends at time 0"):
        run.run(until=100)


@pytest.mark.parametrize("kind", [RealLab, StoreLab, ClassLab])
def test_every_lab_that_runs_for_real_lists_a_presenters_keys(kind: Any) -> None:
    present()
    try:
        listed = panels(kind())["keys"]
        assert ["1", "mend all"] in listed["items"] and "1" in listed["keys"]
    finally:
        present(False)


@FOR_REAL
def test_an_agent_that_breaks_is_told_in_the_status_and_the_lab_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))  # where its process finds the class
    lab = RealLab(Broken, agents=2)
    lab.press("Start")
    assert lab.status.startswith("It runs"), lab.status
    try:
        lab.press("Ask")
        until = monotonic() + SOON
        while "broke in receive" not in lab.status and monotonic() < until:
            lab.click(beat=panels(lab)["clock"]["beat"])
        assert "Mend the class" in lab.status, lab.status
        assert "broken" in panels(lab)["network"]["note"] and "killed" not in panels(lab)["network"]["note"]
        assert panels(lab)["processes"]["title"].startswith("Before it broke")
        for verb in ("Cut", "Ask", "Start"):
            lab.press(verb)
            assert "broke in receive" in lab.status and "First press Stop" in lab.status
    finally:
        lab.press("Stop")
    assert lab.status.startswith("All processes have ended.") and "Mend the class" in lab.status
    assert lab.scene["panels"]["status"]["tone"] == "warning"


@pytest.mark.parametrize(("options", "says"), [
    ({"agents": 1}, "agents is a whole number from 2 to 9"), ({"protocol": "rafd"}, "rafd"), ({"pace": "x"}, "pace"),
    ({"protocol": int}, "protocol is the name of one of the catalogue, or a class of agents"),
])
def test_what_it_cannot_be_is_said_in_one_sentence(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        RealLab(**options)
