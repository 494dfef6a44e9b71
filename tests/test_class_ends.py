"""A class at its edges: a seat that is just being taken, a start that is interrupted, what is too large, odd names."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import networkx as nx
import pytest
from for_real import FOR_REAL, SOON, broken, gone, interrupted
from labkit.agents import codec_of
from labkit.deploy import Classroom, take_seat
from labkit.deploy.classroom.class_server import why_not
from labkit.engine import Model, Request
from labkit.protocols import FirstComeVoting, Raft
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build
from labkit.views import Player

pytest.importorskip("nats")
from stranger import Stranger

pytestmark = [FOR_REAL, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]
LINUX = pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")
CODEC = codec_of(FirstComeVoting)
CODE = "02468ace-02468ace02468ace"
TOO_LARGE = ("y" * 300_000, "ü" * 130_000, '"' * 130_000)


def voters(seats: int = 2) -> Classroom:
    return Classroom(Model(build("mesh", seats), FirstComeVoting))


@pytest.fixture
def room() -> Iterator[Classroom]:
    with voters() as made:
        yield made


def fresh(name: str, *peers: str) -> dict[str, str]:
    """The fields of an agent that has just begun, as its process reports them."""
    return {field: CODEC.text(value) for field, value in vars(FirstComeVoting(name, peers)).items()
            if field not in ("id", "peers")}


def requests(room: Classroom) -> list[object]:
    """What clients asked for."""
    return [step.event.value for step in room.trace().trace if isinstance(step.event, Request)]


def unheard(room: Classroom) -> list[object]:
    """What was asked of agents that were down."""
    run = room.trace()
    return [step.event.value for place, step in enumerate(run.trace)
            if isinstance(step.event, Request) and step.event.agent in run.at(place).system.down]


def below(pid: int) -> list[int]:
    """All processes that this one has started, and those that they have."""
    near = list[int]()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # that thread has just ended
            near += map(int, task.read_text().split())
    return near + [far for one in near for far in below(one)]


def test_a_run_that_was_told_is_not_gone_on_with_for_others(room: Classroom) -> None:
    shown = Player(room.trace(), at=None)
    shown.press("Step")
    assert "This run ended here: what agents of others would do next, nobody here knows" in shown.status
    for act in ("Branch here", "Restart"):
        shown.press(act)
        assert shown.status.startswith("What agents of others would do next, nobody here knows")
    assert shown.branches == ("main",)


# ---- a seat that is just being taken ---------------------------------------------------------------------------------


def test_an_agent_that_is_asked_before_it_has_begun_answers_and_keeps_its_seat(room: Classroom) -> None:
    with Stranger(room.invitations["a"]) as a:
        a.join()
        assert room.until(lambda: "a" in room.seated, SOON) and "a" in room.system.down
        room.request("a", "early")
        a.pause()
        a.report(fields=fresh("a", "b"))
        a.report(what="request", of=1, clock={"a": 2})
        assert room.until(lambda: requests(room) == ["early"], SOON), room.ends
        assert room.seated == ("a",) and not room.refused and not unheard(room)


def test_what_an_agent_was_asked_that_never_began_was_asked_in_vain(room: Classroom) -> None:
    with Stranger(room.invitations["a"]) as a:
        a.join()
        assert room.until(lambda: "a" in room.seated, SOON)
        room.request("a", "early")
        assert unheard(room) == []
        a.say("leave", b"mine\n")
        assert room.until(lambda: "a" not in room.seated, SOON)
    assert unheard(room) == ["early"]


@pytest.mark.long
def test_whoever_is_asked_while_they_join_is_not_expelled(room: Classroom) -> None:
    for number in range(8):
        seat = take_seat(room.invitations["a"], FirstComeVoting)
        room.request("a", number)
        assert not seat.wait(0.5), seat.over
        seat.leave()
    assert not room.refused and broken(room.trace()) == []


def test_a_message_that_is_late_for_one_life_does_not_end_the_next(room: Classroom) -> None:
    a, b = (take_seat(room.invitations[name], FirstComeVoting) for name in "ab")
    assert room.until(lambda: not room.system.down, SOON)
    room.slow("a", "b", 2_000)
    room.request("a", Propose("p", "red"))
    assert room.until(lambda: room.system.flight, SOON)
    b.leave()
    again = take_seat(room.invitations["b"], FirstComeVoting)
    assert not again.wait(3), again.over
    assert broken(room.trace()) == [] and not room.refused and room.lost == {"b is down": 1}
    a.leave()


def test_a_busy_seat_that_is_taken_is_said_to_be_taken(room: Classroom) -> None:
    seat, enough = take_seat(room.invitations["a"], FirstComeVoting), Event()

    def ask() -> None:
        while not enough.wait(0.005):  # no faster than a class lets an agent report
            room.request("a", "still there?")

    asking = Thread(target=ask)
    asking.start()
    try:
        with pytest.raises(ValueError, match="seat a is taken"):
            take_seat(room.invitations["a"], FirstComeVoting)
    finally:
        enough.set()
        asking.join()
        seat.stop()


# ---- starts and ends -------------------------------------------------------------------------------------------------


@LINUX
def test_an_interrupt_while_a_seat_is_being_taken_leaves_nothing_running() -> None:
    before = {*below(os.getpid())}
    with socket.create_server(("127.0.0.1", 0)) as silent:  # so that the agent waits
        with interrupted(after=1):
            take_seat(f"nats://c:{CODE}@127.0.0.1:{silent.getsockname()[1]}", FirstComeVoting)
        assert gone({*below(os.getpid())} - before, 2)


@LINUX
def test_an_interrupt_while_a_class_opens_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = tmp_path / "nats-server"
    server.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    server.chmod(0o700)
    monkeypatch.setenv("DAY13_NATS_SERVER", str(server))
    before = {*below(os.getpid())}
    with interrupted(after=1):
        voters()
    assert gone({*below(os.getpid())} - before, 2)


@LINUX
def test_a_class_and_a_seat_whose_processes_were_killed_can_be_stopped() -> None:
    before = {*below(os.getpid())}
    room = voters()
    seat = take_seat(room.invitations["a"], FirstComeVoting)
    ours = {*below(os.getpid())} - before
    for pid in ours:
        with suppress(ProcessLookupError):  # it has ended with another
            os.kill(pid, signal.SIGKILL)
    assert gone(ours) and seat.wait(SOON)
    with pytest.raises(ValueError, match="your agent is in no class any more: join again"):
        seat.ask("x")
    seat.leave()
    room.stop()
    assert not seat.running and not room.running
    with pytest.raises(ValueError, match="the class is over: open it again"):
        room.cut("a", "b")


# ---- what is too large -----------------------------------------------------------------------------------------------


def test_a_request_that_no_server_passes_is_refused_in_one_sentence_and_the_agent_goes_on(room: Classroom) -> None:
    seat = take_seat(room.invitations["a"], FirstComeVoting)
    for value in TOO_LARGE:
        for ask in (lambda: room.request("a", value), lambda: seat.ask(value)):  # noqa: B023 - called at once
            with pytest.raises(ValueError, match=r"a request has at most 250,000 bytes, this one .*: ask for less"):
                ask()
    room.request("a", "y" * 240_000)
    seat.ask("small")
    assert room.until(lambda: requests(room) == ["y" * 240_000, "small"], SOON), room.ends
    assert not seat.wait(0.1) and not unheard(room)


def test_what_a_stranger_asks_is_refused_and_counted_where_it_is_too_large_to_be_handed_back(room: Classroom) -> None:
    with Stranger(room.invitations["a"]) as a:
        a.join()
        a.say("ask", CODEC.text('"' * 70_000).encode())
        assert room.until(lambda: room.seated and room.refused.get("a"), SOON)
        assert room.refused["a"] == {"a message was too large": 1} and not requests(room)


def test_a_seat_with_more_on_its_disk_than_the_class_can_hand_over_says_so(room: Classroom) -> None:
    with Stranger(room.invitations["a"]) as a:
        a.join()
        a.report(fields=fresh("a", "b") | {"mine": "x" * 200_000})
        room.request("a", "more")
        a.report(what="request", of=1, clock={"a": 2}, fields={"more": "x" * 200_000})
        a.say("leave", b"mine\n")
    with pytest.raises(ValueError, match=r"must be told has .* bytes, and 250,000 is the most"):
        take_seat(room.invitations["a"], FirstComeVoting)


# ---- names -----------------------------------------------------------------------------------------------------------


def named(*names: str) -> Model:
    return Model(nx.path_graph(names, create_using=nx.Graph), Raft)


def test_seats_have_names_of_letters_and_digits_and_others_are_refused_at_once() -> None:
    for name in ("a b", 'q"', "a.b", "*", ">", "", "a\n", "x" * 41, "owner"):
        with pytest.raises(ValueError, match=r"name has 1 to 40 letters, digits, - and _.*relabel_nodes") as wrong:
            Classroom(named(name, "c"))
        assert "\n" not in str(wrong.value) and len(str(wrong.value)) < 300


def test_whatever_name_a_seat_may_have_its_invitation_is_one() -> None:
    names = ("1", "n-1", "ü", "_", "-", "x" * 40)
    with Classroom(named(*names)) as room:
        seats = [take_seat(room.invitations[name], Raft) for name in ("1", "n-1", "ü", "x" * 40)]
        assert room.until(lambda: len(room.seated) == len(seats), SOON) and not room.refused
        with Stranger(room.invitations["-"]) as stranger:
            stranger.listen(">")
        assert room.until(lambda: room.seated and "-" in room.refused, SOON)
        for seat in seats:
            seat.stop()


class Forbidden(socket.socket):
    """Of a computer on which one may not open that port."""

    def bind(self, address: object) -> None:
        raise PermissionError


def test_a_port_that_one_may_not_open_is_not_said_to_be_somebodys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_not("127.0.0.1", 0) == ""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "somebody else does; choose another" in why_not("127.0.0.1", taken.getsockname()[1])
    monkeypatch.setattr(socket, "socket", Forbidden)
    assert "does not let you open port 80: choose one from 1024 on" in why_not("127.0.0.1", 80)
