"""What a property may look at: the agents, and what clients and agents said to each other. Never messages in flight."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from labkit.agents.agent import Agent


class Asked(NamedTuple):
    """A client has asked this agent for something; an agent that was down then has not heard it."""

    agent: str
    value: Hashable


@dataclass(frozen=True)
class Decision:
    """An agent has decided a value; `about` names the question ("" where there is only one)."""

    agent: str
    value: Hashable
    about: str = ""


@dataclass(frozen=True)
class Replied:
    """An agent has told a client how its request ended."""

    agent: str
    request: Hashable
    result: Hashable
    ok: bool = True


Said = Asked | Decision | Replied


class World(Protocol):
    """What a property may look at; everything said stands in the order in which it was said."""

    @property
    def agents(self) -> Mapping[str, Agent]: ...
    @property
    def down(self) -> frozenset[str]: ...  # agents that have crashed
    @property
    def history(self) -> Sequence[Said]: ...  # requests, decisions (a repeated one stands once) and replies
    @property
    def requests(self) -> Collection[tuple[str, Hashable]]: ...  # of the history: (agent asked, value)
    @property
    def decisions(self) -> Collection[Decision]: ...  # of the history
    @property
    def replies(self) -> Collection[Replied]: ...  # of the history
