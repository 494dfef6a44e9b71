"""Measures for a sweep: each runs one experiment with a value and a seed, and comes to one number.

election_time and split_vote are the experiment of Ongaro & Ousterhout, "In search of an understandable consensus
algorithm" (2014), §9.3 and figure 16: the leader of five agents crashes, at a random moment between two heartbeats,
which come twice in the shortest election timeout. Left out: that the logs differ, as they do there in the worst case.
"""

from labkit.agents import term_led
from labkit.engine import Model, Simulator
from labkit.faults.gallery import leader_of
from labkit.protocols import Raft
from labkit.topology import build
from labkit.values import expect, stable_hash

LONGEST = 20  # of the longest election timeouts: then there will be no leader
STEADY = 4  # of them pass before the leader crashes


def election_time(election: tuple[int, int], seed: int) -> int | None:
    """The time from the crash of Raft's leader to the next leader, with election timeouts of that range.

    None where no leader comes within twenty of the longest timeouts.
    """
    return _elected(election, seed)[0]


def split_vote(election: tuple[int, int], seed: int) -> bool:
    """Whether it took more than one term to elect the next leader, or there was none: the votes were split."""
    return _elected(election, seed)[1] != 1


def _elected(election: tuple[int, int], seed: int) -> tuple[int | None, int | None]:
    """How long it took, and how many terms; both None where there was no leader in the end."""
    expect(election, tuple, "an election timeout is a range, (150, 300)")
    heartbeat = max(1, election[0] // 2)
    sim = Model(build("mesh", 5), Raft, election=election, heartbeat=heartbeat).simulate(seed)
    sim.run(until=STEADY * election[1] + stable_hash(f"crash {seed}") % heartbeat)
    crash, before = sim.now, _leader(sim)
    if before is None:
        return None, None
    sim.crash(before[1])
    while sim.now <= crash + LONGEST * election[1]:
        sim.step()
        after = _leader(sim)
        if after is not None and after > before:
            return sim.now - crash, after[0] - before[0]
    return None, None


def _leader(sim: Simulator) -> tuple[int, str] | None:
    """The latest term that an agent leads, and its name."""
    name = leader_of(sim.system)
    return None if name is None else (term_led(sim.system.agents[name]) or 0, name)
