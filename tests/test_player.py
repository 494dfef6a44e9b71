"""The player shows the run as it was, keeps every branch, and turns each click into one event."""

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from labkit.agents import Agent, Send
from labkit.engine import Deliver, Recorded, Request, Simulator
from labkit.network import Cut
from labkit.protocols import PAXOS_PROPERTIES, QUORUM_VOTING_PROPERTIES, FirstComeVoting, FixedTimeout, Paxos, Propose
from labkit.topology import build
from labkit.views.player.player import Player
from labkit.views.player.side_by_side import SideBySide


def rivals(seed: int = 3, n: int = 5) -> Simulator:
    sim = Simulator(build("mesh", n), Paxos, seed=seed)
    sim.request("a", "red")
    sim.request("c", "blue")
    return sim


def player(seed: int = 3, steps: int = 0) -> Player:
    shown = Player(rivals(seed), PAXOS_PROPERTIES)
    for _ in range(steps):
        shown.step()
    return shown


def panels(shown: Player) -> dict[str, Any]:
    return {**shown.scene["panels"]}


def drawn(shown: Player) -> str:
    """What a moment looks like, wherever the history ends."""
    network = panels(shown)["network"] | {"alt": ""}
    return json.dumps([network, *(panels(shown)[name] for name in ("agents", "flight", "lights"))])


def test_same_seed_same_picture() -> None:
    assert json.dumps(panels(player(steps=20))) == json.dumps(panels(player(steps=20)))


def test_scrubbing_shows_what_was_shown_on_the_way() -> None:
    shown = player()
    seen = []
    for _ in range(20):
        shown.step()
        seen.append(drawn(shown))
    for step in (20, 1, 17, 2, 19):
        shown.go(step)
        assert drawn(shown) == seen[step - 1]


def test_the_future_is_not_drawn() -> None:
    shown = player(steps=20)
    shown.go(8)
    chart = panels(shown)["spacetime"]
    now = shown.moment.time
    assert all(arrow[2] <= now for arrow in chart["arrows"])
    assert all(mark[1] <= now for mark in chart["marks"])
    assert {arrow[0] for arrow in chart["arrows"] if arrow[5] == "flight"} == set(shown.moment.system.flight)


def test_a_message_that_is_lost_is_crossed_out_when_it_is_lost_and_never_before_what_is_on_show() -> None:
    sim, seen = Simulator(build("mesh", 5), Paxos, seed=3, loss=0.3, latency=(40, 60)), 0
    for number in range(12):
        sim.request("abcde"[number % 5], f"value {number}")
    sim.run(until=1_500)
    shown = Player(sim, PAXOS_PROPERTIES)
    shown.choose("Show", 50)
    while shown.step() and shown.moment.step < 300:
        chart = panels(shown)["spacetime"]
        for _, _, sent, _, until, fate, share, _ in chart["arrows"]:
            seen += fate == "lost" and sent < chart["from"]
            assert fate != "lost" or chart["from"] - 0.1 <= sent + share * (until - sent) <= chart["now"] + 3
    assert seen > 10


def test_messages_in_flight_are_on_the_network_too() -> None:
    shown = player(steps=9)
    assert {packet[0] for packet in panels(shown)["network"]["packets"]} == set(shown.moment.system.flight)


def test_a_clicked_message_is_lost() -> None:
    shown = player(steps=5)
    number = next(iter(shown.moment.system.flight))
    shown.click(panel="network", packet=number)
    assert number not in shown.moment.system.flight
    for _ in range(60):
        shown.step()
    assert not any(isinstance(done.event, Deliver) and done.event.number == number for done in shown.sim.trace)


