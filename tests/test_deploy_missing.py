"""Where agents cannot run for real, one sentence says why and what to do; nothing has been started then."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from for_real import FOR_REAL
from labkit.deploy import check_installed, deploy, server
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.topology import build

ROOT = Path(__file__).parents[1]
MODEL = Model(build("mesh", 3), Raft)


def refusal() -> str:
    with pytest.raises(ValueError) as wrong:
        deploy(MODEL)
    assert "\n" not in str(wrong.value)
    return str(wrong.value)


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A computer without a server: none beside Python, beside the client, on the path, or chosen."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(server.CHOICE, raising=False)
    monkeypatch.setattr(server, "find_spec", lambda name: find_spec("json"))
    return monkeypatch


def test_without_a_server_the_remedy_is_named(nothing: pytest.MonkeyPatch) -> None:
    assert "its server is not installed: stop Jupyter, say 'make lab'" in refusal()
    pins = {line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split() if line.startswith("nats-")}
    assert len(pins) == 2 and all(pin in refusal() for pin in pins), "the remedy names the versions that are pinned"


def test_without_the_client_the_remedy_is_named(nothing: pytest.MonkeyPatch) -> None:
    nothing.setattr(server, "find_spec", lambda name: None)
    assert "its client is not installed: stop Jupyter, say 'make lab'" in refusal()


def test_on_a_page_there_are_no_processes(nothing: pytest.MonkeyPatch) -> None:
    nothing.setattr(sys, "platform", "emscripten")
    assert "a page has no processes" in refusal() and "Binder" in refusal()


def test_a_server_that_is_chosen_must_be_there(nothing: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing.setenv(server.CHOICE, str(tmp_path / "none"))
    assert "where there is no file" in refusal()
    (tmp_path / "own").write_bytes(b"")
    nothing.setenv(server.CHOICE, str(tmp_path / "own"))
    assert check_installed() == tmp_path / "own"


def test_a_server_beside_python_is_the_pinned_one_byte_for_byte(nothing: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / server.PROGRAM).write_bytes(b"another")
    assert "is not the one that this lab was tested with" in refusal()


@FOR_REAL
def test_the_server_that_is_installed_here_is_a_pinned_one() -> None:
    assert server.is_pinned(check_installed())


def test_what_cannot_be_deployed_is_told_before_anything_starts() -> None:
    for wrong, says in (((MODEL, -1), "pace is"), (("raft", 1), "deploy takes a model")):
        with pytest.raises(ValueError, match=says):
            deploy(wrong[0], pace=wrong[1])
