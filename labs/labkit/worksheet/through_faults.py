"""A team that shares a board of tasks, run through every fault of the gallery: the reports of its recovery.

All agents are asked for the same tasks, one soon after the other, so that a task that can be taken twice is.
"""

from collections.abc import Callable, Hashable

from labkit.agents import Agent
from labkit.engine import Simulator
from labkit.faults import GALLERY, Recovery, report, run_through

BEGIN, END, UNTIL = 400, 1_400, 1_800  # when a fault begins, when all is healed, and when the run ends
ASK_EVERY, SEED = 20, 1


def task(agent: str, number: int) -> Hashable:
    """What the clients ask for: in each round all agents are asked for the same task."""
    return f"task {number}"


def through(fault: str, kind: Callable[..., Agent]) -> Simulator:
    """A run of such a team through this fault."""
    return run_through(fault, kind, seed=SEED, begin=BEGIN, end=END, until=UNTIL, ask_every=ASK_EVERY, ask=task)


def report_of(sim: Simulator, name: str) -> Recovery:
    """What came of such a run."""
    return report(sim, BEGIN, END, name=name)


def reports_of(kind: Callable[..., Agent]) -> dict[str, Recovery]:
    """For each fault of the gallery what came of it with such a team."""
    return {fault: report_of(through(fault, kind), fault) for fault in GALLERY}
