"""The clock bench: what it says and draws of two events is what happened before what; and whatever is pressed."""

import re
from itertools import combinations, pairwise
from random import Random
from typing import Any

import pytest
from gale import gale
from labkit.engine import Model, Simulator
from labkit.observe import Causality
from labkit.protocols import Locked, Raft, Replica, Stamped, Tell, described
from labkit.topology import build
from labkit.views import ClockBench
from seeds import seeds

Panels = dict[str, Any]
A_NOTE, C_NOTE, C_HEARS = "a's note at 20", "c's note at 45", "c's receipt at 88"
LETTER = 9.2  # pixels


def panels(bench: ClockBench) -> Panels:
    return dict(bench.scene["panels"])


def said(bench: ClockBench) -> str:
    return str(panels(bench)["summary"]["text"])


def steps(bench: ClockBench) -> dict[str, int]:
    """The step of each event by its name in the menus."""
    return dict(bench.control("First event").options[1:])


def compared(bench: ClockBench, first: str, second: str) -> ClockBench:
    bench.choose("First event", steps(bench)[first])
    bench.choose("Second event", steps(bench)[second])
    return bench


def random_run(seed: int) -> Simulator:
    """A small run of some protocol on some topology, with cuts and crashes."""
    draw = Random(seed)
    kind, shape = draw.choice([Stamped, Raft, Replica, Locked]), draw.choice(["mesh", "ring", "star", "tree"])
    sim = Simulator(build(shape, draw.randint(2, 6)), kind, seed=seed, duplication=0.1)
    gale(sim, seed, 220 if kind is Raft else 80, described(kind).ask)
    return sim


# ---- the example -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(10, 300))
def test_the_notes_of_the_lessons_question_are_concurrent_whatever_the_delays(seed: int) -> None:
    bench = compared(ClockBench(seed=seed), A_NOTE, C_NOTE)
    assert bench.relation == "concurrent"
    assert said(bench) == ("a's note at 20 and c's note at 45 are concurrent: no chain of messages leads from one to "
                           "the other, either way.")
    assert panels(bench)["spacetime"]["way"] == []
    assert len(bench.events) == 12
    assert len(panels(bench)["spacetime"]["arrows"]) == 4


def test_a_chain_of_two_messages_through_b_is_said_and_drawn() -> None:
    bench = compared(ClockBench(), A_NOTE, C_HEARS)
    assert said(bench) == ("a's note at 20 happened before c's receipt at 88, by a chain of 2 messages: a → b, time 30 "
                           "to 53; b → c, time 66 to 88.")
    assert panels(bench)["spacetime"]["way"] == [[0, 20, 0, 30], [0, 30, 1, 53], [1, 53, 1, 66], [1, 66, 2, 88]]
    compared(bench, C_HEARS, "b's note at 95")
    assert bench.relation == "concurrent"
    bench.compare(steps(bench)[C_HEARS], steps(bench)[A_NOTE])
    assert said(bench).startswith("c's receipt at 88 happened after a's note at 20, by a chain of 2 messages: a → b")


def test_the_first_event_is_compared_with_all_others_in_numbers() -> None:
    bench = compared(ClockBench(), C_HEARS, A_NOTE)
    assert panels(bench)["facts"]["text"] == (
        "Of the other 11 events, 7 happened before ①, 2 after it, and 2 are concurrent with it.")
    column = [row[-1] for row in panels(bench)["events"]["rows"]]
    assert [column.count(how) for how in ("before", "after", "concurrent", "same")] == [7, 2, 2, 1]


def test_lamports_clock_cannot_tell_what_vectors_can() -> None:
    bench = compared(ClockBench(), A_NOTE, C_NOTE)
    bench.choose("Stamps", "Lamport")
    assert "Lamport clocks: 1 < 3, and yet neither caused the other: they cannot tell." in bench.facts()
    bench.choose("Stamps", "vector")
    assert "Vector clocks: ① counts more of a, ② more of b and c: neither is before the other." in bench.facts()
    compared(bench, A_NOTE, C_HEARS)
    assert bench.facts().endswith("no count of the earlier event is larger; the later one counts more of a, b and c.")
    bench.choose("Stamps", "Lamport")
    assert bench.facts().endswith("Lamport clocks: 1 < 5, as for every cause and its effect.")
    bench.compare(None)
    assert bench.facts().startswith("A Lamport clock is one number")


