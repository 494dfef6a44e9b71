"""History: every step can be seen again as it was, and another branch leaves the old one alone."""

from random import Random

import pytest
from labkit.agents import Agent
from labkit.engine import Simulator, Snapshot
from labkit.network import Cut
from labkit.protocols import FirstComeVoting, Paxos, Propose, PushTotals, Raft, TwoPhaseCommit
from labkit.topology import build

KINDS = [Raft, Paxos, TwoPhaseCommit, FirstComeVoting, PushTotals]
STEPS = 250
each_kind = pytest.mark.parametrize("kind", KINDS)


def run(kind: type[Agent], seed: int) -> tuple[Simulator, list[object]]:
    """A run with faults, and what was seen after each of its steps while it went on."""
    draw = Random(seed).random
    sim = Simulator(build("ring", 4), kind, seed=seed, loss=0.1, duplication=0.1)
    seen = [picture(sim)]
    for turn in range(STEPS):
        a, b = sorted(sim.system.agents, key=lambda _: draw())[:2]
        match int(draw() * 20):
            case 0 if sim.system.network.graph.has_edge(a, b):
                sim.do(Cut(a, b))
            case 1 if a not in sim.system.down:
                sim.crash(a)
            case 2 | 3 if sim.system.down:
                sim.restart(min(sim.system.down))
            case 4 if a not in sim.system.down and kind is not PushTotals:
                sim.request(a, Propose(f"p{turn}", turn) if kind is FirstComeVoting else f"v{turn}")
            case _ if sim.step() is None:
                continue
            case _:
                pass
        seen += [picture(sim)] if len(sim) == len(seen) else []
    return sim, seen


def picture(sim: Simulator | Snapshot) -> object:
    """All that can be asked of a moment; it holds nothing that could change later."""
    system = sim.system
    time = sim.now if isinstance(sim, Simulator) else sim.time
    return (time, tuple(system.agents.items()).__repr__(), system.down, tuple(system.decisions), tuple(system.replies),
            tuple(system.requests), system.network.cut, tuple(system.flight.items()), frozenset(system.timers))


@each_kind
@pytest.mark.parametrize("seed", range(3))
def test_every_step_is_shown_again_as_it_was(kind: type[Agent], seed: int) -> None:
    sim, seen = run(kind, seed)
    assert len(seen) == len(sim) + 1 > 20
    for step in [*range(len(seen)), *reversed(range(0, len(seen), 7))]:
        assert picture(sim.at(step)) == seen[step]


@each_kind
def test_a_snapshot_does_not_change_when_the_run_goes_on(kind: type[Agent]) -> None:
    sim, _ = run(kind, 5)
    kept = [sim.at(step) for step in range(0, len(sim), 10)]
    before = [picture(moment) for moment in kept]
    sim.run(steps=300)
    sim.heal_all()
    assert [picture(moment) for moment in kept] == before
    assert [picture(sim.at(moment.step)) for moment in kept] == before


@each_kind
def test_a_branch_in_which_nothing_is_done_goes_the_same_way(kind: type[Agent]) -> None:
    sim = Simulator(build("mesh", 4), kind, seed=8, loss=0.1, duplication=0.1)
    sim.request("a", Propose("p", "red") if kind is FirstComeVoting else "red") if kind is not PushTotals else None
    sim.run(steps=120)
    for step in (len(sim) // 4, len(sim) // 2, len(sim) - 1):
        other = sim.branch(step)
        other.run(steps=len(sim) - step)
        assert other.trace == sim.trace


def test_a_branch_that_goes_another_way_leaves_the_first_alone_and_both_go_on() -> None:
    sim = Simulator(build("mesh", 5), Raft, seed=1)
    sim.run(steps=200)
    trace, end = sim.trace, picture(sim)
    other = sim.branch(60)
    other.isolate("a", "b")
    other.run(steps=300)
    assert sim.trace == trace and picture(sim) == end
    assert other.trace[:60] == trace[:60] and other.trace != trace
    sim.run(steps=50)
    assert len(sim) == 250 and sim.trace[:200] == trace


@pytest.mark.parametrize("n", [5, 50])
def test_snapshots_take_room_in_step_with_events_and_not_with_agents(n: int) -> None:
    sim = Simulator(build("ring", n), PushTotals, seed=1)
    sim.run(steps=3_000)
    assert sum(kept.size for kept in sim._kept) <= 3 * len(sim) + 10 * n
