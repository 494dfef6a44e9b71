"""The answers to the questions on consensus, worked out of the votes and the agents themselves."""

from itertools import product

from answers import answers
from labkit.agents import Decision, create
from labkit.engine import Model, Simulator
from labkit.protocols import (
    NEVER_BLOCKS,
    PAXOS_PROPERTIES,
    TWO_PHASE_COMMIT_PROPERTIES,
    FirstComeVoting,
    Paxos,
    Propose,
    PushSum,
    Raft,
    TwoPhaseCommit,
    army,
    every_lie,
    sensors,
)
from labkit.protocols.consensus.oral_messages import IC1, IC2
from labkit.protocols.consensus.paxos import Proposal
from labkit.protocols.dissemination.gossip import average
from labkit.protocols.quorums import at_least, disjoint, every_way_to_vote, majority
from labkit.search import explore
from labkit.topology import build

RIVALS = (("a", "red"), ("c", "blue"))


class Forgetful(Paxos):
    def choose_value(self, reported: tuple[Proposal, ...]) -> object:
        return self.wanted


def values(sim: Simulator) -> set[object]:
    return {decision.value for decision in sim.system.decisions}


def two_proposals(n: int, **options: object) -> Simulator:
    names = "abcdef"[:n]
    sim = Simulator(build("mesh", n), create(FirstComeVoting, names), **options)
    sim.request(names[0], Propose("p", "sign"))
    sim.request(names[-1], Propose("q", "refuse"))
    return sim


@answers("two yes")
def two_winners_with_double_votes() -> tuple[str, dict[str, object]]:
    witness = every_way_to_vote(majority(5), rule=lambda card: True).witness
    assert witness is not None
    cast = [card for card in witness.values() if any(card)]
    return str(sum(card.count("yes") for card in cast)), {
        "Three agents that say yes twice are enough: 3 + 3 = 6": cast == [("yes", "yes")] * 3}


@answers("half is enough")
def two_winners_with_half() -> tuple[str, dict[str, object]]:
    found = disjoint(at_least(3, 6))
    return "yes" if found else "no, each agent has one yes only", {
        "a, b and c vote for one, d, e and f for the other": found == (("a", "b", "c"), ("d", "e", "f")),
        "4 of 6": disjoint(at_least(4, 6)) is None and majority(6).need == 4}


@answers("majority of those I reach")
def the_sides_of_a_cut() -> tuple[str, dict[str, object]]:
    decided = set()
    for seed in range(30):
        sim = Simulator(build("mesh", 5), FirstComeVoting, seed=seed)
        sim.isolate("a", "b")
        sim.request("a", Propose("p", "sign"))
        sim.request("e", Propose("q", "refuse"))
        sim.run(until=500)
        decided.add(tuple(sorted(decision.agent for decision in sim.system.decisions)))
    answer = "only c, d and e" if decided == {("c", "d", "e")} else str(decided)
    return answer, {"both would decide": disjoint(at_least(2, 5)) is not None}


@answers("two are down")
def three_of_five() -> tuple[str, dict[str, object]]:
    def decides(*down: str) -> bool:
        sim = Simulator(build("mesh", 5), FirstComeVoting, seed=4)
        for agent in down:
            sim.crash(agent)
        sim.request("a", Propose("p", "sign"))
        sim.run(until=500)
        return bool(sim.system.decisions)

    need = majority(5).need
    answer = "yes, all three must say yes" if decides("d", "e") and need == 3 else "no, all must be up"
    return answer, {"After a third crash, nothing can be decided": not decides("c", "d", "e")}


@answers("split vote")
def a_split_vote() -> tuple[str, dict[str, object]]:
    runs = [two_proposals(4, seed=seed) for seed in range(30)]
    for sim in runs:
        sim.run()
    split = [sim for sim in runs if not sim.system.decisions]
    assert split and runs[3] in split  # seed 3 is the lesson's
    stuck = all(sim.next_due() is None for sim in split)
    return "nothing is ever decided" if stuck else "?", {"Three of four are needed": majority(4).need == 3}


@answers("coordinator crashes")
def a_blocked_commit() -> tuple[str, dict[str, object]]:
    promises = (*TWO_PHASE_COMMIT_PROPERTIES, NEVER_BLOCKS)
    model = Model(build("mesh", 3), TwoPhaseCommit, promises, requests=[("a", "trip")])
    found = explore(model, crashes=1, progress=False)
    model = Model(build("mesh", 3), TwoPhaseCommit, promises[:-1], requests=[("a", "trip")])
    rest = explore(model, crashes=1, timeouts=1, progress=False)
    assert rest.complete and not rest.never
    return "nothing but wait" if found.violated is NEVER_BLOCKS and len(found.trace) == 4 else "?", {}


