"""What the tests of real processes share: whether they can run here, which are left, and what was broken."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from time import monotonic, sleep

import pytest
from labkit.deploy import Deployed, check_installed
from labkit.deploy.life import kept
from labkit.engine import Simulator
from labkit.observe import Monitor
from labkit.values import by_name


def missing() -> str:
    """Why agents cannot run for real here; '' if they can."""
    try:
        check_installed()
    except ValueError as why:
        return str(why)
    return ""


FOR_REAL = pytest.mark.skipif(bool(missing()), reason=missing())
SOON = 60.0  # seconds: on a busy machine; nothing waits so long otherwise


def broken(run: Simulator) -> list[str]:
    """The properties that the run breaks, with the reason."""
    return [f"{one.prop.name}: {one.why}" for one in Monitor(run).verdicts(len(run)) if one.bad]


class KilledInTheEnd(Deployed):
    """Each agent is killed before all ends: `disk` is what is left of it, `network` how the network was before.

    silent: whether all cuts are.
    """

    silent = False

    def cut(self, a: str, b: str, *, silent: bool = False) -> None:
        super().cut(a, b, silent=silent or self.silent)

    def stop(self) -> None:
        try:
            if self.running:
                self.until(lambda: not self.system.down.intersection(self.processes), SOON)  # all that run have begun
                self.network = self.system.network
                for name in self.processes:
                    self.crash(name)
                self.disk = {name: durable(file_of(self, name)) for name in self.model.agents}
        finally:
            super().stop()


def file_of(real: Deployed, name: str) -> Path:
    """Where that agent keeps its durable fields, while the system runs."""
    return real.folder / f"agent-{sorted(real.model.agents, key=by_name).index(name)}.json"


def durable(path: Path) -> dict[str, str]:
    """The texts of the fields in the file of an agent."""
    found: dict[str, str] = {}
    for line in kept(path):
        found |= line["fields"]
    return found


def running(pids: Iterable[int]) -> list[int]:
    """Those of the processes that still run; a dead one that nobody has asked for does not."""
    return [pid for pid in pids if _runs(pid)]


def gone(pids: Iterable[int], seconds: float = SOON) -> bool:
    """Whether all these processes end within that time."""
    left, until = [*pids], monotonic() + seconds
    while (left := running(left)) and monotonic() < until:
        sleep(0.02)
    return not left


@contextmanager
def interrupted(after: float) -> Iterator[None]:
    """An interrupt of the cell comes after so many seconds, and ends what the block does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it may be ignored
    Timer(after, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGINT, before)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return os.path.exists("/proc") is False
