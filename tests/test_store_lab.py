"""The lab of NATS's own store without a page: calls do not hold it up, and their answers come into the log."""

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from for_real import FOR_REAL, SOON
from labkit.deploy import Answer, Hold, Member, server
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.topology import build
from labkit.views import StoreLab
from labkit.views.real.store_scene import ROWS, calls_panel, lease_panel, picture, raft_panel

ANSWERS = [Answer("a", "put x = 1", 12.0, "written", 0.004, 1), Answer("b", "put x = 2", 13.0, "no answer", 2.0),
           Answer("b", "read x here", 14.5, "read", 0.001, 1, "1"), Answer("c", "read x here", 15.0)]
MEMBERS = [Member("a", "values", "leader", 3, "a", 1_200, 1_200), Member("b", "values", "candidate", 4, "", 7, 7)]


def panels(lab: StoreLab) -> dict[str, Any]:
    lab.look()
    found: dict[str, Any] = lab.scene["panels"]
    return found


def log(lab: StoreLab) -> list[str]:
    """What the clients were told, the last first."""
    return [row[3] for row in panels(lab)["calls"]["rows"]]


def comes(lab: StoreLab, panel: str, row: int, column: int, *wanted: str) -> bool:
    until = monotonic() + SOON
    while not panels(lab)[panel]["rows"][row][column].startswith(wanted):
        if monotonic() > until:
            return False
        sleep(0.05)
    return True


# ---- the scene -------------------------------------------------------------------------------------------------------


def test_the_log_says_what_is_known_and_no_more() -> None:
    """The last call first; one that was not answered is waited for while there is somebody to answer."""
    rows = calls_panel(ANSWERS, 10.0, running=True)["rows"]
    assert rows[0] == ["5.0 s", "c", "read x here", "waiting …", ""]
    assert rows[2] == ["3.0 s", "b", "put x = 2", "no answer: it may be written, now or later, or never", "2.00 s"]
    assert rows[3][3] == "written, as revision 1"
    assert calls_panel(ANSWERS, 10.0, running=False)["rows"][0][3].startswith("no answer: all was stopped")


def test_the_log_is_as_high_whether_there_are_many_calls_or_none() -> None:
    for count in (0, 1, 9):
        assert len(calls_panel((ANSWERS * 3)[:count], 0.0, running=True)["rows"]) == ROWS


def test_the_table_and_the_picture_say_who_believes_to_lead() -> None:
    rows = raft_panel("abc", MEMBERS, "values", over=False)["rows"]
    assert rows == [["a", "★ leader", "3", "a", "1,200"], ["b", "candidate", "4", "none", "7"], ["c", *["–"] * 4]]
    system = Model(build("mesh", 3), FirstComeVoting).replay(()).system
    assert picture(system, MEMBERS, "")["note"] == ["★ leader, term 3", "candidate", ""]


def test_who_had_the_lease_is_told_with_its_times() -> None:
    holds = [Hold("a", 1, 11.0, 12.0), Hold("b", 4, 15.0, 16.25), Hold("c", 9, 20.0)]
    assert lease_panel(holds, 10.0, running=True)["text"] == (
        "The lease: c has held it since 10.0 s, number 9; b held it from 5.0 s to 6.2 s, number 4.")
    assert "c held it from 10.0 s until all was stopped, number 9" in lease_panel(holds, 10.0, running=False)["text"]
    assert lease_panel([], 10.0, running=True)["text"] == "The lease: nobody has held it."


# ---- the lab ---------------------------------------------------------------------------------------------------------


def test_before_it_is_started_it_says_what_to_press() -> None:
    lab = StoreLab()
    assert "Press Start" in lab.status
    for label in ("Put", "Read here", "Take the lease", "Isolate", "Stop"):
        lab.press(label)
        assert lab.status == "Nothing runs: press Start first."


def test_where_it_cannot_run_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    lab = StoreLab(3)
    lab.press("Start")
    assert "is not installed: stop Jupyter, say 'make lab'" in lab.status