@answers("lost gossip")
def gossip_with_losses() -> tuple[str, dict[str, object]]:
    brought = dict(zip("abcde", (10, 20, 30, 40, 50), strict=True))

    def ends(seed: int, loss: float) -> set[float]:
        sim = Simulator(build("mesh", 5), sensors(brought), seed=seed, loss=loss)
        sim.run(until=600)
        assert average(sim.system) == 30
        agents = (agent for agent in sim.system.agents.values() if isinstance(agent, PushSum))
        return {round(float(agent.estimate), 2) for agent in agents}

    assert all(ends(seed, 0) == {30.0} for seed in range(4))
    agreed = [ends(seed, 0.2) for seed in range(4)]
    others = all(len(end) == 1 for end in agreed) and any(end != {30.0} for end in agreed)
    return "they agree on a number that may be another" if others else "?", {"32.72": agreed[1] == {32.72}}


@answers("late rival")
def a_late_rival() -> tuple[str, dict[str, object]]:
    ends, late = set(), 0
    for seed, time in product(range(20), range(20, 60)):
        sim = Simulator(build("mesh", 5), Paxos, seed=seed)
        sim.request("a", "red")
        sim.run(until=time)
        accepted = [agent for agent in sim.system.agents.values() if isinstance(agent, Paxos) and agent.accepted]
        if len(accepted) >= 3 and not sim.system.decisions:
            late += 1
            sim.crash("a")
            sim.request("e", "blue")
            sim.run(until=1000)
            assert Decision("e", "red") in sim.system.decisions
            ends |= values(sim)
    assert late >= 20
    return "/".join(map(str, ends)), {}


@answers("by luck")
def a_bug_by_luck() -> tuple[str, dict[str, object]]:
    unlucky = 0
    for seed in range(200):
        sim = Simulator(build("mesh", 3), Forgetful, seed=seed)
        for agent, value in RIVALS:
            sim.request(agent, value)
        sim.run(until=2000)
        unlucky += len(values(sim)) > 1
    found = explore(Model(build("mesh", 3), Forgetful, PAXOS_PROPERTIES, requests=RIVALS), progress=False)
    return "never" if not unlucky else f"{unlucky} times", {"rare and deadly": len(found.trace) == 10}


def two_leaders(seed: int) -> tuple[Simulator, list[Raft]]:
    sim = Simulator(build("mesh", 5), Raft, seed=seed)
    sim.run(until=400)
    old = next((name for name, agent in sim.system.agents.items() if agent.role == "leader"), "a")
    friend = next(name for name in sim.system.agents if name != old)
    sim.isolate(old, friend)
    sim.run(until=1000)
    return sim, [agent for agent in sim.system.agents.values() if isinstance(agent, Raft) and agent.role == "leader"]


@answers("two leaders")
def leaders_at_once() -> tuple[str, dict[str, object]]:
    terms = [sorted(leader.term for leader in two_leaders(seed)[1]) for seed in range(12)]
    pairs = [pair for pair in terms if len(pair) == 2]
    different = len(pairs) >= 6 and all(one != other for one, other in pairs)
    return "yes, but in different terms" if different else str(terms), {}


@answers("asked the wrong leader")
def a_request_to_the_old_leader() -> tuple[str, dict[str, object]]:
    gone = []
    for seed in range(12):
        sim, leaders = two_leaders(seed)
        if len(leaders) < 2:
            continue
        old, new = sorted(leaders, key=lambda leader: leader.term)
        sim.request(old.id, "x=2")
        sim.request(new.id, "x=3")
        sim.run(until=1500)
        assert [answer.request for answer in sim.system.replies] == ["x=3"]
        sim.heal_all()
        sim.run(until=3000)
        logs = [agent.log for agent in sim.system.agents.values() if isinstance(agent, Raft)]
        gone.append([[entry.value for entry in log] for log in logs] == [["x=3"]] * 5)
    return "no answer, and in the end it is gone" if len(gone) >= 6 and all(gone) else str(gone), {}


@answers("one liar of three")
def a_liar_among_three() -> tuple[str, dict[str, object]]:
    def fooled(agents: int) -> bool:
        for lie in every_lie(army(agents, "attack"), "b"):
            sim = Simulator(build("mesh", agents), lie)
            sim.run(until=200)
            if any(promise.violation(sim.system) for promise in (IC1, IC2)):
                return True
        return False

    return "no" if fooled(3) else "yes, two of three are loyal", {"With four agents": not fooled(4)}
