"""The part of a configuration that properties may look at, and which of it they do read in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from labkit.agents import Agent, Asked, Decision, Property, Replied, Said
from labkit.search.histories import KINDS

S = TypeVar("S", Asked, Decision, Replied)


@dataclass
class Seen:
    """A world; `read` gathers the kinds of things said that were looked at."""

    agents: Mapping[str, Agent]
    down: frozenset[str]
    said: Sequence[Said]
    read: set[type] = field(default_factory=set)

    def for_property(self, prop: Property) -> "Seen":
        """The same world for a property: what one reads to which the order does not matter is not noted."""
        return Seen(self.agents, self.down, self.said) if prop.any_order else self

    @property
    def history(self) -> Sequence[Said]:
        """Everything said."""
        self.read |= KINDS
        return self.said

    @property
    def requests(self) -> list[Asked]:
        """What clients asked for."""
        return self._of(Asked)

    @property
    def decisions(self) -> list[Decision]:
        """What was decided, each once."""
        return self._of(Decision)

    @property
    def replies(self) -> list[Replied]:
        """What clients were told."""
        return self._of(Replied)

    def _of(self, kind: type[S]) -> list[S]:
        self.read.add(kind)
        return [said for said in self.said if isinstance(said, kind)]
