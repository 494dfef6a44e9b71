"""The detector tuner without a page: the curve is what the runs came to, and the same setting is the same picture."""

from random import Random
from statistics import mean
from typing import Any

import pytest
from labkit.observe import quality
from labkit.protocols import FixedTimeout
from labkit.views.detector.scene import DETECTORS, Setting, alarms, expected_alarms, expected_time, measured
from labkit.views.detector.tuner import LOSSES, DetectorTuner
from seeds import seeds


def panels(made: DetectorTuner) -> dict[str, Any]:
    found: dict[str, Any] = made.scene["panels"]
    return found


def traces(made: DetectorTuner) -> dict[str, Any]:
    names = ("curve", "formula", "chosen")
    data = panels(made)["curve"]["figure"]["data"]
    return {next((name for name in names if trace["name"].startswith(name)), "curve"): trace for trace in data}


def beats(made: DetectorTuner) -> int:
    """Answer for the page until it asks for nothing more."""
    count = 0
    while panels(made)["clock"]["running"]:
        made.click(panel="clock", beat=panels(made)["clock"]["beat"])
        count += 1
    return count


@pytest.mark.long
def test_each_row_and_each_point_is_the_mean_of_its_runs() -> None:
    made = DetectorTuner(4)
    made.complete()
    rows = panels(made)["settings"]["rows"]
    assert len(rows) == len(DETECTORS["fixed timeout"].values) == len(traces(made)["curve"]["x"])
    for row, time in zip(rows, traces(made)["curve"]["x"], strict=True):
        patience = int(row[0].removeprefix("▶ "))
        runs = [quality(FixedTimeout, 4, loss=0.2, silence=patience, seed=seed) for seed in range(5)]
        noticed, wrong = mean(run.everyone or 0 for run in runs), mean(run.mistakes for run in runs)
        assert row[1:] == [f"{noticed:.0f}", f"{wrong / 4:.2f}", f"{runs[0].messages:.0f}"]
        assert time == pytest.approx(noticed)


@pytest.mark.long
def test_the_sentence_the_mark_and_the_row_say_the_same_of_what_is_chosen() -> None:
    made = DetectorTuner()
    for name, detector in DETECTORS.items():
        made.use(name)
        made.tune(detector.values[1])
        run = made.quality
        text = panels(made)["summary"]["text"]
        assert text.startswith(f"On average a crash is noticed by all after {run.everyone:.0f} units; ")
        assert f"{alarms(name, run):.1f} false alarm" in text and "seed 0" in text
        mark = traces(made)["chosen"]
        assert (mark["x"], mark["y"]) == ([run.everyone], [alarms(name, run)])
        assert [row[0] for row in panels(made)["settings"]["rows"] if "▶" in row[0]] == [f"▶ {detector.values[1]}"]


@pytest.mark.long
def test_the_curve_fills_while_the_page_asks_and_then_rests() -> None:
    made = DetectorTuner(3)
    assert len(traces(made)["curve"]["x"]) == 1
    assert beats(made) == len(DETECTORS["fixed timeout"].values) - 1
    filled = panels(made)
    made.complete()
    assert panels(made)["curve"] == filled["curve"]
    made.tune(300)
    assert not panels(made)["clock"]["running"]


def test_a_beat_for_an_old_curve_is_not_heard() -> None:
    made = DetectorTuner(3)
    old = panels(made)["clock"]["beat"]
    made.lose(30)
    before = panels(made)
    made.click(panel="clock", beat=old)
    assert panels(made) == before


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(1, 6))
def test_the_same_setting_is_the_same_picture_by_whatever_way(seed: int) -> None:
    random, made = Random(seed), DetectorTuner(3)
    for _ in range(8):
        random.choice([
            lambda: made.use(random.choice(("fixed timeout", "SWIM"))),
            lambda: made.tune(random.choice(range(120, 401, 20))),
            lambda: made.lose(random.choice(LOSSES)),
            made.run_again,
        ])()
    made.complete()
    fresh = DetectorTuner(3)
    fresh.run_again(made.setting.seed), fresh.lose(made.setting.loss)
    fresh.use(made.setting.detector), fresh.tune(made.setting.value)
    fresh.complete()
    assert all(panels(made)[name] == panels(fresh)[name] for name in ("summary", "curve", "settings", "status"))


@pytest.mark.long
def test_another_seed_is_another_run() -> None:
    made = DetectorTuner(3)
    made.tune(100)
    before = panels(made)["summary"]["text"]
    made.press("Run again with another seed")
    assert made.setting.seed == made.control("Seed").value == 1
    assert "seed 1" in panels(made)["summary"]["text"] != before
    for _ in range(19):
        made.run_again()
    assert panels(made)["summary"]["text"] == before


