"""A start that fails or is interrupted, an interrupt of any verb: nothing is left running, and the trace stays true."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from threading import Timer
from time import monotonic, sleep

import networkx as nx
import pytest
from for_real import FOR_REAL, SOON, gone, interrupted, running
from labkit.agents import Agent, AgentError, Reply, codec_of
from labkit.deploy import Deployed, deploy
from labkit.deploy.agent_process import main
from labkit.deploy.nursery import Nursery
from labkit.deploy.roles import roles_of
from labkit.engine import Model
from labkit.protocols import FirstComeVoting, Raft
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build

pytestmark = [FOR_REAL, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]
PAIR = Model(build("mesh", 2), FirstComeVoting)
NOBODY = "nats://127.0.0.1:1"
EXITING = """
import os, sys
from dataclasses import dataclass
from labkit.agents import Agent
if os.environ["KERNEL"] != str(os.getpid()):
    sys.exit("no notebook")

@dataclass
class Exiting(Agent):
    pass
"""
HURRIED = """
import os, signal, sys, threading
from labkit.deploy import deploy
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it may be ignored
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.topology import build
for after in map(float, sys.argv[2:]):
    threading.Timer(after, os.kill, (os.getpid(), getattr(signal, sys.argv[1]))).start()
    try:
        deploy(Model(build("mesh", 8), Raft)).run(2)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""
KILLED_AT_ONCE = """
import os
from labkit.deploy.owner import Owner
print(Owner(print).folder, flush=True)
os.kill(os.getpid(), 9)
"""


@dataclass
class Forking(Agent):
    """As a process it leaves a child at each request; in the kernel, where the run is replayed, it does not.

    The child writes its number into a file, for an answer that nobody can repeat would be no answer.
    """

    def request(self, value: str) -> Reply:
        if os.environ["KERNEL"] != str(os.getpid()) and os.fork() == 0:
            Path(value).write_text(f"{os.getpid()}\n", encoding="utf-8")
            signal.pause()
        return Reply(value, "ok")


@contextmanager
def interrupted_while_nobody_answers(real: Deployed) -> Iterator[None]:
    """The switchboard stands still; an interrupt comes before it goes on."""
    board = os.getsid(next(iter(real.processes.values())))
    os.kill(board, signal.SIGSTOP)
    go_on = Timer(1.0, os.kill, (board, signal.SIGCONT))
    go_on.start()
    with interrupted(after=0.3):
        yield
    go_on.join()


