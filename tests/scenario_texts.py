"""Scenario texts drawn at random: the same protocol and number, the same text.

Numbers 0 to 19 go through all five shapes with two to five agents. In each text clients ask, first in peace, then while
agents are cut off, killed and restarted, in some under loss or over slow links; then all is mended, and time goes on.
Every fifth text is one by hand, without times. Some lines ask for what nobody can make a real network do.
"""

from collections.abc import Iterator
from random import Random

from labkit.protocols import Protocol
from labkit.scenario import Line
from labkit.scenario.statements import ARROW
from labkit.topology import build
from labkit.values import Plain, agent_names

SHAPES = ("mesh", "star", "ring", "tree", "hybrid")
NUMBERS = range(len(SHAPES) * 4)
ORAL, BULLY = "oral messages", "bully"
IN_TIME = (ORAL, BULLY)  # whose promise is void where a message is late or lost, or an agent comes back
LEAST = {"fenced lock": 3, "task queue": 3, "saga": 3}  # agents: two of them serve the others
COUNTS_EACH = ("push-sum",)  # whose promise is void where a message arrives twice
EVERY, END, ORAL_END = 40, 1_900, 100  # units of time between two events, and all together
PEACE, EVENTS = 8, 22  # how many of the events come before a fault, and all; half of them are requests
VERBS = ("crash", "crash", "restart", "restart", "isolate", "preset", "cut", "cut", "heal", "heal all", "one way",
         "pause")
Said = tuple[str, tuple[str, ...], Plain]  # a verb, the agents, and what else


def scenario_text(protocol: Protocol, number: int) -> str:
    """The text with that number for this protocol."""
    random = Random(f"{protocol.name} {number}")
    shape, agents = SHAPES[number % len(SHAPES)], agent_names(max(LEAST.get(protocol.name, 2), 2 + number % 4))
    if protocol.name in IN_TIME:
        shape = "mesh"
    if protocol.name == ORAL:
        lines = [*_orders(random, agents)]
    else:
        by_hand = number % len(SHAPES) == len(SHAPES) - 1
        lines = [f"topology {shape} {len(agents)}", f"protocol {protocol.name}", f"seed {number}",
                 *(_weather(random, protocol, shape, agents) if protocol.name != BULLY else ())]
        for place, (verb, named, what) in _storm(random, protocol, shape, agents):
            lines.append(str(Line(verb, named, what, None if by_hand else place * EVERY)))
    end = ORAL_END if protocol.name == ORAL else END
    return "\n".join([*lines, f"run until {end}"]) + "\n"


def _orders(random: Random, agents: tuple[str, ...]) -> Iterator[str]:
    """A general's order, and as many traitors as there may be."""
    m = (len(agents) - 1) // 3
    traitors = {random.choice(agents): random.choice(["Liar", "Contrary", "Silent"]) for _ in range(m)}
    yield f"topology mesh {len(agents)}"
    yield f"protocol {ORAL} m={m}"
    for agent in agents:
        options = ["order=attack"] if agent == "a" else []
        if agent in traitors or options:
            yield " ".join(["agent", agent, *filter(None, [traitors.get(agent)]), *options])


def _weather(random: Random, protocol: Protocol, shape: str, agents: tuple[str, ...]) -> Iterator[str]:
    a, b = random.choice(sorted(build(shape, agents).edges))
    if random.random() < 0.25:
        yield f"latency {a} {b} 30 60"
    if random.random() < 0.25:
        yield f"capacity {b} 1 3"
    if random.random() < 0.25:
        yield "loss 0.1"
    if random.random() < 0.25 and protocol.name not in COUNTS_EACH:
        yield "duplication 0.1"


def _storm(random: Random, protocol: Protocol, shape: str, agents: tuple[str, ...]) -> Iterator[tuple[int, Said]]:
    """The events, each with its place; for a protocol that needs a whole network only kills."""
    links, down, asked, whole = sorted(build(shape, agents).edges), set[str](), 0, protocol.name in IN_TIME
    for place in range(EVENTS):
        agent = agents[asked % len(agents)]
        if place % 2 == 0 and (wish := protocol.ask(agent, asked + 1)) is not None:
            asked += 1
            yield place, ("request", (agent,), protocol.plain(wish))
        elif place >= PEACE and (fault := _fault(random, random.choice(links), down, agents, whole)):
            yield place, fault
    if not whole:
        yield EVENTS, ("heal", (), None)
        for agent in sorted(down):
            yield EVENTS, ("restart", (agent,), None)


def _fault(
    random: Random, link: tuple[str, str], down: set[str], agents: tuple[str, ...], whole: bool
) -> Said | None:
    agent = random.choice(agents)
    match "crash" if whole else random.choice(VERBS):
        case "crash" if len(down | {agent}) <= max(1, (len(agents) - 1) // 2):
            down.add(agent)
            return "crash", (agent,), None
        case "restart":
            agent = min(down, default=agent)
            down.discard(agent)
            return "restart", (agent,), None
        case "pause" if agent not in down:
            return "pause", (agent,), 30
        case "preset":
            return "preset", (), random.choice(["halve", "cut the hub", "bridge"])
        case "heal all":
            return "heal", (), None
        case "isolate":
            return "isolate", (agent,), None
        case "cut" | "heal" as verb:
            return verb, link, None
        case "one way":
            return random.choice(["cut", "heal"]), link[:: random.choice([1, -1])], ARROW
    return None