def test_what_is_done_in_the_past_opens_a_branch_and_the_old_one_stays() -> None:
    shown = player(steps=20)
    old = [done.event for done in shown.sim.trace]
    shown.go(10)
    shown.click(panel="network", link=["a", "b"], near="a")
    assert shown.branches == ("main", "2: from step 10, cut a–b")
    assert "branch" in shown.status
    assert shown.moment.system.network.cut == {("a", "b"), ("b", "a")}
    assert [done.event for done in shown.sim.trace[:10]] == old[:10]
    shown.show_branch(0)
    assert [done.event for done in shown.sim.trace[:20]] == old
    assert not shown.moment.system.network.cut


def test_at_the_end_no_branch_is_needed() -> None:
    shown = player(steps=4)
    shown.crash("a")
    assert shown.branches == ("main",)
    assert panels(shown)["network"]["note"][0] == "down"
    shown.click(panel="network", agent="a")
    assert "a" not in shown.moment.system.down


def test_a_branch_without_a_change_tells_the_same_story() -> None:
    shown = player(steps=20)
    old = [(done.time, done.event) for done in shown.sim.trace]
    shown.go(7)
    shown.branch()
    for _ in range(13):
        shown.step()
    assert [(done.time, done.event) for done in shown.sim.trace] == old


def test_a_cut_is_a_shaded_span_and_splits_the_lifelines() -> None:
    shown = player(steps=6)
    shown.do(*(Cut(a, b) for a in "ab" for b in "cde"), *(Cut(b, a) for a in "ab" for b in "cde"))
    for _ in range(5):
        shown.step()
    chart = panels(shown)["spacetime"]
    assert len({colour for _, _, _, colour in chart["life"]}) == 2
    assert chart["cuts"]
    assert len(set(panels(shown)["network"]["fill"])) == 2


def test_keys_step_scrub_and_play() -> None:
    shown = player()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        shown.click(key=key)
    assert shown.moment.step == 1
    shown.click(key=" ")
    assert panels(shown)["clock"]["running"]
    shown.click(panel="clock", beat=panels(shown)["clock"]["beat"])
    shown.click(panel="clock", beat=0)  # a late beat counts for nothing
    assert shown.moment.step == 2
    shown.click(key=" ")
    assert not panels(shown)["clock"]["running"]


def test_a_click_on_a_time_goes_there() -> None:
    shown = player(steps=20)
    shown.click(panel="spacetime", time=12)
    assert shown.moment.time <= 12 < shown.sim.at(shown.moment.step + 1).time


def test_bad_input_is_said_and_changes_nothing() -> None:
    shown = player(steps=3)
    shown.click(panel="network", packet=99_999)
    assert "not on its way" in shown.status
    shown.click(key="Home")
    shown.click(key="ArrowLeft")
    assert "beginning" in shown.status
    assert shown.branches == ("main",)


@dataclass
class Broken(Agent):
    def request(self, value: str) -> list[Send]:
        return [Send(peer, value) for peer in self.peers]

    def receive(self, sender: str, message: str) -> list[Send]:
        raise KeyError(message)


def test_an_agent_that_raises_stops_the_play_and_keeps_the_trace() -> None:
    sim = Simulator(build("ring", 3), Broken)
    sim.request("a", "hello")
    shown = Player(sim, at=None)
    shown.play()
    shown.click(panel="clock", beat=panels(shown)["clock"]["beat"])
    assert "broke in receive" in shown.status
    assert not panels(shown)["clock"]["running"]
    assert len(shown.sim) == shown.moment.step == 1


@pytest.mark.parametrize("seed", range(8))
def test_the_lights_agree_with_the_properties(seed: int) -> None:
    shown = player(seed, steps=40)
    words = " ".join(text for _, text, *_ in panels(shown)["lights"]["items"])
    decided = bool(shown.moment.system.decisions)
    assert ("someone decides: at step" in words) == decided
    assert "broken" not in words


def test_two_players_show_the_same_step_and_say_from_where_on_the_runs_differ() -> None:
    both = SideBySide(player(seed=1), player(seed=2))
    for number in range(1, 13):
        both.step()
        assert [shown.moment.step for shown in both.players] == [number, number]
    assert both.differ_from is not None and f"The runs differ from step {both.differ_from} on." in both.status
    both.back()
    assert [shown.moment.step for shown in both.players] == [11, 11]
    both.press("Both: beginning"), both.press("Both: back")
    assert "nothing to go back to" in both.status


