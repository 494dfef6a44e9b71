"""Two-phase commit: all agents commit a transaction or all abort it; who has voted yes may have to wait for ever.

Gray, "Notes on data base operating systems" (1978); Bernstein, Hadzilacos & Goodman, "Concurrency control and recovery"
(1987), §7.4: the protocol with recovery and cooperative termination. Left out: the data and its locks, forgetting old
transactions, presumed abort that spares records in the log, participants that only read, three-phase commit.
"""

from collections import Counter
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from labkit.agents import (
    Agent,
    CancelTimer,
    Decide,
    Decides,
    Effect,
    Holds,
    Invariant,
    Property,
    Reply,
    Send,
    SetTimer,
    Sometimes,
    World,
    agreement_on,
)
from labkit.protocols.protocol import Protocol
from labkit.values import brief, frozendict, listed

# Records of the log; the last two are outcomes.
BEGUN, PREPARED, COMMIT, ABORT = "begun", "prepared", "commit", "abort"


@dataclass(frozen=True)
class Prepare:
    """Phase 1, from the coordinator: can you commit?"""

    tx: str

    def __str__(self) -> str:
        return f"prepare, transaction {self.tx}"


@dataclass(frozen=True)
class Vote:
    """A yes binds the voter until it hears the outcome; a no ends the transaction."""

    tx: str
    yes: bool

    def __str__(self) -> str:
        return f"vote {'yes' if self.yes else 'no'}, transaction {self.tx}"


@dataclass(frozen=True)
class Outcome:
    """Phase 2: how the transaction has ended, commit or abort."""

    tx: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.outcome}, transaction {self.tx}"


@dataclass(frozen=True)
class Ask:
    """I have voted yes and hear nothing: do you know the outcome?"""

    tx: str

    def __str__(self) -> str:
        return f"outcome?, transaction {self.tx}"


@dataclass
class TwoPhaseCommit(Agent, Holds, Decides):
    """A participant, and the coordinator of those transactions that a client asks it for."""

    durable: ClassVar[tuple[str, ...]] = ("log",)  # written before a word is said
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("will", "Votes"), ("log", "Log"), ("votes", "Yes votes counted"))

    will: Literal["yes", "no"] = "yes"  # what this agent votes
    log: frozendict[str, str] = field(default_factory=frozendict)  # the last record of each transaction
    votes: frozendict[str, frozenset[str]] = field(default_factory=frozendict)  # a coordinator's: who voted yes
    asked: frozenset[str] = frozenset()  # a participant's: of which outcome it has asked in vain so far
    patience: tuple[int, int] = (100, 200)  # how long to wait for votes, or for an outcome

    # The safety rules. Forget one, and some commit what others abort.

    def may_commit(self, votes: frozenset[str]) -> bool:
        """Only if all have voted yes, the coordinator too."""
        return votes >= frozenset(self.everyone)

    def may_vote_yes(self, tx: str) -> bool:
        """If this is my will, and I have not given the transaction up meanwhile."""
        return self.will == "yes" and tx not in self.log

    def may_decide_alone(self, tx: str) -> bool:
        """Who has voted yes may not: the others may have committed. Anybody else may abort."""
        return self.log.get(tx) != PREPARED

    def is_open(self, tx: str) -> bool:
        """An outcome that is in the log stays."""
        return self.log.get(tx) not in (COMMIT, ABORT)

    def is_name(self, tx: Hashable) -> bool:
        """A transaction has a text for a name: to a log 1 and True would be one, to a reader 1 and "1"."""
        return isinstance(tx, str) and tx != ""

    # What happens.

    def start(self) -> list[Effect]:
        """After a crash: abort what I may, ask for the rest."""
        return [effect for tx in self.log for effect in self.insist(tx)]

    def timeout(self, timer: str) -> list[Effect]:
        return self.insist(timer) if timer in self.log else []

    def request(self, tx: str) -> list[Effect]:
        if not self.is_name(tx):
            return [Reply(tx, f"refused: {brief(tx)} is no name, take a text such as 'pay'", ok=False)]
        if not self.is_open(tx):
            return [self.reply(tx)]
        return self.begin(tx) if tx not in self.log else []

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Prepare(tx) if self.may_vote_yes(tx):
                self.write(tx, PREPARED)
                return [Send(sender, Vote(tx, True)), self.wait(tx)]
            case Prepare(tx) if self.log.get(tx) in (None, ABORT):
                return [*self.end(tx, ABORT), Send(sender, Vote(tx, False))]
            case Vote(tx, True) if self.is_open(tx):
                return self.count(tx, sender)
            case Vote(tx, False):
                return self.end(tx, ABORT)
            case Outcome(tx, outcome):
                return self.end(tx, outcome)
            case Ask(tx) if self.log.get(tx) != BEGUN:  # else all hear it soon
                return self.tell(sender, tx)
        return []

    # The coordinator.

    def begin(self, tx: str) -> list[Effect]:
        """Phase 1: ask all others for their votes, unless I would vote no myself."""
        if not self.may_vote_yes(tx):
            return [*self.end(tx, ABORT), self.reply(tx)]
        self.write(tx, BEGUN)
        ask = [Send(peer, Prepare(tx)) for peer in self.peers]
        return [*ask, self.wait(tx), *self.count(tx, self.id)]

    def count(self, tx: str, voter: str) -> list[Effect]:
        """One more yes; with the last one the transaction commits."""
        votes = self.votes.get(tx, frozenset()) | {voter}
        self.votes = self.votes | {tx: votes}
        return self.end(tx, COMMIT) if self.may_commit(votes) else []

    # Everyone.

    def end(self, tx: str, outcome: str) -> list[Effect]:
        """Write the outcome, then say it: the coordinator tells the client and all others."""
        if not self.is_open(tx):
            return []
        led = self.log.get(tx) == BEGUN
        self.write(tx, outcome)
        self.votes = frozendict({key: votes for key, votes in self.votes.items() if key != tx})
        self.asked = self.asked - {tx}
        news = [Send(peer, Outcome(tx, outcome)) for peer in self.peers] if led else []
        told = [self.reply(tx)] if led else []
        return [CancelTimer(tx), Decide(outcome, about=tx), *told, *news]

    def tell(self, sender: str, tx: str) -> list[Effect]:
        """Somebody waits for an outcome: say it if I know it or may decide it (cooperative termination)."""
        ended = self.end(tx, ABORT) if self.may_decide_alone(tx) else []
        known = [] if self.is_open(tx) else [Send(sender, Outcome(tx, self.log[tx]))]
        return [*ended, *known]

    def insist(self, tx: str) -> list[Effect]:
        """No news of what is open: abort it if I may, else ask all others, again and again."""
        if not self.is_open(tx):
            return []
        if self.may_decide_alone(tx):
            return self.end(tx, ABORT)
        self.asked = self.asked | {tx}
        return [*(Send(peer, Ask(tx)) for peer in self.peers), self.wait(tx)]

    def wait(self, tx: str) -> Effect:
        """Each transaction has its timer, so none is put off by news of another."""
        return SetTimer(tx, after=self.patience)

    def reply(self, tx: str) -> Effect:
        """Tell the client how its transaction ended; an abort refuses it."""
        return Reply(tx, self.log[tx], ok=self.log[tx] == COMMIT)

    def write(self, tx: str, record: str) -> None:
        self.log = self.log | {tx: record}

    def decides_with(self, together: Collection[str]) -> bool:
        return self.may_commit(frozenset(together))

    @property
    def holds(self) -> frozenset[Hashable]:
        """The transactions that it knows to be committed."""
        return frozenset(tx for tx, record in self.log.items() if record == COMMIT)

    @property
    def role(self) -> str:
        """'blocked' while it has asked in vain; else what is open, begun or prepared; else the outcomes."""
        if self.asked:
            return "blocked"
        is_open = {record for tx, record in self.log.items() if self.is_open(tx)}
        return " and ".join(sorted(is_open or set(self.log.values())))

    @property
    def note(self) -> str:
        """The last record of each transaction; more than two are counted by outcome."""
        if len(self.log) > 2:
            return ", ".join(f"{count} {record}" for record, count in sorted(Counter(self.log.values()).items()))
        return ", ".join(f"{tx}: {'blocked' if tx in self.asked else record}" for tx, record in self.log.items())


