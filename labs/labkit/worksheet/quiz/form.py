"""One question of the quiz: a misconception, options with an explanation each, and the experiment that refutes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QuizQuestion:
    """A question that somebody with the misconception answers wrongly; `says` has what to tell whoever takes an option.

    lesson: the name of the notebook, without its ending. section: the heading there. experiment: what to do in it.
    """

    misconception: str
    text: str
    says: dict[str, str]  # by option, in the order in which they are offered
    answer: str
    lesson: str
    section: str
    experiment: str

    def __post_init__(self) -> None:
        if self.answer not in self.says:
            raise ValueError(f"the answer {self.answer!r} is none of the options: add it to {[*self.says]}")

    @property
    def options(self) -> tuple[str, ...]:
        """What can be answered."""
        return tuple(self.says)

    @property
    def where(self) -> str:
        """Where the experiment is, for a reader: lesson 03, section 4."""
        return f"lesson {self.lesson.split('-')[0]}, section {self.section.split('.')[0]}"
