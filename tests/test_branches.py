"""Branches share their past: log, diagram, lights and requests say the same as if they had looked at it themselves."""

import sys
import tracemalloc
from random import Random

import pytest
from labkit.engine import Model, Request, Simulator
from labkit.network import Crash
from labkit.observe import Monitor, Requests, SpaceTime
from labkit.protocols import Paxos, Raft
from labkit.topology import build
from labkit.values import Growing
from labkit.views import Player
from seeds import seeds


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_a_list_that_grows_and_branches_is_as_good_as_copies(seed: int) -> None:
    random = Random(seed)
    pairs: list[tuple[Growing[int], list[int]]] = [(Growing(), [])]
    for item in range(600):
        grown, copied = random.choice(pairs)
        if random.random() < 0.1:
            length = random.randint(0, len(copied))
            pairs.append((grown.branch(length), copied[:length]))
        else:
            grown.append(item)
            copied.append(item)
    for grown, copied in pairs:
        assert grown == copied and list(grown) == copied and len(grown) == len(copied)
        assert [grown[i] for i in range(-len(copied), len(copied))] == copied + copied
        for _ in range(5):
            start, stop = random.randint(-9, len(copied) + 3), random.randint(-9, len(copied) + 3)
            assert grown[start:stop] == copied[start:stop]
        with pytest.raises(IndexError):
            grown[len(copied)]


@pytest.mark.parametrize("seed", seeds(1, 80))
def test_what_is_observed_of_a_branch_of_a_branch_is_what_a_fresh_look_sees(seed: int) -> None:
    random = Random(seed)
    sim = Simulator(build("mesh", 4), Raft, seed=seed, loss=0.1)
    chart, monitor, requests = SpaceTime(sim), Monitor(sim), Requests(sim)
    for depth in range(5):
        disturb(sim, random, depth)
        if random.random() < 0.7:  # sometimes nobody has looked before the branch
            monitor.verdicts(random.randint(0, len(sim)))
            requests.extend()
        step = random.randint(len(sim) // 2, len(sim))
        before, sim = sim, sim.branch(step)
        chart, monitor, requests = chart.branch(sim), monitor.branch(sim), requests.branch(sim)
        disturb(before, random, 9)  # the old line goes on, too
    disturb(sim, random, 7)
    fresh = SpaceTime(sim), Monitor(sim), Requests(sim)
    assert list(chart.times) == list(fresh[0].times)
    for step in sorted({random.randint(0, len(sim)) for _ in range(60)} | {0, len(sim)}):
        for back in (0, 30, 200, 10_000):
            since = chart.times[step] - back
            for look in (SpaceTime.visible, SpaceTime.marked, SpaceTime.eras_until):
                here, there = look(chart, step, since), look(fresh[0], step, since)
                assert [told(one, step) for one in here] == [told(one, step) for one in there]
        assert chart.era(step).network.cut == fresh[0].era(step).network.cut
        assert monitor.verdicts(step) == fresh[1].verdicts(step)
        assert requests.at(sim.at(step)) == fresh[2].at(sim.at(step))


def told(one: object, step: int) -> object:
    """What can be seen of an arrow, a mark or an era at that step."""
    if hasattr(one, "item"):
        ended = one.ended if one.ended <= step else None
        return one.item, one.words, ended, ended and one.arrived, ended and one.lost
    return (one.step, one.time, one.network.cut) if hasattr(one, "network") else one


def disturb(sim: Simulator, random: Random, number: int) -> None:
    sim.run(steps=random.randint(20, 60))
    sim.request(random.choice("abcd"), f"write {number} {len(sim)}")
    match random.randint(0, 3):
        case 0 if not sim.system.down:
            sim.crash(random.choice("abcd"))
        case 1:
            sim.cut(*random.sample("abcd", 2))
        case 2:
            sim.heal_all()
            for agent in sorted(sim.system.down):
                sim.restart(agent)
    sim.run(steps=random.randint(20, 60))


@pytest.mark.long
def test_many_branches_hold_only_what_is_new() -> None:
    """A hundred branches of a long run together need less memory than the run itself."""
    tracemalloc.start()
    sim = Simulator(build("mesh", 4), Raft, seed=1)
    sim.run(steps=6_000)
    player = Player(sim, at=None)
    player.go(5_000)
    run = tracemalloc.get_traced_memory()[0]
    for step in range(4_900, 5_000):
        player.show_branch(0)
        player.go(step)
        player.crash("a")
    more = tracemalloc.get_traced_memory()[0] - run
    tracemalloc.stop()
    assert len(player.branches) == 101
    assert more < run


def test_a_change_in_the_past_costs_the_same_however_long_the_run_is() -> None:
    """The cost is counted in calls, which no machine can make slower."""
    def calls(steps: int) -> int:
        sim = Simulator(build("mesh", 4), Raft, seed=1)
        sim.run(steps=steps)
        player = Player(sim, at=None)
        player.go(steps - 10)
        count = 0

        def counted(_frame: object, event: str, _arg: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(counted)
        player.crash("a")
        sys.setprofile(None)
        return count

    assert calls(6_000) < 1.3 * calls(1_500)


@pytest.mark.parametrize("step", [0, 1, 2, 9])
def test_a_branch_from_the_beginning_asks_what_the_model_asks_and_tells_the_same_story(step: int) -> None:
    sim = Model(build("mesh", 3), Paxos, requests=[("a", "red"), ("c", "blue")]).simulate(seed=1)
    sim.run(until=300)
    branch = sim.branch(step)
    branch.run(until=300)
    assert [(done.time, done.event) for done in branch.trace] == [(done.time, done.event) for done in sim.trace]


def test_what_is_done_at_the_beginning_of_a_model_happens_before_its_requests() -> None:
    player = Player(Model(build("mesh", 3), Paxos, requests=[("a", "red")]).simulate(seed=1))
    player.crash("b")
    player.run(until=200)
    assert [done.event for done in player.sim.trace[:2]] == [Crash("b"), Request("a", "red")]
