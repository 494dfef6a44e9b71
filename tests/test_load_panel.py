"""The load panel without a page: the storm goes on, what helps, the same faults again, and time that is wound back."""

from random import Random
from typing import Any

import pytest
from labkit.engine import Event, Simulator
from labkit.observe import Load, Span
from labkit.patterns import RETRIES
from labkit.protocols import Service
from labkit.scenario import parse
from labkit.views import LoadPanel
from labkit.views.load.outcome import itself_again, spells
from labkit.views.load.panel import MENUS
from labkit.views.load.scene import LINES, value
from labkit.views.load.story import PAUSES, RESTARTS, Fault, Setting, first_state
from seeds import called, seeds

STORY = ("topology star 41\nprotocol calls every=(160, 266) retry='at once'\nseed 1\ncapacity a 4 4\n"
         "at 1000 pause a 600\nrun until 5000\n")


def panels(made: LoadPanel) -> dict[str, Any]:
    found: dict[str, Any] = made.scene["panels"]
    return found


def summary(made: LoadPanel) -> str:
    return str(panels(made)["summary"]["text"])


def drawn(made: LoadPanel) -> dict[str, list[float | None]]:
    """The lines of the chart, by name."""
    return {trace["name"]: trace["y"] for trace in panels(made)["chart"]["figure"]["data"]}


def rows(made: LoadPanel) -> list[list[str]]:
    found: list[list[str]] = panels(made)["tried"]["rows"]
    return found


def happened(sim: Simulator) -> list[tuple[int, Event]]:
    return [(done.time, done.event) for done in sim.trace]


def stormy(until: int = 5_000, **options: Any) -> LoadPanel:
    """The server pauses at 1,000; then time passes."""
    made = LoadPanel(**options)
    made.press("Pause the server")
    while made.time < until:
        made.press("Run 1,000")
    return made


# ---- the story -------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_pause_is_long_over_and_the_server_is_busy_for_nothing() -> None:
    made = stormy()
    assert summary(made) == (
        "Time 5,000. Offered 19.0 calls in 100 units, answered in time 0.0 (mean of the last 500). "
        "The server is busy with calls whose callers have given up. The queue is 2,730 long.")
    assert rows(made) == [["▶ at once", "17.3", "0.3", "0.0", "2,730", "not yet"]]
    assert happened(made.sim) == happened(parse(STORY).play())


@pytest.mark.long
def test_the_same_pause_with_other_settings_one_after_the_other() -> None:
    made, before = stormy(), ["at once", "17.3", "0.3", "0.0", "2,730", "not yet"]
    for menu, choice, row in (
        ("Breaker", 3, ["at once, breaker 3", "17.3", "0.3", "19.2", "160", "1,000"]),
        ("Queue", 20, ["at once, queue 20", "17.3", "0.3", "20.2", "21", "100"]),
        ("Retry budget", 10, ["at once, budget 10", "17.3", "0.3", "19.6", "112", "2,200"]),
        ("Retry", "none", ["no retry", "17.3", "0.3", "19.0", "112", "1,600"]),
        ("Retry", "backoff+jitter", ["backoff+jitter", "17.3", "0.3", "0.0", "2,544", "not yet"]),
        ("Load", 50, ["at once, load 50 %", "11.2", "0.2", "0.0", "1,550", "not yet"]),
    ):
        name = next(name for name, (label, _) in MENUS.items() if label == menu)
        made.try_out(**{"retry": "at once", "breaker": 0, "queue": None, "budget": 0, "load": 75, name: choice})
        assert made.control(menu).value == choice and made.faults == (Fault(1_000, PAUSES),) and made.time == 5_000
        assert rows(made)[:2] == [[f"▶ {row[0]}", *row[1:]], before]
        recovered = f"The service is itself again, since {row[-1]} units after the pause." in summary(made)
        assert recovered is (row[-1] != "not yet")
        before = row
    assert len(rows(made)) == len(made.tried) == 7


@pytest.mark.parametrize("seed", seeds(2, 20))
@pytest.mark.long
def test_with_a_breaker_it_is_itself_again_whatever_the_seed(seed: int) -> None:
    made = stormy(4_000, seed=seed)
    assert "busy with calls whose callers have given up" in summary(made) and made.outcome.again is None
    made.choose("Breaker", 3)
    assert "The service is itself again" in summary(made) and 400 <= (made.outcome.again or 0) <= 1_600


