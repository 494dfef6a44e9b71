"""What the lesson on patterns says you will see is what its cells show; see test_scenes.py for the rules."""

import re
from typing import Any

import pytest
from labkit.engine import Request, Timeout
from labkit.observe import Load
from labkit.protocols.service.saga import NEVER_HALF
from labkit.protocols.service.supervisor_messages import Begin, Stop
from labkit.scenario import parse
from labkit.search import explore
from test_scenes import Lesson, arrivals, press


def patterns(*cells: str) -> Lesson:
    return Lesson("05", "imports-views", *cells)


def rows(panel: Any) -> dict[str, list[str]]:
    """The rows of the table of what was tried, by setting."""
    panel.complete()
    return {setting.removeprefix("▶ "): cells for setting, *cells in panel.scene["panels"]["tried"]["rows"]}


def summary(panel: Any) -> str:
    panel.complete()
    return str(panel.scene["panels"]["summary"]["text"])


def answered(panel: Any, begin: int, end: int) -> int:
    """Calls answered in time between two times."""
    return sum(span.good for span in panel.spans if begin <= span.begin < end)


def sent(sim: Any, kind: type) -> list[tuple[int, str]]:
    """When messages of this kind were sent, and to whom."""
    return [(done.time, effect.to) for done in sim.trace for effect in done.transition.effects
            if isinstance(getattr(effect, "message", None), kind)]


# ---- 1: retries ------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_long_after_the_pause_the_server_works_and_nobody_is_answered() -> None:
    lesson = patterns()
    lesson.says("storm-explain", "Press *Pause the server*, then *Run 1,000* four times", "It works all the time")
    panel = lesson.run("storm-see")
    assert panel.time == 1_000 and answered(panel, 0, 1_000) > 160
    press(panel, "Pause the server", *["Run 1,000"] * 4)
    assert panel.time == 5_000 and answered(panel, 1_100, 5_000) == 0
    assert "busy with calls whose callers have given up" in summary(panel)
    lesson.says("storm-explain", "five messages for each of 19 calls are more than the server can do")
    last = [span for span in panel.spans if span.begin >= 4_000]
    assert round(sum(span.offered for span in last) / 10) == 19 and sum(span.attempts for span in last) / 10 > 90


@pytest.mark.long
def test_back_off_does_not_end_it_no_retries_and_a_breaker_do_and_a_restart_only_for_a_while() -> None:
    lesson = patterns()
    panel = lesson.run("cure-see")
    assert panel.time == 5_000 and panel.setting.retry == "at once" and answered(panel, 1_100, 5_000) == 0
    for menu, value in (("Retry", "backoff+jitter"), ("Retry", "none"), ("Retry", "at once"), ("Breaker", 3)):
        panel.choose(menu, value)
        panel.complete()
    lesson.says("cure-explain", "itself again 1,600 units after the pause", "it takes 1,000", "it does not make them f")
    assert {setting: cells[-1] for setting, cells in rows(panel).items()} == {
        "backoff+jitter": "not yet", "no retry": "1,600", "at once": "not yet", "at once, breaker 3": "1,000"}
    panel.choose("Breaker", 0)
    press(panel, "Restart the server", "Run 1,000")
    lesson.says("cure-explain", "700 units later nobody is answered in time again")
    assert answered(panel, 5_000, 5_100) > 20 and answered(panel, 5_700, 6_000) == 0


@pytest.mark.long
def test_a_budget_brings_it_back_and_half_the_load_does_not() -> None:
    lesson = patterns()
    panel = lesson.run("cure-see")
    lesson.says("cure-explain", "2,200 units after the pause", "12 calls, five messages each")
    panel.choose("Retry budget", 10)
    assert rows(panel)["at once, budget 10"][-1] == "2,200"
    panel.choose("Retry budget", 0)
    panel.choose("Load", 50)
    assert rows(panel)["at once, load 50 %"][-1] == "not yet"
    offered = sum(span.offered for span in panel.spans) / len(panel.spans)
    assert 11.5 < offered < 13 and 5 * 12 > 25 >= 5 * 5


# ---- 2: keys ---------------------------------------------------------------------------------------------------------


