"""A scenario's text plays against real processes: what can be ordered is, what cannot is told."""

from itertools import groupby

import pytest
from for_real import FOR_REAL, broken
from labkit.deploy import play_for_real, playing
from labkit.deploy.deployed import SLOWEST
from labkit.engine import Deliver, Request, Simulator
from labkit.network import Crash, Cut, Heal, Restart
from labkit.scenario import Line, parse, scenario_of

pytestmark = FOR_REAL
BY_HAND = (Request, Cut, Heal, Crash, Restart)

TEXT = """
topology mesh 5
protocol first-come voting
seed 1
at 0 request a propose p red
at 100 isolate c
at 150 request b propose q blue
at 200 cut a → b
at 250 heal all
at 300 crash b
at 320 pause a 50
at 400 restart b
run until 600
"""


@pytest.mark.long
def test_a_scenario_with_times_is_played_in_its_order() -> None:
    played = play_for_real(parse(TEXT), pace=1.5)
    kinds = [kind for kind, _ in groupby(type(step.event) for step in played.run.trace if type(step.event) in BY_HAND)]
    assert kinds == [Request, Cut, Request, Heal, Crash, Restart]
    times = {type(step.event): step.time for step in played.run.trace}
    assert times[Crash] >= 300 and times[Restart] >= 400, "in units of time: not earlier, and later on a busy machine"
    assert [line.split(":")[0] for line in played.left_out] == ["at 200 cut a → b", "at 320 pause a 50"]
    assert "Left out:" in str(played) and broken(played.run) == []


def test_what_ran_for_real_ends_where_it_ended_and_only_a_branch_goes_on() -> None:
    played = play_for_real(parse("topology mesh 3\nprotocol raft\nseed 1\nrun until 600\n"))
    run, events = played.run, len(played.run)
    assert run.step() is None and len(run) == events > 3
    with pytest.raises(ValueError, match="this run was recorded and ends at time"):
        run.run(until=run.now + 1_000)
    branch = run.branch()
    branch.run(until=run.now + 1_000)
    assert len(branch) > len(run) == events and broken(branch) == []


ONE_WAY = "a real cable works in both directions or in none"
CABLES = """
topology mesh 3
protocol first-come voting
do cut a → b
do cut b → a
do heal b → a
do crash c
do heal a → b
do crash c
do cut a → c
do heal a → c
do restart c
do restart c
run until 600
"""


@pytest.mark.long
def test_a_cable_is_cut_where_both_directions_are_and_twice_is_once() -> None:
    """As counterexamples say it; a direction alone is left out, and a cable that is cut stays cut meanwhile."""
    played = play_for_real(parse(CABLES))
    changes = [step.event for step in played.run.trace if type(step.event) in BY_HAND]
    assert changes == [Cut("a", "b"), Cut("b", "a"), Crash("c"), Heal("a", "b"), Heal("b", "a"),
                       Heal("a", "c"), Heal("c", "a"), Restart("c")]
    assert played.left_out == (
        f"do heal b → a: {ONE_WAY}", "do crash c: agent c is down already", f"do cut a → c: {ONE_WAY}",
        "do restart c: agent c runs already")


SLOW = """
topology mesh 2
protocol first-come voting
latency 60 80
latency a → b 200 300
at 0 request a propose p red
run until 300
"""


@pytest.mark.long
def test_a_cable_is_as_slow_as_the_text_says() -> None:
    played = play_for_real(parse(SLOW))
    first, second, *_ = [step for step in played.run.trace if type(step.event) in (Request, Deliver)]
    assert isinstance(first.event, Request) and second.time - first.time >= 70
    assert [line.split(":")[0] for line in played.left_out] == ["latency a → b 200 300"]


TOO_SLOW = """
topology mesh 3
protocol first-come voting
latency 3000 5000
latency a b 200 600
latency b c 4000 6000
at 0 request a propose p red
run until 1200
"""


@pytest.mark.long
def test_a_cable_is_slowed_as_far_as_it_can_be_and_what_is_missing_is_told() -> None:
    played = play_for_real(parse(TOO_SLOW), pace=2.0)
    most = f"a real cable is slowed by {SLOWEST:g} ms at most"
    assert played.left_out == (f"latency 3000 5000: {most}", f"latency a b 200 600: {most}",
                               f"latency b c 4000 6000: {most}")
    first, second, *_ = [step for step in played.run.trace if type(step.event) in (Request, Deliver)]
    assert isinstance(first.event, Request) and SLOWEST / 2 <= second.time - first.time < 1_200


# ---- the order of lines without times --------------------------------------------------------------------------------

STAGGERED = """
topology mesh 3
protocol first-come voting
latency a c 100 100
latency a b 280 280
latency b c 380 380
"""  # so that the six messages of a vote arrive one by one, in the simulator as on real cables


def by_hand(text: str, lines: list[Line]) -> str:
    return "\n".join([text.strip(), *map(str, lines)]) + "\n"


