"""The class is the cluster: each brings one agent, the instructor has the network, and a stranger hurts nobody."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
from for_real import FOR_REAL, SOON, broken, gone
from labkit.agents import codec_of
from labkit.deploy.classroom.classroom import Classroom
from labkit.deploy.classroom.joining import take_seat
from labkit.deploy.wire import Envelope, Wire
from labkit.engine import Model
from labkit.protocols import FirstComeVoting, Raft
from labkit.protocols.consensus.quorum_messages import Ballot, Proposal, Propose
from labkit.topology import build

pytest.importorskip("nats")
from stranger import Stranger

pytestmark = FOR_REAL
CODEC = codec_of(FirstComeVoting)
FRESH = {name: CODEC.text(value) for name, value in vars(FirstComeVoting("e", tuple("abcdf"))).items()
         if name not in ("id", "peers")}  # the fields of an agent that has just begun
FREE = "02468ace-02468ace02468ace"


def voters(seats: int) -> Classroom:
    return Classroom(Model(build("mesh", seats), FirstComeVoting), "first-come voting")


def decided(room: Classroom, about: str = "") -> set[str]:
    return {one.agent for one in room.system.decisions if one.about == about}


def leaders(room: Classroom) -> list[str]:
    """Those that say that they lead, the newest term first."""
    led = {name: agent.leading for name, agent in room.system.agents.items()
           if agent.leading is not None and name not in room.system.down}
    return sorted(led, key=led.__getitem__, reverse=True)


def refusals(room: Classroom) -> int:
    room.until(lambda: False, 0.05)
    return sum(count for of_seat in room.refused.values() for count in of_seat.values())


# ---- a small class ---------------------------------------------------------------------------------------------------


def test_a_class_of_two_decides() -> None:
    with voters(2) as room:
        lines = room.invitations
        assert room.system.down == {"a", "b"} and not room.seated
        first, second = take_seat(lines["a"], "first-come voting"), take_seat(lines["b"], FirstComeVoting)
        assert room.until(lambda: not room.system.down, SOON) and room.seated == ("a", "b")
        first.ask(Propose("p", "red"))
        assert room.until(lambda: decided(room) == {"a", "b"}, SOON)
        first.leave()
        assert room.until(lambda: room.seated == ("b",), SOON) and room.system.down == {"a"}
        assert room.ends["a"] == "it has left" and refusals(room) == 0
        run = room.trace()
    assert broken(run) == [] and not room.lost
    second.wait(SOON)
    assert second.over == "the class is over" and not second.running and not room.folder.exists()
    assert any("a sent: " in text for _, text, _ in second.log)


# ---- a class, and somebody with a code and a program of their own ----------------------------------------------------


@pytest.fixture(scope="module")
def room() -> Iterator[Classroom]:
    """Two honest agents, a and b, and four more seats."""
    with ExitStack() as stack:
        made = stack.enter_context(voters(6))
        for name in "ab":
            stack.callback(take_seat(made.invitations[name], FirstComeVoting).stop)
        yield made


def nobody_is_hurt(room: Classroom, about: str) -> None:
    """What is asked of one honest agent is still heard by the other, and both are there."""
    room.request("a", Propose(about, "red", about))
    assert room.until(lambda: about in str(room.system.agents["b"].votes), SOON), room.ends
    assert room.seated[:2] == ("a", "b")


def counted(room: Classroom, seat: str, why: str) -> bool:
    """Whether something is refused this seat for that reason, within some time."""
    return room.until(lambda: room.seated and any(why in one for one in room.refused.get(seat, ())), SOON)


@pytest.mark.long
def test_the_server_refuses_what_no_seat_may_do_and_it_is_counted(room: Classroom) -> None:
    with pytest.raises(ValueError, match="does not know this code"):
        take_seat(re.sub("-.*@", "-0123456789abcdef@", room.invitations["c"]), FirstComeVoting)
    assert counted(room, "", "without a valid code")
    with Stranger(room.invitations["c"]) as c:
        c.listen(f"in.{c.session}.*.b.*")
        c.listen(">")
        c.say("message", b"x", to="a", name="b")
        c.say("message", b"x", to="a", session="other")
        c.publish("$SYS.REQ.SERVER.PING", b"")
        c.publish(f"in.{c.session}.b.a.message", b"x")
        c.pause()
        assert len(c.complaints) == 6 and all("permissions violation" in one for one in c.complaints)
        nobody_is_hurt(room, "first")
        assert c.heard == []
    assert counted(room, "c", "spoke where it may not") and counted(room, "c", "listened where it may not")
    assert room.refused["c"]["a seat spoke where it may not"] == 4


@pytest.mark.long
def test_a_seat_is_taken_once(room: Classroom) -> None:
    with pytest.raises(ValueError, match="seat a is taken: use the invitation that is yours"):
        take_seat(room.invitations["a"], "first-come voting")
    assert counted(room, "a", "wanted a seat that is taken")
    nobody_is_hurt(room, "once")


@pytest.mark.long
def test_what_is_too_large_is_refused_and_counted(room: Classroom) -> None:
    parts = room.invitations["c"].split("@")
    host, port = parts[1].split(":")
    name, code = parts[0].removeprefix("nats://").split(":")
    with socket.create_connection((host, int(port))) as plug:
        plug.recv(4096)
        plug.sendall(b'CONNECT {"user":"%b","pass":"%b","verbose":false}\r\nPING\r\n' % (name.encode(), code.encode()))
        assert b"PONG" in plug.recv(4096)
        plug.sendall(b"PUB lab.%b.c.a.message 900000\r\n" % code.split("-")[0].encode())
        assert b"Maximum Payload" in plug.recv(4096)
    assert counted(room, "c", "too large")
    nobody_is_hurt(room, "large")


@pytest.mark.long
def test_messages_that_were_not_reported_are_refused_and_counted(room: Classroom) -> None:
    """In the own name, in another's, malformed, to nobody, without a seat."""
    wire = Wire(room.invitations["d"].split(":")[2].split("-")[0], "d", CODEC, {})
    text = wire.written(Envelope("d", 0, "a", 1, {"d": 1}, Ballot(Proposal("p", "red", ""), "yes")))
    with Stranger(room.invitations["d"]) as d:
        d.say("message", text, to="a")
        assert counted(room, "d", "where there is no link")
        assert d.join()["life"] == 0
        before = refusals(room)
        forged = [b"", b"x", b"{}", text, json.dumps(json.loads(text) | {"sender": "b"}).encode()]
        for data in forged:
            d.say("message", data, to="a")
        d.say("hello", b"", to="a")
        d.say("message", text, to="z")
        d.say("eval", b"1")
        d.say("join", b"[]")
        d.say("ask", b'["Eval","1"]')
        d.pause()
        assert room.until(lambda: refusals(room) == before + len(forged) + 5, SOON), room.refused
        nobody_is_hurt(room, "forged")


