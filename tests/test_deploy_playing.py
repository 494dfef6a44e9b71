"""A scenario's text plays against real processes: what can be ordered is, what cannot is told."""

from itertools import groupby

import pytest
from for_real import FOR_REAL, broken
from labkit.deploy import play_for_real
from labkit.engine import Deliver, Model, Request
from labkit.network import Crash, Cut, Heal, Restart
from labkit.protocols import FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.scenario import parse, scenario_of
from labkit.topology import build

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
    assert played.left_out == (f"do heal b → a: {ONE_WAY}", f"do cut a → c: {ONE_WAY}")


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


@pytest.mark.long
def test_a_run_that_a_search_has_found_is_played_by_waiting_for_what_the_network_does() -> None:
    """Each message of the text arrives by itself; the text only waits for it."""
    model = Model(build("mesh", 3), FirstComeVoting, requests=[("a", Propose("p", "red", "x"))])
    first = model.simulate(seed=1)
    first.run()
    text = str(scenario_of(model, [step.event for step in first.trace]))
    played = play_for_real(parse(text))
    assert played.left_out == () and "Every line was done" in str(played)
    assert played.run.system.agents == first.system.agents


@pytest.mark.long
def test_what_does_not_happen_is_told() -> None:
    text = "topology mesh 2\nprotocol first-come voting\ndo request a propose p red\ndo timeout b resend\n"
    assert play_for_real(parse(text)).left_out == ("do timeout b resend: it did not happen within 3 s",)