@pytest.mark.long
def test_a_restarted_server_is_overrun_again() -> None:
    made = stormy(3_000)
    made.press("Restart the server")
    assert "The server has just been restarted. Nothing waits." in summary(made)
    made.run_on(500)
    assert made.spans[-3].good > 10
    made.press("Run 1,000")
    made.press("Run 1,000")
    assert "busy with calls whose callers have given up" in summary(made)
    assert rows(made)[0][5] == "not yet" and "at once (pause at 1,000)" not in [row[0] for row in rows(made)]


def test_while_the_server_pauses_the_sentence_says_until_when() -> None:
    made = stormy(1_000)
    assert "The server pauses until 1,600. Nothing waits." in summary(made)
    made.run_on(300)
    assert "The server pauses until 1,600. The queue is" in summary(made)
    made.press("Pause the server")
    assert made.status == "The server pauses already: run on, or go to an earlier time."
    made.press("Restart the server")
    made.press("Pause the server")
    assert "pauses until 1,900" in summary(made)


def test_at_time_0_the_sentence_tells_of_a_pause_too() -> None:
    made = LoadPanel(10, begin=0)
    assert summary(made) == "Time 0. Nobody has called yet: press Run 1,000."
    made.press("Pause the server")
    assert summary(made) == "Time 0. The server pauses until 600. Nobody has called yet: press Run 1,000."
    made.press("Restart the server")
    assert summary(made).startswith("Time 0. The server has just been restarted.")


def test_many_pauses_and_restarts_are_counted_by_kind_and_a_restart_is_called_no_fault() -> None:
    made = LoadPanel(5)
    for _ in range(2):
        made.press("Pause the server")
        made.press("Restart the server")
    made.choose("Breaker", 3)
    assert made.status == ("Started over with this setting: the same seed, 2 pauses and 2 restarts at the same times, "
                           "up to 1,000.")
    made.press("Start over")
    made.press("Pause the server")
    assert [row[0] for row in rows(made)] == ["▶ at once, breaker 3", "at once, breaker 3 (2 pauses and 2 restarts)",
                                              "at once (2 pauses and 2 restarts)"]


# ---- the same again, and time wound back -----------------------------------------------------------------------------


def test_a_setting_that_is_changed_meets_the_same_faults_at_the_same_times() -> None:
    made = stormy(2_000)
    made.run_on(200)
    made.press("Restart the server")
    made.run_on(300)
    faults = (Fault(1_000, PAUSES), Fault(2_200, RESTARTS))
    assert made.faults == faults and made.time == 2_500
    made.choose("Breaker", 3)
    fresh = first_state(40, 1, Service, Setting(breaker=3), {})
    fresh.replay(faults, 2_500)
    assert happened(made.sim) == happened(fresh.sim) and made.faults == faults
    assert [when for when, _ in Load(made.sim).faults()] == [1_000, 2_200, 2_200]
    made.choose("Breaker", 0)
    assert [row[0] for row in rows(made)] == ["▶ at once", "at once, breaker 3"]


@pytest.mark.long
def test_time_that_is_wound_back_shows_what_was_shown_then_and_a_change_of_setting_stays_there() -> None:
    made, seen = stormy(1_000, load=50), {}
    for _ in range(3):
        made.press("Run 1,000")
        seen[made.time] = panels(made)
    for time in (2_000, 4_000, 3_000):
        made.choose("Time", time)
        assert [panels(made)[name] for name in ("summary", "chart")] == [seen[time][n] for n in ("summary", "chart")]
    made.choose("Time", 3_000)
    row = rows(made)[0]
    made.choose("Queue", 20)
    assert made.time == 3_000 and made.sim.now == 4_000 and summary(made).startswith("Time 3,000.")
    made.choose("Queue", "unbounded")
    assert rows(made)[0] == row and panels(made)["summary"] == seen[3_000]["summary"]


def test_what_is_done_at_an_earlier_time_begins_another_run() -> None:
    made = stormy(2_000)
    before = happened(made.sim)
    made.choose("Time", 900)
    made.press("Run 1,000")
    assert made.status == "You went on from time 900; what came later in that run is put aside."
    assert made.time == made.sim.now == made.control("Time").max == 1_900 and not made.faults
    assert "The server keeps up." in summary(made)
    assert [row[0] for row in rows(made)] == ["▶ at once", "at once (pause at 1,000)"]
    shared = sum(time <= 900 for time, _ in before)
    assert happened(made.sim)[:shared] == before[:shared]
    made.press("Pause the server")
    assert made.faults == (Fault(1_900, PAUSES),)
    again = first_state(40, 1, Service, Setting(), {})
    again.replay(made.faults, 1_900)
    assert happened(made.sim) == happened(again.sim)


