"""The answers of the quiz, worked out of the networks and agents themselves, and the figures in its explanations."""

from collections.abc import Callable
from itertools import product

from answers_on_consensus import a_blocked_commit, a_liar_among_three
from answers_on_coordination import by_the_wall, crossed_off
from answers_on_partition import TIMES, Trusting, pairs, silence, too_late
from answers_on_patterns import back_after, both_rules
from answers_on_topology import after_preset, network
from labkit.engine import Model, Simulator, said
from labkit.faults import recover, run_through
from labkit.network import cut
from labkit.observe import quality, sides_of
from labkit.protocols import CheckQuorum, FixedTimeout, LastWriterReplica, Locked, Propose, Raft, Replica, Service
from labkit.protocols.consensus.quorum_voting import FirstComeVoting
from labkit.protocols.coordination.fencing import STORED
from labkit.protocols.quorums import at_least, disjoint, every_way_to_vote, majority
from labkit.protocols.service.calls import UNKNOWN
from labkit.topology import Needs, advise, build, figures

Found = tuple[str, dict[str, object]]
QUIZ_CHECKS: dict[str, Callable[[], Found]] = {}


def refutes(misconception: str) -> Callable[[Callable[[], Found]], Callable[[], Found]]:
    """The check of the question about this misconception: its answer, and what holds of figures in its texts."""
    def keep(check: Callable[[], Found]) -> Callable[[], Found]:
        QUIZ_CHECKS[misconception] = check
        return check
    return keep


# ---- networks --------------------------------------------------------------------------------------------------------


@refutes("More links are always better.")
def more_links() -> Found:
    tree, mesh = figures("tree", 20), figures("mesh", 20)
    links = [build(kind, 20).number_of_edges() for kind in ("tree", "mesh")]
    return f"it grows from {tree['messages']} to {mesh['messages']}", {
        "tree of 19 links by a mesh of 190 links": links == [19, 190],
        "342 messages": mesh["messages"] - 19 == 342, "(n − 1)²": mesh["messages"] == 19**2}


@refutes("A star is always worse.")
def a_star() -> Found:
    needs = Needs(agents=12, max_hops=2, max_messages=15)
    fit = [kind for kind in ("star", "mesh", "ring") if "none" not in str(advise(needs, [kind])).lower().split("\n")[0]]
    star, mesh, ring = (figures(kind, 12) for kind in ("star", "mesh", "ring"))
    fits = [one["hops"] <= 2 and one["messages"] <= 15 for one in (star, mesh, ring)]
    assert fit and fits == [True, False, False]
    return "a star", {
        "Two hops and eleven messages": (star["hops"], star["messages"]) == (2, 11),
        "six hops apart": ring["hops"] == 6, "all 66 links: 121 messages": mesh["messages"] == 121
        and build("mesh", 12).number_of_edges() == 66}


@refutes("One cut never matters in a ring, so two don't either.")
def two_cuts() -> Found:
    ring = network("ring", 10)
    first, *others = ring.graph.edges
    line = ring.after(*cut(*first))
    after = [line.after(*cut(*link)).partitions() for link in others]
    free = sum(len(parts) == 1 for parts in after)
    alone = [link for link, parts in zip(others, after, strict=True) if min(map(len, parts)) == 1]
    return {0: "none"}[free], {
        "all agents still reach each other": len(line.partitions()) == 1,
        "A cut beside the first one separates a single agent": len(alone) == 2
        and all(set(link) & set(first) for link in alone)}


@refutes("A connected network is a healthy one.")
def connected() -> Found:
    hurt = after_preset("ring of majorities", "mesh", 5)
    heard = [set(near) for near in hurt.connectivity().values()]
    hears_all = [leader for leader in "abcde" if sum(leader in near for near in heard) == 4]
    assert len(hurt.partitions()) == 1
    return "there is an agent that all others hear, so a leader can be elected" if hears_all else (
        "there is a way between any two agents, and no more"), {
        "each of five agents hears two others": all(len(near) == 2 for near in heard)}


