"""Hand-ins as they lie in a folder, whatever is in them: what each claims, the texts behind it, and what is wrong.

Nothing of a hand-in is run here.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from labkit.worksheet.exercises import STEPS
from labkit.worksheet.progress import FILE, Record, records_in
from labkit.worksheet.verdict import CORRECT, NOT_TRIED

SYSTEM = "system.py"
LARGEST, LONGEST = 2_000_000, 100_000  # bytes of a file, characters of an answer
DEEPEST = 3  # folders below that of a student

Kind = Literal["holds", "does not hold", "no code", "not checked", "not yet", "not tried yet"]
HOLDS: Kind = "holds"
FORGED: Kind = "does not hold"
NO_CODE: Kind = "no code"
UNKNOWN: Kind = "not checked"


@dataclass(frozen=True)
class Result:
    """What is known of one step: the record that was handed in, and what the check of its code came to."""

    record: Record
    kind: Kind
    because: str = ""


@dataclass(frozen=True)
class Handed:
    """One hand-in. problems: what is wrong with it as a whole, a sentence each. system: what came of running it."""

    student: str
    folder: Path
    results: dict[str, Result]
    problems: tuple[str, ...] = ()
    program: str = ""  # the text of system.py
    system: str = ""

    @property
    def done(self) -> int:
        """How many steps are correct, as far as the code shows."""
        return sum(result.kind == HOLDS for result in self.results.values())

    @property
    def claimed(self) -> int:
        return sum(result.record.state == CORRECT for result in self.results.values())

    @property
    def doubtful(self) -> list[str]:
        """The steps that count as correct in the file, but not by their code."""
        return [name for name, result in self.results.items() if result.kind in (FORGED, NO_CODE)]

    def texts(self) -> list[tuple[str, str]]:
        """Each step that is to be checked again, with the text of its answer."""
        return [(name, result.record.source) for name, result in self.results.items() if result.kind == UNKNOWN]

    def after(self, verdicts: dict[str, tuple[Kind, str]], system: str, problem: str = "") -> "Handed":
        """The same with what the check came to."""
        results = dict(self.results)
        for name, (kind, because) in verdicts.items():
            results[name] = replace(results[name], kind=kind, because=because)
        return replace(self, results=results, system=system, problems=(*self.problems, *filter(None, [problem])))


def hand_ins_in(folder: Path) -> list[Handed]:
    """One per folder in this folder, in the order of their names; ValueError if there is none."""
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}: give the folder that holds one folder for each student")
    students = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not students:
        raise ValueError(f"the folder {folder} holds no folders: put the hand-in of each student into one of its own")
    return [_read(path) for path in students]


def _read(folder: Path) -> Handed:
    problems: list[str] = []
    place = next(_places(folder, DEEPEST), None)
    if place is None:
        nothing = {name: Result(Record(), "not tried yet") for name in STEPS}
        return Handed(folder.name, folder, nothing, ("There is neither progress.json nor system.py in it.",))
    program = _text(place / SYSTEM, problems)
    told = _text(place / FILE, problems)
    records = records_in(told) if told else None
    if records is None:
        if told:
            problems.append("progress.json is damaged; the steps with a program are checked from system.py.")
        elif program:
            problems.append("There is no progress.json; the steps with a program are checked from system.py.")
        records = _from_program(program)
    results = {name: _claim(records.get(name, Record())) for name in STEPS}
    problems += _differences(results, program)
    return Handed(folder.name, place, results, tuple(problems), program)


def _places(folder: Path, deep: int) -> Iterator[Path]:
    """Folders that hold a hand-in, the nearest first."""
    try:
        if (folder / FILE).is_file() or (folder / SYSTEM).is_file():
            yield folder
        if deep:
            for path in sorted(folder.iterdir()):
                if path.is_dir() and not path.is_symlink():
                    yield from _places(path, deep - 1)
    except OSError:
        return


def _text(path: Path, problems: list[str]) -> str:
    """The text of a file; '' with a sentence where it cannot be read."""
    try:
        if path.is_symlink():
            problems.append(f"{path.name} is a link to another place and was not followed.")
            return ""
        if path.stat().st_size > LARGEST:
            problems.append(f"{path.name} is larger than {LARGEST // 1_000_000} MB and was not read.")
            return ""
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path.name == SYSTEM:
            problems.append("There is no system.py.")
    except (OSError, UnicodeDecodeError):
        problems.append(f"{path.name} cannot be read as text.")
    return ""


def _claim(record: Record) -> Result:
    if record.state != CORRECT:
        return Result(record, "not tried yet" if record.state == NOT_TRIED else "not yet")
    if not record.source.strip():
        return Result(record, NO_CODE, "it counts as correct, but no answer was handed in")
    if len(record.source) > LONGEST:
        return Result(replace(record, source=""), NO_CODE, f"its text is longer than {LONGEST:,} characters")
    return Result(record, UNKNOWN)


def _from_program(program: str) -> dict[str, Record]:
    """Steps whose answer stands in system.py."""
    names = _names_in(program)
    return {name: Record(CORRECT, source=program) for name, step in STEPS.items()
            if step.kind == "code" and step.answer in names}


def _differences(results: dict[str, Result], program: str) -> Iterator[str]:
    """Where system.py lacks what the progress counts as correct."""
    names = _names_in(program)
    lacking = [name for name, result in results.items() if STEPS[name].kind == "code"
               and result.kind == UNKNOWN and STEPS[name].answer not in names]
    if lacking and program:
        yield f"system.py lacks the answers to {', '.join(f'“{name}”' for name in lacking)}."


def _names_in(program: str) -> set[str]:
    try:
        body = ast.parse(program).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = set()
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found.add(re.sub(r"_\d+$", "", name))  # the second of two that had the same name
    return found
