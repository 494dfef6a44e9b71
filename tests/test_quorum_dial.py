"""The dial of quorums without a page: the rule and the search say the same, and each run ends in a stale read."""

from itertools import product
from random import Random
from typing import Any

import pytest
from labkit.agents import create, first_violation
from labkit.engine import Simulator
from labkit.protocols import NO_STALE_READ, QuorumStore, Read, Write
from labkit.topology import build
from labkit.views import QuorumDial
from labkit.views.quorum import answer
from labkit.views.quorum.answer import LIMIT, LIMIT_FOR_MORE, Question, by_rule, most_states, searched, settled
from labkit.views.quorum.dial import SETTINGS
from labkit.views.quorum.scene import price_panel, roles
from seeds import seeds

ALL = [(n, r, w) for n in range(1, 6) for r in range(1, n + 1) for w in range(1, n + 1)]
SMALL = [dials for dials in ALL if dials[0] <= 3]
SLOW = {(3, 2, 2), (3, 2, 3), (3, 3, 1), (3, 3, 2)}  # as much to look at as with their likes
QUICK_FIRST = [pytest.param(*dials, marks=pytest.mark.long) if dials in SLOW else dials for dials in SMALL]


def panels(dial: QuorumDial) -> dict[str, Any]:
    found: dict[str, Any] = dial.scene["panels"]
    return found


def is_stale(run: Simulator) -> bool:
    return first_violation([NO_STALE_READ], run.system) is not None


# ---- the answer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "r", "w"), QUICK_FIRST)
def test_rule_and_search_agree_and_search_looked_at_everything(n: int, r: int, w: int) -> None:
    question = Question(n, r, w)
    found = searched(question, LIMIT)
    assert question.stale is (r + w <= n) is (found.violated is NO_STALE_READ)
    assert found.violated or (found.complete and found.depth > 3)


@pytest.mark.parametrize(("dials", "events", "states"), [
    ((3, 1, 1), 2, 4), ((3, 1, 2), 4, 30), ((3, 2, 1), 6, 338), ((3, 1, 3), 0, 56),
    pytest.param((3, 2, 2), 0, 6_035, marks=pytest.mark.long),
])
def test_the_numbers_that_lessons_quote(dials: tuple[int, int, int], events: int, states: int) -> None:
    found = searched(Question(*dials), LIMIT)
    assert (len(found.trace), found.states) == (events, states)


@pytest.mark.long
def test_a_sloppy_quorum_breaks_although_r_and_w_are_more_than_n() -> None:
    known = (((1, 1, 1), 3), ((2, 1, 2), 5), ((2, 2, 1), 7), ((2, 2, 2), 9), ((3, 1, 3), 7), ((3, 2, 2), 9))
    for dials, events in known:
        question = Question(*dials, sloppy=True)
        found = searched(question, LIMIT)
        assert question.overlap > 0 and found.violated is NO_STALE_READ and len(found.trace) == events


@pytest.mark.parametrize("sloppy", [False, True])
@pytest.mark.parametrize(("n", "r", "w"), ALL)
def test_a_run_put_together_by_the_rule_ends_in_a_stale_read_and_not_before(
        n: int, r: int, w: int, sloppy: bool) -> None:
    question = Question(n, r, w, sloppy)
    if not question.stale:
        return
    events = by_rule(question)
    assert is_stale(question.model.replay(events)) and not is_stale(question.model.replay(events[:-1]))
    assert len(events) == 4 * r + 2 * w - 4 + (r + w > n)


@pytest.mark.parametrize("dials", [dials for dials in SMALL if sum(dials[1:]) <= dials[0]] + [(4, 1, 3), (5, 1, 4)])
def test_no_run_is_shorter_than_the_one_put_together_by_the_rule(dials: tuple[int, int, int]) -> None:
    question = Question(*dials)
    found = searched(question, LIMIT)
    assert len(found.trace) == len(by_rule(question)) and is_stale(found.replay())


