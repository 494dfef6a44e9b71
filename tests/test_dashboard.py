"""The dashboard shows what was measured, follows the run, and opens the way of any request."""

import pytest
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.scenario import parse
from labkit.topology import build
from labkit.views import Dashboard
from test_words import RAW, texts

DAY = "topology mesh 6\nprotocol task queue\nseed 1\n" + "\n".join(
    f"at {40 * number} request a mail {number}" for number in range(1, 51))


@pytest.fixture
def shown() -> Dashboard:
    team = parse(DAY).simulator()
    team.run(until=1_000)
    return Dashboard(team)


def metrics(shown: Dashboard) -> dict[str, list[str]]:
    return {name: cells for name, *cells in shown.scene["panels"]["metrics"]["rows"]}


def test_it_says_what_became_of_the_requests_and_shows_five_metrics(shown: Dashboard) -> None:
    assert shown.scene["panels"]["summary"]["text"] == "Time 1,000. 25 requests: 22 answered, 0 refused, 3 open."
    assert [*metrics(shown)] == ["task completion time", "agent utilisation", "communication overhead", "error rate",
                                 "throughput"]
    assert metrics(shown)["task completion time"][0] == "80.9" and metrics(shown)["error rate"][0] == "0 %"
    late = [one.value for one in shown.monitoring.samples("throughput") if one.time > 500]
    assert metrics(shown)["throughput"][1] == f"{sum(late) / len(late):.1f}"


def test_the_way_on_show_is_that_of_the_newest_answer_and_any_other_can_be_chosen(shown: Dashboard) -> None:
    assert str(shown.trace) == "mail 22, asked of a at 880: answered after 73 units"
    shown.choose("Request", 3)
    assert shown.trace is not None and shown.trace.number == 3
    panels = shown.scene["panels"]
    assert panels["trace"]["items"][0][1] == f"mail 3: {shown.trace.outcome}"
    bars = panels["spans"]["figure"]["data"]
    assert [trace["name"] for trace in bars] == ["message", "timer or wait"]
    assert sum(sum(trace["x"]) for trace in bars) == (shown.trace.end or 0) - shown.trace.begin
    assert len(panels["parts"]["rows"]) == len(panels["spans"]["figure"]["layout"]["yaxis"]["ticktext"]) == 5


def test_it_follows_the_run_through_crashes(shown: Dashboard) -> None:
    shown.choose("Agent", "c")
    shown.press("Crash")
    assert shown.status == "c has crashed at 1,000. Run on."
    shown.choose("Agent", "d")
    shown.press("Crash")
    shown.press("Run 500")
    shown.press("Run 500")
    assert shown.scene["panels"]["summary"]["text"] == "Time 2,000. 50 requests: 43 answered, 2 refused, 5 open."
    assert metrics(shown)["error rate"][0] == "4 %"
    log = [row[2] for row in shown.scene["panels"]["log"]["rows"]]
    assert "c crashes" in log and "d crashes" in log
    shown.press("Restart")
    assert shown.status == "d is up again at 2,000. Run on."
    shown.press("Run 100")
    assert shown.trace is not None and shown.trace.number > 43


def test_the_chart_of_throughput_and_of_utilisation_shows_what_was_measured(shown: Dashboard) -> None:
    panels = shown.scene["panels"]
    assert panels["throughput"]["figure"]["data"][0]["y"] == [
        one.value for one in shown.monitoring.samples("throughput")][-12:]
    busy = panels["utilisation"]["figure"]["data"][0]
    assert busy["x"] == ["a", "b", "c", "d", "e", "f"] and busy["text"][:2] == ["0 %", "0 %"]
    assert all(10 < share < 30 for share in busy["y"][2:])


def test_any_protocol_can_be_shown_and_what_is_not_judged_is_said(shown: Dashboard) -> None:
    raft = Dashboard(Model(build("mesh", 5), Raft).simulate(seed=1))
    assert raft.scene["panels"]["summary"]["text"] == "Time 0. No client has asked for anything yet."
    assert raft.trace is None and raft.scene["panels"]["utilisation"]["text"].startswith("Utilisation. Not judged here")
    raft.run_on(500)
    raft.sim.request("a", "x=1")
    raft.run_on(500)
    assert raft.trace is not None and raft.trace.ok and len(raft.trace.spans) >= 3


def test_what_cannot_be_done_is_said_in_a_sentence(shown: Dashboard) -> None:
    with pytest.raises(ValueError, match="Dashboard shows a simulation"):
        Dashboard("raft")
    with pytest.raises(ValueError, match="units is how much longer to run"):
        shown.run_on(0)
    with pytest.raises(ValueError, match="there is no trace 99"):
        shown.show(99)
    shown.press("Restart")
    assert shown.status.endswith(".") and "f" in shown.status


def test_a_learner_reads_words_only(shown: Dashboard) -> None:
    shown.crash("c")
    shown.run_on(500)
    assert not [text for text in texts(shown.scene["panels"]) if RAW.search(text)]