def _agents(world: World) -> list[TwoPhaseCommit]:
    return [agent for agent in world.agents.values() if isinstance(agent, TwoPhaseCommit)]


def _unwilling(world: World) -> str | None:
    against = [agent.id for agent in _agents(world) if agent.will != "yes"]
    for decision in world.decisions:
        if decision.value == COMMIT and against:
            return f"{decision.agent} committed {decision.about}, but {against[0]} would never have voted yes"
    return None


def _stuck(world: World) -> str | None:
    agents = _agents(world)
    for tx in {tx: None for agent in agents for tx in agent.log}:
        up = [agent.id for agent in agents if agent.id not in world.down]
        waiting = [agent.id for agent in agents if agent.id in up and agent.log.get(tx) == PREPARED]
        ended = any(agent.log.get(tx) in (COMMIT, ABORT) for agent in agents)
        if waiting and waiting == up and not ended:
            return f"{listed(up)} voted yes on {tx} and may not decide; {listed(sorted(world.down))}, who may, is down"
    return None


ATOMIC = agreement_on("", "atomicity", "No agent commits what another aborts.")
UNANIMOUS = Invariant("unanimity", "Nothing is committed that one agent is against.", _unwilling, any_order=True)
SOMEONE_COMMITS = Sometimes(
    "someone commits", "In some run an agent commits.", lambda world: any(d.value == COMMIT for d in world.decisions),
    any_order=True,
)
NEVER_BLOCKS = Invariant("never blocks", "The agents that are up can end the transaction alone.", _stuck)

# NEVER_BLOCKS is not among them, for it does not hold: add it, and the explorer shows how all are blocked.
TWO_PHASE_COMMIT_PROPERTIES: tuple[Property, ...] = (ATOMIC, UNANIMOUS, SOMEONE_COMMITS)

TwoPhaseCommit.expected = TWO_PHASE_COMMIT_PROPERTIES
PROTOCOL = Protocol(
    "two-phase commit", TwoPhaseCommit,
    "All commit a transaction or all abort it; an agent that has voted yes may wait for ever for a dead coordinator.",
    settings=("will", "patience"), place=30,
)
