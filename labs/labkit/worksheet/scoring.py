"""How many steps of an exercise are correct, in words."""

from labkit.worksheet.exercises import STEPS
from labkit.worksheet.progress import Progress
from labkit.worksheet.verdict import CORRECT

EXERCISES = {1: "Network topology", 2: "Consensus protocol", 3: "Partition and recovery", 4: "Coordination"}


def score(exercise: int, progress: Progress) -> str:
    """'Exercise 1: 3 of 8 steps correct.' Steps of the stretch count, too."""
    names = [name for name, step in STEPS.items() if step.exercise == exercise]
    known = progress.all()
    done = sum(name in known and known[name].state == CORRECT for name in names)
    return f"Exercise {exercise}: {done} of {len(names)} steps correct."
