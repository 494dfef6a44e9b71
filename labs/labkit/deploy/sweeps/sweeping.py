"""One measure for many values and seeds, by any executor of `concurrent.futures`: processes of this computer, or Dask.

The results depend on nothing but the measure, the values and the seeds, unless a measure depends on the order of a set
of texts, which is another one in each process. How long the first runs take says how many are
handed out at once: a tenth of a second's worth, for handing out takes some milliseconds. Each seed is run with all
values before the next, so that all values soon have some results. Left out: a limit of time for a run, and a second
attempt where a worker has died.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from math import ceil, inf
from multiprocessing import parent_process
from queue import Empty, SimpleQueue
from typing import Any

from labkit.deploy.roles import written_in_cells
from labkit.deploy.sweeps.batches import Order, Outcome, run_batch
from labkit.deploy.sweeps.errands import of_notebook, pickled, reference, seeds_of, values_of
from labkit.deploy.sweeps.swept import Run, Swept
from labkit.deploy.sweeps.workers import SHARED, InKernel
from labkit.values import Bar, expect, plain_arguments

ENOUGH = 0.05  # seconds that a batch lasts at least
AIM = 2 * ENOUGH  # for not all runs last equally long
MOST = 100_000  # runs of a sweep
SHUT = ("the executor of this sweep takes no more runs: it has been shut down, or a worker of it has died; make a new "
        "one")
LOOK = 0.2  # seconds from one look to the next
Measure = Callable[[Any, int], bool | int | float | None]
Batch = tuple[list[Outcome], float]
Place = tuple[int, int]  # of a run: the number of its value, and of its seed


@plain_arguments
def sweep(
    measure: Measure, values: Iterable[Any], *, seeds: Any = 20, executor: Executor | None = None, source: str = "",
) -> Swept:
    """What measure(value, seed) comes to for each of these values, with each of the seeds.

    measure: a function that returns a number, True or False, or None for no result. seeds: how many, or which.
    executor: if left out, processes of this computer. source: the text of the cells that define the measure, where it
    is neither in a module nor found in the notebook. An interrupt ends the sweep early, with what there is by then.
    """
    sweeping = Sweeping(measure, values, seeds=seeds, executor=executor, source=source)
    with Bar(total=sweeping.wanted, unit=" runs", delay=1, leave=False) as bar:
        try:
            sweeping.begin()
            while sweeping.running:
                sweeping.take(LOOK)
                bar.update(sweeping.made - bar.n)
        except KeyboardInterrupt:
            pass  # what there is by now is the result
        finally:
            sweeping.stop()
    return sweeping.result


class Sweeping:
    """A sweep that goes on beside other work: `begin` hands out runs, `take` collects those that have ended."""

    def __init__(
        self, measure: Measure, values: Iterable[Any], *, seeds: Any = 20, executor: Executor | None = None,
        source: str = "",
    ) -> None:
        expect(executor, (Executor, type(None)),
               "executor is one of concurrent.futures, ProcessPoolExecutor(4), or client.get_executor() of Dask")
        self._given, self._values, self._seeds = executor, values_of(values, MOST), seeds_of(seeds, MOST)
        self._source = source or written_in_cells(filter(of_notebook, (measure, *self._values)))
        self._measure = reference(measure, self._source)
        self.wanted = len(self._values) * len(self._seeds)
        if self.wanted > MOST:
            raise ValueError(f"a sweep has at most {MOST:,} runs: take fewer values or seeds")
        self._pickled = [pickled(value, self._source) for value in self._values]
        self._executor: Executor | None = None
        self._outcomes: dict[Place, Outcome] = {}
        self._out: dict[Future[Batch], Sequence[Place]] = {}
        self._ended: SimpleQueue[Future[Batch]] = SimpleQueue()
        self._first: Future[Batch] | None = None

    @property
    def running(self) -> bool:
        """Whether runs are handed out that have not ended."""
        return bool(self._out)

    @property
    def made(self) -> int:
        """How many runs have ended."""
        return len(self._outcomes)

    @property
    def result(self) -> Swept:
        """What there is by now."""
        runs = [Run(self._values[value], self._seeds[seed], *self._outcomes[value, seed])
                for value, seed in sorted(self._outcomes)]
        return Swept(self._measure.rpartition(":")[2], self._values, self.wanted, tuple(runs))

    def begin(self) -> None:
        """Hand out the runs that there is no result of."""
        if self.running or self.made == self.wanted:
            return
        if self._given is None and parent_process() is not None:
            raise ValueError("a worker process cannot begin a sweep: in a script, put the sweep under "
                             "if __name__ == '__main__':")
        self._executor = self._given or SHARED.borrow()
        left = self._left()
        self._first = self._submit(left, ENOUGH, min(len(left), len(self._values)))

    def take(self, seconds: float = 0.0) -> None:
        """Collect what has ended; if nothing has, wait for it that long. ValueError where no worker can make runs."""
        if isinstance(self._executor, InKernel):
            self._executor.work(seconds)
        try:
            future = self._ended.get(timeout=seconds) if seconds and self._out else self._ended.get_nowait()
            while True:
                if places := self._out.pop(future, None):
                    self._collect(future, places)
                future = self._ended.get_nowait()
        except Empty:
            pass
        if not self._out:
            self._close()

    def stop(self) -> None:
        """Begin no more runs; those that have begun end with the last sweep, or by themselves in your own executor."""
        handed_out, self._out = self._out, {}
        for future in handed_out:
            future.cancel()
        self._close()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _left(self) -> list[Place]:
        return [(value, seed) for seed in range(len(self._seeds)) for value in range(len(self._values))
                if (value, seed) not in self._outcomes]

    def _submit(self, places: Sequence[Place], enough: float, least: int) -> "Future[Batch]":
        assert self._executor is not None
        orders: list[Order] = [(self._pickled[value], self._seeds[seed]) for value, seed in places]
        try:
            future = self._executor.submit(run_batch, self._measure, self._source, orders, enough, least)
        except RuntimeError:
            self.stop()
            raise ValueError(SHUT) from None
        self._out[future] = places
        future.add_done_callback(self._ended.put)
        return future

    def _collect(self, future: "Future[Batch]", places: Sequence[Place]) -> None:
        try:
            outcomes, seconds = future.result()
        except CancelledError:
            self.stop()
            raise ValueError(SHUT) from None
        except BrokenExecutor:
            self.stop()
            raise ValueError("a worker of the sweep has ended by itself, perhaps for want of memory; in a script, put "
                             "the sweep under if __name__ == '__main__':") from None
        except Exception as problem:
            self.stop()
            raise ValueError(f"no worker can run {self.result.measure}: {problem}") from None
        self._outcomes.update(zip(places, outcomes, strict=False))
        if future is self._first:
            self._hand_out(max(1, ceil(AIM * len(outcomes) / max(seconds, 1e-9))))

    def _hand_out(self, size: int) -> None:
        """Hand out all that is left, that many runs at once."""
        left = self._left()
        for begin in range(0, len(left), size):
            part = left[begin : begin + size]
            self._submit(part, inf, len(part))

    def _close(self) -> None:
        if self._executor is not None and self._given is None:
            SHARED.give_back(self._executor)
        self._executor = None
