"""What a supervisor, its workers and its boss say to each other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Beat:
    """From a worker: I work. life: which of its lives this is."""

    life: int

    def __str__(self) -> str:
        return f"beat, life {self.life}"


@dataclass(frozen=True)
class Begin:
    """From the supervisor: begin this life, whatever you are doing."""

    life: int

    def __str__(self) -> str:
        return f"begin, life {self.life}"


@dataclass(frozen=True)
class Stop:
    """From the supervisor: do nothing any more; no life before this one begins any more, either."""

    life: int

    def __str__(self) -> str:
        return f"stop, after life {self.life - 1}"


@dataclass(frozen=True)
class Alarm:
    """From the supervisor to its boss: I have given up."""

    why: str

    def __str__(self) -> str:
        return f"alarm: {self.why}"


@dataclass(frozen=True)
class Heard:
    """The alarm has arrived."""

    def __str__(self) -> str:
        return "alarm heard"
