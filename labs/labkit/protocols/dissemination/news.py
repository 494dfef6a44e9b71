"""What all ways to spread word share: the news, the agents that have heard it, and what must hold of them.

A client tells one agent, and the agents tell each other. Each knows its `peers` only: `among_neighbours` makes a cast
in which these are the neighbours in a network. Where the network must not find a way round a cut link by itself, build
it with relay=False.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import networkx as nx

from labkit.agents import Agent, Effect, Holds, Invariant, Reply, Sometimes, World, create
from labkit.values import brief, by_name, canonical, expect, listed

A = TypeVar("A", bound=Agent)
TOLD = "on its way"


@dataclass(frozen=True)
class News:
    """Have you heard?"""

    text: Hashable

    def __str__(self) -> str:
        return f"news: {brief(self.text)}"


@dataclass
class Hearer(Agent, Holds):
    """Remembers what it has heard, in order; its subclasses say whom it tells."""

    heard: tuple[Hashable, ...] = ()
    durable: ClassVar[tuple[str, ...]] = ("heard",)
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("heard", "Has heard"),)

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def is_news(self, text: Hashable) -> bool:
        """What is known already is neither kept nor passed on again: else word would go round for ever."""
        return text not in self.heard

    def tell(self, text: Hashable, *, but: str = "") -> Iterable[Effect]:
        """Pass on what this agent has just heard, not back to the agent that it came from."""
        return ()

    # ---- what happens ------------------------------------------------------------------------------------------------

    def request(self, value: Hashable) -> list[Effect]:
        return [*self.hear(value), Reply(value, TOLD)]

    def hear(self, text: Hashable, sender: str = "") -> list[Effect]:
        """Keep it and pass it on, if it is news."""
        if not self.is_news(text):
            return []
        self.heard = (*self.heard, text)
        return [*self.tell(text, but=sender)]

    # ---- what to show ------------------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Hashable]:
        """The news that it has heard."""
        return frozenset(self.heard)

    @property
    def note(self) -> str:
        return brief(self.heard[-1], 20) if self.heard else ""


def among_neighbours(kind: Callable[..., A], graph: "nx.Graph[str]", **options: Any) -> dict[str, A]:
    """One agent for each node of the network, with its neighbours there as its only peers; options go to each."""
    expect(kind, Callable, "among_neighbours takes a class of agents and a network, among_neighbours(Flooding, graph)")
    expect(graph, nx.Graph, "among_neighbours takes a network, as from build('mesh', 8)")
    create(kind, list(graph)[:1], **options)  # raises ValueError for an option that there is not
    return {name: kind(name, tuple(sorted(graph[name], key=by_name)), **options) for name in graph}


# ---- what must hold --------------------------------------------------------------------------------------------------


def _hearers(world: World) -> list[Hearer]:
    return [agent for agent in world.agents.values() if isinstance(agent, Hearer)]


def _invented(world: World) -> str | None:
    said = {value for _, value in world.requests}
    for agent in _hearers(world):
        if made_up := [canonical(text) for text in agent.heard if text not in said]:
            return f"{agent.id} has heard {listed(made_up)}, which no client has said"
    return None


def _heard_again(world: World) -> str | None:
    for agent in _hearers(world):
        if len(agent.holds) < len(agent.heard):
            return f"{agent.id} took for news what it had heard before"
    return None


def _all_know(world: World) -> bool:
    said = {value for _, value in world.requests}
    return bool(said) and all(said <= agent.holds for agent in _hearers(world) if agent.id not in world.down)


NOTHING_INVENTED = Invariant("nothing invented", "Nobody knows what no client has said.", _invented, any_order=True)
HEARD_ONCE = Invariant("news once", "Each agent takes each piece of news for news once.", _heard_again, any_order=True)
EVERYONE_KNOWS = Sometimes("everyone knows", "In some run all agents hear all the news.", _all_know, any_order=True)
NEWS_PROPERTIES = (NOTHING_INVENTED, HEARD_ONCE, EVERYONE_KNOWS)
