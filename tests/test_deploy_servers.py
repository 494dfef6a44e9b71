"""A messaging server that dies by itself is started again in its place, and the system goes on."""

import os
import signal
from pathlib import Path

import pytest
from for_real import FOR_REAL, SOON
from labkit.deploy import Deployed, deploy
from labkit.engine import Model
from labkit.protocols import FirstComeVoting, Propose
from labkit.topology import build

pytestmark = [FOR_REAL, pytest.mark.long,
              pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")]


def server_of(real: Deployed, number: int) -> int:
    """The process of the server of the agent with that number; 0 while there is none."""
    wanted = str(real.folder / f"server-{number}.conf").encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if wanted in path.read_bytes().split(b"\0"):
                return int(path.parent.name)
        except OSError:
            pass  # it has just ended
    return 0


@pytest.mark.parametrize("store", [False, True])
def test_a_server_that_is_killed_comes_back_and_a_request_to_its_agent_is_answered(store: bool) -> None:
    with deploy(Model(build("mesh", 3), FirstComeVoting), store=store) as real:
        assert real.until(lambda: len(real.links()) == 3, SOON)
        old = server_of(real, 1)
        os.kill(old, signal.SIGKILL)
        assert real.until(lambda: real.restarted["b"] == 1, SOON)
        assert real.until(lambda: len(real.links()) == 3, SOON)
        assert server_of(real, 1) not in (0, old)
        real.request("b", Propose("p", "red"))
        assert real.until(lambda: len({one.agent for one in real.system.decisions}) == 3, SOON)
        assert dict(real.restarted) == {"b": 1}


def test_links_can_be_asked_for_while_a_server_is_dead() -> None:
    with deploy(Model(build("mesh", 3), FirstComeVoting)) as real:
        assert real.until(lambda: len(real.links()) == 3, SOON)
        os.kill(server_of(real, 0), signal.SIGKILL)
        assert real.until(lambda: len(real.links()) < 3, SOON)
        assert real.until(lambda: len(real.links()) == 3, SOON)


def test_a_cut_cable_of_a_server_that_came_back_is_still_cut() -> None:
    with deploy(Model(build("mesh", 3), FirstComeVoting)) as real:
        real.cut("a", "b")
        os.kill(server_of(real, 1), signal.SIGKILL)
        assert real.until(lambda: real.restarted["b"] == 1, SOON)
        assert real.until(lambda: real.links() == {("a", "c"), ("b", "c")}, SOON)
