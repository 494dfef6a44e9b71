"""What a cell has started ends when the cell is run again, and not before."""

import subprocess
from collections.abc import Iterator
from queue import Empty
from types import SimpleNamespace
from typing import Any

import pytest
from cell_by_cell import Notebook, notebook
from for_real import FOR_REAL, SOON, gone, running
from jupyter_client.manager import KernelManager
from labkit.notebook import end_with_cell


class Shell:
    """As much of IPython's as tells which cell runs."""

    def __init__(self) -> None:
        self.cell, self.before = "", list[Any]()
        self.events = SimpleNamespace(register=lambda what, call: self.before.append(call))

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {"cellId": self.cell}}

    def run(self, cell: str) -> None:
        self.cell = cell
        for call in self.before:
            call()


@pytest.fixture
def shell() -> Iterator[Shell]:
    with notebook() as cells:
        shell = Shell()
        cells.names["get_ipython"] = lambda: shell
        yield shell


def test_it_ends_when_its_cell_is_run_again_the_latest_first(shell: Shell) -> None:
    ended: list[str] = []
    shell.run("one")
    end_with_cell(lambda: ended.append("first"))
    end_with_cell(lambda: ended.append("second"))
    shell.run("two")
    assert ended == []
    shell.run("one")
    assert ended == ["second", "first"]
    shell.run("one")
    assert len(ended) == 2, "once"


def test_what_goes_wrong_at_the_end_keeps_no_cell_from_running(shell: Shell) -> None:
    ended: list[str] = []
    shell.run("one")
    end_with_cell(lambda: ended.append("all the same"))
    end_with_cell(lambda: 1 / 0)
    shell.run("one")
    assert ended == ["all the same"]


@pytest.mark.parametrize("tells", [None, {}, {"metadata": {}}])
def test_where_nobody_tells_which_cell_it_is_nothing_ends_early(tells: Any) -> None:
    with notebook() as cells:
        shell = Shell()
        shell.get_parent = lambda: tells  # type: ignore[method-assign]
        cells.names["get_ipython"] = lambda: shell
        end_with_cell(lambda: pytest.fail("too early"))
        shell.run("one")


def test_outside_of_a_notebook_nothing_ends_early() -> None:
    cells = Notebook()
    assert "get_ipython" not in cells.names
    end_with_cell(lambda: pytest.fail("too early"))


CELL = """
from labkit.deploy import deploy
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.topology import build
real = deploy(Model(build("mesh", 2), FirstComeVoting))
print(*real.processes.values())
"""


@FOR_REAL
@pytest.mark.long
def test_the_processes_of_a_cell_end_when_it_is_run_again_in_a_real_kernel() -> None:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(stderr=subprocess.DEVNULL, extra_arguments=["--IPKernelApp.log_level=50"])
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=SOON)

    def run(cell: str, code: str = CELL) -> list[int]:
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        client.shell_channel.send(client.session.msg("execute_request", content, metadata={"cellId": cell}))
        said = ""
        while True:
            try:
                message = client.get_iopub_msg(timeout=SOON)
            except Empty:
                pytest.fail("the kernel is silent")
            assert message["msg_type"] != "error", message["content"]
            said += message["content"].get("text", "") if message["msg_type"] == "stream" else ""
            if message["content"].get("execution_state") == "idle":
                return [*map(int, said.split())]

    try:
        first, other = run("one"), run("two")
        assert running([*first, *other]) == [*first, *other]
        second = run("one")
        assert gone(first) and running([*other, *second]) == [*other, *second]
        run("two", "pass")
        assert gone(other) and running(second) == second
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert gone(second)
