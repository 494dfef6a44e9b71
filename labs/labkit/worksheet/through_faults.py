"""A team that shares a board of tasks, run through every fault of the gallery: the reports of its recovery.

All agents are asked one soon after the other: in every other round for the same task, so that a task that can be taken
twice is; in the others for a task each, so that boards are told of different tasks at the same time.
"""

from collections.abc import Callable, Hashable

from labkit.agents import Agent
from labkit.engine import Simulator
from labkit.faults import GALLERY, Recovery, report, run_through

BEGIN, END, UNTIL = 300, 1_000, 1_400  # when a fault begins, when all is healed, and when the run ends
ASK_EVERY, SEED = 20, 1


def task(agent: str, number: int) -> Hashable:
    """What the clients ask for, in turn: one task of all agents, or a task of its own of each."""
    return f"task {number}" if number % 2 else f"task {number} for {agent}"


def through(fault: str, kind: Callable[..., Agent]) -> Simulator:
    """A run of such a team through this fault."""
    return run_through(fault, kind, seed=SEED, begin=BEGIN, end=END, until=UNTIL, ask_every=ASK_EVERY, ask=task)


def report_of(sim: Simulator, name: str) -> Recovery:
    """What came of such a run."""
    return report(sim, BEGIN, END, name=name)


def reports_of(kind: Callable[..., Agent]) -> dict[str, Recovery]:
    """For each fault of the gallery what came of it with such a team."""
    return {fault: report_of(through(fault, kind), fault) for fault in GALLERY}