@pytest.mark.parametrize("step", [-1, 10**9])
def test_two_players_know_no_step_that_is_not_there(step: int) -> None:
    with pytest.raises(ValueError, match="the runs have steps 0 to 2"):
        SideBySide(player(seed=1), player(seed=2)).go(step)
    with pytest.raises(ValueError, match="make a second one"):
        SideBySide(one := player(), one)


def test_two_players_show_one_time_however_many_steps_each_run_has_made() -> None:
    both = SideBySide(player(seed=1, steps=30), player(seed=2, steps=30))
    assert len({end - begin for begin, end in (shown.window for shown in both.players)}) == 1, "one scale for both"
    both.go_to_time(20)
    steps = [sum(step.time <= 20 for step in shown.sim.trace) for shown in both.players]
    assert [shown.moment.step for shown in both.players] == steps and steps[0] != steps[1]
    assert both.status == "Both are shown at time 20."
    with pytest.raises(ValueError, match="time is a whole number from 0 on, not -1"):
        both.go_to_time(-1)


def test_two_players_at_one_time_have_one_axis_that_holds_it() -> None:
    both = SideBySide(player(seed=1, steps=30), player(seed=2, steps=30))
    for time in range(5, 40, 5):
        both.go_to_time(time)
        axes = [panels(shown)["spacetime"] for shown in both.players]
        assert len({(axis["from"], axis["to"]) for axis in axes}) == 1
        assert [axis["now"] for axis in axes] == [time, time]
        assert [shown.moment.time for shown in both.players] == [time, time]


def test_a_pair_says_which_run_ends_before_the_time_that_is_asked_for() -> None:
    short, long = player(seed=1, steps=5), player(seed=2, steps=60)
    end, later = short.sim.now, long.sim.now - 1
    both = SideBySide(short, long)
    both.go_to_time(later)
    assert both.status == f"Both are shown at time {later}. The left run ends at time {end}."
    both.go_to_time(99_999)
    assert both.status == f"The left run ends at time {end}. The right run ends at time {later + 1}."


def test_what_is_done_between_two_steps_happens_at_the_time_on_show() -> None:
    shown = player(steps=30)
    one, other = next((a, b) for a, b in pairwise(shown.times) if b - a > 1)
    shown.go_to_time(one + 1)
    assert f"time {one}, now {one + 1}: " in shown.summary()
    shown.crash("e")
    assert shown.sim.trace[-1].time == one + 1 < other


def test_a_branch_that_begins_between_two_steps_begins_at_the_time_on_show() -> None:
    shown = player(steps=30)
    one = next(a for a, b in pairwise(shown.times) if b - a > 1)
    shown.go_to_time(one + 1)
    shown.branch()
    assert shown.moment.time == one + 1
    shown.crash("e")
    assert shown.sim.trace[-1].time == one + 1


def recorded_player(title: str = "For real") -> Player:
    return Player(Recorded.of(player(steps=15).sim), PAXOS_PROPERTIES, at=None, title=title)


def test_at_the_end_of_a_recorded_run_no_event_is_invented_and_one_sentence_says_so() -> None:
    shown = recorded_player()
    told = "This run ended here: Branch here, or an act such as Crash, opens a branch that is simulated."
    for act in (lambda: shown.press("Step"), lambda: shown.click(key="ArrowRight"), lambda: shown.run(9_000),
                lambda: shown.run_on(100)):
        act()
        assert shown.status == told and len(shown.sim) == shown.moment.step == 15
    shown.press("Play")
    shown.click(beat=panels(shown)["clock"]["beat"])
    assert shown.status == told and not panels(shown)["clock"]["running"] and len(shown.sim) == 15
    shown.go(3)
    shown.press("Step")
    assert shown.moment.step == 4 and shown.branches == ("main",)


