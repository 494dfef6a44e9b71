"""The work of a learner: what is recorded of each step, and the correct answers, made again from their text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from labkit.values import listed
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.progress import Record
from labkit.worksheet.step import Step
from labkit.worksheet.trial import watched
from labkit.worksheet.verdict import CORRECT

NEVER = Record()
VOTE, SURVIVES = "a vote by messages", "what survives a crash"
LASTING = "LastingVoter"  # the class that votes by messages, with what must survive a crash
MOST_CASES = 2  # of one step


@dataclass(frozen=True)
class Work:
    """records: by the names of steps. An answer is run once, in a namespace of its own."""

    records: Mapping[str, Record]
    problems: dict[str, str] = field(default_factory=dict)  # step → why its answer cannot be made again

    def of(self, name: str) -> Record:
        return self.records.get(name, NEVER)

    def answer(self, name: str) -> Any:
        """The correct answer to that step; None where there is none."""
        return self._answers.get(name)

    def steps(self, exercise: int) -> list[Step]:
        return [step for step in STEPS.values() if step.exercise == exercise]

    def undone(self, exercise: int) -> str:
        """Which steps of an exercise are still to be done, in a sentence; '' where none is."""
        left = [step for step in self.steps(exercise) if self.of(step.name).state != CORRECT]
        core = [f"“{step.name}”" for step in left if not step.stretch]
        further = [f"“{step.name}”" for step in left if step.stretch]
        said = [f"Not done yet: {listed(core, most=20)}."] if core else []
        said += [f"Of the stretch, not done: {listed(further, most=20)}."] if further else []
        return " ".join(said)

    @property
    def lasting_voter(self) -> Any:
        """The class that votes by messages, with what must survive a crash; None before both steps are done."""
        voter, durable = self.answer(VOTE), self.answer(SURVIVES)
        return None if voter is None or durable is None else type(LASTING, (voter,), {"durable": tuple(durable)})

    def missing(self, names: Iterable[str]) -> str:
        """Why something cannot be said: which of these steps has no correct answer that runs."""
        for name in names:
            if self.answer(name) is None:
                if name in self.problems:
                    return f"The answer to “{name}” cannot be run by itself: {self.problems[name]}."
                return f"This needs the step “{name}”, which is not done yet."
        return ""

    def cases(self, exercise: int) -> list[tuple[str, str]]:
        """The step and the case that broke a program, in the order of the steps; of each step the last ones.

        A figure or a choice that was wrong has no counterexample.
        """
        return [(step.name, case) for step in self.steps(exercise) if step.kind == "code"
                for case in self.of(step.name).cases[-MOST_CASES:]]

    @cached_property
    def _answers(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for step in STEPS.values():
            record = self.of(step.name)
            if record.state != CORRECT:
                continue
            names: dict[str, Any] = {"__name__": "answer"}
            if problem := _run(record.source, names):
                self.problems[step.name] = problem
            elif step.answer in names:
                found[step.name] = names[step.answer]
            else:
                self.problems[step.name] = "its text was not kept; check it once more"
        return found


def _run(text: str, names: dict[str, Any]) -> str:
    """Run it; why it cannot be run, if so."""
    try:
        exec(compile(text, "<an answer>", "exec"), names)
    except Exception as why:
        return watched(partial(_raise, why)).because.rstrip(".")
    return ""


def _raise(why: Exception) -> None:
    raise why
