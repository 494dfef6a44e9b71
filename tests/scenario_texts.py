"""Scenario texts drawn at random: the same protocol and number, the same text.

Numbers 0 to 19 go through all five shapes with two to five agents. In each text clients ask while agents are cut off,
killed and restarted, in some under loss or over slow links; then all is mended, and time goes on. Every fifth text is
one by hand, without times. Some lines ask for what nobody can make a real network do.
"""

from collections.abc import Iterator
from random import Random

from labkit.protocols import Protocol
from labkit.scenario import Line
from labkit.scenario.statements import ARROW
from labkit.topology import build
from labkit.values import agent_names

SHAPES = ("mesh", "star", "ring", "tree", "hybrid")
NUMBERS = range(len(SHAPES) * 4)
ORAL, BULLY = "oral messages", "bully"
IN_TIME = (ORAL, BULLY)  # whose promise is void where a message is late or lost, or an agent comes back
COUNTS_EACH = ("push-sum",)  # whose promise is void where a message arrives twice
STORM, END = 500, 900  # units of time
EVENTS = 16  # in a storm, half of them requests
VERBS = ("crash", "crash", "restart", "restart", "isolate", "preset", "cut", "cut", "heal", "heal all", "one way",
         "pause")


def scenario_text(protocol: Protocol, number: int) -> str:
    """The text with that number for this protocol."""
    random = Random(f"{protocol.name} {number}")
    shape, agents = SHAPES[number % len(SHAPES)], agent_names(2 + number % 4)
    if protocol.name in IN_TIME:
        shape = "mesh"
    if protocol.name == ORAL:
        lines = [*_orders(random, agents)]
    else:
        by_hand = number % len(SHAPES) == len(SHAPES) - 1
        lines = [f"topology {shape} {len(agents)}", f"protocol {protocol.name}", f"seed {number}",
                 *(_weather(random, protocol, shape, agents) if protocol.name != BULLY else ())]
        for place, (verb, named, what) in enumerate(_storm(random, protocol, shape, agents)):
            lines.append(str(Line(verb, named, what, None if by_hand else place * STORM // EVENTS)))
    end = END if protocol.name != ORAL else 100
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


def _storm(
    random: Random, protocol: Protocol, shape: str, agents: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], object]]:
    """Verb, agents and object of each event; for a protocol that needs a whole network only kills."""
    links, down, asked, whole = sorted(build(shape, agents).edges), set[str](), 0, protocol.name in IN_TIME
    for place in range(EVENTS):
        agent, link = random.choice(agents), random.choice(links)
        if place % 2 == 0 and (wish := protocol.ask(agent, asked + 1)) is not None:
            asked += 1
            yield "request", (agent,), protocol.plain(wish)
            continue
        verb = "crash" if whole else random.choice(VERBS)
        if verb == "crash" and len(down | {agent}) <= max(1, (len(agents) - 1) // 2):
            down.add(agent)
            yield "crash", (agent,), None
        elif verb == "restart":
            agent = min(down, default=agent)
            down.discard(agent)
            yield "restart", (agent,), None
        elif verb == "pause" and agent not in down:
            yield "pause", (agent,), 30
        elif verb == "preset":
            yield "preset", (), random.choice(["halve", "cut the hub", "bridge"])
        elif verb == "heal all":
            yield "heal", (), None
        elif verb == "isolate":
            yield "isolate", (agent,), None
        elif verb in ("cut", "heal"):
            yield verb, link, None
        elif verb == "one way":
            yield random.choice(["cut", "heal"]), link[:: random.choice([1, -1])], ARROW
    if not whole:
        yield "heal", (), None
        for agent in sorted(down):
            yield "restart", (agent,), None
