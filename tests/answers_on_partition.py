"""The answers to the questions on partition and recovery, worked out of the agents themselves."""

from bisect import bisect_right
from itertools import permutations

from answers import answers
from labkit.agents import Reply
from labkit.engine import LATENCY, Simulator
from labkit.faults import Recovery, fault_case, leader_of, recover, report_on, run_through
from labkit.faults.gallery import SLOW
from labkit.lesson import PartitionDetector
from labkit.observe import quality, sides_of
from labkit.protocols import CheckQuorum, FixedTimeout, LastWriterReplica, Locked, PreVote, Raft, Replica, Write
from labkit.protocols.consensus.raft import RAFT_PROPERTIES, Applied
from labkit.protocols.coordination.fencing import REFUSED, STORED
from labkit.topology import build

Found = tuple[str, dict[str, object]]
TIMES = {"cut": 1_000, "heal": 3_000, "until": 6_000}


class SplitBrain(Raft):
    def is_quorum(self, count: int) -> bool:
        return count >= 2


def same_key(agent: str, number: int) -> Write:
    return Write(f"k{number}", f"{agent}{number}")


def pairs(kind: type[Replica]) -> Recovery:
    return recover(kind, ask=same_key, cut=500, heal=1_300)


@answers("order of the agents")
def one_way() -> Found:
    ways = {"a": ["b"], "c": ["b"]}
    seen = {frozenset(map(frozenset, PartitionDetector().detect_partition([*order], ways)))
            for order in permutations("abc")}
    from_a = PartitionDetector().detect_partition(["a"], ways)
    return str(len(seen)), {"From a it finds a and b": from_a == [["a", "b"]]}


@answers("patience")
def half_the_patience() -> Found:
    long, short = (quality(FixedTimeout, silence=patience, loss=0.2) for patience in (200, 100))
    return "more false alarms" if short.mistakes > 2 * long.mistakes else "nothing", {
        "as many messages": abs(short.messages - long.messages) < 1,
        "You notice a crash sooner": (short.everyone or 0) < (long.everyone or 0)}


@answers("all hear a majority")
def ring() -> Found:
    sim = Simulator(build("mesh", 5, relay=False), Raft, seed=3)
    sim.run(until=1_000)
    for _, event in fault_case("ring of majorities").events(sim.system.network, "e"):
        sim.do(event)
    sim.run(until=11_000)
    led = {decision.about for decision in sim.system.decisions if decision.about.startswith("leader")}
    many = "leaders that change again and again"
    return many if len(led) > 5 else "one leader that stays", {
        "The network is connected": len(sim.system.network.partitions()) == 1}


@answers("half is a quorum")
def split_brain() -> Found:
    broken = [report_on("halves", SplitBrain, seed=seed, properties=RAFT_PROPERTIES).violated for seed in range(5)]
    sound = [report_on("halves", Raft, seed=seed, properties=RAFT_PROPERTIES).violated for seed in range(5)]
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
        if not any(answer.request == "x" for answer in sim.system.replies):
            written.add("x" in sim.system.agents[heir].holds)
    return "sometimes yes, sometimes no" if written == {True, False} else "no: no answer means no", {}


@answers("two of three")
def while_it_is_cut() -> Found:
    waits, answers_all = recover(Raft, **TIMES), pairs(Replica)
    chosen = (waits.open or waits.refused) and not waits.lost and answers_all.conflicts and not answers_all.open
    return "answer at once and risk a conflict, or not answer" if chosen else "write and be sure", {}


@answers("last write")
def lost() -> Found:
    during = {f"k{number}" for number in range(4, 12)}
    gone = [write for write in pairs(LastWriterReplica).lost if isinstance(write, Write) and write.key in during]
    return str(len(gone)), {"One write of each pair is dropped": {write.key for write in gone} == during}


@answers("healed")
def later() -> Found:
    times = [found.recovered for found in (recover(Raft, **TIMES), pairs(Replica))]
    return "some time later" if all(time is not None and time > 0 for time in times) else "at once", {}


# ---- the gallery, fault by fault -------------------------------------------------------------------------------------

SEEDS = range(3)


def terms(name: str, *times: int, kind: type[Raft] = Raft, **options: object) -> list[list[int]]:
    """The highest term of a Raft cluster at these times, for each seed."""
    found = []
    for seed in SEEDS:
        sim = run_through(name, kind, seed=seed, **options)
        steps = [bisect_right([done.time for done in sim.trace], time) for time in times]
        moments = [sim.at(step) for step in steps]
        found.append([max(agent.term for agent in moment.system.agents.values()) for moment in moments])
    return found


def applied(sim: Simulator, start: int, end: int) -> set[str]:
    """The agents that have told a client between these times that its request is applied."""
    return {
        done.transition.agent.id for done in sim.trace if start < done.time < end and done.transition.agent is not None
        for effect in done.transition.effects if isinstance(effect, Reply) and isinstance(effect.result, Applied)
    }


