"""A sweep has one result, whatever makes its runs; what a run or a worker cannot do is said in one sentence."""

import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from cell_by_cell import notebook
from for_real import SOON, gone
from labkit.deploy import InKernel, Sweeping, Swept, sweep
from labkit.deploy.sweeps import batches, workers
from labkit.deploy.sweeps.sweeping import AIM, ENOUGH
from labkit.faults import election_time, split_vote
from labkit.protocols import Paxos, Raft

TIMEOUTS = [(50, 100), (150, 300), (150, 155)]


def product(value: int, seed: int) -> int:
    return value * seed


def naps(value: float, seed: int) -> None:
    sleep(value)


def dozes(value: int, seed: int) -> int:
    sleep(0.003)
    return value * seed


def interrupts(value: int, seed: int) -> None:
    sleep(0.001)
    if seed == value:
        signal.raise_signal(signal.SIGINT)


def often_nothing(value: int, seed: int) -> int | None:
    return seed if seed % value else None


def is_even(value: object, seed: int) -> bool:
    return seed % 2 == 0


def breaks(value: int, seed: int) -> float:
    return 1 / (value - seed)


def says(value: object, seed: int) -> Any:
    return value


def appends(value: list[int], seed: int) -> int:
    value.append(seed)
    return len(value)


def process(value: float, seed: int) -> int:
    sleep(value)
    return os.getpid()


