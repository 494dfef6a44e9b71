"""A quiz with twenty misconceptions; every wrong option has an explanation of its own."""

from labkit.worksheet.quiz import on_agreement, on_failures, on_networks, on_working_together
from labkit.worksheet.quiz.form import QuizQuestion

QUIZ: tuple[QuizQuestion, ...] = (
    *on_networks.QUESTIONS, *on_agreement.QUESTIONS, *on_failures.QUESTIONS, *on_working_together.QUESTIONS,
)