@pytest.mark.long
@pytest.mark.parametrize(("why", "lie"), [
    ("", {}),
    ("clock", {"clock": {"e": 5}}), ("clock", {"clock": {"e": 1, "a": 99}}), ("clock", {"clock": {"e": 1, "z": 1}}),
    ("in the name of another", {"agent": "a"}), ("none", {"effects": ["x"]}),
    ("the fields of a report", {"what": "eval"}),
    ("of its votes is of another kind", {"fields": FRESH | {"votes": "7"}}),
    ("a value that is none", {"fields": FRESH | {"votes": "__import__('os').abort()"}}),
    ("that was not handed to it", {"what": "receive", "of": ["a", 0, 1]}),
])
def test_a_seat_whose_report_does_not_fit_is_out_and_may_come_again(
    room: Classroom, why: str, lie: dict[str, object],
) -> None:
    with Stranger(room.invitations["e"]) as e:
        life = e.join()["life"]
        clock = lie.get("clock", {"e": 1})
        assert isinstance(clock, dict)
        told = {"fields": FRESH, "life": life} | lie
        told["clock"] = {f"e#{life}" if life and name == "e" else name: count for name, count in clock.items()}
        assert room.until(lambda: "e" in room.seated, SOON)
        e.report(**told)
        if not why:
            assert room.until(lambda: "e" not in room.system.down, SOON), "without a lie it is believed"
            e.report(**told)  # which happens only once
        out = "it does not fit: it reports of a life that it does not have" if not why else "it does not fit"
        assert room.until(lambda: room.ends.get("e", "").startswith(out), SOON), room.ends
        e.pause()
        assert why in room.ends["e"] and "e" in room.system.down
        assert any(subject.endswith(".over") for subject, _ in e.heard)
        nobody_is_hurt(room, why)


