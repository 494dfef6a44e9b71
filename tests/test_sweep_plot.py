"""The widget of a sweep without a page: it draws what has come in, can be stopped, and says what goes wrong."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from labkit.deploy import InKernel, sweep
from labkit.faults import split_vote
from labkit.views import Sweep

TIMEOUTS = [(150, 155), (150, 300)]


def doubles(value: int, seed: int) -> int | None:
    return 2 * value + seed if value else None


def naps(value: float, seed: int) -> float:
    sleep(value)
    return value


def breaks(value: int, seed: int) -> float:
    return 1 / (value - seed)


def panels(made: Sweep) -> dict[str, Any]:
    found: dict[str, Any] = made.scene["panels"]
    return found


def beat(made: Sweep) -> bool:
    """Answer for the page once; whether it asks for more."""
    made.click(panel="clock", beat=panels(made)["clock"]["beat"])
    return bool(panels(made)["clock"]["running"])


def test_a_sweep_begins_when_the_page_has_drawn_it_and_ends_by_itself() -> None:
    made = Sweep(doubles, [1, 4, 0], seeds=5, executor=InKernel())
    assert made.result.runs == () and panels(made)["clock"]["running"]
    while beat(made):
        pass
    assert made.status == "All runs are done." and made.control("Runs").value == 15
    assert made.result == sweep(doubles, [1, 4, 0], seeds=5, executor=InKernel())


def test_points_medians_and_table_say_what_the_runs_came_to() -> None:
    made = Sweep(doubles, [1, 4, 0], seeds=5, executor=InKernel(), what="size")
    made.complete()
    dots, medians = panels(made)["plot"]["figure"]["data"]
    assert dots["y"] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert (medians["x"], medians["y"]) == ([0, 1], [4, 10])
    assert (medians["error_y"]["array"], medians["error_y"]["arrayminus"]) == ([1, 1], [1, 1])
    assert panels(made)["plot"]["figure"]["layout"]["xaxis"]["ticktext"] == ["1", "4", "0<br>5 without"]
    assert panels(made)["results"]["head"] == ["Size", "Runs", "Median", "Middle half", "All", "No result"]
    assert panels(made)["results"]["rows"][1] == ["4", "5", "10", "9–11", "8–12", "0"]
    assert panels(made)["summary"]["text"] == (
        "Doubles, 15 of 15 runs. 5 had no result: all 5 with 0. "
        "The median is lowest with size 1, 4, and highest with 4, 10.")


def test_of_yes_and_no_the_shares_are_bars() -> None:
    made = Sweep(split_vote, TIMEOUTS, seeds=12, executor=InKernel(), what="election timeout")
    made.complete()
    (bars,) = panels(made)["plot"]["figure"]["data"]
    assert bars["y"] == [sum(split_vote(one, seed) for seed in range(12)) / 12 for one in TIMEOUTS]
    assert "Yes in" in panels(made)["summary"]["text"] and bars["text"][0] in panels(made)["summary"]["text"]


def test_stop_keeps_what_there_is_and_start_goes_on() -> None:
    with ThreadPoolExecutor(1) as threads:
        made = Sweep(naps, [0.02], seeds=60, executor=threads)
        made.press("Start")
        while not made.result.runs:
            assert beat(made)
        made.press("Stop")
        some = len(made.result.runs)
        assert 0 < some < 60 and made.status.startswith("Stopped") and not panels(made)["clock"]["running"]
        made.complete()
        assert len(made.result.runs) == 60 and made.status == "All runs are done."


def test_a_run_that_breaks_is_told_below_the_plot() -> None:
    made = Sweep(breaks, [1, 9], seeds=3, executor=InKernel())
    made.complete()
    assert "Value 1, seed 1: ZeroDivisionError" in panels(made)["trouble"]["text"]
    assert panels(made)["results"]["rows"][0][-1] == "1 broke"


def test_a_worker_that_cannot_work_is_told_once_and_the_page_asks_for_no_more() -> None:
    with ThreadPoolExecutor(1) as threads:
        made = Sweep(doubles, [1], executor=threads)
        threads.shutdown()
        beat(made)
        assert "it has been shut down" in made.status and not panels(made)["clock"]["running"]


def test_what_it_cannot_be_is_said_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="needs at least one value"):
        Sweep(doubles, [])
    with pytest.raises(ValueError, match="did you mean 'seeds'"):
        Sweep(doubles, [1], seed=3)  # type: ignore[call-arg]