@pytest.mark.parametrize(("options", "says"), [
    ({"agents": 4}, "agents is 3 or 5, not 4: a store"), ({"agents": "x"}, "whole number"),
])
def test_what_it_cannot_be_is_said_in_one_sentence(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        StoreLab(**options)


@pytest.mark.parametrize("value", ["", " ", "1 ", "x" * 21])
def test_a_value_is_short_and_has_no_blank_at_its_ends(value: str) -> None:
    lab = StoreLab(3)
    lab.choose("Value", value)
    lab.press("Put")
    assert lab.status == "A value has 1 to 20 characters, and no blank at its beginning or end."


def test_what_does_not_run_yet_is_not_shown_as_running() -> None:
    shown = panels(StoreLab(3))
    assert shown["summary"]["text"] == "The store of NATS: nothing runs yet." == shown["network"]["alt"]


def test_what_cannot_be_drawn_becomes_the_status() -> None:
    """Whatever the servers' process fails with, one sentence says it, also after the next press."""
    class Failing:
        running = True
        store = None

        def trace(self) -> None:
            raise ValueError("a server has ended: press Stop, then Start")

    lab = StoreLab(3)
    lab._real = Failing()  # type: ignore[assignment]
    lab.look()
    assert lab.status == "A server has ended: press Stop, then Start."
    lab.press("Start")
    assert lab.status == "A server has ended: press Stop, then Start."


@pytest.fixture
def lab() -> Iterator[StoreLab]:
    made = StoreLab(3, seconds=1.0)
    yield made
    made.press("Stop")


@FOR_REAL
@pytest.mark.long
def test_a_life_of_the_lab(lab: StoreLab) -> None:
    """Start, write, read, cut by a click, wait for nothing, take the lease, mend, stop."""
    lab.press("Start")
    assert lab.status.startswith("It runs")
    assert panels(lab)["summary"]["text"].startswith("The store of NATS: 3 servers: all of them"), "not 3 agents"
    lab.press("Put")
    assert comes(lab, "calls", 0, 3, "written") and lab.control("Value").value == "2"
    lab.press("Take the lease")
    assert comes(lab, "calls", 0, 3, "a holds the lease")
    for other in "bc":
        lab.click(link=["a", other])
    assert "Both ends are told" in lab.status and len(panels(lab)["network"]["cut"]) == 2
    began = monotonic()
    lab.press("Put")
    lab.press("Read through the leader")
    assert monotonic() - began < 1.0, "nothing waits for the answers"
    assert comes(lab, "calls", 1, 3, "no answer", "refused")
    lab.press("Read here")
    assert comes(lab, "calls", 0, 3, "1, revision 1")
    lab.click(agent="b")
    lab.press("Take the lease")
    assert comes(lab, "calls", 0, 3, "b holds the lease")
    assert panels(lab)["lease"]["text"].startswith("The lease: b has held it since")
    assert "; a held it from" in panels(lab)["lease"]["text"]
    lab.choose("Raft of", "servers")
    assert panels(lab)["raft"]["title"].endswith("of the servers")
    beat = panels(lab)["clock"]["beat"]
    lab.click(beat=beat)
    assert lab.scene["panels"]["clock"]["beat"] == beat + 1, "the page may ask for the next look"
    lab.press("Mend all")
    lab.press("Start")
    assert lab.status.startswith("It runs already. Click a link to cut it") and panels(lab)["status"]["tone"] == ""
    for _ in range(2):
        lab.press("Stop")
        assert lab.status == "All processes have ended." and panels(lab)["status"]["tone"] == ""
    assert panels(lab)["summary"]["text"] == (
        "The store of NATS: all processes have ended. This is how it was at the end.")
    assert panels(lab)["network"]["title"] == "At the end: which cables were cut"
    assert panels(lab)["raft"]["title"] == "At the end: what NATS's own Raft said of the servers"
    assert "★" in str(panels(lab)["raft"]["rows"]), "this is how it was"
    lab.click(key="r")
    assert "1, revision 1" not in log(lab) and not panels(lab)["network"]["cut"], "of the old store nothing is left"