@pytest.mark.parametrize(("n", "r", "w"), ALL)
def test_the_picture_shows_as_few_shared_replicas_as_can_be(n: int, r: int, w: int) -> None:
    shown = roles(Question(n, r, w))
    assert len(shown) == n and shown.count("shared") == max(0, r + w - n)
    assert [shown.count("written"), shown.count("read")] == [w - shown.count("shared"), r - shown.count("shared")]
    sloppy = roles(Question(n, r, w, sloppy=True))
    assert "shared" not in sloppy and sloppy.count("written") == w and sloppy.count("read") == r


# ---- the price -------------------------------------------------------------------------------------------------------


def crashed(dials: tuple[int, int, int], down: int, request: object) -> tuple[bool, int]:
    """Whether the request succeeds with that many replicas down, and how many messages it takes."""
    n, r, w = dials
    graph = build("mesh", n)
    sim = Simulator(graph, create(QuorumStore, list(graph), replicas=n, reads=r, writes=w), seed=1)
    for name in list(graph)[1:][:down]:
        sim.crash(name)
    sim.request("a", request)
    sim.run()
    sent = {packet.number for done in sim.trace for packet in [done.event] if hasattr(packet, "message")}
    return sim.system.replies[0].ok, len(sent)


@pytest.mark.parametrize("dials", [dials for dials in ALL if dials[0] > 1])
def test_as_many_may_be_down_as_the_table_says_and_no_more(dials: tuple[int, int, int]) -> None:
    _, down, messages = price_panel(Question(*dials))["rows"]
    for cell, count, request in ((down[1], messages[1], Read("k")), (down[2], messages[2], Write("k", 1))):
        most = int(cell.split(" of ")[0])
        assert crashed(dials, most, request)[0]
        if most + 1 < dials[0]:
            assert not crashed(dials, most + 1, request)[0]
        assert crashed(dials, 0, request) == (True, int(count))


# ---- the widget ------------------------------------------------------------------------------------------------------


def beats(dial: QuorumDial) -> int:
    """Answer for the page until it asks for nothing more."""
    count = 0
    while panels(dial)["clock"]["running"]:
        dial.click(panel="clock", beat=panels(dial)["clock"]["beat"])
        count += 1
    return count


@pytest.mark.long
def test_a_long_search_goes_on_in_a_beat_and_says_so() -> None:
    dial = QuorumDial(3, 2, 2)
    assert panels(dial)["summary"]["text"].startswith("Can a read be stale? No: R + W > N (R + W = 4, N = 3)")
    assert panels(dial)["check"]["text"].startswith("Searching every order of events: one write and one read at 3 ag")
    assert beats(dial) == 1
    assert panels(dial)["check"]["text"].startswith("✔ Checked by search: every order of events was looked at")
    assert "6,035 states" in panels(dial)["check"]["text"]
    dial.turn(reads=1)
    assert not beats(dial) and panels(dial)["check"]["text"].startswith("✘ Found by search: a shortest run to a stale ")


@pytest.mark.long
@pytest.mark.parametrize(("dials", "more"), [
    ((5, 3, 3), "The answer above rests on the rule."),
    pytest.param((5, 3, 2), "There is one: the run of 12 events was put together by the rule, shorter ones may exist.",
                 marks=pytest.mark.long),
])
def test_where_the_search_is_cut_short_it_says_so_first(dials: tuple[int, int, int], more: str,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "LIMIT_FOR_MORE", 500)
    dial = QuorumDial(*dials)
    beats(dial)
    assert panels(dial)["check"]["text"].startswith("? The search was cut short at 5") and not settled(dial.found)
    assert panels(dial)["check"]["text"].endswith(more)
    assert dial.stale is (dial.run is not None)


@pytest.mark.parametrize("sloppy", [False, True])
def test_a_search_that_would_take_long_is_cut_short_earlier_and_one_of_three_replicas_never(sloppy: bool) -> None:
    limits = {dials: most_states(Question(*dials, sloppy=sloppy)) for dials in ALL}
    assert {limits[dials] for dials in ALL if dials[0] > 3} == {LIMIT_FOR_MORE}
    assert sloppy or {limits[dials] for dials in SMALL} == {LIMIT}


