"""An answer for each idempotency key: whoever executes looks there first, so a call that comes twice is done once.

After Helland, "Life beyond distributed transactions" (2007), and the idempotency keys of payment services. It is a
value: it goes into a durable field, in the same step as the effect itself, or a crash between the two forgets the one
or the other. Memory is finite: a new answer pushes the oldest one out, and a copy that comes later than that is done
again. Left out: forgetting by age.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Once:
    """size: how many answers it remembers. answers: key and answer, the oldest first.

    forgot: the key that the latest answer has pushed out, if any.
    """

    size: int = 100
    answers: tuple[tuple[Hashable, Hashable], ...] = ()
    forgot: Hashable = None

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"a memory has room for one answer at least, not for {self.size}")

    def __str__(self) -> str:
        return f"{len(self.answers)} of {self.size} answers remembered"

    def knows(self, key: Hashable) -> bool:
        """Whether there is an answer for this key."""
        return any(key == known for known, _ in self.answers)

    def answer(self, key: Hashable) -> Hashable:
        """The answer that was given for this key; None if there is none, or no longer."""
        return next((answer for known, answer in self.answers if key == known), None)

    def with_answer(self, key: Hashable, answer: Hashable) -> "Once":
        """The memory with this answer, too; the first answer for a key stays."""
        if self.knows(key):
            return self
        full = len(self.answers) == self.size
        kept = self.answers[1:] if full else self.answers
        return replace(self, answers=(*kept, (key, answer)), forgot=self.answers[0][0] if full else None)
