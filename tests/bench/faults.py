"""Thousands of runs with faults drawn from a seed: no promise is ever broken; and planted bugs, by luck and by search.

In each run messages are lost and doubled, links cut and healed, agents crash and come back, clients go on asking.
"""

from collections.abc import Callable, Hashable
from random import Random
from time import perf_counter

from figures import spell, table
from labkit.agents import Agent, Invariant, Property, first_violation
from labkit.engine import Model, Simulator
from labkit.network import Cut
from labkit.protocols import (
    PAXOS_PROPERTIES,
    QUORUM_VOTING_PROPERTIES,
    TWO_PHASE_COMMIT_PROPERTIES,
    FirstComeVoting,
    Paxos,
    Propose,
    PushTotals,
    Raft,
    TwoPhaseCommit,
)
from labkit.protocols.consensus.raft import RAFT_PROPERTIES
from labkit.protocols.dissemination.gossip import PUSH_TOTALS_PROPERTIES
from labkit.search import explore
from labkit.topology import build

RUNS = 2_000
LENGTH = 1_500
Ask = Callable[[str, int], Hashable]


def stormy(kind: type[Agent], properties: tuple[Property, ...], ask: Ask | None, seed: int, n: int = 3
           ) -> tuple[Simulator, Invariant | None]:
    """One run, and the promise that it broke, if any."""
    draw = Random(seed).random
    sim = Simulator(build("mesh", n), kind, seed=seed, loss=0.05, duplication=0.05)
    while sim.now < LENGTH:
        a, b = sorted(sim.system.agents, key=lambda _: draw())[:2]
        match int(draw() * 8):
            case 0:
                sim.do(Cut(a, b))
            case 1:
                sim.cut(a, b)
            case 2 | 3:
                sim.heal_all()
            case 4 if a not in sim.system.down:
                sim.crash(a)
            case 5 if sim.system.down:
                sim.restart(min(sim.system.down))
            case 6 | 7 if ask and a not in sim.system.down:
                sim.request(a, ask(a, sim.now))
        until = sim.now + 1 + int(draw() * 40)
        sim.run(until=until)
        broken = first_violation(properties, sim.system)
        if broken:
            return sim, broken[0]
        if sim.now < until:
            sim.do(Cut(a, b), time=until)
    return sim, None


SUBJECTS: list[tuple[str, type[Agent], tuple[Property, ...], Ask | None]] = [
    ("quorum voting", FirstComeVoting, QUORUM_VOTING_PROPERTIES, lambda a, t: Propose(f"{a}{t}", f"{a}{t}")),
    ("two-phase commit", TwoPhaseCommit, TWO_PHASE_COMMIT_PROPERTIES, lambda a, t: f"{a}{t}"),
    ("Paxos", Paxos, PAXOS_PROPERTIES, lambda a, t: f"{a}{t}"),
    ("Raft", Raft, RAFT_PROPERTIES, lambda a, t: f"{a}{t}"),
    ("gossip", PushTotals, PUSH_TOTALS_PROPERTIES, None),
]


def main() -> None:
    rows = []
    for name, kind, properties, ask in SUBJECTS:
        begun, events, broken, said = perf_counter(), 0, 0, 0
        runs = RUNS if ask else RUNS // 4  # gossip never rests
        for seed in range(runs):
            sim, promise = stormy(kind, properties, ask, seed)
            events, broken, said = events + len(sim), broken + (promise is not None), said + len(sim.system.decisions)
        rows.append((name, f"{runs:,}", f"{events:,}", f"{said:,}", str(broken), spell(perf_counter() - begun)))
    table("Runs with faults, three agents", ("", "runs", "events", "decisions", "promises broken", "time"), rows)
    _luck()


class InsistsOnItsWish(Paxos):
    def choose_value(self, reported: tuple[object, ...]) -> Hashable:
        return self.wanted


class AcceptsAnything(Paxos):
    def may_accept(self, ballot: object) -> bool:
        return True


class VotesTwice(Raft):
    def may_vote(self, candidate: str) -> bool:
        return True


class CountsOldEntries(Raft):
    def counts_for_commit(self, entry: object) -> bool:
        return True


def _luck() -> None:
    rows = []
    for kind, faults in ((InsistsOnItsWish, {}), (AcceptsAnything, {}), (VotesTwice, {"timeouts": 2}),
                         (CountsOldEntries, {"timeouts": 2})):
        paxos = issubclass(kind, Paxos)
        properties = PAXOS_PROPERTIES if paxos else RAFT_PROPERTIES
        caught = [seed for seed in range(RUNS) if stormy(kind, properties, lambda a, t: f"{a}{t}", seed)[1]]
        requests = (("a", "red"), ("b", "blue")) if paxos else (("a", "red"),)
        found = explore(Model(build("mesh", 3), kind, properties, requests=requests), progress=False, **faults)
        first = f"run {caught[0] + 1:,}" if caught else "never"
        search = f"{len(found.trace)} events" if found.violated else "not within two elections"
        rows.append((kind.__name__, f"{len(caught):,} of {RUNS:,}", first, search, spell(found.seconds)))
    table("A forgotten rule: by luck and by search", ("", "runs that show it", "first", "shortest run", "search"), rows)