def ends(value: int, seed: int) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class Watched(Executor):
    """Makes the runs at once, with a clock of its own, and remembers the size and the duration of each batch."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.batches: list[tuple[int, float]] = []
        self.now = 0.0
        monkeypatch.setattr(batches, "perf_counter", lambda: self.now)
        monkeypatch.setattr(batches, "found", lambda *_: self.lasts)

    def lasts(self, value: float, seed: int) -> None:
        self.now += value

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        outcomes, seconds = fn(*args, **named)
        self.batches.append((len(outcomes), seconds))
        future.set_result((outcomes, seconds))
        return future


@contextmanager
def dask() -> Iterator[Executor]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
    ) as cluster, distributed.Client(cluster) as client:
        yield client.get_executor(pure=False)


EXECUTORS: dict[str, Callable[[], Any]] = {
    "threads": lambda: ThreadPoolExecutor(2), "processes": lambda: ProcessPoolExecutor(2), "Dask": dask,
}


def results(swept: Swept) -> list[object]:
    return [run.result for run in swept.runs]


def test_runs_come_in_the_order_of_values_and_seeds_however_they_were_handed_out() -> None:
    swept = sweep(product, [5, 3], seeds=[7, 2], executor=InKernel())
    assert [(run.value, run.seed, run.result) for run in swept.runs] == [(5, 7, 35), (5, 2, 10), (3, 7, 21), (3, 2, 6)]


def test_threads_and_the_kernel_itself_come_to_the_same() -> None:
    with ThreadPoolExecutor(2) as threads:
        assert sweep(election_time, TIMEOUTS, seeds=6, executor=threads) == sweep(
            election_time, TIMEOUTS, seeds=6, executor=InKernel())


@pytest.mark.long
def test_an_executor_of_dask_comes_to_the_same() -> None:
    """By day in threads of this process; at night in processes."""
    distributed = pytest.importorskip("distributed")
    with distributed.Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as client:
        swept = sweep(split_vote, TIMEOUTS, seeds=3, executor=client.get_executor(pure=False))
    assert results(swept) == [split_vote(value, seed) for value in TIMEOUTS for seed in range(3)]


@pytest.mark.long
@pytest.mark.parametrize("kind", EXECUTORS)
@pytest.mark.parametrize("measure", [election_time, split_vote])
def test_processes_threads_and_dask_come_to_the_same_as_one_run_after_the_other(kind: str, measure: Any) -> None:
    plain = [measure(value, seed) for value in TIMEOUTS for seed in range(40)]
    with EXECUTORS[kind]() as executor:
        assert results(sweep(measure, TIMEOUTS, seeds=40, executor=executor)) == plain
        assert results(sweep(measure, TIMEOUTS, seeds=40, executor=executor)) == plain, "and a second time"


@pytest.mark.long
def test_left_to_itself_it_takes_processes_which_end_with_it() -> None:
    pids = {run.result for run in sweep(process, [0.02], seeds=20).runs}
    assert pids and os.getpid() not in pids and gone([int(pid or 0) for pid in pids])


@pytest.mark.long
def test_sweeps_that_run_at_the_same_time_share_their_processes() -> None:
    both = [Sweeping(process, [0.02 + number], seeds=4) for number in (0, 0.01)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(Sweeping.begin, both))
    while any(one.running for one in both):
        for one in both:
            one.take(0.1)
    pids = {run.result for one in both for run in one.result.runs}
    assert len(pids) <= min(os.cpu_count() or 1, workers.MOST) and gone([int(pid or 0) for pid in pids])


def test_an_error_in_a_measure_is_named_by_its_line_in_its_cell() -> None:
    with notebook() as cells:
        cells.run("from math import inf\n\ndef half(x):\n    return x / 0\n")
        cells.run("\n\ndef mine(x, seed):\n    return half(x)")
        assert "(half, line 4)" in sweep(cells["mine"], [1], seeds=1, executor=InKernel()).trouble


def endless(value: str, seed: int) -> int:
    Path(value).write_text(str(os.getpid()), encoding="utf-8")
    while seed >= 0:
        pass
    return seed


@pytest.mark.long
def test_a_run_that_never_ends_ends_when_its_sweep_is_stopped(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    sweeping = Sweeping(endless, [str(told)], seeds=2)
    sweeping.begin()
    until = monotonic() + SOON
    while not (told.exists() and told.read_text()) and monotonic() < until:
        sweeping.take(0.1)
    sweeping.stop()
    assert gone([int(told.read_text())], 10)
    assert [run.result for run in sweep(process, [0.0], seeds=1).runs] != [None], "a new sweep has new workers"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.long
def test_no_worker_is_left_when_the_kernel_is_killed() -> None:
    script = ("import time, test_sweeping as t\nif __name__ == '__main__':\n"
              " s = t.Sweeping(t.process, [0.1], seeds=5000)\n s.begin()\n"
              " while len(pids := {run.result for run in s.result.runs}) < 2 and s.made < 20: s.take(1)\n"
              " print(*pids, flush=True)\n time.sleep(99)\n")
    path = os.pathsep.join(sys.path)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True,
                          env=os.environ | {"PYTHONPATH": path}) as kernel:
        assert kernel.stdout is not None
        pids = [*map(int, kernel.stdout.readline().split())]
        kernel.kill()
    assert len(pids) >= 1 and gone(pids)


@pytest.mark.parametrize("seconds", [1e-5, 0.002, 0.02, 0.2])
def test_a_batch_lasts_fifty_milliseconds_at_least(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    seeds = 500 if seconds > 0.001 else 20_000
    sweep(watched.lasts, [seconds], seeds=seeds, executor=watched)
    assert sum(runs for runs, _ in watched.batches) == seeds
    assert all(took >= ENOUGH - 1e-9 for _, took in watched.batches[:-1])
    assert all(took < 2 * AIM + seconds for _, took in watched.batches)


def test_the_first_batch_runs_each_value_once_so_that_one_slow_value_does_not_deceive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched = Watched(monkeypatch)
    sweep(watched.lasts, [0.06, 0.0, 0.001], seeds=10, executor=watched)
    assert [runs for runs, _ in watched.batches] == [3, 5, 5, 5, 5, 5, 2]


def test_a_run_without_a_result_is_counted_and_left_out_of_the_median() -> None:
    (summary,) = sweep(often_nothing, [2], seeds=8, executor=InKernel()).summaries
    assert (summary.without, summary.results, summary.quartiles) == (4, (1, 3, 5, 7), (2.5, 4.0, 5.5))


def test_of_yes_and_no_the_share_of_yes_is_told() -> None:
    swept = sweep(is_even, ["all"], seeds=4, executor=InKernel())
    assert swept.summaries[0].share == 0.5
    assert str(swept).splitlines()[1:] == ["Value  Runs  Yes  No result", "all    4     50%  0"]


def test_a_run_that_breaks_is_told_with_value_seed_and_line_and_the_others_go_on() -> None:
    swept = sweep(breaks, [1, 9], seeds=3, executor=InKernel())
    assert len(swept.runs) == 6
    line = breaks.__code__.co_firstlineno + 1
    assert swept.trouble == f"Value 1, seed 1: ZeroDivisionError: division by zero (breaks, line {line})"
    assert "1 broke" in str(swept) and swept.trouble in str(swept)


@pytest.mark.parametrize("odd", [math.nan, math.inf, 10**400, "red", (1, 2)])
def test_what_is_no_number_is_no_result(odd: object) -> None:
    swept = sweep(says, [odd], seeds=1, executor=InKernel())
    assert "a measure returns a number below 1e300, True or False, or None" in swept.trouble


def test_a_value_that_a_run_changes_in_place_is_new_for_the_next_run() -> None:
    swept = sweep(appends, [[0], [0, 0]], seeds=5, executor=InKernel())
    assert results(swept) == [2] * 5 + [3] * 5


def test_an_interrupt_keeps_what_there_is() -> None:
    swept = sweep(interrupts, [400], seeds=1_000, executor=InKernel())
    assert 0 < len(swept.runs) < 400 and f"{len(swept.runs)} of 1,000 runs" in str(swept)


def test_a_sweep_that_was_stopped_goes_on_where_it_was() -> None:
    sweeping = Sweeping(dozes, [1], seeds=90, executor=InKernel())
    sweeping.begin()
    sweeping.take()
    some = sweeping.made
    sweeping.stop()
    assert 0 < some < 90 and not sweeping.running
    sweeping.begin()
    while sweeping.running:
        sweeping.take()
    assert results(sweeping.result) == [*range(90)]


def test_where_there_can_be_no_process_the_kernel_makes_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise NotImplementedError("no semaphores")

    monkeypatch.setattr(workers, "ProcessPoolExecutor", none)
    assert results(sweep(product, [3], seeds=4)) == [0, 3, 6, 9]


CELLS = (
    "from dataclasses import dataclass\nfrom labkit.protocols import Raft\nMORE = 10",
    "@dataclass\nclass Mine(Raft):\n    heartbeat: int = 7",
    "def mine(kind, seed):\n    return kind('a', ()).heartbeat * MORE + seed",
)


@pytest.mark.parametrize("kind", [InKernel, pytest.param(lambda: None, marks=pytest.mark.long, id="processes")])
def test_a_measure_and_a_class_that_were_written_in_cells_bring_what_they_need(kind: Any) -> None:
    with notebook() as cells:
        for text in CELLS:
            cells.run(text)
        swept = sweep(cells["mine"], [cells["Mine"], Raft], seeds=3, executor=kind())
    assert results(swept) == [70, 71, 72, 500, 501, 502]


def test_a_measure_whose_text_is_not_found_is_told_with_the_remedy() -> None:
    with notebook() as cells:
        cells.run(CELLS[2], remembered=False)
        with pytest.raises(ValueError, match=r"another process does not find mine: the text of mine .*source="):
            sweep(cells["mine"], [Raft])
        swept = sweep(cells["mine"], [Raft], seeds=1, executor=InKernel(), source="\n".join(CELLS))
    assert results(swept) == [500]


@pytest.mark.long
def test_a_worker_that_dies_is_told_and_what_there_was_is_kept() -> None:
    sweeping = Sweeping(ends, [1], seeds=4)
    sweeping.begin()
    with pytest.raises(ValueError, match="a worker of the sweep has ended by itself"):
        while sweeping.running:
            sweeping.take(SOON)
    assert not sweeping.running and sweeping.result.runs == ()


def test_an_executor_that_is_shut_down_meanwhile_is_told() -> None:
    with ThreadPoolExecutor(1) as executor:
        sweeping = Sweeping(product, [1, 2], seeds=4, executor=executor)
        held = Event()
        executor.submit(held.wait)
        sweeping.begin()
        executor.shutdown(wait=False, cancel_futures=True)
        held.set()
        with pytest.raises(ValueError, match="has been shut down, or a worker of it has died; make a new one"):
            while sweeping.running:
                sweeping.take(SOON)


@pytest.mark.long
def test_a_script_without_a_guard_is_told_what_it_lacks(tmp_path: Any) -> None:
    script = tmp_path / "script.py"
    script.write_text("from labkit.deploy import sweep\nfrom labkit.faults import split_vote\n"
                      "print(sweep(split_vote, [(150, 300)], seeds=4))\n")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=SOON)
    assert ran.returncode and "put the sweep under if __name__ == '__main__':" in ran.stderr.splitlines()[-1]


ODD: dict[str, tuple[Callable[[], object], str]] = {
    "no function": (lambda: sweep("product", [1]), "measure is a function of a value and a seed"),
    "a lambda": (lambda: sweep(lambda value, seed: 1, [1]), "define it with def"),
    "no values": (lambda: sweep(product, []), "at least one value"),
    "a text": (lambda: sweep(product, "abc"), "put it in brackets"),
    "one value": (lambda: sweep(product, 3), "values is a list"),
    "a value twice": (lambda: sweep(product, [1, 2, 1]), "give each value once: 1 is given twice"),
    "no seeds": (lambda: sweep(product, [1], seeds=0), "at least 1"),
    "odd seeds": (lambda: sweep(product, [1], seeds=["a"]), "whole numbers"),
    "a seed twice": (lambda: sweep(product, [1], seeds=[1, 1]), "give each seed once"),
    "endless": (lambda: sweep(product, range(400), seeds=300), "at most 100,000 runs: take fewer values or seeds"),
    "a client": (lambda: sweep(product, [1], executor=object()), r"client.get_executor\(\) of Dask"),
    "what cannot be sent": (lambda: sweep(product, [(lambda: 1)]), "cannot be sent to another process"),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_it_cannot_be_is_said_in_one_sentence(odd: str) -> None:
    act, says_ = ODD[odd]
    with pytest.raises(ValueError, match=says_):
        act()


def test_what_a_plot_calls_a_value() -> None:
    swept = sweep(is_even, [Raft, Paxos, 0.25, (1, 2), None], seeds=1, executor=InKernel())
    assert [one.label for one in swept.summaries] == ["Raft", "Paxos", "0.25", "(1, 2)", "–"]


# ---- the measures that come with the lab ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_an_election_takes_an_election_timeout_at_least_unless_the_crash_was_noticed_before(seed: int) -> None:
    """The last heartbeat came at most half a shortest timeout before the crash."""
    took = election_time((150, 300), seed)
    assert took is not None and took >= 150 // 2 - 15


def test_without_randomness_no_leader_is_elected_and_with_it_votes_are_split_less_often() -> None:
    """Figure 16 of the paper."""
    ranges = [(150, 150), (150, 175), (150, 300)]
    none, some, wide = sweep(split_vote, ranges, seeds=20, executor=InKernel()).summaries
    assert none.share == 1.0 > (some.share or 0) > (wide.share or 0)
    assert election_time((150, 150), 0) is None
