"""What a task queue, its workers and the world say to each other."""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.agents import Carries
from labkit.values import brief


@dataclass(frozen=True)
class Task(Carries):
    """The queue to a worker: do this; it is the attempt-th time that I hand it out."""

    key: int
    what: Hashable
    attempt: int

    def __str__(self) -> str:
        return f"task {self.key}: {brief(self.what)}, attempt {self.attempt}"


@dataclass(frozen=True)
class Execute(Carries):
    """A worker to the world: send this mail, make this payment. The key says which task it is for."""

    key: int
    what: Hashable

    def __str__(self) -> str:
        return f"execute: {brief(self.what)}, task {self.key}"


@dataclass(frozen=True)
class Executed:
    """The world to a worker: it is done, now or some time before."""

    key: int

    def __str__(self) -> str:
        return f"executed, task {self.key}"


@dataclass(frozen=True)
class Ack:
    """A worker to the queue: you need not hand out this task again."""

    key: int

    def __str__(self) -> str:
        return f"ack, task {self.key}"
