"""Exercise 3: detect a partition, decide who may go on, and bring together what the cut kept apart."""

from labkit.worksheet.exercises import (
    on_recovery_from_above,
    on_recovery_from_inside,
    on_recovery_merging,
    on_recovery_team,
)

STEPS = (
    *on_recovery_from_above.STEPS, *on_recovery_from_inside.STEPS, *on_recovery_merging.LOSING, *on_recovery_team.TEAM,
    *on_recovery_merging.KEEPING, *on_recovery_team.TIMES,
)