@pytest.mark.parametrize("stamps", ["none", "Lamport", "vector"])
@pytest.mark.parametrize("seed", seeds(1, 60))
def test_in_the_example_every_stamp_has_room_whichever_events_are_chosen(stamps: str, seed: int) -> None:
    bench = ClockBench(seed=seed)
    bench.choose("Stamps", stamps)
    for first, second in combinations([one.step for one in bench.events], 2):
        bench.compare(first, second)
        picture = panels(bench)["spacetime"]
        assert len(picture["stamps"]) == (2 if stamps == "none" else 12)
        per_unit = 1030 / (picture["to"] - picture["from"])
        for row in {stamp[0] for stamp in picture["stamps"]}:
            line = [(time * per_unit, LETTER * len(text) / 2) for at, time, text in picture["stamps"] if at == row]
            assert all(left + half <= right - other for (left, half), (right, other) in pairwise(sorted(line)))


def test_stamps_without_room_are_counted_and_stand_in_the_table() -> None:
    sim = Model(build("mesh", 5), Raft).simulate(seed=1)
    sim.run(until=260)
    bench = ClockBench(sim)
    bench.choose("Stamps", "vector")
    missing = len(bench.events) - len(panels(bench)["spacetime"]["stamps"])
    assert missing > 0
    assert panels(bench)["facts"]["text"].endswith(
        f" {missing} stamps have no room in the picture: the table has them all.")
    assert len(panels(bench)["events"]["rows"]) == len(bench.events)


@pytest.mark.parametrize("seed", seeds(5, 60))
def test_the_stamps_are_what_the_agents_count_themselves(seed: int) -> None:
    sim = random_run_of_stamped(seed)
    last = {row[1]: row[3:5] for row in panels(ClockBench(sim))["events"]["rows"]}
    for name, counted in last.items():
        agent = sim.system.agents[name]
        assert isinstance(agent, Stamped)
        assert counted == [str(agent.lamport), str(agent.vector)]


def random_run_of_stamped(seed: int) -> Simulator:
    draw = Random(seed)
    sim = Simulator(build(draw.choice(["mesh", "ring"]), 4), Stamped, seed=seed)
    for _ in range(15):
        a, b = draw.sample("abcd", 2)
        sim.request(a, Tell(b, "news"))
        sim.run(until=sim.now + draw.randint(1, 12))
    return sim


# ---- any two events of any run ---------------------------------------------------------------------------------------


def check_pairs(bench: ClockBench, sim: Simulator, pairs: list[tuple[int, int]]) -> None:
    """The sentence, the band and the clocks agree with what `Causality` and the vectors say."""
    seen = Causality(sim)
    place = {one.step: [sorted(sim.system.agents).index(one.agent), one.time] for one in seen.events}
    bench.choose("Stamps", "vector")
    for first, second in pairs:
        bench.compare(first, second)
        relation, way = seen.relation(first, second), panels(bench)["spacetime"]["way"]
        assert bench.relation == relation == seen.vector(first).compare(seen.vector(second))
        words = "are concurrent" if relation == "concurrent" else f"happened {relation}"
        assert words in said(bench)
        assert bool(way) == (relation != "concurrent" and place[first] != place[second])
        if not way:
            continue
        one, other = (first, second) if relation == "before" else (second, first)
        assert (way[0][:2], way[-1][2:]) == (place[one], place[other])
        assert all(piece[2:] == following[:2] for piece, following in pairwise(way))
        assert all(begun <= ended for _, begun, _, ended in way)
        links = [link for link in seen.path(one, other) if link.packet is not None]
        assert f"chain of {len(links)} messages" in said(bench) or len(links) < 2
        ends = [[start, begun, end, ended] for _, start, begun, end, ended, *_ in panels(bench)["spacetime"]["arrows"]]
        assert all(piece[0] == piece[2] or piece in ends for piece in way), "along lines and arrows only"


@pytest.mark.parametrize("seed", seeds(1, 60))
def test_for_all_pairs_of_the_example_words_band_and_clocks_agree(seed: int) -> None:
    bench = ClockBench(seed=seed)
    both_ways = [pair for two in combinations([one.step for one in bench.events], 2) for pair in (two, two[::-1])]
    check_pairs(bench, bench.sim, both_ways)


