"""The exhaustive search: states a second, what the reduction saves, and how soon each planted bug is found.

The rival is the search itself without any reduction. Goal: at least 10x fewer states on three-agent Paxos with two
rivals. Planted bugs are the classes of the tests that each forget one safety rule.
"""

import test_paxos
import test_quorum_voting
import test_raft
import test_two_phase_commit
from figures import spell, table, times
from labkit.engine import Model
from labkit.protocols import PAXOS_PROPERTIES, TWO_PHASE_COMMIT_PROPERTIES, Paxos, Raft, TwoPhaseCommit
from labkit.protocols.consensus.raft import RAFT_PROPERTIES
from labkit.search import Exploration, explore
from labkit.topology import build

RIVALS = (("a", "red"), ("b", "blue"))
LIMIT = 300_000


def main() -> None:
    _savings()
    _bugs()


def _savings() -> None:
    subjects = [
        ("Paxos, two rivals", Paxos, PAXOS_PROPERTIES, RIVALS, {}),
        ("Paxos, two rivals, one timeout", Paxos, PAXOS_PROPERTIES, RIVALS, {"timeouts": 1}),
        ("Paxos, two rivals, one crash", Paxos, PAXOS_PROPERTIES, RIVALS, {"crashes": 1}),
        ("2PC, one crash", TwoPhaseCommit, TWO_PHASE_COMMIT_PROPERTIES, (("a", "pay"),), {"crashes": 1}),
        ("Raft, two elections", Raft, RAFT_PROPERTIES, (), {"timeouts": 2}),
        ("Raft, two elections, one request", Raft, RAFT_PROPERTIES, (("a", "red"),), {"timeouts": 2}),
    ]
    rows = []
    for name, kind, properties, requests, faults in subjects:
        model = Model(build("mesh", 3), kind, properties, requests=requests)
        few, all_ = (explore(model, limit=LIMIT, reduce=reduce, progress=False, **faults) for reduce in (True, False))
        fewer = ("" if all_.complete else "> ") + times(all_.states / few.states)
        rows.append((name, _states(all_), _states(few), fewer,
                     f"{all_.states / all_.seconds:,.0f}", f"{few.states / few.seconds:,.0f}", spell(all_.seconds),
                     spell(few.seconds)))
    table(f"Three agents, states visited (+ = not all, at most {LIMIT:,}; goal on Paxos: 10x fewer)",
          ("", "all", "reduced", "fewer", "all/s", "reduced/s", "time, all", "time, reduced"), rows)


def _bugs() -> None:
    rows = []
    for kind, n, faults, _ in test_paxos.BUGS:
        found = explore(Model(build("mesh", n), kind, PAXOS_PROPERTIES, requests=RIVALS), progress=False, **faults)
        rows.append(_found("Paxos", kind, found))
    for kind, against, faults, _, _ in test_two_phase_commit.BUGS:
        cast = test_two_phase_commit.team(3, against, kind)
        model = Model(build("mesh", 3), cast, TWO_PHASE_COMMIT_PROPERTIES, requests=(("a", "pay"),))
        found = explore(model, progress=False, **faults)
        rows.append(_found("2PC", kind, found))
    for name in ("SaysYesTwice", "HalfIsEnough", "NobodyIsEnough", "CountsWhomItHears"):
        kind = getattr(test_quorum_voting, name)
        found = test_quorum_voting.every_run(kind, 4 if name == "HalfIsEnough" else 3)
        rows.append(_found("voting", kind, found))
    for kind, promise, search in test_raft.PLANTED:
        rows.append(_found("Raft", kind, search.through(kind, (promise,))))
    table("Each planted bug: the shortest run that shows it", ("", "forgets a rule", "events", "states", "time"), rows)


def _found(protocol: str, kind: type, found: Exploration) -> tuple[str, ...]:
    events = str(len(found.trace)) if found.violated else "NOT FOUND"
    return protocol, kind.__name__, events, f"{found.states:,}", spell(found.seconds)


def _states(found: Exploration) -> str:
    return f"{found.states:,}" + ("" if found.complete else "+")
