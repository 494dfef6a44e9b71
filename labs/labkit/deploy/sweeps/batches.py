"""Some runs of a measure, one after the other, in a worker of a sweep: each comes to a number or to a sentence.

The measure travels by its name, or with the text of its cells; each run gets a value of its own, so that a measure that
changes its value in place has the same result in any worker. Left out: a limit of time for a run.
"""

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from importlib import import_module
from math import isfinite
from multiprocessing import parent_process
from numbers import Real
from threading import Thread
from time import perf_counter
from types import ModuleType
from typing import Any

from labkit.agents import AgentError, is_own
from labkit.deploy.roles import ANSWER, compiled
from labkit.values import brief, stable_hash

CELLS = "<your cells>"
LARGEST = 10**300  # of whole numbers: a larger one is no point of a plot
LATEST = 10  # times `enough`: then a batch ends, even if it has made fewer runs than it should
Outcome = tuple[bool | int | float | None, str]  # the result, or a sentence that says why there is none
Order = tuple[bytes, int]  # a pickled value, and a seed


@dataclass(frozen=True)
class ByName:
    """Stands for a class or a function, module:name, which the worker finds for itself."""

    reference: str


def run_batch(
    measure: str, source: str, orders: Sequence[Order], enough: float, least: int,
) -> tuple[list[Outcome], float]:
    """What the runs came to, in order, and the seconds they took.

    It ends early once it has made that many runs (least) and that many seconds (enough) have passed.
    """
    act, begun, outcomes = found(measure, source), perf_counter(), list[Outcome]()
    for value, seed in orders:
        passed = perf_counter() - begun
        if (passed > enough and len(outcomes) >= least) or passed > LATEST * enough:
            break
        outcomes.append(outcome(act, _unpickled(value, source), seed))
    return outcomes, perf_counter() - begun


def outcome(act: Callable[[Any, int], object], value: object, seed: int) -> Outcome:
    """What one run came to."""
    try:
        result = act(value, seed)
    except (Exception, SystemExit) as problem:
        return None, _why(problem)
    if result is None or isinstance(result, bool) or (isinstance(result, int) and abs(result) < LARGEST):
        return result, ""
    if isinstance(result, Real) and not isinstance(result, int) and isfinite(result):
        return float(result), ""
    return None, (f"it came to {brief(result)}, and a measure returns a number below 1e300, True or False, or None for "
                  f"no result")


@lru_cache(64)
def found(reference: str, source: str) -> Any:
    """The function or class of that name, module:name, where it is imported from or in the text of its cells."""
    place, inside = reference.split(":")
    module = _made_of(source) if place == ANSWER else import_module(place)
    return reduce(getattr, inside.split("."), module)


def begin_worker(over: Any) -> None:
    """What a worker process does first: an interrupt of the kernel is not for it; it ends with the kernel.

    over: the end of a pipe that is closed when no sweep needs the worker any more; then it ends in the middle of a run.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_kernel, args=(over,), daemon=True).start()


@lru_cache(8)
def _made_of(source: str) -> ModuleType:
    name = f"{ANSWER}_{stable_hash(source):x}"
    module = sys.modules[name] = ModuleType(name)
    exec(compiled(source, CELLS), vars(module))
    return module


def _unpickled(text: bytes, source: str) -> Any:
    value = pickle.loads(text)
    return found(value.reference, source) if isinstance(value, ByName) else value


def _end_with_kernel(over: Any) -> None:
    if (kernel := parent_process()) is not None:
        while kernel.is_alive() and not over.poll(0.5):
            pass
        os._exit(0)


def _why(problem: BaseException) -> str:
    """What was raised, and in which line of the learner's own code."""
    said = str(problem) if type(problem) in (ValueError, AgentError) else f"{type(problem).__name__}: {problem}"
    own = [frame for frame in traceback.extract_tb(problem.__traceback__) if is_own(frame.filename)]
    return f"{said} ({own[-1].name}, line {own[-1].lineno})" if own else said
