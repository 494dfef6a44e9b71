"""How far the learner is, as a file beside the notebooks: it survives a restart of the kernel and an update of the lab.

Each change reads the file anew, changes one step and replaces the file in one go, so two notebooks open at once lose
nothing. Steps and fields that this version does not know are kept. The first answers to the quiz stand beside the steps
and count nowhere. A damaged file is set aside, never overwritten.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labkit.worksheet.verdict import CORRECT, NOT_TRIED, NOT_YET, State, Verdict

VERSION = 1
FOLDER, FILE = "day13", "progress.json"
QUIZ = "quiz"  # where the answers to it stand in the file
MOST_REASONS = 20  # of one step


@dataclass(frozen=True)
class Record:
    """What is known of one step.

    tries: how often it was judged. hints: how many were opened. opened: whether the solution was. source: the text of
    the last correct answer. reasons: why answers were wrong, in the order in which that was met, each once. cases:
    those of them that tell a case which breaks the answer.
    """

    state: State = NOT_TRIED
    tries: int = 0
    hints: int = 0
    opened: bool = False
    source: str = ""
    reasons: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


class Progress:
    """The records in a folder; `remark` says what went wrong with the file, in a sentence, or is ''."""

    def __init__(self, folder: str | Path = FOLDER) -> None:
        self.path = Path(folder) / FILE
        self.remark = ""
        self._steps: dict[str, Any] = {}
        self._beside: dict[str, Any] = {}  # what the file has beside the steps
        self._loaded = False

    def of(self, step: str) -> Record:
        """The record of that step; a fresh one if it was never tried."""
        return _record(self._read().get(step))

    def all(self) -> dict[str, Record]:
        """The records of all steps in the file, the last changed at the end, also of those that this version lacks."""
        return {name: _record(held) for name, held in self._read().items()}

    def note(self, step: str, verdict: Verdict, source: str = "") -> Record:
        """Remember a verdict. A step that was correct once stays correct; source: the text of the answer."""
        def changed(old: Record) -> Record:
            if verdict.state == NOT_TRIED:
                return old
            new = replace(old, tries=old.tries + 1)
            if verdict.state == CORRECT:
                return replace(new, state=CORRECT, source=source)
            reasons = tuple(dict.fromkeys((*old.reasons, verdict.because)))[-MOST_REASONS:]
            cases = tuple(dict.fromkeys((*old.cases, verdict.because)))[-MOST_REASONS:] if verdict.case else old.cases
            state = old.state if old.state == CORRECT else NOT_YET
            return replace(new, state=state, reasons=reasons, cases=cases)

        return self._change(step, changed)

    def open_hint(self, step: str, most: int) -> Record:
        """One hint more was opened, of that many."""
        return self._change(step, lambda old: replace(old, hints=min(most, old.hints + 1)))

    def open_solution(self, step: str) -> Record:
        """The solution was opened."""
        return self._change(step, lambda old: replace(old, opened=True))

    def quiz(self) -> dict[str, str]:
        """The answers to the quiz, by misconception."""
        self._read()
        held = self._beside.get(QUIZ)
        given = held if type(held) is dict else {}
        return {asked: option for asked, option in given.items() if type(option) is str}

    def note_quiz(self, asked: str, option: str) -> None:
        """Remember the answer to a question of the quiz."""
        answers = self.quiz() | {asked: option}
        self._beside = {**self._beside, QUIZ: answers}
        self._write()

    # ---- the file --------------------------------------------------------------------------------------------

    def _change(self, step: str, changed: Callable[[Record], Record]) -> Record:
        steps = self._read()
        before = _record(steps.get(step))
        after = changed(before)
        if after != before:
            known = steps.get(step)
            kept = known if type(known) is dict else {}  # fields of a later version
            others = {name: held for name, held in steps.items() if name != step}
            self._steps = {**others, step: {**kept, **vars(after), "reasons": [*after.reasons],
                                              "cases": [*after.cases]}}
            self._write()
        return after

    def _read(self) -> dict[str, Any]:
        """The steps as the file has them now; what this object remembers, where there is no file to be read."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            if self._loaded:
                self._steps, self._beside, self._loaded = {}, {}, False  # deleted by hand: a fresh start
            return self._steps
        except (OSError, UnicodeDecodeError):
            self._set_aside("cannot be read")
            return self._steps
        try:
            told = json.loads(text)
            if type(told) is not dict or type(told.get("steps")) is not dict:
                raise ValueError
        except (ValueError, RecursionError):
            self._set_aside("is damaged")
            return self._steps
        if told.get("version") != VERSION:
            self._set_aside("was written by another version of the lab")
            return self._steps
        self._steps, self._loaded = told["steps"], True
        self._beside = {name: held for name, held in told.items() if name not in ("version", "steps")}
        return self._steps

    def _set_aside(self, why: str) -> None:
        for number in range(1, 1_000):
            other = self.path.with_name(f"progress-set-aside-{number}.json")
            if not other.exists():
                break
        try:
            self.path.replace(other)
            self.remark = f"The file of your progress {why}. It is now called {other.name}; a new one was begun."
        except OSError:
            self.remark = f"The file of your progress {why}, and it could not be moved: rename {self.path}."

    def _write(self) -> None:
        text = json.dumps({"version": VERSION, "steps": self._steps, **self._beside}, indent=1, ensure_ascii=False)
        draft = self.path.with_name(f".{FILE}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text + "\n", encoding="utf-8")
            os.replace(draft, self.path)
            self._loaded = True
        except OSError as why:
            self.remark = f"Your progress could not be saved in {self.path.parent}: {why.strerror or why}."


def records_in(text: str) -> dict[str, Record] | None:
    """The records in the text of such a file; None if it is damaged."""
    try:
        steps = json.loads(text)["steps"]
        return {name: _record(held) for name, held in steps.items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def _record(held: Any) -> Record:
    """The record that a part of the file tells; what is of a wrong kind there counts as never written."""
    told = held if type(held) is dict else {}
    state = told.get("state")
    return Record(
        state if state in (NOT_YET, CORRECT) else NOT_TRIED,
        _number(told.get("tries")), _number(told.get("hints")), told.get("opened") is True,
        told["source"] if type(told.get("source")) is str else "",
        _texts(told.get("reasons")), _texts(told.get("cases")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if type(one) is str) if type(value) is list else ()


def _number(value: Any) -> int:
    return value if type(value) is int and value >= 0 else 0
