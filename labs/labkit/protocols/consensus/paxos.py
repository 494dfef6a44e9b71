"""Paxos for one decision: once a majority has accepted a value, no other value can ever be chosen.

Lamport, "Paxos Made Simple" (2001), §2. Every agent is proposer, acceptor and learner. Left out: the distinguished
proposer (§2.4; rivals give way at random instead), many decisions in a row (§3), refusals (silence is enough), and a
proposer that asks again within one ballot (it takes a higher ballot instead).
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from labkit.agents import (
    AGREEMENT,
    SOMEONE_DECIDES,
    VALIDITY,
    Agent,
    CancelTimer,
    Decide,
    Decides,
    Effect,
    Property,
    Reply,
    Send,
    SetTimer,
)
from labkit.protocols.protocol import Protocol
from labkit.values import brief, frozendict


@dataclass(frozen=True, order=True)
class Ballot:
    """The number of a proposal; the agent's name breaks ties, so two agents never share one."""

    number: int
    agent: str

    def __str__(self) -> str:
        return f"ballot {self.number} of {self.agent}" if self.agent else "no ballot"


@dataclass(frozen=True)
class Proposal:
    """A value with the ballot in which it was proposed."""

    ballot: Ballot
    value: Hashable

    def __str__(self) -> str:
        return f"{brief(self.value)} in {self.ballot}"


@dataclass(frozen=True)
class Prepare:
    """Phase 1: promise me this ballot."""

    ballot: Ballot

    def __str__(self) -> str:
        return f"prepare, {self.ballot}"


@dataclass(frozen=True)
class Promise:
    """Nothing below this ballot from now on; `accepted` is what I accepted before, if anything."""

    ballot: Ballot
    accepted: Proposal | None

    def __str__(self) -> str:
        return f"promise, {self.ballot}, accepted before: {self.accepted or 'nothing'}"


@dataclass(frozen=True)
class Accept:
    """Phase 2: accept this value."""

    ballot: Ballot
    value: Hashable

    def __str__(self) -> str:
        return f"accept {brief(self.value)}, {self.ballot}"


@dataclass(frozen=True)
class Accepted:
    """I have accepted what was proposed in this ballot."""

    ballot: Ballot

    def __str__(self) -> str:
        return f"accepted, {self.ballot}"


@dataclass(frozen=True)
class Chosen:
    """A majority has accepted this value."""

    value: Hashable

    def __str__(self) -> str:
        return f"chosen {brief(self.value)}"


