"""A goal for each strategy of the merge bench: what to bring about, when it is reached, and what it shows."""

from collections.abc import Callable
from dataclasses import dataclass

from labkit.lesson import LOST, REPLICAS, YIELDS, Bench, fates

SUM = 10


@dataclass(frozen=True)
class Goal:
    """A task, how to tell from the bench that it is done, and what has been seen then."""

    task: str
    reached: Callable[[Bench], bool]
    lesson: str


def _last_write_lost(bench: Bench) -> bool:
    lost = {fate.what for fate in fates(bench) if fate.outcome == LOST}
    return bool(bench.edits) and str(bench.edits[-1]) in lost


GOALS = {
    "last writer wins": Goal(
        "Merge so that the write that was made last is the one that is lost.", _last_write_lost,
        "The highest count wins, and a count is not a clock: the last writer has lost.",
    ),
    "keep both": Goal(
        "Bring about a conflict, and then make both hold one value again.",
        lambda bench: bool(bench.edits) and len(bench.base.value) > 1 and len(bench.merged.value) == 1,
        "A write by somebody who has seen all versions replaces them; nobody else can decide.",
    ),
    "counter": Goal(
        f"Let both add while they are apart so that both hold exactly {SUM} after the merge.",
        lambda bench: all(map(bench.by, REPLICAS)) and bench.merged.value == SUM,
        "Neither side knew of the other, and both additions count.",
    ),
    "set": Goal(
        "Remove an item at one replica so that it is still there after the merge.",
        lambda bench: any(fate.outcome == YIELDS for fate in fates(bench)),
        "A removal takes away only the additions that it has seen.",
    ),
}


def is_reached(bench: Bench) -> bool:
    """Whether this merge has brought about the goal of its strategy."""
    return bench.merged is not None and GOALS[bench.strategy].reached(bench)


def told(strategy: str, reached: frozenset[str]) -> str:
    """The goal of a strategy, or what it has shown, and how many are reached."""
    goal = GOALS[strategy]
    if strategy not in reached:
        return f"Goal: {goal.task}"
    left = [name for name in GOALS if name not in reached]
    more = f"Goals reached: {len(reached)} of {len(GOALS)}; try “{left[0]}” next." if left else "All goals are reached."
    return f"★ Goal reached. {goal.lesson} {more}"
