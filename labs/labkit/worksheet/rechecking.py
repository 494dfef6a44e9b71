"""What runs inside the child process of one hand-in: each answer is judged in a copy of this process, verdicts go out.

A copy (a fork) has the lab loaded already, so one start does for all answers; where there are no forks, each answer has
a child of its own. The copies have no way to the channel. Left out: a copy is no sandbox, and an answer that searches
its own process for the seal of its verdict can forge it.
"""

import json
import os
import secrets
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from labkit.worksheet.child import Children, UnrunnableError
from labkit.worksheet.inner import judged, limit
from labkit.worksheet.trial import ENDLESS, watched

GONE = "it ends the program or makes Python crash"
LATE = "the time for this hand-in was up"


def main() -> None:
    """Read a task from the standard input: the texts of a hand-in; say a line for each, and one for its program."""
    channel = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    line = sys.stdin.buffer.readline()
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    if not line.strip():
        return
    task = json.loads(line)
    until = monotonic() + task["together"]

    def say(name: str, judge: Callable[[float], dict[str, Any]]) -> None:
        left = min(task["seconds"], until - monotonic())
        verdict = judge(left) if left > 1 else {"state": "", "because": LATE}
        os.write(channel, f"{json.dumps([name, verdict['state'], verdict['because'][:1_000]])}\n".encode())

    for name, text in task["texts"]:
        say(name, lambda left, name=name, text=text: _one(name, text, left, task["memory"], channel))  # type: ignore[misc]
    if task["program"]:
        say("", lambda left: _copy(lambda: _run(task["program"]), left, task["memory"], channel))
    os._exit(0)


def _one(name: str, text: str, seconds: float, memory: int, channel: int) -> dict[str, Any]:
    return _copy(lambda: judged(name, text, seconds), seconds, memory, channel, (name, text))


def _run(program: str) -> dict[str, Any]:
    """Run the whole system as a program; correct if it comes to its end."""
    verdict = watched(lambda: exec(compile(program, "system.py", "exec"), {"__name__": "__main__"}))
    return {"state": verdict.state, "because": verdict.because}


def _copy(
    judge: Callable[[], dict[str, Any]], seconds: float, memory: int, channel: int, step: tuple[str, str] | None = None
) -> dict[str, Any]:
    """What it comes to in a copy of this process, within limits."""
    if not hasattr(os, "fork"):
        return _child(step, seconds, memory)
    seal = secrets.token_hex(16)
    out, into = os.pipe()
    number = os.fork()
    if number == 0:
        os.close(out)
        os.close(channel)
        os.setsid()
        limit(memory, seconds)
        told = f"{seal}{json.dumps(judge())}"
        os.write(into, told.encode())
        os._exit(0)
    os.close(into)
    said, over = _read(out, seconds)
    with suppress(OSError):
        os.killpg(number, signal.SIGKILL)  # and whatever it has started
    os.waitpid(number, 0)
    os.close(out)
    text = said.decode("utf-8", "replace")
    try:
        told = json.loads(text.split(seal, 1)[1])
        return {"state": str(told["state"]), "because": str(told["because"])}
    except (IndexError, ValueError, KeyError, TypeError):  # it has ended without a verdict
        pass
    return {"state": "" if over else "not yet", "because": ENDLESS if over else GONE}


def _read(out: int, seconds: float) -> tuple[bytes, bool]:
    """All that is written until the other side ends, and whether the time was up before."""
    said, until = b"", monotonic() + seconds
    while (left := until - monotonic()) > 0 and len(said) < 1_000_000:
        if not select.select([out], [], [], left)[0]:
            break
        piece = os.read(out, 65_536)
        if not piece:
            return said, False
        said += piece
    return said, True


def _child(step: tuple[str, str] | None, seconds: float, memory: int) -> dict[str, Any]:
    if step is None:
        return {"state": "", "because": "whole programs are not run on this system"}
    children = Children()
    try:
        verdict = children.judge(*step, seconds, memory)
    except UnrunnableError:
        return {"state": "not yet", "because": "its text cannot be run by itself"}
    finally:
        children.close()
    return {"state": verdict.state, "because": verdict.because}
