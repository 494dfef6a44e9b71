"""One at a time without a lock service: an agent enters once all others have let it. Ricart & Agrawala 1981.

"An optimal algorithm for mutual exclusion in computer networks". Promise: at most one agent is inside; requests are
served in the order of their stamps, so nobody waits for ever; an entry costs 2(n−1) messages. The price: the answer of
every agent is needed, so one that is down, or one lost message, blocks all others. A stamp in each answer makes doubled
messages harmless. Left out: agents that join and leave, and a time-out that strikes the dead from the list.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from labkit.agents import Agent, Effect, Invariant, Reply, Send, SetTimer, Sometimes, World
from labkit.protocols.protocol import Protocol
from labkit.values import brief, by_name, frozendict, listed

WORK = "work"
DONE = "done"


@dataclass(frozen=True)
class MayI:
    """May I enter? The stamp says since when I want to, on Lamport's clock."""

    stamp: int

    def __str__(self) -> str:
        return f"may I enter, stamp {self.stamp}"


@dataclass(frozen=True)
class GoAhead:
    """As far as I am concerned you may, with the request of that stamp."""

    stamp: int

    def __str__(self) -> str:
        return f"go ahead, stamp {self.stamp}"


@dataclass
class RicartAgrawala(Agent):
    """Asks all others before it enters, and puts off its answer to those whose turn comes after its own."""

    work: tuple[int, int] = (20, 40)  # how long it stays inside
    clock: int = 0  # Lamport's: the highest stamp seen
    wishes: tuple[Hashable, ...] = ()  # what clients want done inside; the first is being seen to
    stamp: int = 0  # of its own open request; 0: none
    let_by: frozenset[str] = frozenset()  # the agents that have let it enter
    inside: bool = False
    deferred: frozendict[str, int] = field(default_factory=frozendict)  # whom it will answer later, with their stamps
    durable: ClassVar[tuple[str, ...]] = ("clock",)  # so that no stamp is used twice
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("stamp", "Own stamp"), ("let_by", "Let by"), ("deferred", "Answers put off, with stamp"), ("wishes", "To do"),
    )

    # ---- the rules: forget one, and two are inside, or nobody ever is ------------------------------------------------

    def may_enter(self) -> bool:
        """Only if all others have let me: a majority is not enough, for they may let another one, too."""
        return self.let_by >= frozenset(self.peers)

    def comes_first(self, stamp: int, peer: str) -> bool:
        """The lower stamp goes first; of equal stamps, the name decides, and all decide alike."""
        return (stamp, by_name(peer)) < (self.stamp, by_name(self.id))

    def must_wait(self, stamp: int, peer: str) -> bool:
        """Whoever is inside, or wants to enter before that peer, answers later."""
        return self.inside or (self.stamp > 0 and not self.comes_first(stamp, peer))

    def next_stamp(self) -> int:
        """Higher than all that I have seen, so that those who asked earlier go first."""
        return self.clock + 1

    # ---- what happens ------------------------------------------------------------------------------------------------

    def request(self, value: Hashable) -> list[Effect]:
        self.wishes = (*self.wishes, value)
        return self._ask() if len(self.wishes) == 1 else []

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case MayI(stamp):
                self.clock = max(self.clock, stamp)
                if not self.must_wait(stamp, sender):
                    return [Send(sender, GoAhead(stamp))]
                self.deferred = self.deferred | {sender: max(stamp, self.deferred.get(sender, 0))}
            case GoAhead(stamp) if stamp == self.stamp and not self.inside:
                self.let_by |= {sender}
                return self._enter()
        return []

    def timeout(self, timer: str) -> list[Effect]:
        """The work inside is done: leave, and let all that have waited."""
        done, self.wishes = self.wishes[0], self.wishes[1:]
        late = [Send(peer, GoAhead(stamp)) for peer, stamp in self.deferred.items()]
        self.inside, self.stamp, self.let_by, self.deferred = False, 0, frozenset(), frozendict()
        return [Reply(done, DONE), *late, *(self._ask() if self.wishes else [])]

    def _ask(self) -> list[Effect]:
        self.stamp = self.clock = self.next_stamp()
        return [*(Send(peer, MayI(self.stamp)) for peer in self.peers), *self._enter()]

    def _enter(self) -> list[Effect]:
        if not self.may_enter():
            return []
        self.inside = True
        return [SetTimer(WORK, self.work)]

    @property
    def role(self) -> str:
        return "inside" if self.inside else "waits" if self.stamp else "outside"

    @property
    def note(self) -> str:
        if self.inside:
            return f"inside: {brief(self.wishes[0], 20)}"
        if self.stamp:
            return f"waits, let by {len(self.let_by)} of {len(self.peers)}"
        return "outside"


# ---- what must hold --------------------------------------------------------------------------------------------------


def _up(world: World) -> list[RicartAgrawala]:
    return [one for name, one in world.agents.items() if isinstance(one, RicartAgrawala) and name not in world.down]


def _together(world: World) -> str | None:
    inside = [agent.id for agent in _up(world) if agent.inside]
    return f"{listed(inside)} are inside at once" if len(inside) > 1 else None


def _waits_for_the_dead(world: World) -> str | None:
    for agent in _up(world):
        dead = [peer for peer in agent.peers if peer in world.down and peer not in agent.let_by]
        if agent.stamp and not agent.inside and dead:
            return f"{agent.id} waits for the answer of {listed(dead)}, which is down"
    return None


def _all_served(world: World) -> bool:
    return bool(world.requests) and len(world.replies) == len(world.requests)


AT_MOST_ONE = Invariant("one at a time", "At most one agent is inside.", _together)
WAITS_FOR_NO_DEAD = Invariant(
    "waits for no dead agent", "No agent waits for the answer of one that is down.", _waits_for_the_dead
)
ALL_SERVED = Sometimes(
    "all served", "In some run everything that clients asked for has been done.", _all_served, any_order=True
)
RICART_AGRAWALA_PROPERTIES = (AT_MOST_ONE, ALL_SERVED)

RicartAgrawala.expected = RICART_AGRAWALA_PROPERTIES
PROTOCOL = Protocol(
    "ricart-agrawala", RicartAgrawala,
    "An agent enters once all others have let it; stamps say whose turn it is, and one crash blocks everybody.",
    settings=("work",), place=152,
)
