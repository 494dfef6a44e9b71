"""The chat with which the clock bench begins: three agents, four messages, and two notes that only look ordered.

a notes something at time 20 and c at time 45, and until then no message leads from a to c. Later one leads from a to b,
and another from b to c. No two events are so close that their stamps would overlap.
"""

from labkit.engine import Request, Simulator
from labkit.protocols import Note, Stamped, Tell
from labkit.topology import build

DELAY = (21, 24)  # of messages, in units of time: so they arrive between two presses of the bench
BEGIN, END = 10, 135
CHAT: tuple[tuple[int, str, Note | Tell], ...] = (
    (10, "b", Tell("c", "hello")), (20, "a", Note("an idea")), (30, "a", Tell("b", "an idea")),
    (45, "c", Note("a plan")), (66, "b", Tell("c", "the idea")), (80, "a", Note("lunch")),
    (95, "b", Note("done")), (106, "c", Tell("a", "the plan")),
)


def empty(seed: int) -> Simulator:
    """Three agents that have not done anything."""
    sim = Simulator(build("mesh", 3), Stamped, seed=seed, latency=DELAY)
    sim.run(until=BEGIN)
    return sim


def chat(seed: int) -> Simulator:
    """The whole chat: twelve events."""
    sim = empty(seed)
    for time, agent, wish in CHAT:
        sim.plan(time, Request(agent, wish))
    sim.run(until=END)
    return sim