@pytest.mark.long
@pytest.mark.parametrize("sloppy", [False, True])
@pytest.mark.parametrize("dials", [(n, r, w) for n in (4, 5) for r, w in product((1, n // 2 + 1, n), repeat=2)])
def test_whatever_is_turned_the_words_are_about_what_was_searched_and_a_run_ends_in_a_stale_read(
        dials: tuple[int, int, int], sloppy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "LIMIT_FOR_MORE", 500)
    dial = QuorumDial(*dials, sloppy=sloppy)
    beats(dial)
    told, question = panels(dial)["check"]["text"], dial.question
    assert dial.stale is question.stale is (dial.run is not None)
    assert told[0] == ("✘" if dial.found.violated else "✔" if dial.found.complete else "?")
    assert told[0] == "?" or (told[0] == "✘") is question.stale
    assert told[0] != "?" or dial.found.states >= most_states(question)
    assert dial.run is None or is_stale(dial.run)


def test_the_run_takes_the_place_of_the_replicas_and_ends_in_a_stale_read() -> None:
    dial = QuorumDial()
    dial.press("Show the run")
    player = dial.player
    assert player is not None and player in dial.children and player.moment.step == 0
    player.go(len(player.sim))
    assert is_stale(player.sim)
    dial.press("Back to the dial")
    assert dial.player is None and player not in dial.children
    dial.press("Show the run")
    dial.choose("W, to write", 3)
    assert dial.player is None and not dial.stale
    dial.press("Show the run")
    assert dial.player is None and "no read is stale" in dial.status and "turn R or W down" in dial.status


def test_dials_keep_r_and_w_within_n_and_names_set_them() -> None:
    dial = QuorumDial(4, 4, 3)
    dial.choose("N, replicas", 2)
    assert dial.question == Question(2, 2, 2) and dial.control("R, to read").max == 2
    for name, wanted in (("One and all", Question(2, 1, 2)), ("Majority", Question(2, 2, 2)),
                         ("Fast and loose", Question(2, 1, 1)), ("Dynamo", Question(3, 2, 2, sloppy=True))):
        dial.press(name)
        assert dial.question == wanted and dial.status == f"{name}: {SETTINGS[name]}"
        assert (dial.control("N, replicas").value, dial.control("Quorum").value) == (
            wanted.replicas, "sloppy" if wanted.sloppy else "strict")


@pytest.mark.parametrize(("wrong", "says"), [
    (lambda: QuorumDial(6), "replicas is a whole number from 1 to 5, not 6"),
    (lambda: QuorumDial(3, 4), "reads is a whole number from 1 to 3, not 4"),
    (lambda: QuorumDial(3, 1, True), "writes is a whole number, not True"),
    (lambda: QuorumDial(sloppy="yes"), "sloppy is True or False, not 'yes'"),
    (lambda: QuorumDial().turn(reads=7), "reads is a whole number from 1 to 3, not 7"),
    (lambda: QuorumDial().turn(replicas="3"), "replicas is a whole number or None, not '3'"),
    (lambda: QuorumDial().count("loose"), "'strict' or 'sloppy', not 'loose'"),
    (lambda: QuorumDial().take("most"), "no setting is called 'most': there is One and all"),
])
def test_what_cannot_be_is_refused_in_a_sentence(wrong: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()


@pytest.mark.parametrize("seed", seeds(1, 30))
def test_random_turns_keep_it_usable(seed: int) -> None:
    draw, dial = Random(seed), QuorumDial()
    for _ in range(25):
        match draw.randrange(5):
            case 0:
                dial.choose("N, replicas", draw.randint(1, 3))
            case 1:
                dial.choose(draw.choice(("R, to read", "W, to write")), draw.randint(1, 5))
            case 2:
                dial.choose("Quorum", draw.choice(("strict", "sloppy")))
            case 3:
                dial.press(draw.choice(list(SETTINGS)))
            case _:
                dial.press("Back to the dial" if dial.player else "Show the run")
        now = dial.question
        assert 1 <= now.reads <= now.replicas and 1 <= now.writes <= now.replicas
        assert (dial.control("R, to read").value, dial.control("W, to write").value) == (now.reads, now.writes)
        assert panels(dial)["summary"]["text"].startswith(f"Can a read be stale? {'Yes' if dial.stale else 'No'}")
        assert "raised" not in dial.status
