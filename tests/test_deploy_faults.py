"""Every protocol for real through cuts, kills, restarts: each run is one of the simulator's and keeps its promises."""

import os
from collections.abc import Callable
from random import Random
from time import monotonic, perf_counter

import pytest
from for_real import FOR_REAL, SOON, KilledInTheEnd, broken
from labkit.agents import codec_of, create
from labkit.deploy import Deployed, deploy
from labkit.engine import Model
from labkit.network import Crash, Cut
from labkit.protocols import CATALOGUE, Raft, army
from labkit.protocols.consensus.raft import Entry
from labkit.topology import build
from labkit.values import agent_names
from seeds import at_night, seeds

pytestmark = FOR_REAL
NAMES = agent_names(5)
MESH = build("mesh", 5)
SCHEDULE = 3.5  # seconds of trouble for Raft
LONG = 1_000  # characters that a request has more than it needs, so that writing it down takes a while


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


@pytest.mark.parametrize("seed", seeds(0, 200))
def test_what_raft_has_acknowledged_is_never_lost(seed: int) -> None:
    """The judge looks at the clients alone: what each was told, and what all agents hold, and their disks, in the end.

    Some agents are killed from outside, at any microsecond after a client has asked them for something.
    """
    random, asked = Random(seed), list[str]()

    def ask(name: str) -> None:
        asked.append(f"w{len(asked)} " + "x" * LONG)
        real.request(name, asked[-1])

    with KilledInTheEnd(Model(MESH, Raft), seed, 2.0, "", False, "") as real:
        until = monotonic() + SCHEDULE
        while monotonic() < until:
            for _ in range(random.randint(1, 6)):
                ask(random.choice(NAMES))
            real.run(random.random() / 4)
            if random.random() < 0.3 and len(real.processes) > 3:
                kill_in_the_middle(real, random, ask)
            else:
                trouble(real, random)
        recovered(real)
        assert real.until(lambda: settled(real), 3 * SOON), states(real)
        kept = requests_of(real.system.agents["a"].log[: real.system.agents["a"].commit])
        acknowledged = [one.request for one in real.system.replies if one.ok]
    assert {*acknowledged} <= {*kept}, "an acknowledged write is lost"
    assert len(acknowledged) == len({*acknowledged}) and len(kept) == len({*kept}), "one was written twice"
    assert {*kept} <= {*asked, *(value for value in kept if value.startswith("help"))}, "nobody has asked for one"
    codec = codec_of(Raft)
    disks = [requests_of(codec.value(real.disk[name].get("log", codec.text(())))) for name in NAMES]
    assert disks == [kept] * 5, "a disk says otherwise"
    assert broken(real.trace()) == []


def requests_of(log: tuple[Entry, ...]) -> list[str]:
    """What clients asked for, in the order of the log."""
    return [str(entry.value) for entry in log]


def kill_in_the_middle(real: Deployed, random: Random, ask: Callable[[str], None]) -> None:
    """Kill −9 from outside while the agent, most often one that leads, works on a request."""
    pids, agents = real.processes, real.system.agents
    name = max(pids, key=lambda one: (agents[one].leading or 0, random.random()))
    ask(name)
    strikes = perf_counter() + random.random() * 0.005
    while perf_counter() < strikes:
        pass
    os.kill(pids[name], 9)
    assert real.until(lambda: name not in real.processes, SOON)


def settled(real: Deployed) -> bool:
    """All agents hold the same log, and have applied all of it.

    Each leader is asked for one thing more: that helps entries of older terms along, and overwrites what others hold
    beyond its log.
    """
    agents = [*real.system.agents.values()]
    leader = max(agents, key=lambda agent: agent.leading or 0)
    if leader.leading is None or real.system.down:
        return False
    help_asked = leader.id, f"help {leader.leading}"
    if help_asked not in real.system.requests:
        real.request(*help_asked)
        real.until(lambda: help_asked in real.system.requests, 1.0)
        return False
    return all((agent.log, agent.commit) == (leader.log, len(leader.log)) for agent in agents)


def states(real: Deployed) -> list[str]:
    """What each agent holds, for a test that fails."""
    return [f"down: {sorted(real.system.down)} of {sorted(real.processes)}", *(
        f"{name}: leads {agent.leading}, term {agent.term}, {len(agent.log)} entries, {agent.commit} applied"
        for name, agent in real.system.agents.items())]
