"""What came of judging an answer: not tried yet, not yet and because of what, or correct.

A reason is a clause that can follow "because". One that begins with a capital letter is a sentence, or several.
"""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["not tried yet", "not yet", "correct"]
NOT_TRIED: State = "not tried yet"
NOT_YET: State = "not yet"
CORRECT: State = "correct"


@dataclass(frozen=True)
class Verdict:
    """One verdict in a state of three; `because` is a reason.

    case: it was refuted by a case that breaks it, not by an error or its form. shows: something shows why, and can be
    opened. witness: that thing, where the answer was judged in this process.
    printed: what the first run of the answer printed, or how that began. seconds: how long judging took.
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
        return f"{self.state}{following(self.because)}" if self.state == NOT_YET else self.state


def following(because: str) -> str:
    """The reason as it follows the words "not yet", with a full stop at its end."""
    because = because.strip()
    return ended(f"{'. ' if because[:1].isupper() else ', because '}{because}")


def ended(text: str) -> str:
    """The text with a full stop at its end, unless its last sentence is ended already, be it inside of quotes."""
    return text if text.rstrip("”").endswith((".", "?", "!")) else f"{text}."


def not_yet(because: str, witness: Any = None, case: bool = False) -> Verdict:
    """A wrong answer, with the reason, with what shows it, and whether it is a case that breaks it."""
    return Verdict(NOT_YET, because, witness is not None, witness, case=case)
