"""What clients ask of a quorum store, what its agents say to each other, and the versions that they speak of.

A client writes with `Write`, as with the other replicas.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from labkit.protocols.replication.replicas import Write
from labkit.values import brief, by_name, frozendict

EMPTY: frozendict[Any, Any] = frozendict()


@dataclass(frozen=True)
class Read:
    """A client asks for the value under a key."""

    key: str

    def __str__(self) -> str:
        return f"read {self.key}"


@dataclass(frozen=True)
class Version:
    """A value with its place in the order of all writes of its key; no two writes have the same stamp and agent."""

    value: Hashable
    stamp: int
    agent: str  # the coordinator of the write

    def __str__(self) -> str:
        return f"{brief(self.value, 30)}, version {self.stamp} by {self.agent}" if self.stamp else "nothing"

    @property
    def order(self) -> tuple[int, tuple[int, str]]:
        """The higher, the newer."""
        return self.stamp, by_name(self.agent)


NOTHING = Version(None, 0, "")  # what a replica holds under a key that it has not seen


@dataclass(frozen=True)
class Query:
    """What do you hold under this key? number: of the coordinator's operation, as in all that follow."""

    number: int
    key: str

    def __str__(self) -> str:
        return f"query: key {self.key}, operation {self.number}"


@dataclass(frozen=True)
class Held:
    """This is the newest that I hold."""

    number: int
    version: Version

    def __str__(self) -> str:
        return f"held: {self.version}, operation {self.number}"


@dataclass(frozen=True)
class Store:
    """Keep this, unless you hold a newer one. home: the replica that you stand in for; empty: it is for yourself."""

    number: int
    key: str
    version: Version
    home: str = ""

    def __str__(self) -> str:
        hint = f", in place of {self.home}" if self.home else ""
        return f"{'hint' if self.home else 'store'}: {self.key} is {self.version}{hint}, operation {self.number}"


@dataclass(frozen=True)
class Kept:
    """I hold this, or a newer one."""

    number: int

    def __str__(self) -> str:
        return f"stored, operation {self.number}"


@dataclass(frozen=True)
class Operation:
    """A request in the hands of its coordinator: first it asks what is there, then, if need be, it stores a version."""

    number: int
    request: Write | Read
    answers: frozendict[str, Version] = EMPTY  # who holds what, of those that have answered
    version: Version | None = None  # what is being stored; None: it still asks
    kept: frozenset[str] = frozenset()  # who has stored it
    wider: bool = False  # stand-ins have been asked, too

    def __str__(self) -> str:
        return f"{self.request}, {f'stored by {len(self.kept)}' if self.version else f'answers: {len(self.answers)}'}"

    @property
    def newest(self) -> Version:
        """The newest version of those that were told."""
        return max(self.answers.values(), key=lambda version: version.order, default=NOTHING)
