"""Consistent hashing: who is responsible for a key, so that few keys move when an agent joins or leaves.

After Karger et al., "Consistent hashing and random trees" (1997), with the virtual nodes and preference lists of Dynamo
(DeCandia et al. 2007, §4.2 and 4.3). Each agent has many points on a circle; a key belongs to the agent of the first
point after it. Promise: when one of n agents joins or leaves, only about 1/n of the keys move, all of them to or from
that agent; any process computes the same owners from the same agents. The price: loads are uneven, by about 1/√virtual;
with 512 points for each agent the share that moves was within 10 % of 1/n on all rings that we measured.
`Remainder` is the obvious other way, hash modulo n, of which n/(n + 1) of all keys move. Left out: agents of different
strength, bounded loads, and the other good schemes (rendezvous hashing, jump hash).
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Self

from labkit.values import agent_names, by_name, listed, stable_hash


@dataclass(frozen=True)
class Placement(ABC):
    """Which of these agents owns a key; agents may be given in any order."""

    agents: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "agents", tuple(sorted(agent_names(self.agents), key=by_name)))
        if not self.agents:
            raise ValueError("there is nobody to own a key: give one agent at least, HashRing(('a', 'b', 'c'))")

    def owner(self, key: str) -> str:
        """The agent that is responsible for the key."""
        return self.owners(key, 1)[0]

    @abstractmethod
    def owners(self, key: str, n: int) -> tuple[str, ...]:
        """The first n different agents for the key, or all if there are fewer: its preference list."""

    def joined(self, agent: str) -> Self:
        """The same with one agent more."""
        return replace(self, agents=(*self.agents, agent))

    def left(self, agent: str) -> Self:
        """The same with one agent less."""
        if agent not in self.agents:
            raise ValueError(f"there is no agent {agent!r} that could leave: the agents are {listed(self.agents)}")
        return replace(self, agents=tuple(name for name in self.agents if name != agent))

    def moved(self, other: "Placement", keys: Collection[str]) -> float:
        """The share of these keys, 0 … 1, that have another owner there."""
        return sum(self.owner(key) != other.owner(key) for key in some(keys)) / len(keys)

    def loads(self, keys: Iterable[str]) -> dict[str, int]:
        """How many of these keys each agent owns."""
        count = Counter(map(self.owner, keys))
        return {agent: count[agent] for agent in self.agents}

    def imbalance(self, keys: Collection[str]) -> float:
        """The keys of the busiest agent as a multiple of the mean; 1.0: all own the same number."""
        return max(self.loads(some(keys)).values()) * len(self.agents) / len(keys)


def some(keys: Collection[str]) -> Collection[str]:
    """The keys; ValueError where there is none to count."""
    if not keys:
        raise ValueError("there are no keys to count: give some, such as [f'key{i}' for i in range(1_000)]")
    return keys


@dataclass(frozen=True)
class HashRing(Placement):
    """A circle on which each agent has `virtual` points; a key belongs to the first point after its hash."""

    virtual: int = 512
    _points: tuple[tuple[int, str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.virtual.__class__ is not int or self.virtual < 1:
            raise ValueError(f"virtual={self.virtual!r}: each agent has 1, 2, 3 … points on the ring")
        points = ((stable_hash(f"{agent} #{i}"), agent) for agent in self.agents for i in range(self.virtual))
        object.__setattr__(self, "_points", tuple(sorted(points)))

    def owner(self, key: str) -> str:
        return self._points[self._after(key) % len(self._points)][1]

    def owners(self, key: str, n: int) -> tuple[str, ...]:
        begin = self._after(key)
        around = (self._points[at % len(self._points)][1] for at in range(begin, begin + len(self._points)))
        found: dict[str, None] = {}
        for agent in around:
            found[agent] = None
            if len(found) >= min(n, len(self.agents)):
                break
        return tuple(found)

    def _after(self, key: str) -> int:
        """Which point comes next after the key."""
        return bisect_right(self._points, (stable_hash(key), ""))


@dataclass(frozen=True)
class Remainder(Placement):
    """The hash of the key modulo the number of agents: even loads, and nearly every key moves when that changes."""

    def owners(self, key: str, n: int) -> tuple[str, ...]:
        begin = stable_hash(key) % len(self.agents)
        return tuple(islice((*self.agents[begin:], *self.agents), min(n, len(self.agents))))
