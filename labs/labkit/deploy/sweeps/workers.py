"""Where the runs of a sweep are made, if nothing else is asked for: in processes of this computer, or in the kernel.

A worker process is started afresh (spawn), for a fork of a kernel that has threads may hang. Where there are no
processes, as in a page, the kernel makes the runs itself, a batch at a time.
"""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from threading import Lock
from time import monotonic
from typing import Any

from labkit.deploy.sweeps.batches import begin_worker

MOST = 8  # processes: each holds about 50 MB


class Shared:
    """The processes of this kernel: all sweeps that run at the same time share them, and the last ends them."""

    def __init__(self) -> None:
        self._executor: Executor | None = None
        self._over: Any = None  # a pipe that ends the processes when it is closed
        self._sweeps = 0
        self._lock = Lock()  # two widgets may begin in two threads

    def borrow(self) -> Executor:
        """One process per processor; where there can be none, the kernel itself."""
        with self._lock:
            if self._executor is None:
                try:
                    context = get_context("spawn")
                    over, self._over = context.Pipe(duplex=False)
                    self._executor = ProcessPoolExecutor(_processors(), context, begin_worker, (over,))
                except (NotImplementedError, OSError, ImportError):
                    return InKernel()
            self._sweeps += 1
            return self._executor

    def give_back(self, executor: Executor) -> None:
        """A sweep has ended."""
        with self._lock:
            if executor is self._executor:
                self._sweeps -= 1
                if not self._sweeps:
                    executor.shutdown(wait=False, cancel_futures=True)
                    self._over.close()  # a run that never ends would go on for ever
                    self._executor = None


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


def _processors() -> int:
    """How many this process may use, as far as the system tells."""
    told = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(told, MOST)


SHARED = Shared()
