"""The lab of real processes without a page: every click is a verb, and the scene tells truth and belief apart."""

import re
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from for_real import FOR_REAL, SOON, gone
from labkit.deploy import server
from labkit.views import Player, RealLab


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


def test_where_it_cannot_run_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    lab = RealLab(agents=3)
    lab.press("Start")
    assert "is not installed: stop Jupyter, say 'make lab'" in lab.status


@FOR_REAL
def test_a_life_of_the_lab(lab: RealLab) -> None:
    """Start, cut by a click, ask, kill by a click, restart, mend, stop."""
    lab.press("Start")
    assert lab.status.startswith("It runs")
    assert seen(lab, 0, 4, r"b \d+\.\d, c \d+\.\d")
    pids = [int(row[1]) for row in panels(lab)["processes"]["rows"]]
    lab.click(link=["a", "b"])
    assert "Both ends are told" in lab.status
    assert seen(lab, 0, 4, r"c \d+\.\d"), "what the server says follows the truth"
    assert panels(lab)["network"]["cut"], "the truth is drawn at once"
    lab.press("Ask")
    lab.click(agent="c")
    assert seen(lab, 2, 1, "–") and panels(lab)["network"]["note"][2] == "killed"
    lab.click(agent="c")
    assert "a new process" in lab.status and panels(lab)["processes"]["rows"][2][1] not in ("–", str(pids[2]))
    lab.press("Mend all")
    assert seen(lab, 0, 4, r"b \d+\.\d, c \d+\.\d")
    beat = panels(lab)["clock"]["beat"]
    lab.click(beat=beat)
    assert lab.scene["panels"]["clock"]["beat"] == beat + 1, "the page may ask for the next look"
    lab.press("Stop")
    assert lab.status.startswith("All processes have ended") and gone(pids)
    assert panels(lab)["lights"]["items"][0][0] == "✔"
    assert len(Player(lab.run).sim) == len(lab.run) > 5


@pytest.mark.parametrize(("options", "says"), [
    ({"agents": 1}, "agents is a whole number from 2 to 9"), ({"protocol": "rafd"}, "rafd"), ({"pace": "x"}, "pace"),
])
def test_what_it_cannot_be_is_said_in_one_sentence(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        RealLab(**options)