@pytest.mark.parametrize("seed", seeds(12, 200))
def test_for_pairs_of_random_runs_words_band_and_clocks_agree(seed: int) -> None:
    sim, draw = random_run(seed), Random(seed)
    bench = ClockBench(sim)
    events = [one.step for one in bench.events]
    if len(events) > 1:
        check_pairs(bench, sim, [(one, other) for one, other in (draw.sample(events, 2) for _ in range(25))])


# ---- choosing --------------------------------------------------------------------------------------------------------


def test_clicks_choose_a_first_and_a_second_event_and_then_a_new_pair() -> None:
    bench = ClockBench()
    for click, chosen in ((2, (2, None)), (5, (2, 5)), (9, (9, None)), (9, (None, None)), (1, (1, None)), (4, (1, 4)),
                          (1, (None, 4)), (7, (7, 4))):
        bench.click(step=click)
        assert bench.chosen == chosen
        assert tuple(bench.control(name).value for name in ("First event", "Second event")) == chosen


def test_chosen_events_look_different_and_carry_their_number() -> None:
    bench = ClockBench()
    bench.compare(2, 5)
    picture = panels(bench)["spacetime"]
    assert [mark[5] for mark in picture["marks"] if mark[2] == "diamond"] == [2, 5]
    assert [stamp[2] for stamp in picture["stamps"]] == ["①", "②"]
    assert {mark[5] for mark in picture["marks"]} == {one.step for one in bench.events}


def test_keys_walk_along_the_events() -> None:
    bench = ClockBench()
    for key, chosen in (("ArrowRight", (1, None)), ("ArrowRight", (1, 2)), ("ArrowRight", (1, 3)),
                        ("ArrowLeft", (1, 2)), ("ArrowLeft", (1, 2))):
        bench.click(key=key)
        assert bench.chosen == chosen


def test_an_event_is_not_compared_with_itself() -> None:
    bench = ClockBench()
    with pytest.raises(ValueError, match="choose another event: a's note at 20 is chosen already"):
        bench.compare(2, 2)
    bench.compare(2, 5)
    bench.choose("Second event", 2)
    assert bench.chosen == (5, 2)
    assert [bench.control(name).value for name in ("First event", "Second event")] == [5, 2]


# ---- a run of one's own ----------------------------------------------------------------------------------------------


def test_a_run_of_ones_own_from_nothing() -> None:
    bench = ClockBench()
    bench.press("Start empty")
    assert said(bench) == "No event yet: press Local event or Send. Each press lets some time pass."
    bench.press("Local event")
    bench.choose("Agent", "b")
    bench.choose("To", "c")
    bench.press("Send")
    assert bench.status == ("b sends to c at time 25. It is 40 now: the message is still on its way. "
                            "Run 15 lets it arrive.")
    bench.press("Run 15")
    assert list(steps(bench)) == ["a's note at 10", "b's sending at 25", f"c's receipt at {bench.events[2].time}"]
    bench.compare(1, 3)
    assert bench.relation == "concurrent"
    bench.compare(2, 3)
    assert bench.relation == "before"


def test_a_message_that_is_dropped_leads_nowhere() -> None:
    bench = ClockBench()
    bench.press("Send")
    number = bench.control("Message").value
    bench.click(packet=number)
    for _ in range(3):
        bench.press("Run 15")
    assert len(bench.events) == 13
    assert [arrow[5] for arrow in panels(bench)["spacetime"]["arrows"]].count("lost") == 1
    bench.press("Drop")
    assert bench.status == "No message is on its way: press Send first."


@pytest.mark.parametrize("seed", seeds(1, 100))
def test_events_of_ones_own_never_lie_on_each_other(seed: int) -> None:
    draw, bench = Random(seed), ClockBench(seed=seed)
    bench.press("Start empty")
    for _ in range(40):
        bench.choose("Agent", draw.choice("abc"))
        bench.press(draw.choice(["Local event", "Send", "Run 15"]))
    for name in "abc":
        times = [one.time for one in bench.events if one.agent == name]
        assert all(later - earlier >= 6 or is_pair(bench, earlier, later) for earlier, later in pairwise(times))


def is_pair(bench: ClockBench, earlier: int, later: int) -> bool:
    """Two messages from different senders may arrive at about the same time."""
    return {kind for kind, at in (name.split("'s ")[1].split(" at ") for name in steps(bench))
            if int(at.split(",")[0]) in (earlier, later)} >= {"receipt"} and later - earlier >= 1


