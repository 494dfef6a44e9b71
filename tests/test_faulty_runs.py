"""Runs in bad weather, judged a second time: by plain rules over what was said and what is kept, not by the protocols.

In each run messages are lost, doubled and slow, links are cut one way or both, agents crash and come back, and clients
ask at times that the seed draws; then all is mended and the run goes on. A judge knows no property of `labkit` and
calls no rule of an agent: it reads the history and the durable fields. That it would notice, planted bugs show: agents
that forget a rule.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

import networkx as nx
import pytest
from labkit.agents import Agent, Asked, Decision, Replied, Reply, create
from labkit.engine import Simulator
from labkit.network import Cut, Heal
from labkit.protocols import (
    FirstComeVoting,
    LastWriterReplica,
    Locked,
    Paxos,
    Propose,
    QuorumVoting,
    Raft,
    Replica,
    TwoPhaseCommit,
    Vote,
    Write,
)
from labkit.protocols.consensus.paxos import Proposal
from labkit.protocols.consensus.raft import Entry
from labkit.protocols.coordination.fencing import BUSY, STORED
from labkit.protocols.replication.crdt import Siblings
from labkit.topology import build
from labkit.values import frozendict
from seeds import one_in, seeds
from weather import mend

BATCH = 60  # runs a test
BATCHES = seeds(1, 167)  # 60 runs of each protocol every time, 10,020 at night
BLOWS = 40  # things that happen in a storm
SWIFT = ((5, 15), (5, 60), (1, 150))  # how long a message needs for a link
SLOW_LINK = {("b", "a"): (50, 300)}  # the others have (5, 15)

Draw = Callable[[], float]


def among(draw: Draw, things: Any) -> Any:
    return things[int(draw() * len(things))]


# ---- runs ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """A protocol with its runs and its judge.

    ask: what a client asks this agent for, all requests are numbered. judge: what was wrong in a run, in words. seen:
    what happened in it; all of `expected` does in any 60 runs, or they prove little. bugs: agents that forget a rule,
    each with how the complaints about them begin.
    """

    kind: type[Agent]
    ask: Callable[[Any, int, Draw], Hashable]
    judge: Callable[[Simulator], Iterator[str]]
    seen: Callable[[Simulator], Iterator[object]]
    expected: frozenset[object]
    bugs: tuple[tuple[Any, ...], ...]
    cast: Callable[[type[Agent], "nx.Graph[str]", Draw], dict[str, Agent]] = lambda kind, graph, _: create(kind, graph)
    sizes: tuple[int, ...] = (3, 4, 5)
    pauses: tuple[int, ...] = (10, 30)  # between two blows, on the average
    calm: int = 1_000  # how long to run on
    latencies: tuple[Any, ...] = (*SWIFT, SLOW_LINK)
    losses: tuple[float, ...] = (0.0, 0.05, 0.2)
    bad_luck: float = 0.05  # how likely it strikes who has decided

    def run(self, seed: int, kind: type[Agent] | None = None) -> Simulator:
        draw = Random(seed).random
        graph = build(among(draw, ("mesh", "mesh", "ring", "star")), among(draw, self.sizes))
        sim = Simulator(
            graph, self.cast(kind or self.kind, graph, draw), seed=seed, properties=(),
            latency=among(draw, self.latencies), loss=among(draw, self.losses),
            duplication=among(draw, (0.0, 0.1, 0.3)),
        )
        pause = among(draw, self.pauses)
        for number in range(BLOWS):
            self.run_on(sim, sim.now + int(draw() * 2 * pause), draw)
            self.blow(sim, number, draw)
        mend(sim)
        for number in range(BLOWS, BLOWS + 4):
            sim.run(until=sim.now + self.calm // 4)
            self.request(sim, number, draw)
        sim.run(until=sim.now + self.calm)
        return sim

    def run_on(self, sim: Simulator, until: int, draw: Draw) -> None:
        """Bad luck likes to strike those who have just decided: the news is on the way, and is lost."""
        while (due := sim.next_due()) is not None and due <= until:
            before = len(sim.system.history)
            sim.step()
            for said in sim.system.history[before:]:
                if isinstance(said, Decision) and said.agent not in sim.system.down and draw() < self.bad_luck:
                    sim.isolate(said.agent)
                    if draw() < 0.5:
                        sim.crash(said.agent)
        sim.run(until=until)

    def request(self, sim: Simulator, number: int, draw: Draw) -> None:
        """A client asks; if the agent is down nobody hears it."""
        name = among(draw, list(sim.system.agents))
        sim.request(name, self.ask(sim.system.agents[name], number, draw))

    def blow(self, sim: Simulator, number: int, draw: Draw) -> None:
        """One thing that goes wrong, or is mended, or a client that asks."""
        link, agent = among(draw, sorted(sim.system.network.graph.edges)), among(draw, list(sim.system.agents))
        (a, b), what = link if draw() < 0.5 else link[::-1], draw()
        if what < 0.4:
            self.request(sim, number, draw)
        elif what < 0.5:
            sim.do(Cut(a, b))
        elif what < 0.57:
            sim.cut(a, b)
        elif what < 0.6:
            sim.isolate(agent)
        elif what < 0.65:
            sim.heal_all()
        elif what < 0.75:
            for cut in sorted(sim.system.network.cut)[:2]:
                sim.do(Heal(*cut))
        elif what < 0.85 and agent not in sim.system.down:
            sim.crash(agent)
        elif sim.system.down:
            sim.restart(among(draw, sorted(sim.system.down)))


def replies(sim: Simulator) -> list[Replied]:
    return [said for said in sim.system.history if isinstance(said, Replied)]


def decisions(sim: Simulator) -> Iterator[tuple[Decision, list[Any]]]:
    """Each decision with all requests before it."""
    asked = []
    for said in sim.system.history:
        if isinstance(said, Asked):
            asked.append(said.value)
        elif isinstance(said, Decision):
            yield said, asked


def two_decisions(sim: Simulator) -> Iterator[str]:
    """Of one thing all decide the same, and each for ever."""
    first: dict[str, Decision] = {}
    for said, _ in decisions(sim):
        if first.setdefault(said.about, said).value != said.value:
            yield f"two decisions on {said.about or 'it'}: {first[said.about]} and {said}"


# ---- Raft ------------------------------------------------------------------------------------------------------------


def judge_raft(sim: Simulator) -> Iterator[str]:
    """What is decided is who leads in a term, or what is applied at an index."""
    yield from two_decisions(sim)
    for said, asked in decisions(sim):
        if said.about.startswith("entry") and said.value not in asked:
            yield f"nobody asked: {said}"
    logs = [[entry.value for entry in agent.log] for agent in sim.system.agents.values()]
    for answer in replies(sim):
        if answer.ok and 2 * sum(answer.request in log for log in logs) <= len(logs):
            yield f"not in most logs: {answer}"
    for log in logs:
        yield from (f"more than once in a log: {value}" for value, count in Counter(log).items() if count > 1)


def seen_in_raft(sim: Simulator) -> Iterator[object]:
    yield from (answer.ok for answer in replies(sim))
    if len({said.value for said, _ in decisions(sim) if said.about.startswith("leader")}) > 1:
        yield "another leader"


class VotesTwice(Raft):
    def may_vote(self, candidate: str) -> bool:
        return True


class HalfElects(Raft):
    def is_quorum(self, count: int) -> bool:
        return 2 * count >= len(self.everyone)


class ForgetsItsLog(Raft):
    durable = ("term", "voted_for", "asked")


class AnswersTooSoon(Raft):
    def request(self, value: Hashable) -> list:
        effects = super().request(value)
        return [*effects, Reply(value, "soon")] if self.role == "leader" else effects


class TakesCopies(Raft):
    def is_new(self, agent: str, number: int) -> bool:
        return True


class AddsItsOwn(Raft):
    def lead(self) -> list:
        self.log = (*self.log, Entry(self.term, f"term {self.term}"))
        return super().lead()


RAFT = Trial(
    Raft, lambda agent, number, draw: f"{agent.id}{number}", judge_raft, seen_in_raft,
    frozenset({True, False, "another leader"}),
    ((VotesTwice, "two decisions on leader of term"), (HalfElects, "two decisions on leader of term"),
     (ForgetsItsLog, "two decisions on entry", "not in most logs"), (AnswersTooSoon, "not in most logs"),
     (TakesCopies, "more than once in a log"), (AddsItsOwn, "nobody asked")),
    pauses=(20, 60, 120),
)

# ---- Paxos -----------------------------------------------------------------------------------------------------------


def judge_paxos(sim: Simulator) -> Iterator[str]:
    yield from two_decisions(sim)
    chosen = [said.value for said, _ in decisions(sim)]
    yield from (f"nobody asked: {said}" for said, asked in decisions(sim) if said.value not in asked)
    yield from (f"told otherwise: {answer}" for answer in replies(sim) if [answer.result] != chosen[:1])
    for agent in sim.system.agents.values():
        if agent.chosen is not None and agent.chosen.value not in chosen:
            yield f"kept otherwise: {agent.chosen} by {agent.id}"


def seen_in_paxos(sim: Simulator) -> Iterator[object]:
    yield len({said.agent for said, _ in decisions(sim)}) == len(sim.system.agents)
    yield from ("another's wish" for answer in replies(sim) if answer.request != answer.result)


class HalfChooses(Paxos):
    def is_quorum(self, count: int) -> bool:
        return 2 * count >= len(self.everyone)


class ForgetsWhatWasChosen(Paxos):
    durable = ("promised",)


class ProposesItsOwn(Paxos):
    def choose_value(self, reported: tuple[Proposal, ...]) -> Hashable:
        return self.wanted


class ProposesNothing(Paxos):
    def choose_value(self, reported: tuple[Proposal, ...]) -> Hashable:
        return None


class Flatters(Paxos):
    def learn(self, value: Hashable) -> list:
        return [replace(effect, result=effect.request) if isinstance(effect, Reply) else effect
                for effect in super().learn(value)]


PAXOS = Trial(
    Paxos, lambda agent, number, draw: f"{agent.id}{number}", judge_paxos, seen_in_paxos,
    frozenset({True, "another's wish"}),
    ((HalfChooses, "two decisions"), (ForgetsWhatWasChosen, "two decisions"), (ProposesItsOwn, "two decisions"),
     (ProposesNothing, "nobody asked"), (Flatters, "told otherwise")),
    cast=lambda kind, graph, draw: create(kind, graph, patience=among(draw, ((20, 100), (60, 200)))),
    sizes=(3, 4), pauses=(15, 30, 60), latencies=((1, 30), (1, 60), SLOW_LINK), bad_luck=1.0,
)

# ---- two-phase commit ------------------------------------------------------------------------------------------------


def judge_commit(sim: Simulator) -> Iterator[str]:
    yield from two_decisions(sim)
    outcome: dict[Any, Any] = {said.about: said.value for said, _ in decisions(sim)}
    against = [agent.id for agent in sim.system.agents.values() if agent.will == "no"]
    for said, asked in decisions(sim):
        if said.about not in asked:
            yield f"nobody asked: {said}"
        if said.value != "abort" and against:
            yield f"{against} are against: {said}"
    for answer in replies(sim):
        if answer.ok != (answer.result == "commit") or answer.result != outcome.get(answer.request):
            yield f"told otherwise: {answer}"
    for agent in sim.system.agents.values():
        yield from (f"kept otherwise: {tx} is {record} to {agent.id}" for tx, record in agent.log.items()
                    if record != outcome.get(tx))


def seen_in_commit(sim: Simulator) -> Iterator[object]:
    yield from (said.value for said, _ in decisions(sim))
    yield from (answer.ok for answer in replies(sim))
    yield any(agent.will == "no" for agent in sim.system.agents.values()), len(replies(sim)) > 3


class MostAreEnough(TwoPhaseCommit):
    def may_commit(self, votes: frozenset[str]) -> bool:
        return 2 * len(votes) > len(self.everyone)


class LosesPatience(TwoPhaseCommit):
    def may_decide_alone(self, tx: str) -> bool:
        return True


class KeepsNoLog(TwoPhaseCommit):
    durable = ()


class ThanksTooSoon(TwoPhaseCommit):
    def begin(self, tx: str) -> list:
        return [*super().begin(tx), Reply(tx, "commit")]


class NeverInsists(TwoPhaseCommit):
    def insist(self, tx: str) -> list:
        return []


def some_are_against(kind: type[Agent], graph: "nx.Graph[str]", draw: Draw) -> dict[str, Agent]:
    agents = create(kind, graph)
    if draw() < 0.4:
        name = among(draw, list(graph))
        agents[name] = create(kind, graph, will="no")[name]
    return agents


COMMIT = Trial(
    TwoPhaseCommit, lambda agent, number, draw: f"tx{number - int(draw() * 3)}", judge_commit, seen_in_commit,
    frozenset({"commit", "abort", True, False, (True, True), (False, True)}),
    ((LosesPatience, "two decisions"), (KeepsNoLog, "two decisions"), (MostAreEnough, "two decisions", "['"),
     (ThanksTooSoon, "told otherwise"), (NeverInsists, "kept otherwise")),
    cast=some_are_against,
)

# ---- votes -----------------------------------------------------------------------------------------------------------


def judge_votes(sim: Simulator) -> Iterator[str]:
    """No two proposals in these runs have the same value."""
    agents = sim.system.agents
    yield from two_decisions(sim)
    members = agents["a"].members or tuple(agents)
    given = {(voter, proposal): agents[voter].votes.get(proposal, {}).get(voter)
             for voter in members for agent in agents.values() for proposal in agent.votes}
    for said, asked in decisions(sim):
        if not any(isinstance(one, Propose) and (one.value, one.about) == (said.value, said.about) for one in asked):
            yield f"nobody asked: {said}"
        yes = [voter for (voter, proposal), vote in given.items() if vote == "yes" and proposal.value == said.value]
        if 2 * len(yes) <= len(members):
            yield f"{len(yes)} of {len(members)} are no majority: {said}"
    for (voter, about), count in Counter((v, p.about) for (v, p), vote in given.items() if vote == "yes").items():
        if count > 1:
            yield f"more than one yes: {voter} on {about}"
    for agent in agents.values():
        for proposal, votes in agent.votes.items():
            yield from (f"not what {voter} has said: {vote} on {proposal}, says {agent.id}"
                        for voter, vote in votes.items() if vote != given.get((voter, proposal)))


def seen_in_votes(sim: Simulator) -> Iterator[object]:
    won = {said.about for said, _ in decisions(sim)}
    for agent in sim.system.agents.values():
        yield from (proposal.about in won for proposal in agent.votes)
        yield from (vote for votes in agent.votes.values() for vote in votes.values())
    yield "some are no members" if sim.system.agents["a"].members else "all are members"


class SaysYesTwice(FirstComeVoting):
    def yes_is_free(self, voter: str, proposal: Any) -> bool:
        return True


class HalfWins(FirstComeVoting):
    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        return 2 * len(voters) >= len(self.electorate)


class CountsGuests(FirstComeVoting):
    def counts(self, voter: str) -> bool:
        return True


class ForgetsItsVote(FirstComeVoting):
    durable = ("named",)


class ChangesItsVote(QuorumVoting):
    def is_first_vote(self, voter: str, proposal: Any) -> bool:
        return True


class WinsAlone(QuorumVoting):
    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        return len(voters) > 0


def some_are_members(kind: type[Agent], graph: "nx.Graph[str]", draw: Draw) -> dict[str, Agent]:
    members = tuple(list(graph)[: 3 + int(draw() * 2)]) if draw() < 0.5 else ()
    return create(kind, graph, members=members, resend=among(draw, (None, (100, 200), (200, 300))))


def propose(agent: QuorumVoting, number: int, draw: Draw) -> Propose:
    which = int(draw() * 6)
    return Propose(f"p{which}", f"{agent.id}{number}", f"d{which // 2}")


def propose_or_vote(agent: QuorumVoting, number: int, draw: Draw) -> Propose | Vote:
    if draw() < 0.25 or not agent.named:
        return propose(agent, number, draw)
    return Vote(among(draw, sorted(agent.named)), among(draw, ("yes", "yes", "yes", "no", "abstain")))


VOTES_BY_HAND = Trial(
    QuorumVoting, propose_or_vote, judge_votes, seen_in_votes,
    frozenset({True, False, "yes", "no", "abstain", "some are no members", "all are members"}),
    ((WinsAlone, "two decisions", "1 of"), (ChangesItsVote, "not what")),
    cast=some_are_members, calm=400,
)
FIRST_COME = Trial(
    FirstComeVoting, propose, judge_votes, seen_in_votes,
    frozenset({True, "yes", "no", "some are no members", "all are members"}),
    ((SaysYesTwice, "two decisions", "more than one yes"), (HalfWins, "2 of 4"),
     (CountsGuests, "not what"), (ForgetsItsVote, "not what")),
    cast=some_are_members, calm=400,
)

# ---- a fenced lock ---------------------------------------------------------------------------------------------------


def judge_lock(sim: Simulator) -> Iterator[str]:
    """No two requests in these runs have the same value; the store, b, keeps its writes in their order."""
    written = sim.system.agents["b"].written
    for (before, _), (after, value) in pairwise(written):
        if after < before:
            yield f"out of turn: {value}, under lease {after} after {before}"
    stored = Counter(value for _, value in written)
    yield from (f"stored {count} times: {value}" for value, count in stored.items() if count > 1)
    asked = [said.value for said in sim.system.history if isinstance(said, Asked)]
    yield from (f"nobody asked: {value}" for value in stored if value not in asked)
    for answer in replies(sim):
        if answer.ok and not stored[answer.request]:
            yield f"not in store: {answer}"
        if not answer.ok and stored[answer.request]:
            yield f"in store all the same: {answer}"


def seen_in_lock(sim: Simulator) -> Iterator[object]:
    yield from (answer.result for answer in replies(sim) if answer.agent not in "ab")
    yield len(sim.system.agents["b"].written) > 2


class Trusting(Locked):
    def accepts(self, token: int) -> bool:
        return True


class Forgetful(Locked):
    def awaits_lease(self, number: int) -> bool:
        return True


class Gullible(Locked):
    def has_taken(self, token: int) -> bool:
        return False


class Hopeful(Locked):
    def request(self, value: Hashable) -> list:
        effects = super().request(value)
        return effects if self.id in (self.keeper, self.store) else [*effects, Reply(value, STORED)]


LOCK = Trial(
    Locked, lambda agent, number, draw: f"{agent.id}{number}", judge_lock, seen_in_lock,
    frozenset({STORED, BUSY, True}),
    ((Trusting, "out of turn"), (Gullible, "stored 2 times"), (Forgetful, "in store all the same"),
     (Hopeful, "not in store")),
    cast=lambda kind, graph, draw: create(kind, graph, lease=among(draw, (5, 20, 60))),
    sizes=(4, 5, 6), latencies=((5, 60), (1, 150), SLOW_LINK), calm=2_000,  # so long that all messages arrive
)

# ---- replicas --------------------------------------------------------------------------------------------------------


def under(agent: Any, key: str) -> list[Any]:
    """What an agent keeps under a key."""
    held = agent.table.get(key)
    if held is None:
        return []
    return [value for value, _ in held.writes] if isinstance(agent.blank(), Siblings) else [held.value]


def read_and_write(agent: Any, number: int, draw: Draw) -> Write:
    """A client writes what it has read beside its own number, so the history tells who had seen what."""
    key = f"k{int(draw() * 4)}"
    return Write(key, (number, tuple(sorted(value[0] for value in under(agent, key)))))


def judge_replicas(sim: Simulator) -> Iterator[str]:
    agents = list(sim.system.agents.values())
    writes = [answer.request for answer in replies(sim)]
    for key in sorted({write.key for write in writes}):
        made = {write.value[0] for write in writes if write.key == key}
        replaced = {number for write in writes if write.key == key for number in write.value[1]}
        held = [{value[0] for value in under(agent, key)} for agent in agents]
        for agent, here in zip(agents, held, strict=True):
            if here != held[0]:
                yield f"{agent.id} differs in {key}: {here} and {held[0]}"
            yield from (f"lost: {number} under {key}" for number in sorted(made - replaced - here))
            yield from (f"back again: {number} under {key}" for number in sorted(here & replaced))
            yield from (f"nobody asked: {number} under {key}" for number in sorted(here - made))


def seen_in_replicas(sim: Simulator) -> Iterator[object]:
    yield from (min(2, len(answer.request.value[1])) for answer in replies(sim))
    yield from ("conflict" for key in ("k0", "k1", "k2", "k3") if len(under(sim.system.agents["a"], key)) > 1)


class KeepsItsOwn(Replica):
    def merge(self, entries: Any) -> None:
        super().merge(frozendict({key: held for key, held in entries.items() if self.table.get(key) is None}))


class KeepsAll(Replica):
    def merge(self, entries: Any) -> None:
        for key in sorted(entries):
            writes = entries[key].writes | (self.table.get(key) or Siblings()).writes
            self.table = self.table.put(key, Siblings(writes))


class ForgetsItsTable(Replica):
    durable = ("turn",)


REPLICAS = Trial(
    Replica, read_and_write, judge_replicas, seen_in_replicas, frozenset({0, 1, 2, "conflict"}),
    ((LastWriterReplica, "lost"), (ForgetsItsTable, "lost"), (KeepsItsOwn, "lost", "b differs"),
     (KeepsAll, "back again")),
    calm=1_000,
)

# ---- the claims ------------------------------------------------------------------------------------------------------

TRIALS = (RAFT, PAXOS, COMMIT, VOTES_BY_HAND, FIRST_COME, LOCK, REPLICAS)
PLANTED = [(trial, *bug) for trial in TRIALS for bug in trial.bugs]


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("trial", [
    pytest.param(trial, marks=() if trial in (PAXOS, LOCK) else pytest.mark.long) for trial in TRIALS
], ids=lambda trial: trial.kind.__name__)
def test_the_judge_finds_nothing_wrong_in_faulty_runs(trial: Trial, batch: int) -> None:
    seen: set[object] = set()
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        sim = trial.run(seed)
        assert next(trial.judge(sim), None) is None, f"seed {seed}"
        seen |= set(trial.seen(sim))
    assert seen >= trial.expected, "too little happens in these runs to tell anything"


@pytest.mark.parametrize("bug", one_in(4, PLANTED), ids=lambda bug: bug[1].__name__)
def test_the_judge_finds_what_is_wrong_where_a_rule_is_forgotten(bug: tuple[Any, ...]) -> None:
    trial, kind, *complaints = bug
    unheard = set(complaints)
    for seed in range(BATCH):
        found = list(trial.judge(trial.run(seed, kind)))
        unheard -= {begin for begin in complaints if any(one.startswith(begin) for one in found)}
        if not unheard:
            return
    assert not unheard


def test_a_request_enters_raft_s_log_once_although_its_slow_copy_comes_to_a_leader_that_has_won_again() -> None:
    sim = replace(RAFT, latencies=({("b", "a"): (5, 900)},), pauses=(20, 60)).run(144)
    assert next(judge_raft(sim), None) is None


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.kind.__name__)
def test_the_same_seed_tells_the_same_story(trial: Trial) -> None:
    one, other, another = (trial.run(seed).system.history for seed in (5, 5, 6))
    assert one == other != another
