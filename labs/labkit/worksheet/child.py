"""An answer is judged in a child process: whatever it does there, this process goes on, and gets a verdict in words.

The answer travels as text. One child is kept ready, for starting one takes half a second. Left out: a child is no
sandbox; what an answer does to files, it does.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit.values import Bar
from labkit.worksheet.inner import ANSWER, ASLEEP, UNRUNNABLE, pieces, resource
from labkit.worksheet.trial import ENDLESS, INTERRUPTED
from labkit.worksheet.verdict import Verdict, ended, not_yet

SECONDS, MEMORY = 9.0, 1_000_000_000
LATE, BEAT = 20.0, 0.25  # seconds: for a child that starts slowly, or called its watchdogs off; one look at it
SHOWN_AFTER = 1.5  # seconds
LAB = str(Path(__file__).parents[2])
PROGRAM = "from labkit.worksheet.inner import main; main()"
IDLE = 0.1  # of its seconds, in which the processor works for an answer that waits, or gets no more of a busy machine
GONE = "it ends the program or makes Python crash (os._exit, or a recursion without an end?): return a value instead"


class UnrunnableError(Exception):
    """The text cannot be run by itself."""


class Children:
    """Starts children; `ready` is whether there can be any."""

    def __init__(self) -> None:
        self._spare: subprocess.Popen[bytes] | None = None
        self.ready = sys.platform not in ("emscripten", "wasi") and bool(sys.executable)

    def prepare(self) -> None:
        """Have a child ready for the next answer."""
        if self.ready and (self._spare is None or self._spare.poll() is not None):
            try:
                self._spare = start()
            except OSError:  # no processes here after all
                self.ready = False

    def judge(
        self, step: str, text: str, seconds: float = SECONDS, memory: int = MEMORY, lines: Sequence[int] = ()
    ) -> Verdict:
        """The verdict on this text as an answer to this step; UnrunnableError if the text is not enough.

        lines: in which lines of their cells its last statements begin.
        """
        self.prepare()
        child, self._spare = self._spare, None
        if child is None:
            raise UnrunnableError
        seal = secrets.token_hex(16)
        task = json.dumps({"step": step, "text": text, "seal": seal, "seconds": seconds, "memory": memory,
                           "lines": [*lines]})
        before = _worked()
        try:
            said = _waited_for(child, f"{task}\n".encode(), seconds)
        except KeyboardInterrupt:
            return not_yet(INTERRUPTED)
        finally:
            child.kill()
            child.wait()
            self.prepare()  # not before: where there is one processor, this answer comes first
        worked, waited = _worked() - before, ASLEEP * seconds
        if said is None:
            return not_yet(unfinished(waited + LATE, worked))
        return _verdict(said.decode("utf-8", "replace"), seal, pieces(text, lines), waited, worked)

    def close(self) -> None:
        """End the child that is ready."""
        if self._spare is not None:
            self._spare.kill()
            self._spare.communicate()
            self._spare = None


def start(program: str = PROGRAM) -> "subprocess.Popen[bytes]":
    """A child that runs this program; what it prints can be read, what it is to do be written."""
    path = os.pathsep.join([LAB, os.environ.get("PYTHONPATH", ""), os.getcwd()])
    return subprocess.Popen(
        [sys.executable, "-P", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": path}, start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _waited_for(child: "subprocess.Popen[bytes]", task: bytes, seconds: float) -> bytes | None:
    """All that it says until it ends; None if it does not end in time. A bar says that it is waited for."""
    given: bytes | None = task
    parts = int((ASLEEP * seconds + LATE) / BEAT)
    with Bar(total=parts, desc="Checking", delay=SHOWN_AFTER, leave=False, bar_format="{desc} {elapsed}") as bar:
        try:
            for _ in range(parts):
                try:
                    return child.communicate(given, timeout=BEAT)[0]
                except subprocess.TimeoutExpired:
                    given = None
                    bar.update()
        finally:
            bar.total = None  # it is done, so the page takes the bar away and does not paint it red
    return None


def _verdict(said: str, seal: str, parts: Sequence[str], waited: float, worked: float) -> Verdict:
    told: dict[str, Any] = {}
    for line in said.splitlines():
        if line.startswith(seal):
            told |= json.loads(line.removeprefix(seal))
    if "state" in told:
        if told["state"] == UNRUNNABLE:
            raise UnrunnableError
        return Verdict(told["state"], told["because"], told["shows"], None, told["printed"], told["seconds"],
                       told["case"])
    if "most recent call first" in said:
        late = any(line.startswith("Timeout (") for line in said.splitlines())  # the watchdog of all seconds
        why = unfinished(waited, worked - told.get("began", 0.0)) if late else ENDLESS
        return not_yet(f"{ended(why)}{_where(said, parts)}")
    return not_yet(GONE)


def unfinished(waited: float, worked: float) -> str:
    """Why an answer was stopped after all its seconds: it waits, or it loops on a machine that has much else to do."""
    spent = f", {max(0.0, worked):.1f} of which the processor has worked for it" if resource is not None else ""
    said = f"it is not finished after {waited:.0f} s{spent}"
    if spent and worked < IDLE * waited:
        return (f"{said}: is there a sleep, or something that never comes? On a very busy machine a loop without an "
                "end looks like that, too")
    return f"{said}: is there a loop without an end, or a sleep, or something that never comes?"


def _worked() -> float:
    """Seconds that the processor has worked for children that have ended; 0 where the system does not tell."""
    if resource is None:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _where(said: str, parts: Sequence[str]) -> str:
    """In which line of the answer it was when its time was up."""
    for number, line in re.findall(rf'"{ANSWER.format("([0-9]+)")}", line ([0-9]+)', said):
        if int(number) < len(parts) and 0 < int(line) <= len(rows := parts[int(number)].splitlines()):
            return f" When its time was up it was at “{rows[int(line) - 1].strip()}”."
    return ""


CHILDREN = Children()
