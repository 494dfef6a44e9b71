"""One question of a lesson: its choices, the answer and the reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A prediction to make: one of the choices is the answer, `because` explains it."""

    text: str
    choices: tuple[str, ...]
    answer: str
    because: str

    def __post_init__(self) -> None:
        if self.answer not in self.choices:
            raise ValueError(f"the answer {self.answer!r} is none of the choices: add it to {list(self.choices)}")