# ---- agreement -------------------------------------------------------------------------------------------------------


@refutes("Voting twice does no harm.")
def voting_twice() -> Found:
    ways = product(("p", "q", "pq"), repeat=5)
    fewest = min(votes.count("pq") for votes in ways if all(sum(one in vote for vote in votes) >= 3 for one in "pq"))
    witness = every_way_to_vote(majority(5), rule=lambda card: True).witness or {}
    return {1: "one is enough", 3: "three, a majority"}[fewest], {
        "Three would be enough without any other vote": sum(map(any, witness.values())) == 3}


@refutes("Half is enough.")
def half() -> Found:
    missed = disjoint(at_least(4, 8))
    witness = every_way_to_vote(at_least(3, 6)).witness or {}
    assert [card.count("yes") for card in witness.values()] == [1] * 6
    return "both sides decide, and differently" if missed else "nothing bad, as nobody votes twice", {
        "Five votes would be safe": majority(8).need == 5 and disjoint(majority(8)) is None,
        "neither side decides": majority(8).need > 4}


@refutes("A majority of those I can reach is a quorum.")
def of_those_i_reach() -> Found:
    need = majority(7).need
    assert disjoint(at_least(2, 7)) and not disjoint(majority(7))
    return {4: "no, a quorum is four of the seven"}[need], {"The five": 5 >= need > 2}


@refutes("All must be up to agree.")
def all_up() -> Found:
    def decides(down: str) -> bool:
        sim = Simulator(build("mesh", 9), FirstComeVoting, seed=1)
        for agent in down:
            sim.crash(agent)
        sim.request("a", Propose("p", "sign"))
        sim.run(until=500)
        return bool(sim.system.decisions)

    most = max(number for number in range(9) if decides("bcdefghi"[:number]))
    assert disjoint(at_least(9, 9)) is None
    return {4: "none and four"}[most], {"any two fives of nine meet": disjoint(at_least(5, 9)) is None}


@refutes("Two-phase commit is consensus and never blocks.")
def blocked() -> Found:
    answer, _ = a_blocked_commit()
    return {"nothing but wait": "wait until the coordinator is back"}[answer], {}


@refutes("There is only ever one leader.")
def one_leader() -> Found:
    def leading(kind: type[Raft]) -> list[int]:
        sim = Model(build("mesh", 5), kind).simulate(seed=45)
        found = []
        for until, act in ((400, lambda: sim.isolate("a", "b")), (5_000, sim.heal_all), (6_000, lambda: None)):
            sim.run(until=until)
            found.append(sum(agent.role == "leader" for agent in sim.system.agents.values()))
            act()
        return found

    late = leading(Raft) == [1, 2, 1]
    return "when it hears of term 4, which may take as long as the cut" if late else "at once", {
        "called check quorum": leading(CheckQuorum) == [1, 1, 1]}


@refutes("Three agents survive one liar.")
def liars() -> Found:
    answer, reasons = a_liar_among_three()
    return "one more agent" if answer == "no" and all(reasons.values()) else "nothing: two of three are a majority", {}


# ---- failures --------------------------------------------------------------------------------------------------------


@refutes("One can tell a dead agent from a slow one.")
def dead_or_slow() -> Found:
    def lives(*, dead: bool) -> list[str]:
        """What a meets while its peer is away."""
        sim = Simulator(build("mesh", 2), FixedTimeout, seed=1)
        sim.run(until=200)
        if dead:
            sim.crash("b")
        else:
            sim.pause("b", 800)
        sim.run(until=1_000)
        return [f"{done.time} {said(done.event)}" for done in sim.trace
                if done.transition.agent is not None and done.transition.agent.id == "a"]

    same = lives(dead=True) == lives(dead=False)
    long, short = (quality(FixedTimeout, silence=patience, loss=0.2) for patience in (200, 100))
    return "none" if same else "a patience that is long enough", {
        "makes false alarms rarer": long.mistakes < short.mistakes,
        "each real crash is noticed later": (long.everyone or 0) > (short.everyone or 0)}


