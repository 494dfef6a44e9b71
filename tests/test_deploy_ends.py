"""Whatever an agent or the notebook does, the others go on, and all ends when it should."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from for_real import FOR_REAL, SOON, gone, running
from labkit.deploy import Deployed, deploy
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build

pytestmark = [FOR_REAL, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]

BESIDE = """
from dataclasses import dataclass
from labkit.agents import Agent, Reply

@dataclass
class Beside(Agent):
    def request(self, value):
        return Reply(value, "ok")
"""
ASKS = """
import time
from labkit.deploy import deploy
from labkit.engine import Model
from labkit.topology import build
from beside import Beside
with deploy(Model(build("mesh", 2), Beside)) as real:
    real.request("a", "x")
    print(real.until(lambda: real.replies, 60))
"""
LEAVES_A_CHILD = """
import os, time
from labkit.deploy import deploy
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.topology import build
real = deploy(Model(build("mesh", 2), FirstComeVoting))
if os.fork() == 0:
    time.sleep(60)
    os._exit(0)
print(*real.processes.values(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def stopped() -> Iterator[Deployed]:
    """Three agents, of which a is stopped in the middle of its work, and has been told more than its pipe holds."""
    with deploy(Model(build("mesh", 3), FirstComeVoting)) as real:
        os.kill(real.processes["a"], signal.SIGSTOP)
        for number in range(20):
            real.request("a", Propose(f"p{number}", "x" * 100_000))
        yield real


def test_an_agent_that_takes_nothing_in_holds_up_nobody_else(stopped: Deployed) -> None:
    begin = monotonic()
    stopped.cut("b", "c")
    stopped.request("b", Propose("q", "red"))
    assert stopped.until(lambda: stopped.replies, SOON)
    stopped.crash("a")
    assert monotonic() - begin < 20 and "a" not in stopped.processes


def test_an_agent_that_takes_nothing_in_ends_with_the_others(stopped: Deployed) -> None:
    agents = [*stopped.processes.values()]
    begin = monotonic()
    stopped.stop()
    assert gone(agents, 1) and monotonic() - begin < 8


@pytest.mark.long
def test_an_agent_that_takes_nothing_in_ends_when_the_owner_of_all_is_killed(stopped: Deployed) -> None:
    agents = [*stopped.processes.values()]
    os.kill(os.getsid(agents[0]), signal.SIGKILL)
    assert gone(agents, 10)


def test_a_child_that_a_killed_kernel_leaves_behind_keeps_nothing_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", LEAVES_A_CHILD], stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as kernel:
        try:
            assert kernel.stdout
            agents = [int(pid) for pid in kernel.stdout.readline().split()]
            assert len(running(agents)) == 2
            kernel.kill()
            assert gone(agents, 10)
        finally:
            os.killpg(kernel.pid, signal.SIGKILL)


def test_a_class_in_a_file_beside_the_notebook_is_found(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text(BESIDE, encoding="utf-8")
    (tmp_path / "asks.py").write_text(ASKS, encoding="utf-8")
    asked = subprocess.run([sys.executable, "asks.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert asked.stdout.strip() == "True", asked.stderr
