"""The answers to the questions of the lesson on real networks, worked out of the same agents in the simulator.

That a real network answers them likewise is shown by test_scenes_for_real.py and test_shared_store.py.
"""

from answers import answers
from labkit.agents import term_led
from labkit.engine import Model, Simulator
from labkit.faults import leader_of
from labkit.protocols import BlankEntry, Locked, PreVote, Raft
from labkit.topology import build

Found = tuple[str, dict[str, object]]
MESH = build("mesh", 5)
SEEDS = range(6)


def led(kind: type[Raft], seed: int) -> tuple[Simulator, str]:
    """A run in which somebody leads, and who."""
    sim = Model(MESH, kind).simulate(seed=seed)
    sim.run(until=1_000)
    leader = leader_of(sim.system)
    assert leader is not None
    return sim, leader


def returned(kind: type[Raft], seed: int) -> bool:
    """Whether there is no leader for a while after an agent that did not lead has come back, with a later term."""
    sim, leader = led(kind, seed)
    lonely = next(name for name in "abcde" if name != leader)
    sim.isolate(lonely)
    sim.run(until=3_000)
    higher = sim.system.agents[lonely].term > sim.system.agents[leader].term
    sim.heal_all()
    nobody = False
    while sim.now < 4_000:
        sim.step()
        nobody = nobody or all(term_led(agent) is None for agent in sim.system.agents.values())
    return nobody and higher


@answers("a minority returns")
def minority() -> Found:
    deposed = all(returned(Raft, seed) for seed in SEEDS)
    answer = ("the leader is deposed, and for a while there is none" if deposed
              else "it follows the leader and catches up")
    return answer, {"A vote before the vote prevents that": not any(returned(PreVote, seed) for seed in SEEDS)}


def kept(seed: int, units: int) -> bool:
    """Whether a write at a leader that is cut off for that long is applied in the end."""
    sim, leader = led(BlankEntry, seed)
    sim.isolate(leader)
    sim.request(leader, "x=2")
    sim.run(until=1_000 + units)
    assert not any(reply.request == "x=2" for reply in sim.system.replies)
    sim.heal_all()
    sim.run(until=4_000)
    return all("x=2" in agent.holds for agent in sim.system.agents.values())


@answers("timed out")
def no_answer() -> Found:
    soon, later = ([kept(seed, units) for seed in SEEDS] for units in (40, 1_500))
    depends = all(soon) and not any(later)
    return "it depends on how long the cut has lasted" if depends else "yes: it was asked" if all(later) else (
        "no: the client gave up"), {}


@answers("read in the minority")
def old() -> Found:
    found = []
    for seed in SEEDS:
        sim, leader = led(BlankEntry, seed)
        sim.request(leader, "x=1")
        sim.run(until=1_500)
        lonely = next(name for name in "abcde" if name != leader)
        sim.isolate(lonely)
        sim.request(leader, "x=3")
        sim.run(until=2_500)
        sim.request(lonely, "what the leader says")
        sim.run(until=3_500)
        here = sim.system.agents[lonely].holds
        found.append(("x=1" in here, "x=3" in here, any(reply.request == "what the leader says" and reply.ok
                                                         for reply in sim.system.replies)))
    answer = "the old value at once; no value" if {*found} == {(True, False, False)} else "both get the old value"
    return answer, {}


@answers("the holder is cut off")
def lease() -> Found:
    """Of the lab's own lock: its keeper gives the lease again when it has run out, and not before."""
    found = []
    for seed in SEEDS:
        sim = Model(MESH, Locked).simulate(seed=seed)
        sim.request("c", "first")
        while not sim.system.agents["a"].taken:
            sim.step()
        given = sim.now
        sim.isolate("c")
        while sim.system.agents["a"].token < 2:
            sim.request("d", "second")  # again and again, until it has the lease
            sim.run(until=sim.now + 5)
        found.append(sim.now - given)
    early = min(found) < Locked.lease
    return "at once" if early else "when the three seconds since its last renewal are over", {}