@refutes("A time-out means no.")
def no_answer() -> Found:
    def order(*, answer_lost: bool) -> tuple[int, object]:
        sim = Model(build("mesh", 2), Service, requests=[("b", "laptop")], retry="none").simulate(seed=1)
        while answer_lost and not sim.system.agents["a"].effects:
            sim.step()
        sim.cut("a", "b")
        sim.run()
        return len(sim.system.agents["a"].effects), sim.system.replies[0].result

    (never, heard), (once, heard_too) = order(answer_lost=False), order(answer_lost=True)
    same = (never, once) == (0, 1) and heard == heard_too == UNKNOWN
    raft, _ = silence()
    return "neither the one nor the other" if same and raft.startswith("sometimes") else "?", {
        "may buy two": both_rules()[0] == "none of the two"}


@refutes("CAP: pick two of three.")
def while_cut() -> Found:
    waits, answers_all = recover(Raft, **TIMES), pairs(Replica)
    chosen = (waits.open or waits.refused) and not waits.lost and answers_all.conflicts and not answers_all.open
    return "for each request, an answer that may be in conflict, or a wait" if chosen else "?", {
        "A Raft cluster goes on where the majority is": bool(waits.acknowledged),
        "replicas go on everywhere": not answers_all.refused}


@refutes("Healed means recovered.")
def healed() -> Found:
    found = [recover(Raft, **TIMES), pairs(Replica)]
    system = run_through("halves", Raft, until=2_999).system
    large, small = sides_of(system, system.network.partitions())
    later = all(one.recovered is not None and one.recovered > 0 for one in found)
    return "all agents hold the same, and clients are answered" if later else "an agent leads", {
        "while the other side lacked its entries": bool(large.leaders) and small.lacks > 0}


@refutes("Last write wins loses nothing.")
def last_writer() -> Found:
    last, both = pairs(LastWriterReplica), pairs(Replica)
    dropped = last.lost and not last.conflicts and set(last.lost) <= set(last.acknowledged)
    return "one of the edits, and nobody is told of the other" if dropped else "?", {
        "That is another strategy": bool(both.conflicts) and not both.lost}


# ---- working together ------------------------------------------------------------------------------------------------


@refutes("Clocks on the wall order events.")
def wall() -> Found:
    kept, reasons = by_the_wall()
    wrong = kept == "red" and all(reasons.values())
    return "b's, for it had received a's" if wrong else "a's, for 180 is more than 150", {
        "A Lamport clock says so": reasons["By a Lamport clock red has 1 and blue 3"]}


@refutes("A lock makes it safe.")
def late_write() -> Found:
    def told(kind: type[Locked]) -> object:
        sim = Model(build("mesh", 4), kind).simulate(seed=1)
        sim.request("c", "old")
        sim.pause("c", 200)
        sim.run(until=150)
        sim.request("d", "new")
        sim.run()
        return next(answer.result for answer in sim.system.replies if answer.request == "old")

    unsafe = told(Trusting) == STORED and told(Locked) != STORED
    by_delay, reasons = too_late()
    numbered = "yes, unless the store checks a number that grows with each holder"
    return numbered if unsafe else "no, it has just checked", {
        "the message may be under way for longer": by_delay.startswith("it takes it") and all(reasons.values())}


@refutes("Exactly-once delivery exists.")
def once() -> Found:
    _, reasons = both_rules()
    lost, _ = crossed_off()
    return "a memory of the keys that were charged, where the charge is made" if all(reasons.values()) else "?", {
        "at most once": lost == "it is never done"}


@refutes("Retrying fixes it.")
def retries() -> Found:
    back = {"a short queue: what cannot be served in time is turned away":
            back_after(("capacity a 4 4", "capacity a 4 4 queue=20")),
            "more tries for each call, so that one of them gets through": back_after(),
            "longer waits between the tries, drawn at random": back_after(("'at once'", "backoff+jitter"))}
    (answer,) = (one for one, after in back.items() if after is not None)
    return answer, {"100 units after the pause": back[answer] == 100}
