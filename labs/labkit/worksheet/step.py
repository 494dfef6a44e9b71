"""One step of the worksheet: what to do, how it is judged, hints, a solution and the reason why."""

import ast
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["prediction", "choice", "figure", "code"]


@dataclass(frozen=True)
class Step:
    """A step with one answer to give; `judge` returns if the answer is right and raises `Refuted` if it is not.

    blank: the cell as the notebook has it, without the check; what is to be filled in is `...`. solution: the same cell
    filled in. imports: what stands before it. hints: each says more than the one before. because: why the solution is
    right. An answer that may be one of many is judged by what it does, not by how it looks.
    """

    name: str
    exercise: int  # 1 to 4
    task: str
    kind: Kind
    blank: str
    solution: str
    because: str
    hints: tuple[str, ...]
    judge: Callable[[Any], None]
    imports: str = ""
    stretch: bool = False

    def __post_init__(self) -> None:
        if self.answer != _last_name(self.blank):
            raise ValueError(f"step {self.name!r}: blank and solution must end by giving the same name a value")

    @property
    def answer(self) -> str:
        """The name that the solution gives a value last: that of the function, the class or the variable to check."""
        return _last_name(self.solution)

    @property
    def size(self) -> str:
        """How much there is to write, for the task: 'our solution has 6 lines of its own', beside those that are given.

        '' where nothing is to be programmed.
        """
        if self.kind != "code":
            return ""
        given, solved = (Counter(filter(str.strip, text.splitlines())) for text in (self.blank, self.solution))
        lines = (solved - given).total()
        return "our solution has one line of its own" if lines == 1 else f"our solution has {lines} lines of its own"


def _last_name(text: str) -> str:
    match ast.parse(text).body[-1]:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    raise ValueError(f"the last statement gives no single name a value: {text!r}")
