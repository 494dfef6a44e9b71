"""A simulated hour of Raft, five agents, while partitions come and go: time, memory with full history, nothing lost."""

import resource
from random import Random

from figures import growth, spell, table, timed, weigh
from labkit.engine import Simulator
from labkit.protocols import Raft
from labkit.protocols.consensus.raft import Applied
from labkit.topology import build

MINUTE = 60_000  # a unit is a millisecond
MINUTES = (6, 60)


def hour(minutes: int) -> Simulator:
    """Every ten seconds a random side is cut off or all is healed, and a client asks somebody."""
    sim, draw = Simulator(build("mesh", 5), Raft, seed=1), Random(1).random
    for number in range(minutes * 6):
        sim.run(until=(number + 1) * MINUTE // 6, steps=1_000_000)
        if number % 2:
            sim.heal_all()
        else:
            sim.isolate(*sorted("abcde", key=lambda _: draw())[: 1 + int(draw() * 2)])
        sim.request("abcde"[int(draw() * 5)], f"x{number}")
    sim.heal_all()
    sim.run(until=minutes * MINUTE + 5_000)
    sim.request("a", "last")
    sim.run(until=minutes * MINUTE + 8_000)
    return sim


def main() -> None:
    """Print it for a tenth of an hour and for an hour."""
    rows, taken = [], []
    for minutes in MINUTES:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds, sim = timed(lambda minutes=minutes: hour(minutes))  # type: ignore[misc]
        assert isinstance(sim, Simulator)
        grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        told = {answer.request for answer in sim.system.replies if isinstance(answer.result, Applied)}
        lost = sum(not told <= agent.holds for agent in sim.system.agents.values())
        terms = max(agent.term for agent in sim.system.agents.values())
        taken.append(seconds)
        rows.append([f"{minutes} min", str(len(sim)), spell(seconds), weigh(grown), weigh(grown / len(sim)), str(terms),
                     str(len(told)), str(lost)])
    table("a unit is a millisecond; a cut or a heal and a request every ten seconds",
          ("simulated", "steps", "time", "memory", "a step", "terms", "answered", "agents that lack one"), rows)
    print(f"time grows with the simulated time to the power of {growth(taken[0], taken[1])}")