def test_without_a_memory_four_events_pay_twice_and_five_without_any_copy(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns()
    lesson.says("once-look", "four events are enough, and `b` asked once", "Five events, and nothing was even lost")
    capsys.readouterr()
    lesson.run("once-see")
    told = capsys.readouterr().out
    assert told.count("'pay' was done 2 times") == 2
    assert re.findall(r"runs of up to (\d) events", told) == ["4", "5"] and "loses" not in told
    copy = explore(lesson.names["forgets"], duplicates=1, progress=False).trace
    assert [type(event).__name__ for event in copy] == ["Request", "Duplicate", "Deliver", "Deliver"]
    two = explore(lesson.names["forgets"], timeouts=2, progress=False).trace
    assert [type(event).__name__ for event in two] == ["Request", "Deliver", "Timeout", "Timeout", "Deliver"]


def test_with_a_key_no_run_pays_twice_unless_the_key_is_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns()
    capsys.readouterr()
    lesson.run("once-key")
    assert "✔ No invariant is broken. Every run was looked at" in capsys.readouterr().out
    lesson.says("once-explain", "Six: `bill` pushes the key of `pay` out")
    found = lesson.shows("once-explain", "explore(")
    assert found.violated and len(found.trace) == 6
    assert [event.value for event in found.trace if isinstance(event, Request)] == ["pay", "bill"]


# ---- 3 and 8: quorums ------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_dial_shows_a_stale_read_and_none_where_quorums_meet() -> None:
    lesson = patterns()
    lesson.says("quorum-explain", "`a` and `b` have stored the new value", "`c` answers from its own old copy")
    dial = lesson.run("quorum-see")
    dial.complete()
    assert not dial.stale and dial.run is None
    dial.choose("R, to read", 1)
    press(dial, "Show the run")
    system = dial.run.system
    assert [name for name, agent in system.agents.items() if agent.table] == ["a", "b"]
    assert [reply.agent for reply in system.replies] == ["a", "c"]
    assert len(dial.run) == 4 and dial.player is not None
    press(dial, "Back to the dial")
    for reads, writes in ((3, 1), (1, 3)):
        dial.choose("R, to read", reads)
        dial.choose("W, to write", writes)
        dial.complete()
        assert not dial.stale and dial.found.complete and dial.run is None


def test_the_search_finds_what_the_text_says(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns()
    lesson.says("quorum-change", "two events are enough", "Six with R = 2 and W = 1", "none in all 2,787 states")
    capsys.readouterr()
    lesson.run("quorum-search")
    told = capsys.readouterr().out
    assert re.findall(r"✘.*?up to (\d) events", told, re.DOTALL) == ["2", "6"]
    assert "2,787 states" in told[told.index("✔") :]


@pytest.mark.long
def test_a_stand_in_and_the_one_home_that_was_not_reached_make_a_read_stale() -> None:
    lesson = patterns()
    lesson.says("sloppy-explain", "R + W is 4, and N is 3", "`d`, the one replica", "`c`, a stand-in",
                "With *strict* in the menu *Quorum* no read is stale", "nothing is answered any more")
    dial = lesson.run("sloppy-see")
    dial.complete()
    press(dial, "Show the run")
    _, homes, reader = dial.question.cast
    agents = dial.run.system.agents
    assert reader == "d" and "d" in homes and "c" not in homes and not agents["d"].table and not agents["c"].table
    assert any(isinstance(done.event, Timeout) and done.event.agent == "d" for done in dial.run.trace)
    dial.choose("Quorum", "strict")
    dial.complete()
    assert not dial.stale and dial.found.complete


# ---- 4: short queues -------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_short_queue_is_itself_again_at_1700_and_a_long_one_never(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns()
    lesson.says("queue-explain", "At 1,700, that is 100 units after the pause", "it is never itself again (`None`)")
    capsys.readouterr()
    lesson.run("queue-story")
    assert "itself again at 1700" in capsys.readouterr().out
    longer = lesson.shows("queue-explain", "STORY.replace")
    assert Load(parse(longer).play()).served_from(1_600) is None
    for queue, again in ((40, 1_800), (50, None)):
        found = Load(parse(longer.replace("queue=100", f"queue={queue}")).play()).served_from(1_600)
        assert found == again, queue
    lesson.says("queue-explain", "with 50 neither, with 40 it is, at 1,800", "Let 100 calls wait in place of 20",
                "A call takes 4 units and a caller waits 100")
    assert "capacity a 4 4" in longer and 100 // 4 == 25


def test_a_window_of_three_refuses_seven_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns()
    lesson.says("queue-window-explain", "seven hear *no* at time 0", "all ten are done here")
    capsys.readouterr()
    lesson.run("queue-window")
    assert re.findall(r"(\d+) of 10 are refused at once; (\d+) are done", capsys.readouterr().out) == [
        ("0", "10"), ("7", "3")]


# ---- 5: a supervisor -------------------------------------------------------------------------------------------------


def test_alone_one_task_is_done_with_a_supervisor_three_and_to_restart_all_costs_a_session(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = patterns()
    lesson.says("supervise-whom", "one task is done", "all three are", "restarts it at 299", "falls from 1 to 0")
    capsys.readouterr()
    lesson.run("supervise-without")
    assert re.findall(r"(\d) of 3 tasks are done; the session of c: (\d)", capsys.readouterr().out) == [
        ("1", "1"), ("3", "1"), ("3", "0")]
    shop = lesson.names["SHOP"]
    alone = parse(shop.replace("seed 1", "seed 1\nat 0 crash a")).play()
    assert alone.system.agents["b"].hangs and alone.system.agents["b"].inbox == ("flaky", "later")
    for whom, restarted in (("one", [(299, "b")]), ("all", [(299, name) for name in "bcd"])):
        assert sent(parse(shop.replace("one", whom)).play(), Begin) == restarted


def test_after_three_restarts_all_workers_are_stopped() -> None:
    lesson = patterns("supervise-without")
    lesson.says("supervise-explain", "Three times, at 299, 413 and 523; at 623 `a` gives up and stops `b`, `c` and `d`")
    player = lesson.run("supervise-see")
    assert player.moment.step == 0
    assert sent(player.sim, Begin) == [(299, "b"), (413, "b"), (523, "b")]
    assert [*dict.fromkeys(sent(player.sim, Stop))][:3] == [(623, "b"), (623, "c"), (623, "d")]
    notes = {name: agent.note for name, agent in player.sim.system.agents.items()}
    assert notes == {"a": "gave up on b after 3 restarts", "b": "stopped, 0 done", "c": "stopped, 1 done",
                     "d": "stopped, 0 done"}


def test_a_task_that_is_set_aside_leaves_time_for_later() -> None:
    lesson = patterns("supervise-without", "supervise-see")
    lesson.says("supervise-explain", "`b` is restarted twice, sets *poison* aside and does *later*")
    sim = lesson.shows("supervise-explain", "Player(").sim
    assert len(sent(sim, Begin)) == 2 and not sent(sim, Stop)
    assert sim.system.agents["b"].aside == ("poison",) and sim.system.agents["b"].done == ("later",)


# ---- 6: sagas --------------------------------------------------------------------------------------------------------


def test_the_trip_is_undone_in_eleven_steps_hotel_before_flight() -> None:
    lesson = patterns("saga-trip")
    lesson.says("saga-explain", "After eleven steps, at time 78", "The hotel is cancelled before the flight")
    player = lesson.run("saga-see")
    while player.step():
        pass
    assert player.moment.step == 11 and player.sim.trace[-1].time == 78
    assert [(reply.result, reply.ok) for reply in player.moment.system.replies] == [("undone", False)]
    undone = [event.source for _, event in arrivals(player.sim, object) if str(event.message).startswith("undid")]
    assert undone == ["hotel", "flight"]


def test_without_compensation_two_bookings_stay_for_a_trip_that_does_not_happen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = patterns("saga-trip")
    lesson.says("saga-without-explain", "The client hears twice", "the flight and the hotel stay booked")
    capsys.readouterr()
    lesson.run("saga-without")
    assert capsys.readouterr().out.splitlines() == ["UndoesNothing leaves booked: flight and hotel",
                                                    "Saga leaves booked: nothing"]
    for kind in ("UndoesNothing", "Saga"):
        ended = parse(lesson.names["TRIP"]).play({"saga": lesson.names[kind]})
        assert [(reply.result, reply.ok) for reply in ended.system.replies] == [("undone", False)]


@pytest.mark.parametrize("step", range(1, 11))
def test_whenever_the_desk_crashes_nothing_is_left_of_the_trip(step: int) -> None:
    lesson = patterns("saga-trip")
    lesson.says("saga-explain", "whenever the desk crashes, all is undone in the end")
    player = lesson.run("saga-see")
    player.go(step)
    player.click(agent="desk")
    for _ in range(2):
        player.press("Step")
    player.click(agent="desk")
    player.run(until=2_000)
    assert "done" not in [agent.ledger.get("rome") for agent in player.sim.system.agents.values()]
    assert not player.sim.system.agents["desk"].log["rome"].left


def test_a_saga_is_seen_half_done_after_two_events(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns("saga-trip")
    lesson.says("saga-half-explain", "Two events: the flight is booked")
    capsys.readouterr()
    lesson.run("saga-half")
    half = capsys.readouterr().out
    assert "✘ Broken" in half and NEVER_HALF.sentence.rstrip(".") in half
    assert "up to 2 events" in half and "only 1 of 3 steps" in half


# ---- 7: a hash ring --------------------------------------------------------------------------------------------------


def test_few_keys_move_on_a_ring_and_nearly_all_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = patterns()
    lesson.says("ring-explain", "8.9 % instead of 91.3 %", "2.88")
    capsys.readouterr()
    lesson.run("ring-see")
    found = re.findall(r"(\w+): ([\d.]+)% of the keys move, the busiest has ([\d.]+)", capsys.readouterr().out)
    assert [(kind, share) for kind, share, _ in found[:2]] == [("Remainder", "91.3"), ("HashRing", "8.9")]
    assert all(float(busiest) < 1.1 for *_, busiest in found[:2])
    assert len(found) == 3 and found[2][::2] == ("HashRing", "2.88")
