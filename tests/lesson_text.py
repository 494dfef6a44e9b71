"""What a learner meets in a lesson or an exercise, in its order: headings, texts, folded answers, predictions, cells.

A heading that begins with "Deeper:" or "Stretch:" (after its number) opens a part that may be skipped; it ends at the
next heading of its level or a higher one. Each task "Change it yourself" may be skipped, too, with its folded answer.
All else is the core path. The seconds of a program are fitted to early versions of two exercises: learners that were
new to them needed 42 minutes for one core path and 38 to 42 for the other; the formula gives 44 and 36.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labkit.worksheet import QUIZ, STEPS

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
EXERCISES = sorted((NOTEBOOKS.parent / "labs").glob("*.ipynb"))
WORDS_A_MINUTE = 200
A_PREDICTION, AN_ACTION, A_CHANGE, A_CELL, A_LINE = 40, 20, 60, 30, 5  # seconds; a line is one of code, to be read
A_PROGRAM, AN_OWN_LINE, A_CHECK, A_REFLECTION = 120, 30, 20, 300  # seconds in exercises; a line is one to be written
ACTS = re.compile(
    r"\b(click|press|choose|drag|cut|crash|set|step|undo|heal|try|run|replace|restart|switch|go back|leave out|print|"
    r"vote|propose|override|make|ask|register|move|slide|count)\b", re.IGNORECASE)
TASK = re.compile(r"\*\*(?:Observe|Change it yourself)\.\*\*.*", re.DOTALL)  # to the end of its piece
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
CHECKED = re.compile(r'check\("(.+?)"')
PIECES = re.compile(r"^(?=#{1,4} |\*\*Change it yourself\.\*\*)|(?<=^</details>\n)", re.MULTILINE)
CHANGE = "**Change it yourself.**"


@dataclass(frozen=True)
class Part:
    """One cell, or a piece of a text cell: under one heading, one task with its folded answer."""

    cell: str  # its id
    kind: str  # markdown or code
    text: str
    section: str  # the heading of level two above it
    deeper: bool
    step: str = ""  # the step of the worksheet whose blank it is

    @property
    def visible(self) -> str:
        """What stands there before anything is unfolded."""
        return FOLDED.sub("", self.text)

    @property
    def question(self) -> str | None:
        """The name of the prediction that it asks for."""
        found = re.match(r'predict\("(.+)"\)', self.text) if self.kind == "code" else None
        return found[1] if found else None

    @property
    def seconds(self) -> float:
        """How long it takes: words read, a prediction made, things done and changed, a cell read and run."""
        if self.question:
            return A_PREDICTION
        if self.step:
            return self._to_answer
        if CHECKED.match(self.text):
            return A_CHECK
        if self.kind == "code":
            lines = [line for line in self.text.splitlines() if not line.startswith(("from ", "import "))]
            more = A_REFLECTION * self.text.startswith('answers["') + A_PREDICTION * self._quiz_questions
            return A_CELL + A_LINE * len(lines) + more
        task = TASK.search(self.visible)
        acts = AN_ACTION * len(ACTS.findall(task[0])) if task else 0
        return 60 * len(self.text.split()) / WORDS_A_MINUTE + acts + A_CHANGE * self.text.startswith(CHANGE)

    @property
    def _quiz_questions(self) -> int:
        """How many questions the quiz in this cell asks: Quiz() all of them, Quiz(QUIZ[::4]) every fourth."""
        found = re.search(r"Quiz\((?:QUIZ\[(.*?)\])?\)", self.text)
        if found is None:
            return 0
        return len(QUIZ[slice(*(int(number) if number else None for number in (found[1] or ":").split(":")))])

    @property
    def _to_answer(self) -> float:
        """How long it takes to answer the step: one prediction per `...`, or a program with what is given of it."""
        step = STEPS[self.step]
        if step.kind != "code":
            return A_PREDICTION * self.text.count("...")
        own = re.search(r"(\d+) lines", step.size)
        return A_PROGRAM + AN_OWN_LINE * (int(own[1]) if own else 1) + A_LINE * len(self.text.splitlines())


def parts(lesson: Path) -> Iterator[Part]:
    """The parts of a lesson in their order."""
    section, deeper = "", 0  # deeper: the level of the heading that opened such a part
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    for cell, then in zip(cells, [*cells[1:], None], strict=True):
        kind, source = cell["cell_type"], "".join(cell["source"])
        checked = CHECKED.match("".join(then["source"])) if kind == "code" and then else None
        for piece in PIECES.split(source) if kind == "markdown" else [source]:
            heading = re.match(r"(#+) (?:\d+\. )?(.*)", piece) if kind == "markdown" else None
            if heading:
                level = len(heading[1])
                deeper = 0 if level <= deeper else deeper
                deeper = deeper or (level if heading[2].startswith(("Deeper:", "Stretch:")) else 0)
                section = heading[2] if level <= 2 else section
            if piece.strip():
                yield Part(cell["id"], kind, piece, section, bool(deeper) or piece.startswith(CHANGE),
                           checked[1] if checked else "")


def minutes(lesson: Path, *, deeper: bool) -> float:
    """How long its core path takes, or all of it."""
    return sum(part.seconds for part in parts(lesson) if deeper or not part.deeper) / 60


def stated(lesson: Path) -> tuple[int, int]:
    """The minutes stated in its first cell: the core path, all of it."""
    first = next(parts(lesson)).text
    found = re.search(r"\*\*Time:\*\* (\d+) minutes(?: for the core path, (\d+) with everything)?", first)
    assert found is not None, lesson.name
    return int(found[1]), int(found[2] or found[1])
