"""Judge an answer, whatever it is: a verdict comes of it, never an exception.

Programs are judged in a child process where there are any, values here.
"""

import sys
from types import FunctionType
from typing import Any

from labkit.notebook import Source, source_of
from labkit.worksheet.blank import is_blank
from labkit.worksheet.budget import Budget
from labkit.worksheet.child import CHILDREN, UnrunnableError
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.step import Step
from labkit.worksheet.trial import tried, watched
from labkit.worksheet.verdict import NOT_TRIED, Verdict


def judge(step: Step, answer: Any, notebook: dict[str, Any] | None = None) -> Verdict:
    """The verdict on this answer. notebook: its names, where the answer is made of more than itself."""
    if step.kind == "code":
        CHILDREN.prepare()
    if _blank(answer):
        return Verdict(NOT_TRIED)
    if _is_program(answer) and STEPS.get(step.name) is step and CHILDREN.ready:
        source = written(step, answer, notebook)
        if not source.missing:
            try:
                return CHILDREN.judge(step.name, source.text, lines=source.lines)
            except UnrunnableError:
                pass
    return tried(step, answer, Budget())


def witness(step: Step, answer: Any) -> Any:
    """What shows why the answer is wrong; None if nothing does. It is judged once more, here.

    Python 3.11 counts steps slowly; what was refuted in a child process has come to an end there, so it will here.
    """
    counted = hasattr(sys, "monitoring") or not CHILDREN.ready
    return None if _blank(answer) else tried(step, answer, Budget() if counted else None).witness


def written(step: Step, answer: Any, notebook: dict[str, Any] | None = None) -> Source:
    """The text of the answer with all that it needs; with a sentence where that is not to be found."""
    found = Source(missing="the text of the answer was not found")

    def look() -> None:
        nonlocal found
        found = source_of(answer, step.answer, notebook)

    watched(look)
    return found


def _blank(answer: Any) -> bool:
    found = [False]

    def look() -> None:
        found[0] = is_blank(answer)

    watched(look)
    return found[0]


def _is_program(answer: Any) -> bool:
    return issubclass(type(answer), FunctionType | type) or callable(answer)
