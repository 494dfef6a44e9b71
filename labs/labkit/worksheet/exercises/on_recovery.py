"""Exercise 3: detect a partition, decide who may go on, and bring together what the cut kept apart."""

from labkit.worksheet.exercises import (
    on_recovery_from_above,
    on_recovery_from_inside,
    on_recovery_merging,
    on_recovery_team,
)

_STEPS = {
    step.name: step
    for part in (
        on_recovery_from_above.STEPS, on_recovery_from_inside.STEPS, on_recovery_merging.LOSING, on_recovery_team.TEAM,
        on_recovery_merging.KEEPING, on_recovery_team.TIMES,
    )
    for step in part
}
STEPS = tuple(_STEPS[name] for name in (
    "partitions", "suspect", "may go on", "lost after the heal", "team",
    "merge", "groups by hand", "first in the list", "crash or cut", "time to recover", "time to notice",
))
