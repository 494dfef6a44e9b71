"""What a learner meets in a lesson, in its order: headings, texts, folded answers, predictions and cells to run.

A heading that begins with "Deeper:" (after its number) opens a part that may be skipped; it ends at the next heading of
its level or a higher one. All else is the core path.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
WORDS_A_MINUTE = 200
A_PREDICTION, AN_ACTION, A_CHANGE, A_CELL, A_LINE = 40, 20, 60, 20, 5  # seconds; a line is one of code, to be read
ACTS = re.compile(
    r"\b(click|press|choose|drag|cut|crash|set|step|undo|heal|try|run|replace|restart|switch|go back|leave out|print|"
    r"vote|propose|override|make|ask|register|move|slide|count)\b", re.IGNORECASE)
TASKS = re.compile(r"^\*\*(Observe|Change it yourself)\.\*\*.*", re.MULTILINE)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """One cell, or the piece of a text cell under one heading."""

    cell: str  # its id
    kind: str  # markdown or code
    text: str
    section: str  # the heading of level two above it
    deeper: bool

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
        if self.kind == "code":
            return A_CELL + A_LINE * len(self.text.splitlines())
        tasks = [task[0] for task in TASKS.finditer(self.visible)]
        acts = AN_ACTION * sum(len(ACTS.findall(task)) for task in tasks)
        changes = A_CHANGE * sum(task.startswith("**Change") for task in tasks)
        return 60 * len(self.text.split()) / WORDS_A_MINUTE + acts + changes


def parts(lesson: Path) -> Iterator[Part]:
    """The parts of a lesson in their order."""
    section, deeper = "", 0  # deeper: the level of the heading that opened such a part
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        kind, source = cell["cell_type"], "".join(cell["source"])
        for piece in re.split(r"^(?=#{1,4} )", source, flags=re.MULTILINE) if kind == "markdown" else [source]:
            heading = re.match(r"(#+) (?:\d+\. )?(.*)", piece) if kind == "markdown" else None
            if heading:
                level = len(heading[1])
                deeper = 0 if level <= deeper else deeper
                deeper = deeper or (level if heading[2].startswith("Deeper:") else 0)
                section = heading[2] if level <= 2 else section
            if piece.strip():
                yield Part(cell["id"], kind, piece, section, bool(deeper))


def minutes(lesson: Path, *, deeper: bool) -> float:
    """How long its core path takes, or all of it."""
    return sum(part.seconds for part in parts(lesson) if deeper or not part.deeper) / 60


def stated(lesson: Path) -> tuple[int, int]:
    """The minutes stated in its first cell: the core path, all of it."""
    found = re.search(r"\*\*Time:\*\* (\d+) minutes(?:; with all \*Deeper\* parts (\d+))?", next(parts(lesson)).text)
    assert found is not None, lesson.name
    return int(found[1]), int(found[2] or found[1])
