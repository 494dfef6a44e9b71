"""What can change in a network: a direction of a link is cut or healed, an agent crashes or restarts."""

from dataclasses import dataclass

import networkx as nx

from labkit.values import by_name, listed

Way = tuple[str, str]  # one direction of a link: (from, to)


@dataclass(frozen=True)
class Cut:
    """From now on, nothing that `source` sends over its link to `target` arrives."""

    source: str
    target: str


@dataclass(frozen=True)
class Heal:
    """The direction works again."""

    source: str
    target: str


@dataclass(frozen=True)
class Crash:
    """The agent stops; its links remain but carry nothing."""

    agent: str


@dataclass(frozen=True)
class Restart:
    """A crashed agent runs again."""

    agent: str


NetworkChange = Cut | Heal | Crash | Restart


def cut(a: str, b: str) -> tuple[Cut, Cut]:
    """The events that cut a link in both directions."""
    return Cut(a, b), Cut(b, a)


def heal(a: str, b: str) -> tuple[Heal, Heal]:
    """The events that heal a link in both directions."""
    return Heal(a, b), Heal(b, a)


def isolate(graph: "nx.Graph[str]", *group: str) -> tuple[Cut, ...]:
    """The events that cut every link between these agents and all others; no agent crashes, they only hear silence."""
    strangers = [agent for agent in group if agent not in graph]
    if strangers:
        raise ValueError(f"there is no agent {strangers[0]!r}: the agents are {listed(graph, most=12)}")
    return tuple(event for a in group for b in sorted(graph[a], key=by_name) if b not in group for event in cut(a, b))
