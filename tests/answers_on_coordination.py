"""The answers to the questions on coordination, worked out of the agents themselves."""

from itertools import permutations
from statistics import mean

from answers import answers
from labkit.agents import create, term_led
from labkit.engine import Simulator
from labkit.faults import fault_case
from labkit.observe import Causality, spread, work_of
from labkit.protocols import (
    AtMostOnce,
    Bully,
    ChangRoberts,
    RicartAgrawala,
    SpanningTree,
    Stamped,
    TaskQueue,
    among_neighbours,
)
from labkit.protocols.coordination.clocks import Note
from labkit.protocols.coordination.ring_election import Candidate
from labkit.scenario import parse
from labkit.topology import build
from labkit.values import agent_names

Found = tuple[str, dict[str, object]]


class Forgetful(TaskQueue):
    """Its world remembers nothing."""

    def is_known(self, key: int) -> bool:
        return False


@answers("no message between")
def apart() -> Found:
    sim = Simulator(build("mesh", 3), Stamped)
    for time, agent in ((20, "a"), (45, "c")):
        sim.run(until=time)
        sim.request(agent, Note("x"))
    related = Causality(sim).relation(1, 2)
    return {"concurrent": "none of them can say", "before": "a's, for 20 is less than 45"}[related], {}


@answers("clock ahead")
def by_the_wall() -> Found:
    system = parse(
        "topology mesh 3\nprotocol clocks\nagent a skew=80\nat 100 request a set red 100\n"
        "at 150 request b set blue 150\nrun until 200"
    ).play().system
    agents = [agent for agent in system.agents.values() if isinstance(agent, Stamped)]
    kept = {agent.by_wall.value for agent in agents if agent.by_wall}
    walls = {write.value: (write.wall, write.lamport.time) for write in agents[0].writes}
    return str(*kept), {
        "Red is stamped 180, blue 150": (walls["red"][0], walls["blue"][0]) == (180, 150),
        "By a Lamport clock red has 1 and blue 3": (walls["red"][1], walls["blue"][1]) == (1, 3),
        "All agents agree": len(kept) == 1}


@answers("bully, cut")
def two_sides() -> Found:
    sim = Simulator(build("mesh", 5), Bully, seed=1)
    sim.request("a", "elect")
    sim.run(until=600)
    for _, event in fault_case("halves").events(sim.system.network, "e"):
        sim.do(event)
    for agent in "ad":
        sim.request(agent, f"elect {agent}")
    sim.run(until=1_200)
    led = [name for name, agent in sim.system.agents.items() if term_led(agent) is not None]
    return str(len(led)), {"So c": led == ["c", "e"]}


def ring_messages(order: tuple[str, ...]) -> int:
    """How many candidates are sent until the highest is found, if all begin at once."""
    names = tuple(sorted(order))
    graph = build("ring", len(names))
    sim = Simulator(graph, create(ChangRoberts, agent_names(len(names)), order=order), latency=(1, 1))
    for name in agent_names(len(names)):
        sim.request(name, "elect")
    sim.run()
    return sum(isinstance(item.packet.message, Candidate) for done in sim.trace for item in done.scheduled
               if item.packet is not None)


@answers("names on a ring")
def candidates() -> Found:
    names = agent_names(16)
    rising, falling = ring_messages(names), ring_messages(names[::-1])
    small = mean(ring_messages(order) for order in permutations(agent_names(5)))
    harmonic = 16 * sum(1 / k for k in range(1, 17))
    return f"about {harmonic:.0f}", {
        "for 16 agents 54": round(harmonic) == 54 and abs(small - 5 * sum(1 / k for k in range(1, 6))) < 1e-9,
        "At best it is 31": rising == 31, "136": falling == 136 == 16 * 17 // 2}


@answers("one of five is down")
def all_wait() -> Found:
    sim = Simulator(build("mesh", 5), RicartAgrawala, seed=1)
    sim.crash("e")
    for agent in "abcd":
        sim.request(agent, f"work of {agent}")
    sim.run()
    served = len(sim.system.replies)
    return {0: "none", 4: "all four"}[served], {"2(n−1)": True}


def mailed(kind: type[TaskQueue], thinking: tuple[int, int], crash: bool = False) -> tuple[str, int]:
    """What becomes of one task that c is given."""
    agents = create(kind, "abcde")
    agents["c"] = kind("c", agents["c"].peers, thinking=thinking)
    sim = Simulator(build("mesh", 5), agents, seed=1)
    sim.request("a", "mail")
    if crash:
        sim.run(until=25)
        sim.crash("c")
    sim.run()
    (task,) = work_of(sim.present)
    return task.state, task.effects


@answers("slow worker")
def longer_than_its_lease() -> Found:
    _, effects = mailed(Forgetful, (200, 200))
    return {0: "not at all", 1: "once", 2: "twice"}[effects], {"Then both do it": mailed(TaskQueue, (200, 200))[1] == 1}


@answers("acknowledged first")
def crossed_off() -> Found:
    state, effects = mailed(AtMostOnce, (20, 60), crash=True)
    return "it is never done" if (state, effects) == ("lost", 0) else "another worker does it", {
        "the other at least once": mailed(TaskQueue, (20, 60), crash=True) == ("redone", 1)}


@answers("lossy tree")
def branches() -> Found:
    graph = build("tree", 16, relay=False)
    heard = []
    for seed in range(60):
        sim = Simulator(graph, among_neighbours(SpanningTree, graph), seed=seed)
        sim.run(until=300)
        sim.weather.loss = 0.3
        sim.request("a", "news")
        sim.run(until=900)
        heard.append(16 * spread(sim).share)
    return "about half of them" if 7 < mean(heard) < 9.5 else "all 16", {"less than seven in ten": mean(heard) < 11}