def test_what_takes_long_is_run_again_in_parts_while_the_page_asks() -> None:
    made = stormy(7_000, callers=10, load=10)
    made.choose("Breaker", 3)
    assert panels(made)["clock"]["running"] and summary(made).startswith("Time 5,000.")
    old = panels(made)["clock"]["beat"]
    made.choose("Breaker", 0)
    shown = panels(made)
    made.click(panel="clock", beat=old)
    assert panels(made) == shown
    made.click(panel="clock", beat=panels(made)["clock"]["beat"])
    assert not panels(made)["clock"]["running"] and summary(made).startswith("Time 7,000.")
    made.choose("Breaker", 3)
    made.run_on(3_000)
    assert made.time == 10_000 and len(made.spans) == 100 and not panels(made)["clock"]["running"]
    made.press("Run 1,000")
    assert made.status.startswith("The panel draws no more than 10,000 units")
    made.press("Start over")
    assert made.time == 1_000 and not made.faults and made.setting.breaker == 3


@pytest.mark.parametrize(("seed", "presses"), [
    (0, 20), *(pytest.param(seed, 60, marks=pytest.mark.long) for seed in range(10))])
def test_after_random_presses_the_picture_is_the_load_of_the_run(seed: int, presses: int) -> None:
    random, made = Random(seed), LoadPanel(12, seed=seed)
    for _ in range(presses):
        match random.choices(("press", "menu", "time", "some"), (6, 2, 2, 2))[0]:
            case "press":
                made.press(random.choice(["Pause the server", "Restart the server", "Run 1,000"]))
            case "menu":
                label, offered = random.choice(list(MENUS.values()))
                made.choose(label, random.choice(list(offered)))
            case "time":
                made.choose("Time", random.randrange(0, made.control("Time").max + 1, 100))
            case "some":
                made.run_on(200) if made.time < 9_800 else made.press("Start over")
        assert "raised" not in made.status
        agrees(made)
    made.press("Start over")
    made.press("Pause the server")
    made.press("Run 1,000")
    assert made.time == 2_000 and made.outcome.during is not None


def agrees(made: LoadPanel) -> None:
    """The picture is what the load of the run tells, and the controls say what is so."""
    load, time = Load(made.sim), made.time
    assert drawn(made) == {line.name: [value(line, span) for span in load.spans(time)] for line in LINES}
    struck = {when for when, _ in load.faults(time)}
    assert {fault.time for fault in made.faults if fault.time <= time} == struck
    shapes = panels(made)["chart"]["figure"]["layout"]["shapes"]
    assert {shape["x0"] for shape in shapes[:-1]} == struck
    assert summary(made).startswith(f"Time {time:,}.") or time == 0
    assert made.control("Time").value == time and made.control("Retry").value == made.setting.retry
    assert len(made.tried) >= len({row[0] for row in rows(made)}) - 1


# ---- words, looks and refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("good", "since"), [
    ("9999999999", 0), ("0000099999", 500), ("9999900000", None), ("0999990000099999", 1_100), ("0009999", None),
    ("5555555555", None), ("9999955555", 0),
])
def test_a_service_is_itself_again_when_it_does_not_fall_back(good: str, since: int | None) -> None:
    spans = [Span(100 * n, 100 * n + 100, 10, 10, 0, int(one), 0, 0, ()) for n, one in enumerate(good)]
    assert itself_again(spans, 0) == since


def test_a_restart_ends_a_pause_but_none_that_begins_after_it() -> None:
    faults = [Fault(0, RESTARTS), Fault(0, PAUSES), Fault(200, RESTARTS), Fault(200, PAUSES)]
    assert [(one.begin, one.end) for one in spells(faults)] == [(0, 0), (0, 200), (200, 200), (200, 800)]


