"""What cannot be is refused in one sentence with the remedy, and the system goes on."""

import os
import shutil
from collections.abc import Iterator
from math import nan

import pytest
from for_real import FOR_REAL, SOON, file_of
from labkit.agents import AgentError
from labkit.deploy import Deployed, deploy
from labkit.deploy.server import CHOICE
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build

pytestmark = FOR_REAL


@pytest.fixture(scope="module")
def real() -> Iterator[Deployed]:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        yield real


def sentence(wrong: "pytest.ExceptionInfo[ValueError]") -> str:
    text = str(wrong.value)
    assert "\n" not in text and "Error:" not in text
    return text


@pytest.mark.parametrize(("seconds", "says"), [(nan, "not nan"), (-1, "not -1"), ("x", "not 'x'"), (None, "not None")])
def test_time_that_is_none_does_not_pass(real: Deployed, seconds: float, says: str) -> None:
    with pytest.raises(ValueError) as wrong:
        real.run(seconds)
    assert sentence(wrong) == f"seconds is a number, 0 or more, {says}"


def test_a_condition_is_a_function(real: Deployed) -> None:
    with pytest.raises(ValueError, match="until takes a function"):
        real.until(5, 1)


@pytest.mark.parametrize("value", ["\ud800", "x" * 300_000])
def test_a_request_that_cannot_be_sent_is_refused_and_the_next_is_answered(real: Deployed, value: str) -> None:
    before = len(real.replies)
    with pytest.raises(ValueError) as wrong:
        real.request("a", value)
    assert any(remedy in sentence(wrong) for remedy in ("replace it", "ask for less"))
    real.request("a", Propose(f"p{before}", "red"))
    assert real.until(lambda: len(real.replies) > before, SOON)


def test_a_cable_is_no_slower_than_servers_bear(real: Deployed) -> None:
    with pytest.raises(ValueError, match="from 0 to 400, not 401: servers take a slower cable for a cut one"):
        real.slow("a", "b", 401)


@pytest.mark.long
def test_over_the_slowest_cable_every_message_arrives() -> None:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        real.slow("a", "b", 400)
        for number in range(20):
            real.request("a", Propose(f"p{number}", "red", f"q{number}"))
            real.run(0.25)
        assert real.until(lambda: len({one.about for one in real.system.decisions if one.agent == "b"}) == 20, SOON)
        assert not real.lost


def test_an_agent_that_was_killed_from_outside_can_be_restarted_at_once() -> None:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        killed = real.processes["b"]
        os.kill(killed, 9)
        assert real.until(lambda: "b" not in real.processes, SOON)
        real.restart("b")
        assert real.processes["b"] != killed
    assert real.processes == {}
    with pytest.raises(ValueError, match="this system was stopped: deploy the model again"):
        real.restart("b")


@pytest.mark.skipif(os.name != "posix", reason="a program of POSIX")
def test_a_program_that_is_no_server_is_told_with_what_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in (shutil.which("false"), __file__):
        monkeypatch.setenv(CHOICE, str(program))
        with pytest.raises(ValueError, match=CHOICE) as wrong:
            deploy(Model(build("mesh", 2), FirstComeVoting))
        sentence(wrong)


@pytest.mark.parametrize("garbage", [b"garbage\n", b"\xff\xfe\n", b"5\n", b"{}\n"])
def test_a_disk_that_somebody_else_has_written_is_not_believed(garbage: bytes) -> None:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        real.crash("a")
        file_of(real, "a").write_bytes(garbage)
        with pytest.raises(AgentError, match="durable fields, was changed by somebody else: deploy the model again"):
            real.restart("a")
            real.run(SOON)
