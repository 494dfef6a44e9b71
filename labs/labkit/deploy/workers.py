"""Who makes the runs of a sweep, where nobody says it: processes of this computer, or the kernel itself.

A worker process is started afresh (spawn), for a fork of a kernel that has threads may hang. Where there are no
processes, as in a page, the kernel makes the runs itself, a batch at a time.
"""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from time import monotonic
from typing import Any

from labkit.deploy.batches import begin_worker

MOST = 8  # processes: each holds about 60 MB


def processes() -> Executor:
    """One process per processor; where there can be none, the kernel."""
    try:
        return ProcessPoolExecutor(min(os.cpu_count() or 1, MOST), get_context("spawn"), begin_worker)
    except (NotImplementedError, OSError):
        return InKernel()


class InKernel(Executor):
    """Does what is submitted in this process, in order, when it is told to `work`."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> "Future[Any]":
        """Do it later."""
        future: Future[Any] = Future()
        self._waiting.append((future, partial(fn, *args, **named)))
        return future

    def work(self, seconds: float) -> None:
        """Work for about that long; do one thing at least, if there is one."""
        until = monotonic() + seconds
        while self._waiting:
            future, act = self._waiting.popleft()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(act())
                except Exception as problem:
                    future.set_exception(problem)
                if monotonic() >= until:
                    return