def test_lines_are_told_by_symbol_and_dash_and_nothing_is_smaller_than_the_wall_can_show() -> None:
    made = stormy(2_000)
    layout = panels(made)["chart"]["figure"]["layout"]
    assert layout["font"]["size"] >= 16 and not layout["showlegend"]
    assert all(words["font"]["size"] >= 16 for words in layout["annotations"])
    traces = panels(made)["chart"]["figure"]["data"]
    assert len({trace["marker"]["symbol"] for trace in traces}) == len(traces)
    for axis in ("y", "y2"):
        looks = [(one["line"]["dash"], one["line"]["width"]) for one in traces if one["yaxis"] == axis]
        assert len({*looks}) == len(looks)
    assert [item[1] for item in panels(made)["legend"]["items"]] == [
        "attempts", "answered in time", "offered", "limit 25", "queue", "median time to answer", "worst"]


def test_the_word_stands_above_each_fault_and_never_on_another_word() -> None:
    made = LoadPanel(10)
    for kind in ("Pause the server", "Restart the server", "Pause the server"):
        made.press(kind)
        made.run_on(100)
    words = panels(made)["chart"]["figure"]["layout"]["annotations"]
    assert {word["text"] for word in words} == {PAUSES, RESTARTS}
    places = [(word["yshift"], word["x"]) for word in words]
    assert all(abs(a[1] - b[1]) > 400 for a in places for b in places if a != b and a[0] == b[0])


class Stubborn(Service):
    """Never gives up."""

    def pause(self, attempt: int) -> tuple[int, int] | None:
        return (1, 1)


class Broken(Service):
    """Wrong where a call has failed."""

    def give_up(self, one: object) -> Any:
        raise KeyError("oops")


def test_a_class_of_ones_own_is_put_under_load_too() -> None:
    stubborn, plain = stormy(2_000, kind=Stubborn), stormy(2_000)
    assert stubborn.spans[-1].attempts > plain.spans[-1].attempts
    assert panels(stubborn)["chart"]["figure"]["layout"]["yaxis"]["range"][1] >= max(
        span.attempts for span in stubborn.spans)


def test_an_agent_that_fails_is_told_in_a_sentence_and_the_panel_stays_usable() -> None:
    made = LoadPanel(kind=Broken)
    made.press("Pause the server")
    made.press("Run 1,000")
    assert "oops" in made.status and made.time == 1_000
    made.press("Run 1,000")
    assert "oops" in made.status and summary(made).startswith("Time 1,000.")
    made.choose("Time", 500)
    made.choose("Breaker", 3)
    made.press("Start over")
    assert made.time == 1_000 and "Started over" in made.status


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"callers": 1}, "callers is a whole number from 2 to 60"), ({"callers": "many"}, "callers is a whole number"),
    ({"begin": 50}, "begin is a multiple of 100"), ({"retry": "often"}, "there is no retry policy 'often'"),
    ({"load": 0}, "load is a whole number from 1 to 200"), ({"breaker": -1}, "breaker is a whole number"),
    ({"queue": -1}, "a whole number from 0 to 10,000"), ({"kind": int}, "derived from Service, not 'int'"),
    ({"every": (1, 2)}, "leave out every and server"), ({"colour": "red"}, "colour"),
], ids=called)
def test_what_cannot_be_built_is_refused_in_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        LoadPanel(**wrong)


def test_wrong_calls_are_sentences_and_change_nothing() -> None:
    made = LoadPanel(10)
    for wrong, sentence in (
        (lambda: made.go(150), "time is a multiple of 100"), (lambda: made.go(2_000), "from 0 to 1,000"),
        (lambda: made.run_on(50), "units is a multiple of 100"), (lambda: made.run_on(True), "a whole number"),
        (lambda: made.try_out(retry="often"), "no retry policy"), (lambda: made.try_out(patience=3), "choose retry"),
        (lambda: made.try_out(queue="long"), "a whole number from 0"), (lambda: made.choose("Load", 60), "choose one"),
    ):
        before = panels(made)
        with pytest.raises(ValueError, match=sentence):
            wrong()
        assert panels(made) == before


def test_a_setting_that_no_menu_offers_is_shown_in_the_menu_and_all_menus_say_what_is_tried() -> None:
    made = LoadPanel(10, breaker=5, queue=7, load=60)
    assert [made.control(label).value for label, _ in MENUS.values()] == ["at once", 5, 7, 0, 60]
    made.try_out(retry="none", queue=None)
    assert made.control("Queue").value == "unbounded" and str(made.setting) == "no retry, breaker 5, load 60 %"
    assert {*MENUS["retry"][1]} == {*RETRIES}


def test_with_75_percent_forty_callers_call_as_in_the_claims_about_calls() -> None:
    assert Setting().every(40) == (160, 266)
