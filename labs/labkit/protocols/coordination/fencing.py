"""A lock that runs out, and the token that makes it safe: who comes late with an old token is refused.

After Burrows, "The Chubby lock service" (2006), §2.4 (sequencers). A lease can run out while its holder sleeps or while
its write is on the way; no lock can help that, only who stores the data can. Promise: the store takes no write under a
lease after it has taken one under a later lease; and what a client is told is true, however often a message comes: yes
means that its value is stored, no that it never will be. Left out: a lock service of several agents (Raft's terms are
such tokens), giving a lock back early.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from labkit.agents import Agent, Effect, Effects, Invariant, Reply, Send, SetTimer, Sometimes, World
from labkit.protocols.protocol import Protocol
from labkit.values import brief, canonical

LEASE = "lease"
BUSY, STORED, REFUSED = "the lock is taken", "stored", "refused: the lease is an old one"


@dataclass(frozen=True)
class Ask:
    """May I have the lock? number: which of the asker's questions this is."""

    number: int

    def __str__(self) -> str:
        return f"lock request, number {self.number}"


@dataclass(frozen=True)
class Grant:
    """You have it, and the token tells your lease from earlier ones; None: somebody else has it."""

    number: int
    token: int | None

    def __str__(self) -> str:
        if self.token is None:
            return f"lock taken, answer to number {self.number}"
        return f"lock granted, token {self.token}, answer to number {self.number}"


@dataclass(frozen=True)
class Put:
    """A write under a lease."""

    number: int
    token: int
    value: Hashable

    def __str__(self) -> str:
        return f"write: {brief(self.value)}, token {self.token}, number {self.number}"


@dataclass(frozen=True)
class Outcome:
    """What the store did with it."""

    number: int
    result: str

    def __str__(self) -> str:
        return f"{self.result}, answer to number {self.number}"


@dataclass
class Locked(Agent):
    """The first agent by the name in `keeper` grants the lock, `store` keeps the data, all others write for clients."""

    keeper: str = "a"
    store: str = "b"
    lease: int = 100
    token: int = 0  # the keeper's: of the last lease
    taken: bool = False  # the keeper's
    written: tuple[tuple[int, Hashable], ...] = ()  # the store's: token and value, in order
    asked: int = 0  # a writer's: how many questions
    waiting: tuple[tuple[int, Hashable], ...] = ()  # a writer's: number and value of what is open
    put: frozenset[int] = frozenset()  # a writer's: the numbers of those that it has sent to the store
    durable: ClassVar[tuple[str, ...]] = ("token", "taken", "written", "asked")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("token", "Latest token"), ("taken", "Lock taken"), ("written", "Stored: token, value"),
        ("waiting", "Open: number, value"),
    )

    def accepts(self, token: int) -> bool:
        """The store takes nothing with an older token than it has seen."""
        return not self.written or token >= self.written[-1][0]

    def has_taken(self, token: int) -> bool:
        """Each lease carries one write, so a second one under the same token is a copy of the first."""
        return any(token == taken for taken, _ in self.written)

    def awaits_lease(self, number: int) -> bool:
        """What is on its way to the store may be stored already: from then on only the store can answer."""
        return number not in self.put

    def is_free(self) -> bool:
        """The keeper gives the lock to one at a time."""
        return not self.taken

    def start(self) -> Effects:
        return self._run_out() if self.taken else None  # a keeper that has crashed waits for the lease to end

    def request(self, value: Hashable) -> list[Effect]:
        if self.id in (self.keeper, self.store):
            return [Reply(value, f"{self.id} takes no requests", ok=False)]
        self.asked += 1
        self.waiting = (*self.waiting, (self.asked, value))
        return [Send(self.keeper, Ask(self.asked))]

    def timeout(self, timer: str) -> Effects:
        self.taken = False
        return None

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Ask(number) if self.is_free():
                self.token, self.taken = self.token + 1, True
                return [self._run_out(), Send(sender, Grant(number, self.token))]
            case Ask(number):
                return [Send(sender, Grant(number, None))]
            case Grant(number, token) if self.awaits_lease(number):
                return self._granted(number, token)
            case Put(number, token) if self.has_taken(token):
                return [Send(sender, Outcome(number, STORED))]
            case Put(number, token, value) if self.accepts(token):
                self.written = (*self.written, (token, value))
                return [Send(sender, Outcome(number, STORED))]
            case Put(number):
                return [Send(sender, Outcome(number, REFUSED))]
            case Outcome(number, result):
                return self._close(number, result)
        return []

    def _granted(self, number: int, token: int | None) -> list[Effect]:
        """Write at once, in good faith: no writer can know whether its lease still runs when the write arrives."""
        if token is None:
            return self._close(number, BUSY)
        writes = [Put(number, token, value) for mine, value in self.waiting if mine == number]
        self.put |= {write.number for write in writes}
        return [Send(self.store, write) for write in writes]

    def _run_out(self) -> Effect:
        return SetTimer(LEASE, (self.lease, self.lease))

    def _close(self, number: int, result: str) -> list[Effect]:
        found = [Reply(value, result, ok=result == STORED) for mine, value in self.waiting if mine == number]
        self.waiting, self.put = tuple(one for one in self.waiting if one[0] != number), self.put - {number}
        return [*found]

    @property
    def role(self) -> str:
        return {self.keeper: f"lock, token {self.token}", self.store: f"store: {len(self.written)}"}.get(
            self.id, "writer"
        )

    @property
    def note(self) -> str:
        if self.id == self.keeper:
            return f"lock {'taken' if self.taken else 'free'}, token {self.token}"
        if self.id == self.store:
            return f"stores {brief(self.written[-1][1], 20)}, token {self.written[-1][0]}" if self.written else "store"
        return "has a lease, writes" if self.put else "waits for the lock" if self.waiting else "writer"


