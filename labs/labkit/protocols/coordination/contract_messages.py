"""What managers and contractors say to each other in a contract net. Smith 1980."""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.agents import Carries
from labkit.values import brief


@dataclass(frozen=True)
class Announcement:
    """A manager to all: who can do this?"""

    key: str
    task: Hashable

    def __str__(self) -> str:
        return f"announcement: {brief(self.task)}, contract {self.key}"


@dataclass(frozen=True)
class Bid:
    """I can, and would be done after that time."""

    key: str
    price: int

    def __str__(self) -> str:
        return f"bid {self.price}, contract {self.key}"


@dataclass(frozen=True)
class Award(Carries):
    """It is yours."""

    key: str
    task: Hashable

    def __str__(self) -> str:
        return f"award: {brief(self.task)}, contract {self.key}"


@dataclass(frozen=True)
class Report:
    """It is done."""

    key: str

    def __str__(self) -> str:
        return f"report: done, contract {self.key}"
