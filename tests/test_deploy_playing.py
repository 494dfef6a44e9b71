"""A scenario's text plays against real processes: what can be ordered is, what cannot is told."""

from itertools import groupby

import pytest
from for_real import FOR_REAL, broken
from labkit.deploy import play_for_real
from labkit.engine import Model, Request
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
