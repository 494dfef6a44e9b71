"""The reflection: three questions, and what the learner answers to them."""

from collections.abc import Mapping

from labkit.values import expect, listed
from labkit.worksheet.documents.markdown import document, section

QUESTIONS = {
    "topology": "Which topology fits your distributed system?",
    "consensus": "How does consensus make distributed coordination possible?",
    "challenges": "What are the challenges of distributed systems?",
}
UNANSWERED = "Not answered yet."


def answered(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that say something; ValueError for an answer that is no text, or to another question."""
    expect(answers, Mapping, 'answers is a dictionary, answers={"topology": "…", "consensus": "…", "challenges": "…"}')
    for name, text in answers.items():
        if name not in QUESTIONS:
            raise ValueError(f"there is no question {name!r}: the questions are {listed(QUESTIONS)}")
        expect(text, str, f'the answer to a question is a text, answers={{"{name}": "…"}}')
    return {name: text.strip() for name, text in answers.items() if text.strip()}


def reflection_document(answers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The document; ValueError for answers to other questions."""
    given = answered(answers)
    parts = [section(question, given.get(name, UNANSWERED)) for name, question in QUESTIONS.items()]
    return document("Reflection", *parts), {}