@pytest.mark.long
@pytest.mark.parametrize(("patience", "loss"), [(80, 20), (100, 20), (140, 40), (160, 20), (200, 40)])
def test_the_formula_runs_through_the_points(patience: int, loss: int) -> None:
    runs = [measured(Setting("fixed timeout", patience, 5, loss, seed)) for seed in range(8)]
    rate = mean(alarms("fixed timeout", run) for run in runs)
    assert expected_alarms(patience, 5, loss / 100) == pytest.approx(rate, rel=0.12)
    assert expected_time(patience, 5, loss / 100) == pytest.approx(mean(run.everyone or 0 for run in runs), abs=15)


def test_between_the_beats_the_formula_is_the_one_of_so_many_lost_in_a_row() -> None:
    for beats_lost, patience in ((1, 80), (2, 130), (3, 180)):
        pairs = (5 * 4 + 4 * 3) / 2  # one of five is down for half of the time
        assert expected_alarms(patience, 5, 0.3) == pytest.approx(1_000 * pairs / 50 * 0.7 * 0.3**beats_lost)


@pytest.mark.long
def test_who_waits_longer_is_wrong_less_often_with_each_detector() -> None:
    for name, detector in DETECTORS.items():
        ends = [measured(Setting(name, value, 5, 20, 0)) for value in (detector.values[0], detector.values[-1])]
        assert alarms(name, ends[0]) > 2 * alarms(name, ends[1])
        assert (ends[0].everyone or 0) < (ends[1].everyone or 0)


def test_only_the_fixed_timeout_has_a_formula() -> None:
    made = DetectorTuner(3)
    assert "formula" in traces(made)
    made.use("SWIM")
    assert "formula" not in traces(made)


def test_the_slider_says_what_it_tunes_and_each_detector_keeps_its_own() -> None:
    made = DetectorTuner(3)
    made.choose("Patience (units of silence)", 120)
    made.choose("Detector", "SWIM")
    assert made.control("Period (units a probe)").value == made.setting.value == 200
    made.choose("Detector", "phi accrual")
    assert made.control("Threshold φ").options == tuple(range(1, 9))
    made.choose("Detector", "fixed timeout")
    assert made.control("Patience (units of silence)").value == made.setting.value == 120
    made.choose("Messages lost", 0)
    made.choose("Seed", 7)
    assert (made.setting.loss, made.setting.seed) == (0, 7)


def test_wrong_calls_are_sentences_with_the_remedy_and_change_nothing() -> None:
    made = DetectorTuner(3)
    for wrong, remedy in (
        (lambda: made.use("guess"), "choose 'fixed timeout'"),
        (lambda: made.tune(70), "patience goes from 60 to 400 in steps of 20, not 70"),
        (lambda: made.tune("long"), "a whole number, not 'long'"),
        (lambda: made.lose(50), "loss goes from 0 to 40 in steps of 5"),
        (lambda: made.lose(True), "a whole number, not True"),
        (lambda: made.run_again(20), "seed goes from 0 to 19"),
    ):
        before = made.setting, panels(made)
        with pytest.raises(ValueError, match=remedy):
            wrong()
        assert (made.setting, panels(made)) == before
    for agents in (1, 9, "five", True, 2.5):
        with pytest.raises(ValueError, match=r"from 2 to 8|a whole number"):
            DetectorTuner(agents)


def test_nothing_is_smaller_than_the_wall_can_show_and_the_mark_is_told_by_shape_and_label() -> None:
    made = DetectorTuner(3)
    layout = panels(made)["curve"]["figure"]["layout"]
    assert layout["font"]["size"] >= 16 and layout["hoverlabel"]["font"]["size"] >= 16
    mark, curve = traces(made)["chosen"], traces(made)["curve"]
    assert mark["marker"]["symbol"] != curve["marker"]["symbol"] and mark["text"] == ["patience 200"]
    assert len({trace.get("line", {}).get("dash", "") for trace in traces(made).values()}) > 1


def test_the_legend_lies_beside_the_curve_and_names_the_formula_only_where_there_is_one() -> None:
    made = DetectorTuner(3)
    words = [words for _, words, *_ in panels(made)["legend"]["items"]]
    assert not panels(made)["curve"]["figure"]["layout"]["showlegend"]
    assert words[:2] == ["5 runs for each patience", "chosen"] and words[2].startswith("formula")
    made.use("SWIM")
    assert [words for _, words, *_ in panels(made)["legend"]["items"]] == ["8 runs for each period", "chosen"]
