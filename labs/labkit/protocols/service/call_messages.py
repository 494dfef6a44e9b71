"""What a caller and a server say to each other, and what a caller remembers of a call that is open."""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.values import brief

PATIENCE, RETRY = "patience", "retry"  # timers of a call, each with the number of its slot


@dataclass(frozen=True)
class Call:
    """Please do this. The number and the caller's name are the key; attempt: which try of this call it is."""

    number: int
    value: Hashable
    attempt: int = 1

    def __str__(self) -> str:
        if self.attempt == 1:
            return f"call, number {self.number}: {brief(self.value)}"
        return f"retry, number {self.number}, attempt {self.attempt}: {brief(self.value)}"


@dataclass(frozen=True)
class Answer:
    """The call with this number of yours is done."""

    number: int

    def __str__(self) -> str:
        return f"answer, number {self.number}"


@dataclass(frozen=True)
class Pending:
    """A call that is open. slot: whose timer it has. asked: by a client. rests: until it is tried again."""

    number: int
    value: Hashable
    slot: int
    asked: bool
    attempt: int = 1
    rests: bool = False

    def __str__(self) -> str:
        return f"number {self.number}, attempt {self.attempt}"

    @property
    def timer(self) -> str:
        """The timer that it waits for."""
        return f"{RETRY if self.rests else PATIENCE} {self.slot}"
