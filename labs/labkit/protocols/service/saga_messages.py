"""What the agents of a saga say to each other, and what they write down."""

from dataclasses import dataclass

# Of a participant's ledger.
DONE, UNDONE, VOID = "done", "undone", "void"  # void: undone before it was done, so that it never will be


@dataclass(frozen=True)
class Do:
    """Do your step of this saga."""

    saga: str

    def __str__(self) -> str:
        return f"do, saga {self.saga}"


@dataclass(frozen=True)
class Did:
    """My step is done and will stay so until you say otherwise; or I will not do it."""

    saga: str
    yes: bool

    def __str__(self) -> str:
        return f"{'did' if self.yes else 'refused'}, saga {self.saga}"


@dataclass(frozen=True)
class Undo:
    """Compensate your step, if you have done it; and never do it from now on."""

    saga: str

    def __str__(self) -> str:
        return f"undo, saga {self.saga}"


@dataclass(frozen=True)
class Undid:
    """Nothing is left of my step."""

    saga: str

    def __str__(self) -> str:
        return f"undid, saga {self.saga}"


@dataclass(frozen=True)
class Record:
    """What the log says of a saga. left: whom to ask still, in order. tries: how often the first of them was asked."""

    forward: bool
    left: tuple[str, ...]
    tries: int = 1

    def __str__(self) -> str:
        if not self.left:
            return DONE if self.forward else UNDONE
        return f"{'do' if self.forward else 'undo'} {self.left[0]}"