def _out_of_turn(world: World) -> str | None:
    for agent in world.agents.values():
        tokens = [token for token, _ in agent.written] if isinstance(agent, Locked) else []
        for before, after in pairwise(tokens):
            if after < before:
                return f"{agent.id} took a write under token {after} after one under token {before}"
    return None


def _untrue(world: World) -> str | None:
    """Counted, for several clients may ask for the same value, and each request ends once."""
    asked = Counter(value for _, value in world.requests)
    agents = [agent for agent in world.agents.values() if isinstance(agent, Locked)]
    stored = Counter(value for agent in agents for _, value in agent.written)
    answers = Counter((reply.request, reply.ok) for reply in world.replies)
    for value in stored:
        if stored[value] > asked[value]:
            return f"{canonical(value)} is stored more often than clients asked for it"
    for value, ok in answers:
        if ok and answers[value, True] > stored[value]:
            return f"a client was told that {canonical(value)} is stored, but it is not"
        if not ok and answers[value, False] + stored[value] > asked[value]:
            return f"a client was told that {canonical(value)} is not stored, but it is"
    return None


def _two_leases(world: World) -> bool:
    return any(len({token for token, _ in agent.written}) > 1 for agent in world.agents.values()
               if isinstance(agent, Locked))


IN_TURN = Invariant("writes in turn", "No write of a deposed holder is taken after one of its successor.", _out_of_turn)
TRUE_ANSWERS = Invariant(
    "true answers", "What clients are told is true: stored once, or never to be stored.", _untrue, any_order=True
)
SUCCESSION = Sometimes("two holders in turn", "In some run two holders write, one after the other.", _two_leases)
FENCING_PROPERTIES = (IN_TURN, TRUE_ANSWERS, SUCCESSION)

Locked.expected = FENCING_PROPERTIES
PROTOCOL = Protocol(
    "fenced lock", Locked,
    "Writers take turns under a lock that runs out; the store refuses a write under an old lease by its token.",
    settings=("keeper", "store", "lease"), place=150,
)
