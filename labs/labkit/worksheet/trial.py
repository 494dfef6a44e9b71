"""One answer is judged in this process: within a budget, with its output capped, and nothing of the lab replaced by it.

Whatever the answer does, a verdict in words comes of it.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import replace
from time import perf_counter
from typing import Any

from labkit.worksheet.budget import Budget, Exhausted
from labkit.worksheet.output import Capped, Flood
from labkit.worksheet.refuting import Refuted, Unusable, place
from labkit.worksheet.step import Step
from labkit.worksheet.untouched import Untouched, replaced
from labkit.worksheet.verdict import CORRECT, NOT_TRIED, Verdict, not_yet

ENDLESS = "it does not come to an end: is there a loop whose condition stays true, or a list that grows for ever?"
FLOOD = "it prints more than 100,000 characters: take the print out of the loop"
DEEP = "it calls itself without an end: where does the recursion stop?"
MEMORY = "it needs more memory than there is: does a list grow for ever?"
EXITS = "it ends the program (exit, or SystemExit): return a value instead"
INTERRUPTED = "it was interrupted before it was finished"


def tried(step: Step, answer: Any, budget: Budget | None = None) -> Verdict:
    """Judge it here. budget: None where something else ends it."""
    return watched(lambda: step.judge(answer), budget)


def watched(judge: Callable[[], object], budget: Budget | None = None) -> Verdict:
    """The verdict of this judge, which may run an answer that does anything at all; correct, if it returns."""
    began, printed, before, verdict = perf_counter(), Capped(), Untouched.now(), Verdict(CORRECT)
    with _limits_kept():
        try:
            with redirect_stdout(printed), redirect_stderr(printed), budget or nullcontext():
                judge()
        except BaseException as why:
            verdict = _said(why)
    if names := before.put_back():
        verdict = not_yet(replaced(names))
    elif printed.flooded:
        verdict = not_yet(FLOOD)
    elif budget is not None and budget.over:
        verdict = not_yet(ENDLESS)
    return replace(verdict, printed=printed.beginning(), seconds=perf_counter() - began)


def finished(judge: Callable[[], object], budget: Budget | None = None) -> Verdict:
    """As `watched`; an interrupt of the learner goes on, so that it ends more than this one."""
    verdict = watched(judge, budget)
    if verdict.because == INTERRUPTED:
        raise KeyboardInterrupt
    return verdict


class UntriedError(Exception):
    """Nothing was filled in yet: raised by what runs the answer."""


@contextmanager
def _limits_kept() -> Iterator[None]:
    """Python's own limits are what they were afterwards, and the tracer of a debugger goes on."""
    recursion = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(recursion)


def _said(why: BaseException) -> Verdict:
    match why:
        case UntriedError():
            return Verdict(NOT_TRIED)
        case Refuted(because=because, witness=witness) if type(because) is str:
            return not_yet(because, witness, case=not isinstance(why, Unusable))
        case Exhausted():
            return not_yet(ENDLESS)
        case Flood():
            return not_yet(FLOOD)
        case RecursionError():
            return not_yet(DEEP)
        case MemoryError():
            return not_yet(MEMORY)
        case SystemExit():
            return not_yet(EXITS)
        case KeyboardInterrupt():
            return not_yet(INTERRUPTED)
    where = place(why)
    return not_yet(f"it stops with an error{f' in {where}' if where else ''}: {_in_words(why)}")


def _in_words(why: BaseException) -> str:
    try:
        return f"{type(why).__name__}: {why}".removesuffix(": ").strip()[:300]
    except BaseException:  # its __str__ is the answer's, too
        return type(why).__name__
