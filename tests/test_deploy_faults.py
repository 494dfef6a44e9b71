"""Every protocol for real through cuts, kills, restarts: each run is one of the simulator's and keeps its promises."""

from random import Random
from time import monotonic

import pytest
from for_real import FOR_REAL, SOON, broken
from labkit.agents import create
from labkit.deploy import Deployed, deploy
from labkit.engine import Model
from labkit.network import Crash, Cut
from labkit.protocols import CATALOGUE, Raft, army
from labkit.topology import build
from labkit.values import agent_names
from seeds import at_night, seeds

pytestmark = FOR_REAL
NAMES = agent_names(5)
MESH = build("mesh", 5)


def trouble(real: Deployed, random: Random) -> None:
    """One change of the network, at random; at most two agents are down at once."""
    down = [name for name in NAMES if name not in real.processes]
    up = [name for name in NAMES if name not in down]
    match random.randrange(5):
        case 0 if len(down) < 2:
            real.crash(random.choice(up))
        case 1 if down:
            real.restart(random.choice(down))
        case 2:
            real.heal_all()
        case 3:
            real.isolate(*random.sample(NAMES, random.randint(1, 2)), silent=random.random() < 0.3)
        case _:
            a, b = random.sample(NAMES, 2)
            real.cut(a, b)


def recovered(real: Deployed) -> None:
    """All cables are whole, and all agents run."""
    real.heal_all()
    for name in NAMES:
        if name not in real.processes:
            real.restart(name)


@pytest.mark.parametrize("name", at_night(CATALOGUE, *CATALOGUE))
def test_a_real_run_is_one_of_the_simulators_and_breaks_no_property(name: str) -> None:
    protocol, random = CATALOGUE[name], Random(name)
    in_time = name == "oral messages"  # whose promise is void where a message is late or lost
    cast = army(5, "attack") if in_time else create(protocol.kind, NAMES)
    with deploy(Model(MESH, cast), seed=1, pace=15.0 if in_time else 1.0) as real:
        for number in range(1, 7):
            for agent in NAMES:
                if (wish := protocol.ask(agent, number)) is not None:
                    real.request(agent, wish)
            real.run(0.1)
            if not in_time:
                trouble(real, random)
        recovered(real)
        real.run(1.0)
    run = real.trace()
    assert len(run) > 20 and (in_time or any(isinstance(step.event, Crash | Cut) for step in run.trace))
    assert broken(run) == []
    assert not real.refused


@pytest.mark.parametrize("seed", seeds(0, 40))
def test_what_raft_has_acknowledged_is_never_lost(seed: int) -> None:
    """The judge looks at the clients alone: what each was told, and what all agents hold in the end."""
    random, number = Random(seed), 0
    with deploy(Model(MESH, Raft), seed=seed, pace=2) as real:
        until = monotonic() + (1 if seed == 0 else 8)
        while monotonic() < until:
            for _ in range(random.randint(1, 6)):
                number += 1
                real.request(random.choice(NAMES), f"w{number}")
            real.run(random.random() / 4)
            trouble(real, random)
        recovered(real)
        assert real.until(lambda: settled(real), SOON)
        kept = [entry.value for entry in real.system.agents["a"].log[: real.system.agents["a"].commit]]
        acknowledged = [one.request for one in real.system.replies if one.ok]
    assert {*acknowledged} <= {*kept}, "an acknowledged write is lost"
    assert len(acknowledged) == len({*acknowledged}) and len(kept) == len({*kept}), "one was written twice"
    assert broken(real.trace()) == []


def settled(real: Deployed) -> bool:
    """All agents hold the same log, and have applied all of it; a new request helps an old entry along."""
    agents = [*real.system.agents.values()]
    leader = next((agent for agent in agents if agent.leading is not None), None)
    if leader is None or real.system.down:
        return False
    if leader.commit < len(leader.log):
        real.request(leader.id, f"help {monotonic()}")
        real.run(0.3)
    return all((agent.log, agent.commit) == (leader.log, len(leader.log)) for agent in real.system.agents.values())