def vote() -> tuple[Simulator, Line, list[Line]]:
    """The simulator's run of one vote: the request, and its six deliveries in their order."""
    scenario = parse(f"{STAGGERED}at 0 request a propose p red x\n")
    run = scenario.play()
    request, *deliveries = scenario_of(scenario.model(), [step.event for step in run.trace]).lines
    assert [line.verb for line in deliveries] == ["deliver"] * 6
    return run, request, deliveries


def before(line: Line, last: Line) -> str:
    return f"{line}: it happened, but before “{last}”, which it should have followed"


@pytest.mark.long
def test_a_run_that_a_search_has_found_is_played_by_waiting_for_what_the_network_does() -> None:
    """Each message of the text arrives by itself; the text only waits for it."""
    run, request, deliveries = vote()
    played = play_for_real(parse(by_hand(STAGGERED, [request, *deliveries])))
    assert played.left_out == () and "Every line was done" in str(played)
    assert played.run.system.agents == run.system.agents


@pytest.mark.long
def test_consequences_that_are_named_before_their_causes_do_not_happen_in_that_order() -> None:
    _, request, deliveries = vote()
    last, *others = deliveries[::-1]
    played = play_for_real(parse(by_hand(STAGGERED, [request, last, *others])))
    assert played.left_out == tuple(before(line, last) for line in others)
    assert "Left out:" in str(played) and "Every line was done" not in str(played)


@pytest.mark.long
def test_one_line_out_of_its_place_makes_no_later_line_fail() -> None:
    """The second message is named after the fourth; the fifth and sixth still follow the fourth."""
    _, request, (one, two, three, four, five, six) = vote()
    played = play_for_real(parse(by_hand(STAGGERED, [request, one, three, four, two, five, six])))
    assert played.left_out == (before(two, four),)


@pytest.mark.long
def test_what_never_happens_makes_no_later_line_fail_either() -> None:
    _, request, deliveries = vote()
    never = Line("timeout", ("b",), "resend")
    played = play_for_real(parse(by_hand(STAGGERED, [request, never, *deliveries])))
    assert played.left_out == (f"{never}: it did not happen within 3 s",)


PAIR = """
topology mesh 2
protocol first-come voting
do request a propose p red x
do deliver b a Ballot(Proposal(p, red, x), yes)
do crash b
do crash b
do deliver a b Ballot(Proposal(p, red, x), yes)
do restart b
do restart b
"""


def test_what_came_before_a_crash_is_not_what_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And killing twice, or restarting twice, is done once."""
    monkeypatch.setattr(playing, "LATE", 1.5)
    played = play_for_real(parse(PAIR))
    ballot = "Ballot(Proposal(p, red, x), yes)"
    assert played.left_out == (
        "do crash b: agent b is down already",
        f"do deliver a b {ballot}: it happened, but before “do crash b”, which it should have followed",
        "do restart b: agent b runs already")
    kinds = [type(step.event) for step in played.run.trace]
    assert kinds.count(Crash) == kinds.count(Restart) == 1
    assert max(step for step, kind in enumerate(kinds) if kind is Deliver) < kinds.index(Crash)


@pytest.mark.long
@pytest.mark.parametrize("change", ["cut a b", "isolate b", "preset halve"])
def test_what_came_before_a_cut_is_not_what_follows_it(change: str) -> None:
    """However many cables the line has cut."""
    _, request, deliveries = vote()
    first, last = deliveries[0], deliveries[-1]
    played = play_for_real(parse(by_hand(STAGGERED, [request, last]) + f"do {change}\n{first}\n"))
    assert played.left_out == (f"{first}: it happened, but before “do {change}”, which it should have followed",)


@pytest.mark.long
def test_a_request_to_an_agent_that_is_down_has_its_place_too() -> None:
    text = PAIR.replace("do crash b\ndo crash b\n", "do crash b\ndo request b propose q blue\n")
    played = play_for_real(parse(text.replace("do restart b\ndo restart b\n", "")))
    (left_out,) = played.left_out
    assert left_out.endswith("it happened, but before “do request b propose q blue”, which it should have followed")


@pytest.mark.long
def test_what_does_not_happen_is_told() -> None:
    text = "topology mesh 2\nprotocol first-come voting\ndo request a propose p red\ndo timeout b resend\n"
    assert play_for_real(parse(text)).left_out == ("do timeout b resend: it did not happen within 3 s",)


@pytest.mark.long
def test_of_what_nobody_has_reported_the_place_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill is known at once, a process that starts is not."""
    monkeypatch.setattr(playing, "REPORTED", 0.0)
    monkeypatch.setattr(playing, "LATE", 0.0)
    text = "topology mesh 2\nprotocol first-come voting\ndo crash b\ndo restart b\ndo timeout a resend\n"
    assert play_for_real(parse(text)).left_out == (
        "do restart b: it was done, but not reported within 0 s, so its place is not known",
        "do timeout a resend: it did not happen within 0 s")


def test_a_recording_that_there_is_not_is_refused_before_anything_runs() -> None:
    with pytest.raises(ValueError, match="there is no recording 'nope': choose one of a leader cut off"):
        play_for_real(parse(TEXT), otherwise="nope")