@pytest.mark.long
def test_a_flood_is_not_heard(room: Classroom) -> None:
    with Stranger(room.invitations["f"]) as f:
        f.join()
        f.flood(f"lab.{f.session}.f.a.message", b"x" * 5_000, 10_000)
        assert counted(room, "f", "more than anybody needs")
        assert room.until(lambda: "does not fit" in room.ends.get("f", ""), SOON)
        nobody_is_hurt(room, "flood")
    assert room.until(lambda: _joins(room.invitations["f"]), SOON), "after a while it may come again"


def _joins(invitation: str) -> bool:
    try:
        take_seat(invitation, FirstComeVoting).leave()
    except ValueError:
        return False
    return True


@pytest.mark.long
def test_where_the_hub_passes_messages_on_each_is_checked_on_both_links() -> None:
    """In a star, b and c hear each other through a; what is on a slow link when it is cut, does not arrive."""
    with Classroom(Model(build("star", 3), FirstComeVoting), "first-come voting") as star, ExitStack() as stack:
        for line in star.invitations.values():
            stack.callback(take_seat(line, FirstComeVoting).stop)
        assert star.until(lambda: not star.system.down, SOON)
        star.request("b", Propose("p", "red"))
        assert star.until(lambda: decided(star) == {"a", "b", "c"}, SOON)
        assert star.until(lambda: not star.system.flight, SOON), "all have arrived, or are known to be lost"
        star.slow("a", "c", 500)
        star.request("b", Propose("q", "blue", "second"))
        assert star.until(lambda: decided(star, "second") >= {"a", "b"}, SOON)
        star.cut("a", "c")
        assert star.until(lambda: star.lost.get("the link a → c is cut"), SOON)
        assert star.links() == {("a", "b")} and refusals(star) == 0
    assert broken(star.trace()) == []


# ---- three kernels ---------------------------------------------------------------------------------------------------

KERNEL = """
import sys, time
from labkit.deploy.classroom.joining import take_seat
from labkit.protocols import Raft
seat = take_seat(sys.argv[1], Raft)
print("joined", flush=True)
while not seat.over:
    time.sleep(0.1)
    seat.look()
print(seat.over, flush=True)
"""


@pytest.fixture
def kernel() -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    with ExitStack() as stack:
        def start(invitation: str) -> "subprocess.Popen[str]":
            made = stack.enter_context(subprocess.Popen([sys.executable, "-c", KERNEL, invitation], text=True,
                                                        stdout=subprocess.PIPE))
            stack.callback(made.kill)
            return made

        yield start


def children(pid: int) -> list[int]:
    """All processes below this one."""
    near = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return near + [below for one in near for below in children(one)]


MINE = '''
from dataclasses import dataclass
from labkit.protocols import Raft

@dataclass
class Mine(Raft):
    """Raft that counts what it is asked."""

    count: int = 0

    def request(self, value):
        self.count += 1
        return super().request(value)
'''


def mine() -> type[Raft]:
    """A class as a notebook defines it: no other process can import it."""
    module = sys.modules["answer"] = ModuleType("answer")
    exec(MINE, vars(module))
    return module.Mine


