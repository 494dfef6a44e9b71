"""What runs inside a child process: one answer as text comes in, one verdict goes out, on a channel of its own.

The channel is a copy of the standard output; what the answer prints goes nowhere. Two watchdogs, written in C, end also
what Python itself could not end, and say in which line of the answer it was: one counts the seconds that the processor
works, so a busy machine refuses no right answer; the other counts all seconds, for an answer that sleeps. How long the
processor had worked before the answer is said first, so that the two can be told apart.
"""

import ast
import faulthandler
import json
import linecache
import os
import signal
import sys
from collections.abc import Sequence
from math import ceil
from time import process_time
from types import ModuleType
from typing import Any

from labkit.worksheet.blank import is_blank
from labkit.worksheet.budget import Budget
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.trial import UntriedError, watched

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

ANSWER = "<your answer {}>"  # its parts are numbered
UNRUNNABLE = "unrunnable"
ASLEEP = 3  # times the seconds that an answer may work


def main() -> None:
    """Read one task from the standard input, judge it, say the verdict; end if there is none."""
    channel = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    line = sys.stdin.buffer.readline()
    if not line.strip():
        return
    task = json.loads(line)
    os.write(channel, f"\n{task['seal']}{json.dumps({'began': process_time()})}\n".encode())
    limit(task["memory"], task["seconds"], channel)
    faulthandler.dump_traceback_later(ASLEEP * task["seconds"], exit=True, file=channel)
    verdict = judged(task["step"], task["text"], task["seconds"], task["lines"])
    faulthandler.cancel_dump_traceback_later()
    os.write(channel, f"\n{task['seal']}{json.dumps(verdict)}\n".encode())
    os._exit(0)  # what the answer wants to have done at the end is not waited for


def judged(name: str, text: str, seconds: float, lines: Sequence[int] = ()) -> dict[str, Any]:
    """The verdict on this text as an answer to the step of that name, as plain data. lines: as for `pieces`."""
    step, module = STEPS[name], ModuleType("answer")
    sys.modules["answer"] = module
    ran = [False]

    def judge() -> None:
        for number, piece in enumerate(pieces(text, lines)):
            file = ANSWER.format(number)
            linecache.cache[file] = (len(piece), None, piece.splitlines(keepends=True), file)
            exec(compile(piece, file, "exec"), vars(module))
        ran[0] = True
        answer = vars(module).get(step.answer, ...)
        if is_blank(answer):
            raise UntriedError
        step.judge(answer)

    verdict = watched(judge, Budget(seconds=seconds) if hasattr(sys, "monitoring") else None)
    state = verdict.state if ran[0] or not _refers_outside(verdict.because) else UNRUNNABLE
    return {"state": state, "because": verdict.because, "shows": verdict.shows, "printed": verdict.printed,
            "seconds": verdict.seconds, "case": verdict.case}


def pieces(text: str, lines: Sequence[int]) -> list[str]:
    """The text in pieces; its last statements begin in these lines, as in their cells, so that errors name those."""
    try:
        last = ast.parse(text).body[-len(lines) :] if lines else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [text]  # said when it is run
    rows = text.splitlines(keepends=True)
    first = [min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))]) for node in last]
    if not last or len(last) != len(lines) or len(set(first)) != len(first):
        return [text]
    ends = [*first[1:], len(rows) + 1]
    return ["".join(rows[: first[0] - 1]), *(
        "\n" * (line - 1) + "".join(rows[begin - 1 : end - 1])
        for line, begin, end in zip(lines, first, ends, strict=True))]


def _refers_outside(because: str) -> bool:
    """Whether the text alone is not enough: something of the notebook is missing here."""
    return any(kind in because for kind in ("NameError", "ImportError", "ModuleNotFoundError"))


def limit(memory: int, seconds: float, channel: int | None = None) -> None:
    """No more memory and work for this process from now on, where the system can; a last word on the channel."""
    if resource is None:
        return
    if channel is not None:
        faulthandler.register(signal.SIGXCPU, file=channel, chain=True)
    until = ceil(process_time() + seconds)
    for kind, most, certain in (
        (resource.RLIMIT_AS, memory, memory), (resource.RLIMIT_CPU, until, until + 2),
        (resource.RLIMIT_FSIZE, 10_000_000, 10_000_000), (resource.RLIMIT_CORE, 0, 0),
    ):
        try:
            resource.setrlimit(kind, (most, certain))
        except (ValueError, OSError):  # lower already
            continue
