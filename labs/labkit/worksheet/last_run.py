"""Whether a value is older than the last run of the cell that should have made it, for that run stopped with an error.

A notebook keeps the old value then, and would be judged on it without a word. The texts of the cells that have run are
in `In`, the one that runs now at its end; IPython knows which of them stopped with an error. Left out: values that a
magic such as %%time has made.
"""

import re
from traceback import walk_tb
from typing import Any

from labkit.notebook import bound, statements

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run_now(notebook: dict[str, Any]) -> int:
    """The number of the cell that runs now; 0 where no cells are numbered."""
    return len(_texts(notebook)) - 1 if _texts(notebook) else 0


def older(name: str, notebook: dict[str, Any]) -> str:
    """That the value of this name is older than the last run of its cell, in a sentence; '' if it is not."""
    texts = _texts(notebook)
    runs = [number for number, text in enumerate(texts) if _gives(text, name)]
    if not runs or runs[-1] == run_now(notebook):
        return ""
    stopped = [number for number in runs if _stopped_before(texts[number], name, number, notebook)]
    if runs[-1] not in stopped:
        return ""
    before = [number for number in runs if number not in stopped]
    made = f"as In[{before[-1]}] has made it" if before else "as it was before"
    return (f"The cell with {name} stopped with an error when it ran last, as In[{runs[-1]}], so this is about {name} "
            f"{made}: mend the cell and run it again.")


def _texts(notebook: dict[str, Any]) -> list[str]:
    texts = notebook.get("In")
    return [*map(str, texts)] if type(texts) is list else []


def _gives(text: str, name: str) -> bool:
    """Whether this cell is there to give the name a value, as far as its text can be read."""
    begins = rf"^(?:(?:def|class)\s+{re.escape(name)}\b|{re.escape(name)}\s*=(?!=))"
    return bool(re.search(begins, text, re.MULTILINE)) or _end_of(text, name) > 0


def _end_of(text: str, name: str) -> int:
    """The last line of the last statement that gives the name its value; 0 if there is none."""
    return max((one.end_lineno or 0 for one in statements(text) if name in bound(one)), default=0)


def _stopped_before(text: str, name: str, number: int, notebook: dict[str, Any]) -> bool:
    """Whether that run of this cell is known to have ended with an error before the name got its value."""
    if not statements(text):
        return True  # it cannot be read as a program
    told = _errors(notebook).get(number)
    if told is None:
        return False
    lines = re.findall(r"^-+> (\d+)", told, re.MULTILINE)  # the arrow of the outermost frame, which is the cell's
    return bool(lines) and int(lines[0]) <= _end_of(text, name)


def _errors(notebook: dict[str, Any]) -> dict[int, str]:
    """For each cell that stopped with an error its traceback, as far as this IPython keeps them."""
    shell: Any = notebook["get_ipython"]() if callable(notebook.get("get_ipython")) else None
    kept: dict[int, Any] = getattr(getattr(shell, "history_manager", None), "exceptions", None) or {}
    found = {number: COLOURS.sub("", "\n".join(map(str, told.get("traceback", ())))) for number, told in kept.items()}
    last = getattr(shell, "last_execution_result", None)
    if last is not None and not last.success and last.execution_count not in found:
        trace = getattr(last.error_in_exec, "__traceback__", None)
        lines = [line for frame, line in walk_tb(trace) if frame.f_globals is notebook]
        found[last.execution_count] = f"----> {lines[0]}" if lines else ""
    return found