@pytest.mark.parametrize(("label", "why"), [("Crash", ", crash a"), ("Send request", ", ask a"), ("Branch here", "")])
def test_an_act_at_the_end_of_a_recorded_run_opens_a_branch_that_says_it_is_simulated(label: str, why: str) -> None:
    shown = recorded_player()
    shown.press(label)
    name = f"2: simulated from step 15{why}"
    assert shown.branches == ("main", name) and f"You are now on branch {name}." in shown.status
    shown.press("Step")
    title = "For real, simulated from step 15 on: Step 1"
    assert panels(shown)["summary"]["text"].startswith(title) and len(shown.sim) > 15
    shown.go(12), shown.crash("b")
    assert shown.branches[-1] == "3: simulated from step 12, crash b"
    shown.show_branch(0)
    assert len(shown.sim) == 15 and panels(shown)["summary"]["text"].startswith("For real: Step ")


def test_the_lights_of_a_recorded_run_say_at_its_end_what_did_not_happen_in_it() -> None:
    shown = Player(Recorded.of(player(steps=2).sim), PAXOS_PROPERTIES, at=None)

    def words() -> str:
        return " ".join(text for _, text, *_ in panels(shown)["lights"]["items"])

    assert "someone decides: not in this run" in words() and "broken" not in words()
    shown.back()
    assert "someone decides: not yet" in words()
    shown.go(2), shown.press("Branch here")
    assert "someone decides: not yet" in words()
    shown.run(2_000)
    assert "someone decides: at step" in words()


def test_of_a_pair_the_recorded_run_stays_at_its_end_while_the_simulated_one_goes_on() -> None:
    simulated, real = player(seed=2, steps=15), recorded_player()
    both = SideBySide(simulated, real)
    both.end()
    assert "The right run ends here, as it happened." in both.status
    both.step()
    assert (len(simulated.sim), len(real.sim)) == (16, 15) and real.branches == ("main",)
    assert "The right run ends at step 15, as it happened." in both.status
    twice = SideBySide(recorded_player(), recorded_player())
    with pytest.raises(ValueError, match="nothing is left to happen in either run"):
        twice.step()


def test_a_client_asks_for_something_or_hears_what_to_type_and_a_detector_is_asked_for_nothing() -> None:
    shown = player()
    shown.choose("Client asks for", "   ")
    shown.press("Send request")
    assert shown.status == "Type what the client asks for first, such as red." and len(shown.sim) == 2
    detector = Player(Simulator(build("mesh", 3), FixedTimeout))
    with pytest.raises(ValueError, match="nothing is called 'Send request'"):
        detector.press("Send request")


def test_heal_all_and_restart_all_say_what_is_so_now() -> None:
    shown = player()
    for agent in "ab":
        shown.crash(agent)
    shown.cut("c", "d")
    shown.press("Heal all")
    assert shown.status == "Every link works. Still down: a and b. Restart all starts what is down."
    shown.press("Restart all")
    assert shown.status == "Every agent is up." and not shown.moment.system.down
    before = len(shown.sim)
    shown.press("Heal all"), shown.press("Restart all")
    assert shown.status == "Every agent is up already." and len(shown.sim) == before


def test_a_client_of_a_vote_writes_its_request_in_words_and_hears_how_if_it_cannot_be_read() -> None:
    shown = Player(Simulator(build("mesh", 3), FirstComeVoting), QUORUM_VOTING_PROPERTIES)
    assert shown.control("Client asks for").value == "propose p red"
    shown.press("Send request")
    assert shown.sim.trace[-1].event == Request("a", Propose("p", "red"))
    shown.choose("Client asks for", "purple")
    shown.press("Send request")
    assert shown.status.startswith("First-come voting is not asked for 'purple': ask with propose ID VALUE")
    assert len(shown.sim) == 1