def test_back_takes_back_what_was_done_and_then_the_last_event_of_the_run() -> None:
    bench = ClockBench()
    bench.press("Back")
    assert len(bench.events) == 11
    bench.press("Local event")
    bench.press("Start empty")
    bench.press("Back")
    assert len(bench.events) == 12
    bench.press("Back")
    assert len(bench.events) == 11
    bench.compare(11, 5)
    bench.press("Back")
    assert (len(bench.events), bench.chosen) == (10, (None, 5))
    for _ in range(11):
        bench.press("Back")
    assert bench.status == "This is the beginning: there is nothing to take back."
    bench.press("Example")
    assert len(bench.events) == 12


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("seed", seeds(3, 40))
def test_random_presses_keep_it_usable_and_back_undoes_each(given: bool, seed: int) -> None:
    draw = Random(seed)
    bench = ClockBench(random_run(seed)) if given else ClockBench(seed=seed)
    for _ in range(60):
        before = look(bench)
        press = draw.choice(["Local event", "Send", "Run 15", "Start empty", "Drop", "Drop", "again", "choose", "Back"])
        match press:
            case "again":
                bench.press("Start again" if given else "Example")
            case "choose" if bench.events:
                bench.click(step=draw.choice(bench.events).step)
                bench.choose("Stamps", draw.choice(["none", "Lamport", "vector"]))
                bench.choose("Agent", draw.choice(bench.control("Agent").options))
                continue
            case "choose":
                continue
            case _:
                bench.press(press)
        assert "raised" not in bench.status
        if press != "Back" and look(bench) != before and draw.random() < 0.5:
            bench.press("Back")
            assert look(bench) == before
    bench.press("Start empty")
    bench.press("Local event")
    assert len(bench.events) == 1


def look(bench: ClockBench) -> Panels:
    """All that is on show, but for the remark on what was done last."""
    return {name: panel for name, panel in panels(bench).items() if name != "status"}


# ---- other runs, and what is refused ---------------------------------------------------------------------------------


def test_the_simulation_that_is_given_is_not_changed_and_start_again_shows_it_again() -> None:
    sim = random_run_of_stamped(1)
    before, now = len(sim), sim.now
    bench = ClockBench(sim)
    bench.press("Local event")
    bench.press("Send")
    assert (len(sim), sim.now) == (before, now)
    sim.run(until=now + 100)
    bench.press("Start again")
    assert (len(bench.sim), bench.sim.now) == (before, now)


def test_agents_of_other_classes_only_run_on() -> None:
    bench = ClockBench(Simulator(build("mesh", 3), Raft, seed=1))
    bench.press("Local event")
    assert bench.status.startswith("These agents take no notes and send nothing on request: press Run 15")
    for _ in range(20):
        bench.press("Run 15")
    assert {one.agent for one in bench.events} == {"a", "b", "c"}


def test_nothing_happens_at_an_agent_that_is_down() -> None:
    bench = ClockBench()
    bench.crash("a")
    bench.press("Local event")
    assert bench.status == "Agent a is down, so nothing can happen there: choose another one."
    assert [mark[2] for mark in panels(bench)["spacetime"]["marks"] if len(mark) == 5] == ["x"]


@pytest.mark.parametrize(("act", "sentence"), [
    (lambda: ClockBench("raft"), "a ClockBench shows a simulation"),
    (lambda: ClockBench(seed="x"), "seed is a whole number, not 'x'"),
    (lambda: ClockBench().compare(99), "in step 99 no agent acted: near it are steps 11 and 12"),
    (lambda: ClockBench().tell("a", "a"), "a cannot send to itself"),
    (lambda: ClockBench().note("z"), "there is no agent 'z': there are a, b and c"),
])
def test_bad_input_is_refused_in_one_sentence(act: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        act()


@pytest.mark.long
def test_a_run_too_long_to_be_seen_is_refused_and_an_own_one_stops_growing() -> None:
    sim = Simulator(build("mesh", 5), Raft, seed=1)
    sim.run(steps=1000)
    with pytest.raises(ValueError, match=r"shows 300 at most: give it a shorter one, such as sim\.branch\(100\)"):
        ClockBench(sim)
    bench = ClockBench(sim.branch(290))
    for _ in range(20):
        bench.press("Run 15")
    assert 300 <= len(bench.events) < 340
    assert "more than a picture can show" in bench.status