@dataclass
class Paxos(Agent, Decides):
    """One agent of a group that decides once; a request is a value that its client would like to see chosen."""

    durable: ClassVar[tuple[str, ...]] = ("promised", "accepted", "chosen")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("promised", "Promised ballot"), ("accepted", "Accepted"), ("ballot", "Own ballot"),
        ("wishes", "Clients wish for"),
    )

    promised: Ballot = Ballot(0, "")
    accepted: Proposal | None = None
    chosen: Chosen | None = None
    wishes: tuple[Hashable, ...] = ()  # of clients that still wait; a crash loses them
    ballot: Ballot | None = None  # that I run; not durable, for a crash may leave it half proposed
    promises: frozendict[str, Proposal | None] = field(default_factory=frozendict)  # phase 1: who accepted what before
    votes: frozenset[str] = frozenset()  # phase 2: who has accepted
    patience: tuple[int, int] = (100, 300)  # wait so long for an outcome, then try oneself

    # The safety rules. Forget one, and two values can be chosen.

    def is_quorum(self, count: int) -> bool:
        """More than half of all agents: any two quorums share one."""
        return 2 * count > len(self.everyone)

    def next_ballot(self) -> Ballot:
        """Above all I know of, and never used: I promise my own ballots first, and a promise survives a crash."""
        return Ballot(self.promised.number + 1, self.id)

    def may_promise(self, ballot: Ballot) -> bool:
        """Promise only what is higher than all promised before, so each ballot once."""
        return ballot > self.promised

    def may_accept(self, ballot: Ballot) -> bool:
        """Accept nothing below what was promised."""
        return ballot >= self.promised

    def choose_value(self, reported: tuple[Proposal, ...]) -> Hashable:
        """Propose the value of the highest ballot that the promises report: it may be chosen already."""
        if reported:
            return max(reported, key=lambda proposal: proposal.ballot).value
        return self.wanted

    # What happens.

    def start(self) -> list[Effect]:
        return [self.wait()] if self.waits else []

    def timeout(self, timer: str) -> list[Effect]:
        return self.prepare()

    def request(self, value: Hashable) -> list[Effect]:
        if self.chosen is not None:
            return [Reply(value, self.chosen.value)]
        self.wishes = (*self.wishes, value)
        return self.prepare() if self.ballot is None else []

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Chosen(value) if self.chosen is None:
                return self.learn(value)
            case Prepare() if self.chosen is not None:
                return [Send(sender, self.chosen)]
            case _ if self.chosen is not None:
                return []
            case Prepare(ballot) if self.may_promise(ballot):
                self.give_way(ballot)
                return [Send(sender, Promise(ballot, self.accepted))]
            case Promise(ballot, accepted) if ballot == self.ballot and not self.votes:
                return self.count_promise(sender, accepted)
            case Accept(ballot, value) if self.may_accept(ballot):
                timer = [] if self.waits else [self.wait()]
                self.accepted = Proposal(ballot, value)
                self.give_way(ballot)
                return [*timer, Send(sender, Accepted(ballot))]
            case Accepted(ballot) if ballot == self.ballot:
                return self.count_vote(sender)
        return []  # stale: silence is safe

    # The proposer.

    def prepare(self) -> list[Effect]:
        """Phase 1: ask everyone, oneself first, for the promise of a new ballot."""
        self.promised = self.ballot = self.next_ballot()
        self.promises, self.votes = frozendict(), frozenset()
        ask: list[Effect] = [Send(peer, Prepare(self.ballot)) for peer in self.peers]
        return [self.wait(), *(self.count_promise(self.id, self.accepted) or ask)]

    def count_promise(self, agent: str, accepted: Proposal | None) -> list[Effect]:
        """With the promises of a quorum, phase 2 begins."""
        self.promises = self.promises | {agent: accepted}
        return self.propose() if self.is_quorum(len(self.promises)) else []

    def propose(self) -> list[Effect]:
        """Phase 2: ask those who have promised, oneself first, to accept a value."""
        assert self.ballot is not None
        value = self.choose_value(tuple(report for report in self.promises.values() if report is not None))
        promised = [peer for peer in self.peers if peer in self.promises]
        self.promises, self.accepted = frozendict(), Proposal(self.ballot, value)
        ask: list[Effect] = [Send(peer, Accept(self.ballot, value)) for peer in promised]
        return self.count_vote(self.id) or ask

    def count_vote(self, agent: str) -> list[Effect]:
        """What a quorum has accepted is chosen: tell everyone."""
        assert self.accepted is not None
        self.votes = self.votes | {agent}
        if not self.is_quorum(len(self.votes)):
            return []
        news = Chosen(self.accepted.value)
        return [*self.learn(news.value), *(Send(peer, news) for peer in self.peers)]

    def give_way(self, ballot: Ballot) -> None:
        """Keep to this ballot; a proposer abandons its own for a higher one (§2.2, at the end)."""
        self.promised = ballot
        self.ballot, self.promises, self.votes = None, frozendict(), frozenset()

    # The learner.

    def learn(self, value: Hashable) -> list[Effect]:
        """It is decided: tell the clients, whether they got their wish or not."""
        answers = [Reply(wish, value) for wish in self.wishes]
        self.chosen, self.wishes = Chosen(value), ()
        self.ballot, self.promises, self.votes = None, frozendict(), frozenset()
        return [CancelTimer("patience"), Decide(value), *answers]

    def wait(self) -> Effect:
        """If no outcome comes, propose: so an acceptor learns too (§2.3)."""
        return SetTimer("patience", after=self.patience)

    @property
    def waits(self) -> bool:
        """Whether the timer runs: I have something to propose, and know no outcome."""
        return self.chosen is None and (bool(self.wishes) or self.accepted is not None)

    @property
    def wanted(self) -> Hashable:
        """What I would propose if I were free: my first client's wish, else what I have accepted."""
        if not self.wishes and self.accepted is not None:
            return self.accepted.value
        return self.wishes[0]

    def decides_with(self, together: Collection[str]) -> bool:
        return self.is_quorum(len(together))

    @property
    def role(self) -> str:
        if self.chosen is not None:
            return "decided"
        if self.ballot is None:
            return "acceptor"
        return "proposing" if self.votes else "preparing"

    @property
    def note(self) -> str:
        if self.chosen is not None:
            return f"decided {brief(self.chosen.value, 20)}"
        return self.role if self.ballot is None else f"{self.role}, ballot {self.ballot.number}"


PAXOS_PROPERTIES: tuple[Property, ...] = (AGREEMENT, VALIDITY, SOMEONE_DECIDES)
Paxos.expected = PAXOS_PROPERTIES
PROTOCOL = Protocol(
    "paxos", Paxos,
    "The agents choose one of the values that clients wish for; a majority that is up is enough.",
    settings=("patience",), place=40,
)
