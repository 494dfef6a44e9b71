"""Answers to check, hints, solutions, progress."""

from labkit.views.worksheet.asking import check, hint, progress, solution
from labkit.views.worksheet.checked import Checked
from labkit.views.worksheet.handed_in import hand_in
from labkit.views.worksheet.quiz import Quiz
