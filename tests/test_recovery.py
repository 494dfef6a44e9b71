"""Claims about both sides of a partition: what consensus keeps, what availability costs, how all comes together."""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from labkit.agents import Agent, Decide, Effect, Reply, Send, create
from labkit.engine import Simulator
from labkit.faults import Recovery, recover, report_on
from labkit.protocols import (
    CheckQuorum,
    FirstComeVoting,
    LastWriterReplica,
    Propose,
    QuorumVoting,
    Raft,
    Replica,
    Vote,
    Write,
)
from labkit.protocols.consensus.raft import RAFT_PROPERTIES
from labkit.topology import build
from labkit.values import agent_names
from seeds import seeds


def same_key(side: str, number: int) -> Write:
    """Both sides write under the same keys."""
    return Write(f"k{number}", f"{side}{number}")


def replicas(kind: type[Replica], seed: int, **options: object) -> Recovery:
    return recover(kind, ask=same_key, seed=seed, **options)


@pytest.mark.parametrize("seed", seeds(2, 20))
def test_raft_loses_nothing_that_it_acknowledged(seed: int) -> None:
    found = recover(Raft, seed=seed, cut=1_000, heal=3_000, until=6_000, properties=RAFT_PROPERTIES)
    assert found.acknowledged and not found.lost and not found.conflicts and not found.violated
    assert found.recovered is not None and found.recovered < 1_500


@pytest.mark.parametrize("seed", seeds(2, 10))
def test_the_minority_gets_nothing_acknowledged_while_it_is_cut_off(seed: int) -> None:
    """Asked only in the partition: what side a acknowledges, a majority has to hold."""
    found = recover(Raft, seed=seed, cut=1_000, heal=3_000, until=3_001)
    minority = [value for value in found.acknowledged if str(value).startswith("a") and int(str(value)[1:]) > 7]
    assert minority == []
    assert any(str(value).startswith("c") for value in found.acknowledged)


@pytest.mark.parametrize("seed", seeds(2, 20))
def test_replicas_acknowledge_everything_and_keep_both_sides_writes(seed: int) -> None:
    found = replicas(Replica, seed)
    assert not found.refused and not found.open and not found.lost
    assert found.conflicts
    assert found.recovered is not None and found.recovered < 1_000


@pytest.mark.parametrize("seed", seeds(2, 20))
def test_the_last_writer_wins_and_one_of_each_pair_is_lost(seed: int) -> None:
    found = replicas(LastWriterReplica, seed)
    assert not found.refused and not found.open and not found.conflicts
    keys = [write.key for write in found.lost if isinstance(write, Write)]
    assert len(keys) == len(set(keys)), "of each pair one is kept"
    during = {f"k{number}" for number in range(5, 13)}
    assert during <= set(keys)
    assert all(isinstance(write, Write) and str(write.value).startswith("a") for write in found.lost), "c is later"


@pytest.mark.parametrize("kind", [Replica, LastWriterReplica])
@pytest.mark.parametrize("seed", seeds(5, 15))
def test_replicas_come_to_hold_the_same_after_any_storm(kind: type[Replica], seed: int) -> None:
    draw = Random(seed).random
    sim = Simulator(build("mesh", 5), create(kind, agent_names(5)), seed=seed, loss=0.2, duplication=0.1)
    for number in range(80):
        sim.run(until=sim.now + 20)
        a, b = sorted("abcde", key=lambda _: draw())[:2]
        act = int(draw() * 6)
        if act == 0:
            sim.isolate(a, b)
        elif act == 1:
            sim.heal_all()
        elif act == 2 and a not in sim.system.down:
            sim.crash(a)
        elif act == 3 and sim.system.down:
            sim.restart(min(sim.system.down))
        elif a not in sim.system.down:
            sim.request(a, Write(f"k{int(draw() * 12)}", number))
    sim.heal_all()
    for agent in sorted(sim.system.down):
        sim.restart(agent)
    sim.weather.loss = sim.weather.duplication = 0
    sim.run(until=sim.now + 1_500)
    tables = [dict(agent.table.items()) for agent in sim.system.agents.values() if isinstance(agent, Replica)]
    assert tables[0] and all(table == tables[0] for table in tables)


@pytest.mark.parametrize("kind", [QuorumVoting, FirstComeVoting])
@pytest.mark.parametrize("seed", seeds(2, 10))
def test_clients_propose_and_vote_and_nothing_that_voting_promises_breaks(kind: type[Agent], seed: int) -> None:
    found = recover(kind, seed=seed)
    assert len(found.acknowledged) >= 20 and not found.open and not found.violated
    kinds = {type(request) for request in found.acknowledged}
    assert kinds == ({Propose, Vote} if kind is QuorumVoting else {Propose})


@pytest.mark.long
def test_votes_that_are_told_again_reach_the_other_side_after_the_heal() -> None:
    once, again = (recover(FirstComeVoting, seed=1, heal=900, until=1_500, resend=again) for again in (None, (80, 120)))
    assert once.recovered is None and again.recovered is not None


@dataclass
class Teller(Agent):
    """A learner's own: believes the client, tells everyone once, and never asks again."""

    def request(self, value: str) -> list[Effect]:
        return [Decide(value, about=value), Reply(value, "done"), *(Send(peer, value) for peer in self.peers)]

    def receive(self, sender: str, message: str) -> Decide:
        return Decide(message, about=message)


def test_a_class_of_ones_own_is_judged_by_its_decisions_and_does_not_recover() -> None:
    found = recover(Teller)
    assert len(found.acknowledged) == 26 and not found.lost
    assert found.recovered is None, "nobody tells again what was lost"


@pytest.mark.parametrize(("options", "sentence"), [
    ({"sides": ("abc",)}, "names each agent once on two sides"), ({"sides": ("ab", "bc")}, "names each agent once"),
    ({"sides": ("ab", "")}, "names each agent once"), ({"cut": 900, "heal": 500}, "in the order cut < heal < until"),
])
def test_a_partition_that_makes_no_sense_is_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        recover(Raft, **options)


@pytest.mark.parametrize("run", [
    lambda **options: recover(CheckQuorum, **options), lambda **options: report_on("halves", CheckQuorum, **options)
])
def test_an_option_that_is_misspelt_or_of_the_wrong_type_is_refused_before_the_run(run: Any) -> None:
    with pytest.raises(ValueError, match=r"no option 'leese': its options are election \(.*\) and lease \("):
        run(leese=40)
    with pytest.raises(ValueError, match="option 'lease' of check quorum cannot be 'x': give a whole number"):
        run(lease="x")


def test_a_report_is_called_by_its_class_and_the_options_that_differ_from_the_defaults() -> None:
    assert recover(CheckQuorum).strategy == "CheckQuorum"
    assert recover(CheckQuorum, lease=40).strategy == "CheckQuorum lease=40"
    assert recover(CheckQuorum, lease=40, name="mine").strategy == "mine"
