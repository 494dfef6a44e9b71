"""What a cell has started ends when that cell is run again: processes, and whatever else outlives a variable.

Jupyter tells with each run which cell it is of. Outside of a notebook, or where a page does not tell, nothing ends
early; all ends with Python anyway. Left out: a cell that is deleted.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

End = Callable[[], object]
_STARTED: dict[str, list[End]] = {}  # by cell
_LISTENING: list[Any] = []  # to this shell


def end_with_cell(end: End) -> None:
    """Call this as soon as the cell that is running now is run again."""
    shell = _shell()
    cell = _cell(shell)
    if cell:
        if shell not in _LISTENING:
            _LISTENING[:] = [shell]
            shell.events.register("pre_run_cell", _before)
        _STARTED.setdefault(cell, []).append(end)


def _before(*_: object) -> None:
    """A cell is about to be run: what its last run has started ends, the latest first."""
    for end in reversed(_STARTED.pop(_cell(_shell()), [])):
        with suppress(Exception):  # it must not keep the cell from running
            end()


def _shell() -> Any:
    get = vars(sys.modules["__main__"]).get("get_ipython")
    return get() if callable(get) else None


def _cell(shell: Any) -> str:
    """The cell whose run was asked for last; '' for a click, or where nobody tells."""
    if not hasattr(shell, "get_parent"):
        return ""
    return str((shell.get_parent() or {}).get("metadata", {}).get("cellId", ""))
