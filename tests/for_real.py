"""What the tests of real processes share: whether they can run here, which are left, and what was broken."""

import os
from collections.abc import Iterable
from time import monotonic, sleep

import pytest
from labkit.deploy import check_installed
from labkit.engine import Simulator
from labkit.observe import Monitor


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


def running(pids: Iterable[int]) -> list[int]:
    """Those of the processes that still run; a dead one that nobody has asked for does not."""
    return [pid for pid in pids if _runs(pid)]


def gone(pids: Iterable[int], seconds: float = SOON) -> bool:
    """Whether all these processes end within that time."""
    left, until = [*pids], monotonic() + seconds
    while (left := running(left)) and monotonic() < until:
        sleep(0.02)
    return not left


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return os.path.exists("/proc") is False
