"""Check hand-ins again from their code: each in a process of its own with limits of time and memory, two at a time."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from labkit.worksheet.child import CHILDREN, start
from labkit.worksheet.report.handed import FORGED, HOLDS, UNKNOWN, Handed, Kind
from labkit.worksheet.verdict import CORRECT

PROGRAM = "from labkit.worksheet.rechecking import main; main()"
AT_ONCE = 2
SECONDS, TOGETHER, SPARE = 10.0, 120.0, 10.0  # for an answer, for a hand-in, and until its process is ended by force
MEMORY = 1_000_000_000
PAUSE = 0.02
ENDED = "the process that checks it had ended before"
Done = Callable[[int, int], None]


def recheck_all(
    hand_ins: Iterable[Handed], said: Done = lambda done, of: None, *, together: float = TOGETHER
) -> list[Handed]:
    """The same hand-ins with what the check came to, in the same order; said(done, of): called after each.

    together: how many seconds one of them may need.
    """
    waiting = [*enumerate(hand_ins)]
    running: list[tuple[int, Handed, _Check]] = []
    done: dict[int, Handed] = {}
    many = len(waiting)
    if not CHILDREN.ready:
        raise ValueError("hand-ins are checked in processes of their own, and there are none here: run it on a desktop")
    waiting.reverse()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            place, handed = waiting.pop()
            if not handed.texts() and not handed.program:
                done[place] = handed
                said(len(done), many)
                continue
            running.append((place, handed, _Check(handed, together)))
        for one in [*running]:
            place, handed, check = one
            if check.over():
                running.remove(one)
                done[place] = _after(handed, check)
                said(len(done), many)
        time.sleep(PAUSE)
    return [done[place] for place in range(many)]


class _Check:
    """One hand-in on its way through its process, which says one short line for each answer."""

    def __init__(self, handed: Handed, together: float) -> None:
        self._until = time.monotonic() + together + SPARE
        task = {"texts": handed.texts(), "program": handed.program, "seconds": SECONDS, "together": together,
                "memory": MEMORY}
        self._child = start(PROGRAM)
        self.problem = ""
        try:
            stdin: Any = self._child.stdin
            stdin.write(f"{json.dumps(task)}\n".encode())
            stdin.close()
        except OSError:
            self.problem = "Its process did not start."

    def over(self) -> bool:
        """Whether its process has ended; one that is over time is ended."""
        if self._child.poll() is None and time.monotonic() > self._until:
            self._child.kill()
            self.problem = "Its process was over time and was ended."
        return self._child.poll() is not None

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """The verdicts: name of the step ('' for the program), state, reason."""
        stdout: Any = self._child.stdout
        said = stdout.read().decode("utf-8", "replace")
        stdout.close()
        for line in said.splitlines():
            try:
                name, state, because = json.loads(line)
            except (ValueError, TypeError):
                continue
            yield str(name), str(state), str(because)


def _after(handed: Handed, check: _Check) -> Handed:
    verdicts: dict[str, tuple[Kind, str]] = {name: (UNKNOWN, ENDED) for name, _ in handed.texts()}
    system, problem = "", check.problem
    for name, state, because in check.lines():
        if name in verdicts:
            verdicts[name] = _kind(state, because)
        elif not name:
            system = "runs by itself" if state == CORRECT else f"does not run by itself: {because}"
    if not problem and (UNKNOWN, ENDED) in verdicts.values():
        problem = "One of its answers has ended the process that checks it; what came after was not checked."
    return handed.after(verdicts, system, problem)


def _kind(state: str, because: str) -> tuple[Kind, str]:
    if state == CORRECT:
        return HOLDS, ""
    return (FORGED, because or "nothing is filled in") if state else (UNKNOWN, because)
