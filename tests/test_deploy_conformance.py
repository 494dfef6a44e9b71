"""Scenario texts for real: each run is one that the agents allow, breaks no promise, and ends as the disks say.

Three judges look at each: the simulator that replays its events, a judge that uses no simulator (`allowed.py`), and the
files of the agents, all of which are killed in the end. That they would notice, planted faults show.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest
from allowed import not_allowed, too_early
from for_real import FOR_REAL, KilledInTheEnd, broken
from labkit.agents import codec_of
from labkit.deploy import Deployed, Played, TraceError, play_for_real, playing
from labkit.engine import Deliver, Forward, Model, Request, Simulator, Step, Timeout
from labkit.network import Crash, Cut, Heal, Restart
from labkit.protocols import CATALOGUE, Raft
from labkit.scenario import Scenario, parse
from labkit.topology import build
from scenario_texts import BULLY, IN_TIME, NUMBERS, ORAL, scenario_text
from seeds import at_night, one_in

PACES = {ORAL: 15.0, BULLY: 5.0}  # milliseconds a unit, where a message that is late makes a promise void
EVERY = [f"{name}, text {number}" for name in CATALOGUE for number in NUMBERS]
BY_DAY = "raft, text 15"


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Played, KilledInTheEnd]]:
    """Plays a scenario for real, with a kill of each agent in the end."""
    def played(scenario: Scenario, *own: Any, silent: bool = False, **how: Any) -> tuple[Played, KilledInTheEnd]:
        made = list[KilledInTheEnd]()

        def deploy(model: Model, *, seed: int, pace: float, source: str) -> Deployed:
            made.append(KilledInTheEnd(model, seed, pace, source, False, ""))
            made[0].silent = silent
            return made[0]

        monkeypatch.setattr(playing, "deploy", deploy)
        return play_for_real(scenario, *own, **how), made[0]

    return played


def disks_differ(real: KilledInTheEnd, run: Simulator) -> list[str]:
    """The durable fields that are others on the disk than in the run."""
    codec = codec_of(*{type(agent): None for agent in real.model.agents.values()})
    return [f"{name}.{field}" for name, agent in run.system.agents.items() for field in agent.durable
            if real.disk[name].get(field, codec.text(getattr(real.model.agents[name], field)))
            != codec.text(getattr(agent, field))]


def differs_from_replay(model: Model, run: Simulator) -> list[str]:
    """What is other in a fresh simulation of the same events."""
    again = model.replay(step.event for step in run.trace)
    return [*(why for _, why in again.skipped), *(name for name, one, other in (
        ("a step", [step.transition for step in again.trace], [step.transition for step in run.trace]),
        ("an agent", again.system.agents, run.system.agents), ("history", again.system.history, run.system.history),
        ("under way", _under_way(again), _under_way(run)), ("timers", again.system.timers, run.system.timers),
        ("cables", again.system.network.cut, run.system.network.cut),
    ) if one != other)]


def _under_way(run: Simulator) -> Counter[Any]:
    return Counter(packet[1:4] for packet in run.system.flight.values())


def impossible(scenario: Scenario) -> Iterator[str]:
    """The lines that no real network can do, except those that cut or heal one direction; and those that do nothing."""
    yield from (str(slow) for slow in scenario.slow if slow.arrow)
    yield from map(str, scenario.busy)
    yield from [f"duplication {scenario.duplication}"] if scenario.duplication else []
    yield from (str(line) for line in scenario.lines if line.verb == "pause")
    down = set[str]()
    for line in scenario.lines:
        if line.verb in ("crash", "restart") and (line.agents[0] in down) == (line.verb == "crash"):
            yield str(line)
        elif line.verb in ("crash", "restart"):
            down ^= {*line.agents}


@FOR_REAL
@pytest.mark.parametrize("which", at_night(EVERY, *(one for one in EVERY if one != BY_DAY)))
def test_a_text_for_real_is_a_run_that_all_judges_allow(which: str, play: Any) -> None:
    name, number = which.split(", text ")
    protocol, scenario = CATALOGUE[name], parse(scenario_text(CATALOGUE[name], int(number)))
    played, real = play(scenario, pace=PACES.get(name, 1.0), silent=int(number) % 4 == 2)
    run, model = played.run, Model(scenario.graph, scenario.cast(), protocol.properties)

    assert broken(run) == []
    assert [*not_allowed(model, run.trace)] == [] == differs_from_replay(model, run) == disks_differ(real, run)
    assert [*too_early(run.trace)] == []
    assert not any(real._tracing._waiting.values()), "an event was reported and is not in the run"
    assert not real.refused

    wanted = [(line.agents[0], protocol.request(line.what)) for line in scenario.lines if line.verb == "request"]
    kinds = Counter(type(step.event) for step in run.trace)
    assert Counter(run.system.requests) == Counter(wanted), "each request is made once"
    assert kinds[Deliver] and kinds[Crash] >= len(scenario.graph), "messages arrive, and a kill of each ends it"
    one_way = {str(line) for line in scenario.lines if line.verb in ("cut", "heal") and line.what}
    left_out = {line.rsplit(": ", 1)[0] for line in played.left_out}
    assert left_out - one_way == {*impossible(scenario)}
    if name not in IN_TIME:
        assert not real.network.cut and not real.network.crashed, "all that was mended is whole"


@pytest.mark.parametrize("which", one_in(len(NUMBERS) + 1, EVERY))
def test_the_text_breaks_no_promise_in_the_simulator_either(which: str) -> None:
    name, number = which.split(", text ")
    run = parse(scenario_text(CATALOGUE[name], int(number))).play()
    assert broken(run) == [] and any(isinstance(step.event, Deliver) for step in run.trace)


# ---- planted faults --------------------------------------------------------------------------------------------------


def good() -> tuple[Model, list[Step]]:
    """A run of Raft with an election, a request, a cut, a kill and a restart."""
    model = Model(build("mesh", 3), Raft, requests=[("a", "x")])
    sim = model.simulate(seed=1)
    sim.run(until=400)
    leader = next(name for name, agent in sim.system.agents.items() if agent.leading is not None)
    other = min({*"abc"} - {leader})
    sim.request(leader, "y")
    sim.run(until=420)
    sim.cut(leader, other)
    sim.crash(other)
    sim.run(until=440)
    sim.restart(other)
    sim.heal_all()
    sim.run(until=900)
    return model, [step for step in sim.trace if not isinstance(step.event, Forward)]  # which processes do not report


def place(steps: Sequence[Step], *kinds: type) -> int:
    """Where the first event of these kinds is."""
    return next(number for number, step in enumerate(steps) if isinstance(step.event, kinds))


def test_the_judge_without_a_simulator_finds_nothing_wrong_in_what_the_simulator_does() -> None:
    model, steps = good()
    assert [*not_allowed(model, steps)] == []
    assert {Request, Timeout, Deliver, Crash, Restart, Cut, Heal} <= {type(step.event) for step in steps}


def swapped(steps: list[Step]) -> list[Step]:
    """A message arrives before it was sent."""
    number = place(steps, Deliver)
    return [*steps[: number - 1], steps[number], steps[number - 1], *steps[number + 1 :]]


def twice(steps: list[Step]) -> list[Step]:
    number = place(steps, Deliver)
    return [*steps[: number + 1], steps[number], *steps[number + 1 :]]


def expired_in_vain(steps: list[Step]) -> list[Step]:
    """A crash stops all timers."""
    number = place(steps, Crash)
    expired = steps[place(steps, Timeout)]._replace(event=Timeout(steps[number].event.agent, "election"))
    return [*steps[: number + 1], expired, *steps[number + 1 :]]


def forgotten(steps: list[Step]) -> list[Step]:
    number = place(steps, Timeout)
    return [*steps[:number], *steps[number + 1 :]]


def over_a_cut_cable(steps: list[Step]) -> list[Step]:
    cuts = [Step(0, Cut(a, b), steps[place(steps, Cut)].transition, 0, ()) for a in "abc" for b in "abc" if a != b]
    return [*cuts, *steps]


def to_one_that_is_down(steps: list[Step]) -> list[Step]:
    number = place(steps, Deliver)
    crash = steps[place(steps, Crash)]._replace(event=Crash(steps[number].event.target))
    return [*steps[:number], crash, *steps[number:]]


def other_state(steps: list[Step]) -> list[Step]:
    number = place(steps, Timeout)
    wrong = steps[number].transition._replace(agent=steps[place(steps, Request)].transition.agent)
    return [*steps[:number], steps[number]._replace(transition=wrong), *steps[number + 1 :]]


@pytest.mark.parametrize(("plant", "says"), [
    (swapped, "never sent"), (twice, "never sent"), (expired_in_vain, "not set"), (forgotten, "never sent|otherwise"),
    (over_a_cut_cable, "crossed no cable"), (to_one_that_is_down, "is down"), (other_state, "another state"),
])
def test_the_judge_notices(plant: Callable[[list[Step]], list[Step]], says: str) -> None:
    model, steps = good()
    with pytest.raises(AssertionError, match=says):
        assert [*not_allowed(model, plant(steps))] == []


def test_a_timer_that_expires_early_is_noticed() -> None:
    _, steps = good()
    number = max(number for number, step in enumerate(steps) if isinstance(step.event, Timeout))
    early = [*steps[:number], steps[number]._replace(time=steps[number].time // 2), *steps[number + 1 :]]
    assert [*too_early(steps)] == [] and "units early" in "".join(too_early(early))


def test_the_replay_notices_two_events_that_were_swapped() -> None:
    model, steps = good()
    run = model.replay(step.event for step in swapped(steps))
    assert run.skipped
    assert differs_from_replay(model, model.replay(step.event for step in steps)) == []


DICE = '''
from dataclasses import dataclass
from random import random
from typing import ClassVar
from labkit.agents import Agent, Reply

@dataclass
class Dice(Agent):
    thrown: str = ""
    durable: ClassVar[tuple[str, ...]] = ("thrown",)

    def request(self, value):
        self.thrown = str(random())
        return Reply(value, TOLD)
'''
THROW = "topology mesh 2\nprotocol Dice\nat 0 request a x\nrun until 100\n"


def dice(told: str) -> tuple[dict[str, type], str]:
    """A class whose agents throw dice, with its text; told: what clients get to hear."""
    module, source = sys.modules.setdefault("answer", ModuleType("answer")), DICE.replace("TOLD", told)
    exec(source, vars(module))
    return {"Dice": module.Dice}, source


@FOR_REAL
@pytest.mark.long
def test_an_agent_that_throws_dice_and_tells_is_no_run_of_its_class(play: Any) -> None:
    kinds, source = dice("self.thrown")
    with pytest.raises(TraceError, match="does its class depend on something besides its fields"):
        play(parse(THROW), kinds, source=source)


@FOR_REAL
@pytest.mark.long
def test_an_agent_that_throws_dice_in_secret_is_betrayed_by_its_disk(play: Any) -> None:
    kinds, source = dice("'done'")
    played, real = play(parse(THROW), kinds, source=source)
    assert disks_differ(real, played.run) == ["a.thrown"]
