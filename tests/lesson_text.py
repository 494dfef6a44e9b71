"""What a learner meets in a lesson, in its order: headings, texts, folded answers, predictions and cells to run.

A heading that begins with "Deeper:" (after its number) opens a part that may be skipped; it ends at the next heading of
its level or a higher one. Each task "Change it yourself" may be skipped, too, with its folded answer. All else is the
core path.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
WORDS_A_MINUTE = 200
A_PREDICTION, AN_ACTION, A_CHANGE, A_CELL, A_LINE = 40, 20, 60, 30, 5  # seconds; a line is one of code, to be read
ACTS = re.compile(
    r"\b(click|press|choose|drag|cut|crash|set|step|undo|heal|try|run|replace|restart|switch|go back|leave out|print|"
    r"vote|propose|override|make|ask|register|move|slide|count)\b", re.IGNORECASE)
TASK = re.compile(r"\*\*(?:Observe|Change it yourself)\.\*\*.*", re.DOTALL)  # to the end of its piece
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
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
        task = TASK.search(self.visible)
        acts = AN_ACTION * len(ACTS.findall(task[0])) if task else 0
        return 60 * len(self.text.split()) / WORDS_A_MINUTE + acts + A_CHANGE * self.text.startswith(CHANGE)


def parts(lesson: Path) -> Iterator[Part]:
    """The parts of a lesson in their order."""
    section, deeper = "", 0  # deeper: the level of the heading that opened such a part
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        kind, source = cell["cell_type"], "".join(cell["source"])
        for piece in PIECES.split(source) if kind == "markdown" else [source]:
            heading = re.match(r"(#+) (?:\d+\. )?(.*)", piece) if kind == "markdown" else None
            if heading:
                level = len(heading[1])
                deeper = 0 if level <= deeper else deeper
                deeper = deeper or (level if heading[2].startswith("Deeper:") else 0)
                section = heading[2] if level <= 2 else section
            if piece.strip():
                yield Part(cell["id"], kind, piece, section, bool(deeper) or piece.startswith(CHANGE))


def minutes(lesson: Path, *, deeper: bool) -> float:
    """How long its core path takes, or all of it."""
    return sum(part.seconds for part in parts(lesson) if deeper or not part.deeper) / 60


def stated(lesson: Path) -> tuple[int, int]:
    """The minutes stated in its first cell: the core path, all of it."""
    first = next(parts(lesson)).text
    found = re.search(r"\*\*Time:\*\* (\d+) minutes(?: for the core path, (\d+) with everything)?", first)
    assert found is not None, lesson.name
    return int(found[1]), int(found[2] or found[1])
