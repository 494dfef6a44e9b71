"""Hand in: a folder with the system, a document for each exercise, the reflection and the progress, ready to commit.

Everything in the documents is computed from the learner's own answers; what is not done yet is named in a sentence.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labkit.values import Bar, listed
from labkit.worksheet.documents import (
    QUESTIONS,
    Work,
    answered,
    consensus_document,
    recovery_document,
    reflection_document,
    system_text,
    topology_document,
)
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.progress import FOLDER, Progress
from labkit.worksheet.scoring import EXERCISES
from labkit.worksheet.trial import finished
from labkit.worksheet.verdict import CORRECT, ended

OWN_WORDS = "\n<!-- What you add below this line stays when the folder is written anew. -->\n\n"
INTERRUPTED = ("Interrupted: nothing was written, and your progress is kept. To hand in, run this cell again; it takes "
               "about ten seconds.")
PARTS: dict[str, tuple[str, Callable[[Work], tuple[str, dict[str, str]]]]] = {  # what it is doing, and what makes it
    "topology.md": ("Measuring your topology", topology_document),
    "consensus.md": ("Searching every order of votes", consensus_document),
    "recovery.md": ("Running your team through all faults", recovery_document),
}
HAND_IN = f"{FOLDER}/hand-in"
MESSAGE = "Day 13: a distributed agent system, its topology, its consensus and its recovery"


@dataclass(frozen=True)
class HandedIn:
    """folder: where it is. files: what it holds. done, steps: how many steps are correct, of how many. remarks: what a
    reader should know of it. missing: for each exercise the steps that are not done. problem: why it could not be
    written, if so.
    """

    folder: Path
    files: tuple[str, ...] = ()
    done: int = 0
    steps: int = 0
    remarks: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def where(self) -> str:
        """The folder from the root on, for a file manager."""
        return self.folder.absolute().as_posix()

    @property
    def then(self) -> str:
        """What to do next, and in which folder."""
        if sys.platform == "emscripten":
            return ("This page keeps the folder in your browser: press “Download my work” at the foot of the page, and "
                    "commit the folder from the archive in a repository of your own.")
        here = "" if self.folder.is_absolute() else f" Run the commands in the folder {Path.cwd().name}, where this "
        return ("Read the documents once, then commit them, here or in a repository of your own to which you copy the "
                f"folder.{here}{'notebook is.' if here else ''}")

    @property
    def commands(self) -> tuple[str, ...]:
        """The Git commands that commit it; the lab's own .gitignore names the folder, hence --force."""
        return f"git add --force {self.folder.as_posix()}", f'git commit -m "{MESSAGE}"', "git push"

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        return "\n".join([
            f"Written to {self.where}: {', '.join(self.files)}.",
            f"{self.done} of {self.steps} steps are correct.", *self.missing, *self.remarks, self.then,
            *(f"    {command}" for command in self.commands),
        ])

    __repr__ = __str__


def hand_in(
    folder: str | Path = HAND_IN, *, answers: Mapping[str, str] | None = None, progress: str | Path = FOLDER
) -> HandedIn:
    """Write what is to be handed in.

    answers: to the questions of the reflection, {"topology": …, "consensus": …, "challenges": …}. progress: the folder
    with the progress. A reflection that was written before stays if no answers are given, and so do the words that were
    added at the end of a document.
    """
    try:
        with Bar(total=len(PARTS) + 1, leave=False, bar_format="{desc} {elapsed}") as bar:
            try:
                return _handed_in(Path(folder), {} if answers is None else answers, Progress(progress), bar)
            finally:
                bar.total = None  # it is done, so the page takes the bar away and does not paint it red
    except KeyboardInterrupt:
        return HandedIn(Path(folder), problem=INTERRUPTED)


def _handed_in(folder: Path, answers: Mapping[str, str], known: Progress, bar: Bar) -> HandedIn:
    given = answered(answers)
    records = {name: record for name, record in known.all().items() if name in STEPS}
    work = Work(records)
    files = {"system.py": system_text(work)}
    for name, (what, made) in PARTS.items():
        bar.set_description(what)
        text, pictures = made(work)
        bar.update()
        files |= {name: text + OWN_WORDS + _own_words(folder / name), **pictures}
    bar.set_description("Writing the folder")
    if given or not (folder / "reflection.md").exists():
        files["reflection.md"] = reflection_document(given)[0]
    if known.path.exists():
        files["progress.json"] = known.path.read_text(encoding="utf-8")
    else:
        files["progress.json"] = json.dumps({"version": 1, "steps": {}}, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as why:
        return HandedIn(folder, problem=f"The folder {folder.as_posix()} cannot be written: {why.strerror or why}. "
                                        'Choose another one, hand_in("…").')
    done = sum(record.state == CORRECT for record in records.values())
    names = tuple(sorted(path.name for path in folder.iterdir() if path.is_file()))
    missing = tuple(f"Exercise {number}. {todo}" for number in EXERCISES if (todo := work.undone(number)))
    return HandedIn(folder, names, done, len(STEPS), tuple(_remarks(work, files, given)), missing)


def _own_words(document: Path) -> str:
    """What a learner has written at the end of a document that was handed in before."""
    try:
        return document.read_text(encoding="utf-8").partition(OWN_WORDS.strip())[2].strip("\n") + "\n"
    except (OSError, UnicodeDecodeError):
        return "\n"


def _remarks(work: Work, files: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """What is not as it should be, a sentence each."""
    said = []
    if work.problems:
        names, why = listed([f"“{name}”" for name in work.problems], most=20), next(iter(work.problems.values()))
        said.append(f"Not in it, because their text cannot be run by itself: {names}. The first of them: {why}.")
    verdict = finished(lambda: exec(compile(files["system.py"], "system.py", "exec"), {"__name__": "system"}))
    if not verdict.correct:
        said.append(ended(f"system.py does not run by itself yet: {verdict.because}"))
    if unanswered := [name for name in QUESTIONS if "reflection.md" in files and name not in given]:
        asked = ", ".join(f'"{name}": "…"' for name in unanswered)
        said.append(f"The reflection waits for answers: hand_in(answers={{{asked}}}).")
    return said
