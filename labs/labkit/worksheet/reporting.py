"""A report on a class: one folder for each student in, a table, plots and pages out; every answer is checked again.

A file that claims more than its code shows is shown as such. Nothing that is handed in can break the report.
"""

from collections.abc import Callable
from pathlib import Path

from labkit.worksheet.report import Handed, hand_ins_in, recheck_all, write_pages

OUT = "class-report"


def report_class(
    hand_ins: str | Path, out: str | Path = OUT, said: Callable[[int, int], None] = lambda done, of: None
) -> Path:
    """Check all hand-ins again and write the report; gives its first page.

    hand_ins: a folder with one folder for each student. said: called as said(done, of) after each of them.
    """
    checked: list[Handed] = recheck_all(hand_ins_in(Path(hand_ins)), said)
    return write_pages(checked, Path(out))
