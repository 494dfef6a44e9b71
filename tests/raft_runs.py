"""Runs of Raft for the tests: clusters with a leader, storms that a seed draws, and stories told word by word."""

from collections.abc import Callable
from random import Random

from labkit.agents import create, first_violation
from labkit.engine import Drop, Duplicate, Event, Request, Simulator, System, Timeout
from labkit.protocols import Raft
from labkit.protocols.consensus.raft import RAFT_PROPERTIES, Applied
from labkit.topology import build

CALM = 1500  # five election timeouts without a fault: so long may it take until all follow one leader


def cluster(
    n: int = 5, shape: str = "mesh", seed: int = 0, kind: type[Raft] = Raft, **faults: float
) -> Simulator:
    return Simulator(build(shape, n), kind, seed=seed, **faults)


def leaders(sim: Simulator) -> list[str]:
    return [name for name, agent in sim.system.agents.items() if agent.role == "leader" and name not in sim.system.down]


def acknowledged(sim: Simulator) -> list[object]:
    return [answer.request for answer in sim.system.replies if isinstance(answer.result, Applied)]


def logs(sim: Simulator) -> set[tuple[object, ...]]:
    return {tuple(entry.value for entry in agent.log) for agent in sim.system.agents.values()}


def run_until(sim: Simulator, come_true: Callable[[], object], within: int = CALM) -> None:
    end = sim.now + within
    while not come_true():
        assert sim.step() and sim.now <= end, f"not within {within} units of time"


def elected(n: int = 5, shape: str = "mesh", seed: int = 0, kind: type[Raft] = Raft) -> tuple[Simulator, str]:
    """A cluster in which everyone follows the leader, and who that is."""
    sim = cluster(n, shape, seed, kind)
    run_until(sim, lambda: all_follow(sim))
    return sim, leaders(sim)[0]


def all_follow(sim: Simulator) -> bool:
    found = leaders(sim)
    return len(found) == 1 and all(agent.leader == found[0] for agent in sim.system.agents.values())


def watched(sim: Simulator, until: int) -> None:
    """Run on and look at the invariants after each step in which an agent acts."""
    while (due := sim.next_due()) is not None and due <= until:
        done = sim.step()
        if done is None or done.transition.agent is None:
            continue
        found = first_violation(RAFT_PROPERTIES, sim.system)
        assert not found, f"seed {sim.seed}, step {len(sim)}: {found}"


def storm(seed: int, n: int, shape: str, blows: int = 25, kind: type[Raft] = Raft) -> Simulator:
    """Messages are lost and doubled, links are cut, agents crash, clients ask: at times that the seed draws."""
    sim, draw = cluster(n, shape, seed, kind, loss=0.1, duplication=0.1), Random(seed).random
    names, links = list(sim.system.agents), sorted(sim.system.network.graph.edges)
    for blow in range(blows):
        watched(sim, sim.now + int(draw() * 200))
        agent, link, what = names[int(draw() * n)], links[int(draw() * len(links))], draw()
        if what < 0.4:
            sim.request(agent, f"request {blow}")
        elif what < 0.55:
            sim.cut(*link)
        elif what < 0.75:
            sim.heal(*link)
        elif agent in sim.system.down:
            sim.restart(agent)
        elif what < 0.85:
            sim.crash(agent)
    return sim


def calm(sim: Simulator) -> None:
    """All links work, all agents are up, no message is lost."""
    sim.heal_all()
    sim.weather.loss = sim.weather.duplication = 0.0
    for agent in sorted(sim.system.down):
        sim.restart(agent)


A_LEADS = "a! a>b b>a "
A_COPY_WHILE_C_LEADS = A_LEADS + "axc a>b b>a b=red b+a b>a a>c cxa c! c>a a>c cxa "  # from b, of what a has taken


def played(kind: type[Raft], n: int, story: str) -> tuple[System, list[Event]]:
    """What a story comes to, and its events.

    "a!" a stands for election, "a=red" a client asks a for red, "a>b" the oldest message from a to b arrives, "axb" all
    messages from a to b are lost, "a+b" the oldest one is doubled.
    """
    graph = build("mesh", n)
    system = System(graph, create(kind, graph))
    events: list[Event] = []
    for name in graph:
        system.start(name)
    for word in story.split():
        agent, verb, rest = word[0], word[1], word[2:]
        way = [message for message in system.flight.values() if (message.source, message.target) == (agent, rest)]
        does: dict[str, list[Event]] = {
            "!": [Timeout(agent, "election")], "=": [Request(agent, rest)], ">": [*way[:1]],
            "x": [Drop(message) for message in way], "+": [Duplicate(message) for message in way[:1]],
        }
        for event in does[verb]:
            system.apply(event)
        events += does[verb]
    return system, events
