"""The answers to the questions on partition and recovery, worked out of the agents themselves."""

from itertools import permutations

from answers import answers
from labkit.detection import quality
from labkit.gallery import leader_of, survive, trouble
from labkit.lesson import PartitionDetector
from labkit.protocols.heartbeats import FixedTimeout
from labkit.protocols.raft import RAFT_PROPERTIES, Raft
from labkit.protocols.replicas import LastWriterReplica, Replica, Write
from labkit.recovery import Recovery, recover
from labkit.simulator import Simulator
from labkit.topology import build

Found = tuple[str, dict[str, object]]
TIMES = {"cut": 1_000, "heal": 3_000, "until": 6_000}


class SplitBrain(Raft):
    def is_quorum(self, count: int) -> bool:
        return count >= 2


def pairs(kind: type[Replica]) -> Recovery:
    return recover(kind, ask=lambda side, number: Write(f"k{number}", f"{side}{number}"), cut=500, heal=1_300)


@answers("order of the agents")
def one_way() -> Found:
    ways = {"a": ["b"], "c": ["b"]}
    seen = {frozenset(map(frozenset, PartitionDetector().detect_partition([*order], ways)))
            for order in permutations("abc")}
    from_a = PartitionDetector().detect_partition(["a"], ways)
    return str(len(seen)), {"From a it finds a and b": from_a == [["a", "b"]]}


@answers("patience")
def half_the_patience() -> Found:
    long, short = (quality(FixedTimeout, patience=patience, loss=0.2) for patience in (200, 100))
    return "more false alarms" if short.mistakes > 2 * long.mistakes else "nothing", {
        "as many messages": abs(short.messages - long.messages) < 1,
        "You notice a crash sooner": (short.everyone or 0) < (long.everyone or 0)}


@answers("all hear a majority")
def ring() -> Found:
    sim = Simulator(build("mesh", 5, relay=False), Raft, seed=3)
    sim.run(until=1_000)
    for _, event in trouble("ring of majorities").events(sim.system.network, "e"):
        sim.do(event)
    sim.run(until=11_000)
    led = {decision.about for decision in sim.system.decisions if decision.about.startswith("leader")}
    many = "leaders that change again and again"
    return many if len(led) > 5 else "one leader that stays", {
        "The network is connected": len(sim.system.partitions()) == 1}


@answers("half is a quorum")
def split_brain() -> Found:
    broken = [survive("halves", SplitBrain, seed=seed, properties=RAFT_PROPERTIES).broken for seed in range(5)]
    sound = [survive("halves", Raft, seed=seed, properties=RAFT_PROPERTIES).broken for seed in range(5)]
    return "both decide, and differently" if all(broken) else "only the larger decides", {
        "With 3 of 5": not any(sound)}


@answers("no answer")
def silence() -> Found:
    written = set()
    for seed in range(40):
        sim = Simulator(build("mesh", 5), Raft, seed=seed)
        sim.run(until=1_000)
        leader = leader_of(sim.system)
        assert leader is not None
        sim.request(leader, "x")
        sim.run(until=sim.now + 10)
        sim.isolate(leader)
        sim.run(until=2_500)
        heir = next(name for name in "abcde" if name != leader and sim.system.agents[name].role == "leader")
        sim.request(heir, "y")
        sim.run(until=3_000)
        if not any(answer.request == "x" for answer in sim.system.answers):
            written.add("x" in sim.system.agents[heir].holds)  # type: ignore[attr-defined]
    return "sometimes yes, sometimes no" if written == {True, False} else "no: no answer means no", {}


@answers("two of three")
def while_it_is_cut() -> Found:
    waits, answers_all = recover(Raft, **TIMES), pairs(Replica)  # type: ignore[arg-type]
    chosen = (waits.open or waits.refused) and not waits.lost and answers_all.conflicts and not answers_all.open
    return "answer at once and risk a conflict, or not answer" if chosen else "write and be sure", {}


@answers("last write")
def lost() -> Found:
    during = {f"k{number}" for number in range(4, 12)}
    gone = [write for write in pairs(LastWriterReplica).lost if isinstance(write, Write) and write.key in during]
    return str(len(gone)), {"Of each pair one goes": {write.key for write in gone} == during}


@answers("healed")
def later() -> Found:
    times = [found.recovered for found in (recover(Raft, **TIMES), pairs(Replica))]  # type: ignore[arg-type]
    return "some time later" if all(time is not None and time > 0 for time in times) else "at once", {}
