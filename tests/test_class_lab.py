"""The class without a page: the instructor's picture tells truth and belief apart, and a seat shows its agent."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, ClassVar

import pytest
from for_real import FOR_REAL, SOON
from labkit.agents import VALIDITY, Replied
from labkit.deploy import Classroom, server
from labkit.deploy.classroom.asking import Question, answered
from labkit.engine import Model
from labkit.network import Crash, Cut, Network
from labkit.observe import Verdict
from labkit.protocols import Raft
from labkit.topology import build
from labkit.values import ArgumentError
from labkit.views import Player
from labkit.views.real import ClassLab, join
from labkit.views.real.class_scene import clients_panel, counted, joined, losses, note, seats_panel
from labkit.views.real.scene import lights_panel
from labkit.views.real.seat import Seat


@dataclass
class Strange(Raft):
    """Its fields make nonsense of what our class says of them."""

    @property
    def note(self) -> str:
        raise IndexError


def eventually(wanted: Callable[[], object]) -> bool:
    """Whether this comes true."""
    until = monotonic() + SOON
    while not wanted():
        if monotonic() > until:
            return False
        sleep(0.05)
    return True


def panels(widget: ClassLab | Seat) -> dict[str, Any]:
    widget.look()
    found: dict[str, Any] = widget.scene["panels"]
    return found


def questions_of(seat: Seat) -> list[list[str]]:
    """What its clients asked for and were told, the last first."""
    found: list[list[str]] = panels(seat)["clients"]["rows"]
    return found


def test_before_it_is_opened_it_says_what_to_press() -> None:
    lab = ClassLab(seats=3)
    shown = lab.scene["panels"]
    assert "Press Open" in lab.status and lab.invitations == {}
    assert [row[2] for row in shown["seats"]["rows"]] == ["empty"] * 3
    assert shown["summary"]["text"] == "raft, played by the class: not open yet." == shown["network"]["alt"]
    assert shown["network"]["note"] == [""] * 3
    lab.press("Isolate")
    assert lab.status == "The class is not open: press Open first."
    assert len(lab.run) == 0


def test_nothing_is_called_unbroken_before_anything_has_happened_or_where_nothing_is_promised() -> None:
    kept = Verdict(VALIDITY, None)
    assert [lights_panel(known, events)["items"][0][:2] for known, events in (((), 9), ((kept,), 0), ((kept,), 9))] == [
        ["–", "not judged: this class names no property that it keeps"],
        ["–", "nothing has happened yet that could be judged"], ["✔", "no property is broken so far"]]


def test_where_no_class_can_be_opened_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = ClassLab(seats=3, host="203.0.113.7")
    lab.press("Open")
    assert "203.0.113.7 is no address of this computer" in lab.status
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    lab.press("Open")
    assert "is not installed: stop Jupyter, say 'make lab'" in lab.status
    with pytest.raises(ValueError, match="seats is a whole number from 2 to 24"):
        ClassLab(seats=99)
    with pytest.raises(ValueError, match="or a class of agents"):
        ClassLab(int)


def test_an_empty_seat_says_why_it_is_empty_and_a_strange_agent_takes_nothing_down() -> None:
    system = Model(build("mesh", 4), Strange).replay([Crash("b"), Crash("c"), Crash("d"), Cut("a", "b")]).system
    assert note(system, {}, {}, "a") == "cannot be shown"
    ends = {"b": "it has left", "c": "it does not fit: its report is no text of a report"}
    assert [note(system, {}, ends, name) for name in "bcd"] == ["has left", "does not fit", "empty"]
    assert note(system, {}, {"b": "its connection is lost"}, "b") == "is gone", "longer, it would reach another agent"
    rows = seats_panel(system, {"a": "Mine"}, ends, {("a", "c")}, {})["rows"]
    assert rows[0][:2] == ["a", "Mine"] and rows[0][3] == "nobody"


def test_losses_and_refusals_are_told_in_sentences() -> None:
    assert losses({}) == "No message is known to be lost."
    lost = {"c is down": 19, "on the way": 2, "no way from a to b": 3, "the link a → b is cut": 1}
    assert losses(lost) == ("Messages known to be lost: 19 because seat c was empty, 3 because there is no way from a "
                            "to b and 3 for other reasons.")
    short = losses({"b is down": 4, "c is down": 39, "on the way": 2})
    assert short == "Messages known to be lost: 43 because seats were empty and 2 on the way.", "it has one line"
    assert counted(Counter({"it spoke where there is no link": 2})) == "it spoke where there is no link (2 times)"


def test_the_heading_counts_seats_and_begins_small_after_its_colon() -> None:
    network = Network(build("mesh", 3))
    assert joined(network).startswith("3 agents: all of them can reach each other")
    for leaves, said in zip("cba", ("2 of 3 agents are up: ", "only seat a is taken.", "all 3 seats are empty."),
                            strict=True):
        network = network.after(Crash(leaves))
        assert joined(network).startswith(said)
    network = network.after(Cut("a", "b"))
    assert joined(network) == "all 3 seats are empty."


def test_two_equal_requests_do_not_take_each_others_answers_and_an_empty_seat_answers_none() -> None:
    asked = [Question("a", "x", None), Question("a", "x", 0), Question("b", "x", 0), Question("a", "x", 0)]
    first, other = Replied("a", "x", "first"), Replied("b", "x", "other")
    second = Replied("a", "x", "second")

    def told(*replies: Replied) -> list[object]:
        lives = ((0, reply) for reply in replies)
        return [answer for _, _, answer in answered(asked, lives, lambda one: f"none in {one.life}")]

    assert told(first, other) == ["none in None", first, other, "none in 0"]
    assert told(other, first, second) == ["none in None", first, other, second]
    twice = [Question("a", "x", 0), Question("a", "x", 1)]
    assert answered(twice, [(1, second)], lambda _: "it left") == [("a", "x", "it left"), ("a", "x", second)]


def test_each_question_shows_its_answer_or_why_there_is_none_and_the_table_keeps_its_height() -> None:
    asked = [("c", "c1", "the seat was empty"), ("b", "b2", ""), ("a", "a3", Replied("a", "a3", "entry 7"))]
    assert clients_panel(asked)["rows"] == [["a", "a3", "entry 7"], ["b", "b2", "no answer yet"],
                                            ["c", "c1", "nothing: the seat was empty"]]
    assert [len(clients_panel(some)["rows"]) for some in ([], asked[:1], asked * 3)] == [3, 3, 3]


def test_what_cannot_be_drawn_becomes_the_status() -> None:
    """Whatever the class raises, one sentence says it, and the lab can be pressed again."""
    class Failing:
        running = False
        kinds: ClassVar[dict[str, str]] = {}
        ends: ClassVar[dict[str, str]] = {}

        @property
        def system(self) -> None:
            raise ValueError("the server has failed: open another class")

    lab = ClassLab(seats=3)
    lab._real = Failing()  # type: ignore[assignment]
    lab.press("Cut")
    assert lab.status == "The server has failed: open another class."


@FOR_REAL
@pytest.mark.long
def test_a_class_of_two() -> None:
    """Open, join, cut by a click, ask, leave, end."""
    lab = ClassLab("raft", seats=2, pace=3)
    lab.press("Open")
    assert lab.status.startswith("The class is open, for notebooks on this computer alone")
    lab.press("Open")
    assert lab.status.startswith("The class is open already. ") and panels(lab)["status"]["tone"] == ""
    lines = [line.split('"')[1] for line in lab.invitations.values()]
    shown = panels(lab)
    assert shown["invitations"]["rows"] == [[line] for line in lab.invitations.values()], "a row is a line to run"
    assert shown["summary"]["text"] == "raft, played by the class: all 2 seats are empty."
    assert shown["counts"]["text"] == "0 events told. No message is known to be lost."
    seats = [join(line, "raft") for line in lines]
    assert eventually(lambda: "leader" in str(panels(lab)["seats"]["rows"]))
    lab.click(link=["a", "b"])
    assert "no message passes" in lab.status and panels(lab)["seats"]["rows"][0][3] == "nobody"
    lab.click(agent="a")
    assert lab.status == "Agent a hears the others again."
    lab.click(agent="b")
    assert lab.control("Agent").value == "b", "a click chooses the agent in the menu, too"
    lab.press("Ask")
    assert lab.status == "A client asks b for b1."
    lab.press("Mend")
    assert lab.status == "Between b and a messages pass again."
    lab.press("Mend")
    assert lab.status == "The link between b and a is whole already: there is nothing to mend."
    lab.press("Mend all")
    assert eventually(lambda: "sent: " in str((seats[0].look(), seats[0].scene)))
    assert seats[0].agent is not None and seats[0].agent.role in ("leader", "follower", "candidate")
    seats[0].press("Ask")
    assert seats[0].status == "A client asks your agent for a1001.", "the room's client has asked for others"
    assert eventually(lambda: [row[1] for row in panels(lab)["clients"]["rows"][:2]] == ["a1001", "b1"])
    assert eventually(lambda: (seats[0].press("Ask"), sleep(1), "no answer yet" not in questions_of(seats[0])[0])[2])
    assert eventually(lambda: panels(lab)["clients"]["rows"][0] == ["a", *questions_of(seats[0])[0]])
    seats[0].press("Leave")
    assert "has left the class" in seats[0].status
    assert eventually(lambda: panels(lab)["seats"]["rows"][0][2] == "has left")
    lab.press("Cut")
    for _ in range(2):
        lab.press("End")
        assert "all agents have heard it" in lab.status and panels(lab)["status"]["tone"] == ""
    last = panels(lab)
    assert last["summary"]["text"] == "raft, played by the class: the class is over. This is how it was at the end."
    assert last["seats"]["rows"][0][2] == "has left"
    assert any(role in last["seats"]["rows"][1][2] for role in ("leader", "follower", "candidate"))
    assert last["network"]["title"].startswith("At the end") and last["seats"]["title"].startswith("At the end")
    assert "over" not in str(last["network"]["note"])
    assert eventually(lambda: (seats[1].look(), "the class is over" in seats[1].status)[1])
    assert Player(lab.run, at=None).moment.step == len(lab.run)


def test_joining_says_in_one_sentence_what_is_no_invitation() -> None:
    with pytest.raises(ArgumentError, match="copy the whole line that your instructor has given you") as wrong:
        join("nats://127.0.0.1", "raft")
    assert wrong.value._render_traceback_() == [f"ValueError: {wrong.value}"], "without the lab's own lines"
    with pytest.raises(ArgumentError, match="the name of a protocol"):
        join("nats://a:0123abcd-0123456789abcdef@127.0.0.1:4222", int)
    with pytest.raises(ArgumentError, match="invitation is a text, not 7"):
        join(7)


@FOR_REAL
@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")
def test_a_seat_says_at_once_that_the_class_cannot_be_reached_and_later_that_it_is_over() -> None:
    with Classroom(Model(build("mesh", 2), Raft), "raft") as room:
        seat = join(room.invitations["a"], "raft")
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = command.read_bytes()
                if str(room.folder).encode() in words and b"nats-server" in words.split(b"\0")[0]:
                    os.kill(int(command.parent.name), 9)

        def said() -> str:
            seat.look()
            return seat.scene["panels"]["status"]["text"]

        begin = monotonic()
        assert eventually(lambda: said().startswith("The class cannot be reached. Your agent goes on"))
        assert monotonic() - begin < 5
        assert eventually(lambda: said().startswith("Your agent is no longer in the class: the class cannot"))
