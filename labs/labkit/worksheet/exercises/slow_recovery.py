"""A run in which a team takes as long as it can to recover: a board that is sent in vain just before the heal.

An agent takes a task and is cut off before any other hears of it. All is healed just after its next board is lost, and
while no message is on its way. Each message takes as long as any may.
"""

from collections.abc import Callable, Hashable, Iterator
from itertools import count
from typing import NamedTuple

from labkit.engine import LATENCY, Simulator, Timeout
from labkit.topology import build
from labkit.values import frozendict
from labkit.worksheet.beating import BEAT, EVERY
from labkit.worksheet.teammate import Teammate

TASK, ASKED = "report", 100


class Late(NamedTuple):
    """A run, when all links were healed, and when all agents had the same board."""

    sim: Simulator
    healed: int
    recovered: int


def slowest(kind: Callable[..., Teammate]) -> Late:
    """Such a run of that team; most seeds give one."""
    return next(_late(kind))


def _late(kind: Callable[..., Teammate]) -> Iterator[Late]:
    for seed in count(1):
        sim = Simulator(build("mesh", 3), kind, seed=seed, latency=(LATENCY[1], LATENCY[1]))
        sim.run(until=ASKED)
        sim.request("a", TASK)
        while TASK not in _boards(sim)[0]:
            sim.step()
        sim.isolate("a")
        sim.run(until=sim.now + EVERY)  # until what was on its way is lost
        while (done := sim.step()) is not None and done.event != Timeout("a", BEAT):
            continue
        sim.run(until=sim.now)  # until its board is lost, too
        if sim.system.flight:  # a board of another agent
            continue
        sim.heal_all()
        healed = sim.now
        while len(set(_boards(sim))) > 1:
            sim.step()
        recovered = sim.now
        sim.run(until=recovered + EVERY)
        yield Late(sim, healed, recovered)


def _boards(sim: Simulator) -> list[frozendict[Hashable, str]]:
    return [agent.board for agent in sim.system.agents.values() if isinstance(agent, Teammate)]