@answers("halves")
def two_and_three() -> Found:
    told = [applied(run_through("halves", Raft, seed=seed), 1_400, 3_000) for seed in SEEDS]
    one = all(agents and agents <= set("abc") for agents in told)
    return "one" if one else "both", {}


@answers("isolate one")
def back_again() -> Found:
    found, no_leader = terms("isolate one", 1_000, 2_999, 6_000), "it catches up, and that is all"
    led = [report_on("isolate one", Raft, seed=seed) for seed in SEEDS]
    higher = all(before == 1 and after > apart > 5 for before, apart, after in found)
    return "the leader steps down and all elect again" if higher else no_leader, {
        "Nothing is lost": not any(one.lost for one in led),
        "with pre-vote the leader stays": all(term == [1] for term in terms("isolate one", 6_000, kind=PreVote))}


@answers("isolate the leader")
def two_leaders() -> Found:
    def leading(kind: type[Raft]) -> set[int]:
        sims = [run_through("isolate the leader", kind, seed=seed, until=2_999) for seed in SEEDS]
        return {sum(agent.role == "leader" for agent in sim.system.agents.values()) for sim in sims}

    (plain,), (checked,) = leading(Raft), leading(CheckQuorum)
    return str(plain), {f"the answer is {checked}": checked == 1}


@answers("one link left")
def one_link() -> Found:
    found = [report_on("bridge", Raft, seed=seed) for seed in SEEDS]
    calm = all(terms == [1, 1] for terms in terms("bridge", 1_000, 6_000))
    return "nothing" if calm and not any(one.open or one.refused for one in found) else "one election", {}


@answers("one-way links")
def deaf() -> Found:
    steps = [later - before for before, later in terms("one-way links", 1_000, 2_999)]
    lost = any(report_on("one-way links", Raft, seed=seed).lost for seed in SEEDS)
    return "it forces one election after the other" if min(steps) > 5 and not lost else "nothing: it is one of five", {}


@answers("flapping")
def again_and_again() -> Found:
    found = terms("flapping", 1_000, 6_000)
    return "6 or more" if all(before == 1 and after >= 6 for before, after in found) else "2 or 3", {
        "150 to 300 units": Raft.election == (150, 300)}


@answers("slow, not dead")
def late() -> Found:
    yes = {seed: len(report_on("slow, not dead", Raft, seed=seed).acknowledged) for seed in (*range(6), 18)}
    mostly = sum(number == 25 for number in yes.values()) > 3
    worst = min(yes, key=lambda seed: yes[seed])
    return "mostly harmless, sometimes far worse" if mostly and yes[worst] < 15 else "the same", {
        f"seed {worst}, only {yes[worst]} of 25": True, "fifteen times": sum(SLOW) == 20 * sum(LATENCY)}


@answers("3-3-3 split")
def thirds() -> Found:
    sims = [run_through("3-3-3 split", Raft, seed=seed, until=2_999) for seed in SEEDS]
    parts = [(sim.system, sim.system.network.partitions()) for sim in sims]
    able = {sum(side.can_decide is True for side in sides_of(*part)) for part in parts}
    replicas = run_through("3-3-3 split", Replica, until=2_999, ask=same_key).system
    everywhere = all(side.can_decide for side in sides_of(replicas, replicas.network.partitions()))
    (number,) = able
    return str(number), {"Replicas answer in all three": everywhere and len(replicas.network.partitions()) == 3}


@answers("cascading")
def fewer_and_fewer() -> Found:
    found = [report_on("cascading", Raft, seed=seed) for seed in SEEDS]
    alone = [applied(run_through("cascading", Raft, seed=seed), 1_400, 3_000) for seed in SEEDS]
    return "none" if not any(one.lost for one in found) else "those since the first crash", {
        "Two agents alone acknowledge nothing": not any(alone)}


@answers("overload")
def no_time_left() -> Found:
    sims = [run_through("cascading overload", Raft, seed=seed) for seed in SEEDS]
    calm = all(max(agent.term for agent in sim.system.agents.values()) <= 3 for sim in sims)
    noticed = [report_on("cascading overload", Raft, seed=seed).noticed for seed in SEEDS]
    return "another one leads, and the work goes on" if calm and all(applied(sim, 2_000, 3_000) for sim in sims) else (
        "leaders change without end"), {
        "elect another leader within 250 units": all(time is not None and time <= 250 for time in noticed),
        "What waited is done soon": all(max(sim.present.waiting.values(), default=0) <= 3 for sim in sims)}


@answers("late write")
def too_late() -> Found:
    def told(kind: type[Locked]) -> object:
        sim = Simulator(build("mesh", 4), kind, latency={("c", "b"): (300, 300)})
        sim.request("c", "old")
        sim.run(until=150)
        sim.request("d", "new")
        sim.run()
        return next(answer.result for answer in sim.system.replies if answer.request == "old")

    taken = told(Trusting) == STORED
    return "it takes it, on top of d's write" if taken else "it refuses it", {
        "the store refuses": told(Locked) == REFUSED}


class Trusting(Locked):
    def accepts(self, token: int) -> bool:
        return True