def started_by(folder: Path) -> list[int]:
    """The processes that know of this folder: a switchboard and all that it has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [int(path.parent.name)] * (str(folder).encode() in path.read_bytes())
        except OSError:  # it has just ended
            continue
    return running(found)


def test_a_cut_whose_waiting_is_interrupted_is_in_the_trace_and_can_be_mended() -> None:
    with deploy(PAIR) as real:
        with interrupted_while_nobody_answers(real):
            real.cut("a", "b")
        assert real.until(lambda: real.system.network.cut, SOON) and not real.links()
        real.heal_all()
        assert not real.system.network.cut and real.until(real.links, SOON)


def test_a_stop_that_is_interrupted_ends_all_the_same_and_nothing_is_under_way_any_more() -> None:
    real = deploy(Model(build("mesh", 3), Raft))
    agents = [*real.processes.values()]
    real.run(1.0)
    with interrupted_while_nobody_answers(real):
        real.stop()
    assert not real.running and gone(agents, 10) and not real.folder.exists()
    assert not [item for item in real.trace().present.pending.values() if item.packet]


def test_an_agent_whose_owner_goes_while_it_connects_goes_too(tmp_path: Path) -> None:
    """Its server is not there, and it calls again and again."""
    role = roles_of(PAIR, codec_of(FirstComeVoting), "session", 0, 1.0, "")["a"]
    pid, pipe = Nursery(main, []).start(json.dumps(role | {"store": str(tmp_path / "a.json"), "url": NOBODY}))
    sleep(0.5)
    assert running([pid])
    pipe.close()
    assert gone([pid], 10)


@pytest.mark.long
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_a_start_that_is_interrupted_or_killed_at_any_moment_leaves_nothing(how: str, tmp_path: Path) -> None:
    random, tries = Random(how), 12
    moments = [f"{random.uniform(0.02, 0.8):.3f}" for _ in range(tries)]
    for group in [moments] if how == "SIGINT" else [[one] for one in moments]:
        ran = subprocess.run([sys.executable, "-c", HURRIED, how, *group], env=os.environ | {"TMPDIR": str(tmp_path)},
                             capture_output=True, text=True, check=False, timeout=SOON + 10 * tries)
        assert ran.stdout.count("interrupted") > len(group) / 2 or how == "SIGKILL", ran.stderr
        until = monotonic() + 15
        while (left := started_by(tmp_path)) and monotonic() < until:
            sleep(0.1)
        assert not left and not [*tmp_path.iterdir()], group


def test_a_kernel_that_is_killed_before_it_has_said_what_to_build_leaves_no_folder(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, "-c", KILLED_AT_ONCE], env=os.environ | {"TMPDIR": str(tmp_path)},
                          capture_output=True, text=True, check=False).stdout
    until = monotonic() + 10
    while Path(told.strip()).exists() and monotonic() < until:
        sleep(0.05)
    assert told.startswith(str(tmp_path)) and not Path(told.strip()).exists()


@pytest.mark.parametrize(("source", "says"), [
    ("import sys; sys.exit(3)", r"agent [ab]: the code of its class ends the process when it is loaded \(3\): leave"),
    ("import os; os._exit(3)", "the process of agent [ab] has ended while it started: deploy the model again"),
    ("1 / 0", "agent [ab] broke: ZeroDivisionError"),
])
def test_an_agent_that_ends_while_it_starts_is_told_at_once(source: str, says: str) -> None:
    begin = monotonic()
    with pytest.raises(AgentError, match=says):
        deploy(PAIR, source=source)
    assert monotonic() - begin < 20


def test_a_module_that_ends_a_process_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exiting.py").write_text(EXITING, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("KERNEL", str(os.getpid()))
    kind = import_module("exiting").Exiting
    with pytest.raises(AgentError, match="the code of its class ends the process when it is loaded"):
        deploy(Model(build("mesh", 2), kind))


@pytest.mark.parametrize("end", [
    lambda real: real.crash("a"),
    lambda real: os.kill(real.processes["a"], signal.SIGKILL),
    lambda real: real.stop(),
    lambda real: os.kill(os.getsid(real.processes["a"]), signal.SIGKILL),
], ids=["crash", "killed", "stop", "switchboard killed"])
def test_what_an_agent_has_forked_ends_with_it_and_holds_up_nothing(
    end: Callable[[Deployed], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNEL", str(os.getpid()))
    told = tmp_path / "child"
    with deploy(Model(build("mesh", 3), Forking)) as real:
        real.request("a", str(told))
        assert real.until(lambda: told.exists() and told.read_text().endswith("\n"), SOON)
        child, begin = int(told.read_text()), monotonic()
        assert running([child])
        end(real)
        assert gone([child], 10) and monotonic() - begin < 15


def test_an_agent_that_was_killed_is_told_though_what_it_has_forked_holds_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNEL", str(os.getpid()))
    with deploy(Model(build("mesh", 3), Forking)) as real:
        real.request("a", str(tmp_path / "child"))
        assert real.until(lambda: real.replies, SOON)
        os.kill(real.processes["a"], signal.SIGKILL)
        assert real.until(lambda: "a" not in real.processes, SOON)
        real.cut("b", "c")


@pytest.mark.parametrize("name", ["", "b#1"])
def test_an_agent_is_not_called_like_a_life_of_another(name: str) -> None:
    names: nx.Graph[str] = nx.Graph([("b", name)])
    with pytest.raises(ValueError, match="has a name without #"):
        deploy(Model(names, FirstComeVoting))


def test_a_folder_may_be_called_as_it_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / 'a "b" ü'
    odd.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    with deploy(PAIR, servers=None) as real:
        real.request("a", Propose("p", "red"))
        assert real.until(lambda: real.system.decisions, SOON)