@pytest.mark.long
def test_three_kernels_elect_a_leader_whom_the_instructor_cuts_off(
    kernel: Callable[[str], "subprocess.Popen[str]"],
) -> None:
    model = Model(build("mesh", 3), Raft)
    with Classroom(model, "raft", pace=4) as room:
        others = [kernel(room.invitations[name]) for name in "ab"]
        own = take_seat(room.invitations["c"], mine(), source=MINE)
        assert [one.stdout.readline() for one in others if one.stdout] == ["joined\n"] * 2
        assert room.until(lambda: room.kinds == {"a": "Raft", "b": "Raft", "c": "Mine"}, SOON)
        assert room.until(lambda: leaders(room), SOON)
        old = leaders(room)[0]
        room.isolate(old)
        assert len(room.links()) == 1
        assert room.until(lambda: leaders(room) and leaders(room)[0] != old, SOON), "in a higher term"
        room.request(leaders(room)[0], "kept")
        assert room.until(lambda: any(one.ok for one in room.system.replies), SOON)
        room.heal_all()
        assert room.until(lambda: all("kept" in agent.stored for agent in room.system.agents.values()), SOON)
        pids = children(others[0].pid)
        os.kill(others[0].pid, signal.SIGKILL)
        assert gone(pids) and room.until(lambda: "a" not in room.seated, SOON)
        assert room.ends["a"] == "its connection is lost" and "a" in room.system.down
        again = take_seat(room.invitations["a"], Raft)
        assert room.until(lambda: "a" not in room.system.down, SOON) and again.life == 1
        assert "kept" in room.system.agents["a"].stored, "the class has kept its disk"
        again.leave()
        own.leave()
    assert broken(room.trace()) == [] and refusals(room) == 0


INSTRUCTOR = """
import time
from labkit.deploy.classroom.classroom import Classroom
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.topology import build
room = Classroom(Model(build("mesh", 2), Raft), "raft")
print(*room.invitations.values(), flush=True)
time.sleep(600)
"""


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")
def test_kill_9_of_the_instructors_kernel_leaves_no_process_here_or_there(
    kernel: Callable[[str], "subprocess.Popen[str]"],
) -> None:
    with subprocess.Popen([sys.executable, "-c", INSTRUCTOR], text=True, stdout=subprocess.PIPE) as owner:
        try:
            assert owner.stdout
            student = kernel(owner.stdout.readline().split()[0])
            assert student.stdout and student.stdout.readline() == "joined\n"
            here, there = children(owner.pid), children(student.pid)
            assert len(here) >= 2 and len(there) >= 2
            owner.kill()
            assert gone(here)
            assert "cannot be reached any more: join again" in student.stdout.readline()
            assert gone(there)
        finally:
            owner.kill()


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux says who listens where")
def test_a_class_listens_on_this_computer_alone_unless_it_is_told_otherwise(room: Classroom) -> None:
    port = int(room.invitations["a"].rsplit(":", 1)[1])
    listening = [row.split()[1] for table in ("tcp", "tcp6") if Path(f"/proc/net/{table}").exists()
                 for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:] if row.split()[3] == "0A"]
    assert [one for one in listening if one.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


# ---- what is said ----------------------------------------------------------------------------------------------------


def refusal(invitation: str, kind: object = "raft") -> str:
    with pytest.raises(ValueError) as wrong:
        take_seat(invitation, kind)
    assert "\n" not in str(wrong.value) and FREE not in str(wrong.value)
    return str(wrong.value)


def test_a_line_that_is_no_invitation_is_refused_before_anything_starts() -> None:
    for line in ("", "nats://127.0.0.1:4222", f"nats://c:{FREE}@127.0.0.1", f"http://c:{FREE}@127.0.0.1:4222",
                 "nats://c:secret@127.0.0.1:4222", f"nats://c.*:{FREE}@127.0.0.1:4222"):
        assert "copy the whole line that your instructor has given you" in refusal(line)
    assert "join takes a class of agents" in refusal(f"nats://c:{FREE}@127.0.0.1:4222", int)


def test_a_host_that_is_not_of_this_computer_is_refused() -> None:
    model = Model(build("mesh", 2), Raft)
    for host in ("203.0.113.7", "0.0.0.0"):
        with pytest.raises(ValueError, match=r"address"):
            Classroom(model, host=host)


@pytest.mark.long
def test_a_class_that_is_not_there_or_plays_something_else_is_told_in_one_sentence(room: Classroom) -> None:
    assert "no class answers at 127.0.0.1:9: is the class open" in refusal(f"nats://c:{FREE}@127.0.0.1:9")
    with pytest.raises(ValueError, match=r"cannot listen at port .*: somebody else does; choose another"):
        Classroom(room.model, port=room.port)
    assert "this class plays first-come voting, and Raft is no FirstComeVoting" in refusal(room.invitations["d"], Raft)
    take_seat(room.invitations["d"], FirstComeVoting).leave()  # at once, for the refused one has given its seat back

