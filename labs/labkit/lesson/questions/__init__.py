"""The questions that the lessons ask before an experiment, each with its answer and the reason.

They are here and not in the notebooks, so that nobody reads an answer before predicting. The tests check every answer
against the networks themselves.
"""

from labkit.lesson.questions import (
    for_real,
    on_consensus,
    on_coordination,
    on_partition,
    on_patterns,
    on_takeaways,
    on_topology,
)
from labkit.lesson.questions.form import Question
from labkit.values import listed

__all__ = ["QUESTIONS", "Question", "question"]

QUESTIONS: dict[str, Question] = {
    name: asked
    for lesson in (on_topology, on_consensus, on_partition, on_coordination, on_patterns, on_takeaways, for_real)
    for name, asked in lesson.QUESTIONS.items()
}


def question(name: str) -> Question:
    """The question of that name; ValueError with the known names."""
    if name not in QUESTIONS:
        raise ValueError(f"there is no question {name!r}: choose one of {listed(QUESTIONS, most=60)}")
    return QUESTIONS[name]
