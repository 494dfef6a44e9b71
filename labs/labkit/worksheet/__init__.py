"""The exercises of Day 13: steps that are checked on the spot, hints, progress, and what is handed in."""

from labkit.worksheet.beating import Beating
from labkit.worksheet.exercises import STEPS, step
from labkit.worksheet.quiz import QUIZ, QuizQuestion
from labkit.worksheet.refuting import Refuted, call, plain
from labkit.worksheet.step import Step
from labkit.worksheet.teammate import Teammate
from labkit.worksheet.through_faults import reports_of

__all__ = ["Beating", "Teammate"]
