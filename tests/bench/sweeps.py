"""200 runs of a simulation: one after the other, in processes, in Dask's; and what handing out one empty task takes."""

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import redirect_stderr
from io import StringIO
from multiprocessing import get_context
from operator import add

from figures import table, timed
from labkit.deploy import sweep
from labkit.faults import election_time

VALUES, SEEDS, EMPTY = [(50, 100), (150, 300)], 100, 200
EXPECTED: list[object] = []


def swept(executor: Executor | None) -> None:
    """200 runs, batched by `sweep`."""
    with redirect_stderr(StringIO()):  # its bar
        results = [run.result for run in sweep(election_time, VALUES, seeds=SEEDS, executor=executor).runs]
    assert results == EXPECTED


def each_alone(executor: Executor) -> None:
    """200 runs, each handed out by itself."""
    futures = [executor.submit(election_time, value, seed) for value in VALUES for seed in range(SEEDS)]
    assert [future.result() for future in futures] == EXPECTED


def empty(executor: Executor) -> None:
    """Tasks that do nothing; no two are equal, for Dask would do equal ones once."""
    for future in [executor.submit(add, number, 1) for number in range(EMPTY)]:
        future.result()


def measured(start: Callable[[], Executor], stop: Callable[[], object] = lambda: None) -> list[str]:
    """Up, the first sweep in cold workers, the second in warm ones, runs handed out alone, and one empty task."""
    up, executor = timed(start)
    assert isinstance(executor, Executor)
    cold, warm = timed(lambda: swept(executor))[0], timed(lambda: swept(executor))[0]
    alone, nothing = timed(lambda: each_alone(executor))[0], timed(lambda: empty(executor))[0]
    executor.shutdown()
    stop()
    return [f"{up:.2f} s", f"{cold:.2f} s", f"{warm:.2f} s", f"{alone:.2f} s", f"{1_000 * nothing / EMPTY:.2f} ms"]


def main() -> None:
    """Print all of it."""
    def plain() -> None:
        EXPECTED.extend(election_time(value, seed) for value in VALUES for seed in range(SEEDS))

    serial = timed(plain)[0]
    rows = [["one after the other", "–", "–", f"{serial:.2f} s", "–", "–"]]
    rows.append(["2 processes", *measured(lambda: ProcessPoolExecutor(2, get_context("spawn")))])
    left = timed(lambda: swept(None))[0]
    rows.append(["left to itself", "–", f"{left:.2f} s", "–", "–", "–"])
    try:
        import distributed  # noqa: PLC0415
    except ImportError:
        print("Dask is not installed: pip install -e .[sweeps]")
    else:
        made = []

        def start() -> Executor:
            made.append(distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
                                                 dashboard_address=None))
            made.append(distributed.Client(made[0]))
            executor: Executor = made[1].get_executor(pure=False)
            return executor

        rows.append(["Dask, 2 processes", *measured(start, lambda: [one.close() for one in reversed(made)])])
    heads = f"{len(VALUES) * SEEDS} runs", "up", "first sweep", "next sweep", "each run alone", "an empty task"
    table("a sweep of Raft's election time", heads, rows)


if __name__ == "__main__":
    main()
