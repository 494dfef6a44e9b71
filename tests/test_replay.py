"""What the explorer finds can be watched: the same events, for the broken agents and for sound ones."""

import pytest
from labkit.agents import first_violation
from labkit.engine import PACE, Model, Simulator
from labkit.observe import Monitor
from labkit.protocols import PAXOS_PROPERTIES, Paxos
from labkit.search import explore
from labkit.topology import build
from labkit.views import Player, SideBySide


class Forgetful(Paxos):
    def choose_value(self, reported: tuple) -> object:
        return self.wanted


REQUESTS = [("a", "red"), ("b", "blue")]


def found() -> tuple:
    return explore(Model(build("mesh", 3), Forgetful, PAXOS_PROPERTIES, requests=REQUESTS), progress=False).trace


def test_a_counterexample_breaks_the_invariant_at_its_last_event_and_not_before() -> None:
    trace = found()
    sim = Model(build("mesh", 3), Forgetful).replay(trace)
    assert len(sim) == len(trace)
    assert sim.now == PACE * len(trace)
    assert first_violation(PAXOS_PROPERTIES, sim.system) is not None
    assert first_violation(PAXOS_PROPERTIES, sim.at(len(sim) - 1).system) is None


def test_the_same_events_do_no_harm_to_the_sound_class() -> None:
    sim = Model(build("mesh", 3), Paxos).replay(found())
    assert first_violation(PAXOS_PROPERTIES, sim.system) is None
    sim.run()
    assert first_violation(PAXOS_PROPERTIES, sim.system) is None
    assert {decision.agent for decision in sim.system.decisions} == {"a", "b", "c"}


def test_what_cannot_happen_is_left_out_and_named_with_its_reason() -> None:
    trace = found()
    sim = Model(build("mesh", 3), Paxos).replay(trace)
    assert len(sim) + len(sim.skipped) == len(trace) and sim.skipped
    assert {event for event, _why in sim.skipped} <= set(trace)
    assert all("is not in flight" in why for _event, why in sim.skipped)
    assert Model(build("mesh", 3), Forgetful).replay(trace).skipped == ()


def test_a_simulators_own_trace_can_be_replayed() -> None:
    sim = Simulator(build("mesh", 3), Paxos, seed=5)
    for agent, value in REQUESTS:
        sim.request(agent, value)
    sim.run(until=90)
    again = Model(build("mesh", 3), Paxos).replay([done.event for done in sim.trace])
    assert [done.event for done in again.trace] == [done.event for done in sim.trace]
    assert again.system.agents == sim.system.agents


def test_a_light_says_since_which_step_an_invariant_is_broken() -> None:
    sim = Model(build("mesh", 3), Forgetful).replay(found())
    watch = Monitor(sim, PAXOS_PROPERTIES)
    last = len(sim)
    assert [light.prop.name for light in watch.verdicts(last) if light.bad] == ["agreement"]
    assert not any(light.bad for light in watch.verdicts(last - 1))  # asked for later, but it was not broken yet


def test_two_players_show_every_step_of_a_replay_and_say_which_run_has_ended() -> None:
    found = explore(Model(build("mesh", 3), Forgetful, requests=REQUESTS), progress=False)
    both = SideBySide(found.player(), found.player(Paxos))
    broken, sound = both.players
    for number in range(1, len(broken.sim) + 1):
        both.step()
        assert broken.moment.step == number and sound.moment.step == min(number, len(sound.sim))
    assert len(sound.sim) < len(broken.sim)
    assert f"The right run is at its end, step {len(sound.sim)}: “accept" in both.status
    assert "agreement: broken" in str(broken.scene["panels"]["lights"])


def test_two_players_go_on_together_after_a_replay_though_something_is_overdue() -> None:
    found = explore(Model(build("mesh", 3), Forgetful, requests=REQUESTS), progress=False)
    both = SideBySide(found.player(at=None), found.player(Paxos, at=None))
    times = [[0, 0]]
    with pytest.raises(ValueError, match="nothing is left to happen in either run"):
        for _ in range(400):
            both.step()
            times.append([shown.moment.time for shown in both.players])
    assert all(list(one) == sorted(one) for one in zip(*times, strict=True))


def test_what_was_found_opens_as_a_player_for_the_broken_class_and_for_another() -> None:
    found = explore(Model(build("mesh", 3), Forgetful, requests=REQUESTS), progress=False)
    broken, sound = found.player(title="Forgetful"), found.player(Paxos)
    assert isinstance(broken, Player) and isinstance(sound, Player)
    assert broken.status == "" and "events of the run happen here; the first that cannot: " in sound.status
    for player, verdict in ((broken, "✘"), (sound, "✔")):
        player.go(len(player.sim))
        mark, text, *_ = player.scene["panels"]["lights"]["items"][0]
        assert text.startswith("agreement") and mark == verdict
    with pytest.raises(ValueError, match="no run to replay"):
        explore(found.model.played_by(Paxos), progress=False).player()
