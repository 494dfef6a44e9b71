"""Answers to check, hints, solutions, progress."""

from labkit.views.worksheet.quiz import Quiz
