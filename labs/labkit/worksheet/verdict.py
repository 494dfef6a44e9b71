"""What came of judging an answer: not tried yet, not yet and because of what, or correct."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["not tried yet", "not yet", "correct"]
NOT_TRIED: State = "not tried yet"
NOT_YET: State = "not yet"
CORRECT: State = "correct"


@dataclass(frozen=True)
class Verdict:
    """One verdict in a state of three; `because` is a sentence.

    case: it was refuted by a case that breaks it, not by an error or its form. shows: something shows why, and can be
    opened. witness: that thing, where the answer was judged in this process.
    printed: how the output of the answer began. seconds: how long judging took.
    """

    state: State
    because: str = ""
    shows: bool = False
    witness: Any = None
    printed: str = ""
    seconds: float = 0.0
    case: bool = False

    @property
    def correct(self) -> bool:
        return self.state == CORRECT

    def __str__(self) -> str:
        return f"{self.state}, because {self.because}" if self.state == NOT_YET else self.state


def not_yet(because: str, witness: Any = None, case: bool = False) -> Verdict:
    """A wrong answer, with the reason, with what shows it, and whether it is a case that breaks it."""
    return Verdict(NOT_YET, because, witness is not None, witness, case=case)
