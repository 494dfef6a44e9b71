"""A spanning tree: one wave over all links finds it, and from then on news needs one message for each agent.

The wave is the echo algorithm of Chang, "Echo algorithms" (1982): the root asks its neighbours, each passes the
question on, takes the one that asked first for its parent and answers it when all its other neighbours have asked or
answered. Promise: 2m messages on m links, after which the root knows that the tree is complete; then n − 1 messages for
each piece of news between n agents. The price: a tree has no second way, so one cut link or one agent that is down cuts
off the whole branch behind it. Left out: mending the tree, as Leitão, Pereira & Rodrigues, "Epidemic broadcast trees"
(2007) do with the links that were left over.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import Decide, Effect, Invariant, Send, Sometimes, World
from labkit.protocols.dissemination.news import NEWS_PROPERTIES, Hearer, News
from labkit.protocols.protocol import Protocol
from labkit.values import by_name

COMPLETE = "the tree is complete"


@dataclass(frozen=True)
class Explore:
    """Are you in the tree already? If not, I am your parent."""

    def __str__(self) -> str:
        return "explore"


@dataclass(frozen=True)
class Echo:
    """I am your child, and all behind me are in the tree."""

    def __str__(self) -> str:
        return "echo"


@dataclass
class SpanningTree(Hearer):
    """Joins the tree that `root` builds at the start, and tells news to its parent and its children only."""

    root: str = "a"
    parent: str = ""
    children: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()  # the neighbours that have neither asked nor answered
    joined: bool = False
    durable: ClassVar[tuple[str, ...]] = ("heard", "parent", "children", "awaited", "joined")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("heard", "Has heard"), ("parent", "Parent"), ("children", "Children"), ("awaited", "Waits for"),
    )

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def is_first(self) -> bool:
        """An agent that is in the tree takes no other parent: else there could be a circle."""
        return not self.joined

    def adopts(self, child: str) -> bool:
        """A neighbour that answers is a child: news is passed on to it."""
        return child not in self.children

    # ---- building ----------------------------------------------------------------------------------------------------

    def start(self) -> Iterator[Effect]:
        if self.id == self.root and self.is_first():
            yield from self._join("")

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        match message:
            case Explore() if self.is_first():
                yield from self._join(sender)
            case Explore():
                yield from self._heard_from(sender)
            case Echo():
                if self.adopts(sender):
                    self.children = tuple(sorted((*self.children, sender), key=by_name))
                    yield from (Send(sender, News(text)) for text in self.heard)
                yield from self._heard_from(sender)
            case News(text):
                yield from self.hear(text, sender)

    def _join(self, parent: str) -> Iterator[Effect]:
        self.joined, self.parent = True, parent
        self.awaited = tuple(peer for peer in self.peers if peer != parent)
        yield from (Send(peer, Explore()) for peer in self.awaited)
        if parent:
            yield from (Send(parent, News(text)) for text in self.heard)
        yield from self._echo()

    def _heard_from(self, sender: str) -> Iterator[Effect]:
        if sender in self.awaited:
            self.awaited = tuple(peer for peer in self.awaited if peer != sender)
            yield from self._echo()

    def _echo(self) -> Iterator[Effect]:
        """All behind this agent are in the tree: tell the parent."""
        if not self.awaited:
            yield Send(self.parent, Echo()) if self.parent else Decide(COMPLETE)

    # ---- telling -----------------------------------------------------------------------------------------------------

    def tell(self, text: Hashable, *, but: str = "") -> list[Effect]:
        """Along the tree; a child that answers later is told then what was heard before."""
        near = (self.parent, *self.children) if self.parent else self.children
        return [Send(peer, News(text)) for peer in near if peer != but]

    @property
    def role(self) -> str:
        return "root" if self.id == self.root else f"child of {self.parent}" if self.parent else "not in the tree"

    @property
    def note(self) -> str:
        return ", ".join(filter(None, (self.role, super().note)))


def _members(world: World) -> dict[str, SpanningTree]:
    return {name: agent for name, agent in world.agents.items() if isinstance(agent, SpanningTree)}


def _circle(world: World) -> str | None:
    members = _members(world)
    for name, agent in members.items():
        above = [name]
        while agent.parent:
            if agent.parent in above:
                return f"the parents of {name} go round in a circle: {' → '.join((*above, agent.parent))}"
            above.append(agent.parent)
            agent = members[agent.parent]
    return None


def _one_sided(world: World) -> str | None:
    for name, agent in _members(world).items():
        for child in agent.children:
            if _members(world)[child].parent != name:
                return f"{name} takes {child} for its child, but the parent of {child} is another"
    return None


def _early(world: World) -> str | None:
    missing = [name for name, agent in _members(world).items() if not agent.joined]
    if missing and any(decision.value == COMPLETE for decision in world.decisions):
        return f"the tree was called complete, but {missing[0]} is not in it"
    return None


NO_CIRCLE = Invariant("no circle", "Whoever follows the parents comes to an end.", _circle, any_order=True)
ONE_PARENT = Invariant("one parent", "A child that a parent knows has that parent.", _one_sided, any_order=True)
ALL_JOINED = Invariant("complete", "If the root says that the tree is complete, all are in it.", _early, any_order=True)
TREE_COMPLETE = Sometimes(
    "tree complete", "In some run the root knows that the tree is complete.",
    lambda world: any(decision.value == COMPLETE for decision in world.decisions), any_order=True,
)
SPANNING_TREE_PROPERTIES = (NO_CIRCLE, ONE_PARENT, ALL_JOINED, TREE_COMPLETE, *NEWS_PROPERTIES)

SpanningTree.expected = SPANNING_TREE_PROPERTIES
PROTOCOL = Protocol(
    "spanning tree", SpanningTree,
    "One wave builds a tree; then each piece of news takes one message for each agent, and no second way.",
    settings=("root",), place=144,
)
