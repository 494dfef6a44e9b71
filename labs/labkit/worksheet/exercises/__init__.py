"""The steps of each exercise, in the order of the worksheet."""

from labkit.values import no_such
from labkit.worksheet.exercises import on_consensus, on_coordination, on_recovery, on_topology
from labkit.worksheet.step import Step

EXERCISES = (on_topology, on_consensus, on_recovery, on_coordination)
STEPS: dict[str, Step] = {step.name: step for exercise in EXERCISES for step in exercise.STEPS}


def step(name: str) -> Step:
    """The step of that name; ValueError with the names there are."""
    if name not in STEPS:
        raise no_such("step", str(name), STEPS)
    return STEPS[name]
