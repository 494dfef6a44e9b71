"""The worksheet and the instructor's guide: what stands there about steps, times and misconceptions is made from them.

When steps, times or the quiz change: python tests/test_sheets.py --renew
"""

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from labkit.worksheet import EXERCISES, HAND_IN, QUIZ, STEPS, HandedIn, Step
from lesson_text import stated

ROOT = Path(__file__).resolve().parents[1]
LABS = ROOT / "labs"
SHEET, GUIDE = LABS / "Day13-Worksheet.md", LABS / "INSTRUCTOR.md"
MADE = re.compile(r"(<!-- made by tests/test_sheets.py: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
ASKS = {"prediction": "predict", "choice": "choose", "figure": "by hand", "code": "code"}
NOTEBOOKS = {number: f"exercise-{number}-{name}.ipynb" for number, name in (
    (1, "network-topology"), (2, "consensus-protocol"), (3, "partition-recovery"), (4, "coordination"))}


def box(step: Step) -> str:
    """One step as a check box."""
    size = step.size.removeprefix("our solution has ").removesuffix(" of its own")
    return f"- [ ] **{step.name}** ({ASKS[step.kind]}{f', {size}' if size else ''})"


def boxes(exercise: int) -> str:
    """The steps of an exercise: the core, then the stretch."""
    mine = [step for step in STEPS.values() if step.exercise == exercise]
    core, stretch = ([box(step) for step in mine if step.stretch is kind] for kind in (False, True))
    return "\n".join([*core, *(["", "Stretch:", "", *stretch] if stretch else [])]) + "\n"


def times() -> str:
    """How long each notebook takes."""
    rows = ["| Notebook | Steps | Core | With everything |", "|---|---|---|---|"]
    for number, name in NOTEBOOKS.items():
        core, everything = stated(LABS / name) if (LABS / name).exists() else (25, 35)
        steps = sum(step.exercise == number for step in STEPS.values())
        rows.append(f"| [Exercise {number}: {EXERCISES[number].lower()}]({name}) | {steps} | {core} min "
                    f"| {everything} min |")
    core, everything = stated(LABS / "reflection.ipynb")
    rows.append(f"| [Reflection](reflection.ipynb) | – | {core} min | {everything} min |")
    return "\n".join(rows) + "\n"


def commands() -> str:
    """The Git commands, as `hand_in` says them."""
    return "\n".join(["```", *HandedIn(Path(HAND_IN)).commands, "```"]) + "\n"


def misconceptions() -> str:
    """What refutes each misconception, in the order of the lessons."""
    rows = ["| Misconception | The experiment that refutes it | Where |", "|---|---|---|"]
    for asked in QUIZ:
        link = f"[{asked.where}](../notebooks/{asked.lesson}.ipynb)"
        rows.append(f"| {asked.misconception} | {asked.experiment} | {link} |")
    return "\n".join(rows) + "\n"


PARTS: dict[str, Callable[[], str]] = {
    **{f"exercise {number}": partial(boxes, number) for number in EXERCISES},
    "times": times, "commands": commands, "misconceptions": misconceptions,
}


def renewed(text: str) -> str:
    """The page with its parts as they should be."""
    return MADE.sub(lambda old: f"{old[1]}{PARTS[old[2]]()}{old[3]}", text)


@pytest.mark.parametrize("page", [SHEET, GUIDE], ids=lambda page: page.stem)
def test_what_is_made_from_steps_and_quiz_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert renewed(text) == text, "python tests/test_sheets.py --renew"


def test_the_sheet_says_in_which_folder_the_commands_find_what_was_handed_in() -> None:
    told = SHEET.read_text(encoding="utf-8").partition("<!-- made by tests/test_sheets.py: commands -->")[0]
    assert f"in the folder `{LABS.name}`" in told.rstrip().splitlines()[-1]


@pytest.mark.parametrize("page", [SHEET, GUIDE], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (LABS / target).exists(), target


def test_the_sheet_has_a_box_for_every_step_of_each_exercise() -> None:
    text = SHEET.read_text(encoding="utf-8")
    for number in EXERCISES:
        section = text.split(f"\n## Exercise {number}: ")[1].split("\n## ")[0]
        named = re.findall(r"^- \[ \] \*\*(.+?)\*\*", section, re.M)
        assert sorted(named) == sorted(step.name for step in STEPS.values() if step.exercise == number)
        assert NOTEBOOKS[number] in section
    assert len(STEPS) >= 28


def test_the_sheet_has_all_parts_of_the_course() -> None:
    text = SHEET.read_text(encoding="utf-8")
    assert re.findall(r"^# .+", text, re.M) == ["# Day 13 worksheet: a team of agents that survives"]
    for part in ("Objectives", "Reflection", "What to hand in", "Next"):
        assert f"\n## {part}\n" in text
    assert {found[1] for found in MADE.finditer(text)} and len(MADE.findall(text)) == 6


if __name__ == "__main__" and sys.argv[1:] == ["--renew"]:
    for path in (SHEET, GUIDE):
        if path.exists():
            path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
