"""Raft: the agents elect one leader a term; it alone orders the requests, and its log is copied to the others.

Ongaro & Ousterhout, "In search of an understandable consensus algorithm" (2014), §5.1–5.4, and §8 as far as this: the
agent that a client has asked answers once it has applied the request itself, as etcd does, and numbers its requests, so
that a copy of one is no new one. Left out: snapshots (§7), changes of membership (§6), serial numbers that the clients
count themselves (§8; so a client that asks twice has two entries), reads (§8), and two rules that are classes of their
own: the blank entry of a new leader (`BlankEntry`; without it entries of older terms wait for the next request) and the
vote before the vote (`PreVote`).
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from labkit.agents import Agent, CancelTimer, Decide, Decides, Effect, Holds, Leads, Property, Reply, Send, SetTimer
from labkit.protocols.consensus.raft_messages import (
    NO_LEADER,
    Appended,
    AppendEntries,
    Applied,
    Entry,
    Forwarded,
    RequestVote,
    Vote,
)
from labkit.protocols.consensus.raft_properties import RAFT_PROPERTIES
from labkit.protocols.protocol import Protocol
from labkit.values import frozendict


@dataclass
class Raft(Agent, Holds, Leads, Decides):
    """One member of a Raft cluster; every election and each entry that is applied is a decision."""

    durable: ClassVar[tuple[str, ...]] = ("term", "voted_for", "log", "asked")
    expected: ClassVar[tuple[Property, ...]] = RAFT_PROPERTIES
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("term", "Term"), ("voted_for", "Voted for"), ("leader", "Leader"), ("log", "Log"),
        ("commit", "Committed up to"),
    )

    term: int = 0
    voted_for: str | None = None
    log: tuple[Entry, ...] = ()
    standing: str = "follower"  # or candidate, or leader
    leader: str | None = None  # of this term, as far as known
    asked: int = 0  # how many requests it has taken or passed on; each is known by its number
    gone: int = 0  # so many of them it was asked before its last crash; those clients do not listen any more
    commit: int = 0  # entries up to this index are committed, and applied at once
    votes: frozenset[str] = frozenset()  # a candidate's
    next_index: frozendict[str, int] = field(default_factory=frozendict)  # a leader's: which entry to send to whom
    match_index: frozendict[str, int] = field(default_factory=frozendict)  # a leader's: how far whose log matches
    election: tuple[int, int] = (150, 300)  # how long to wait for a leader; drawn anew each time
    heartbeat: int = 50

    # The safety rules. Forget one, and the log is no longer safe.

    def is_stale(self, term: int) -> bool:
        """Whatever an earlier term has sent counts no more (§5.1)."""
        return term < self.term

    def step_down(self) -> list[Effect]:
        """Who meets a later term, or the leader of its own, claims nothing any more (§5.1)."""
        led = self.standing == "leader"
        self.standing, self.votes = "follower", frozenset()
        self.next_index = self.match_index = frozendict()
        return [CancelTimer("heartbeat"), self.election_timeout()] if led else []

    def is_quorum(self, count: int) -> bool:
        """More than half of all agents: any two quorums share one."""
        return 2 * count > len(self.peers) + 1

    def may_vote(self, candidate: str) -> bool:
        """One vote a term (§5.2)."""
        return self.voted_for in (None, candidate)

    def log_is_current(self, last_term: int, last_index: int) -> bool:
        """Vote only for a log that ends in a later term than mine, or in the same and is not shorter (§5.4.1)."""
        return (last_term, last_index) >= (self.term_at(len(self.log)), len(self.log))

    def entries_match(self, prev: int, prev_term: int) -> bool:
        """New entries go only behind one that I hold too, with the same term (§5.3)."""
        return self.term_at(prev) == prev_term

    def keep_what_matches(self, prev: int, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Only an entry in conflict goes, with all that follow it: an old message must not shorten the log (§5.3)."""
        for index, entry in enumerate(entries, start=prev):
            if self.term_at(index + 1) != entry.term:
                return self.log[:index] + entries[index - prev :]
        return self.log

    def counts_for_commit(self, entry: Entry) -> bool:
        """Counting copies is only safe for entries of the current term; older ones follow along (§5.4.2, figure 8)."""
        return entry.term == self.term

    def is_new(self, agent: str, number: int) -> bool:
        """A request that stands in the log is not taken again: what came was a copy (dissertation, §6.3)."""
        return not any(entry.asked == agent and entry.number == number for entry in self.log)

    # What happens.

    def start(self) -> list[Effect]:
        self.gone = self.asked
        return [self.election_timeout()]

    def timeout(self, timer: str) -> list[Effect]:
        match timer:
            case "heartbeat" if self.standing == "leader":
                return [self.pulse(), *self.replicate()]
            case "election" if self.standing != "leader":
                return self.start_election()
        return []

    def request(self, value: Hashable) -> list[Effect]:
        if self.leader is None:
            return [Reply(value, NO_LEADER, ok=False)]
        self.asked += 1
        asked = Forwarded(self.asked, value)
        return self.take(self.id, asked) if self.leader == self.id else [Send(self.leader, asked)]

    def receive(self, sender: str, message: Any) -> list[Effect]:
        if isinstance(message, Forwarded):
            return self.take(sender, message)
        before = []
        if message.term > self.term:
            self.enter_term(message.term)
            before = self.step_down()
        return [*before, *self.respond(sender, message)]

    def respond(self, sender: str, message: Any) -> list[Effect]:
        """What to say to a message, once its term is known here."""
        match message:
            case RequestVote():
                return self.answer_candidate(sender, message)
            case Vote(term, True) if self.standing == "candidate" and not self.is_stale(term):
                self.votes = self.votes | {sender}
                return self.lead() if self.is_quorum(len(self.votes)) else []
            case AppendEntries():
                return self.answer_leader(sender, message)
            case Appended(term) if self.standing == "leader" and not self.is_stale(term):
                return self.answer_follower(sender, message)
        return []

    def take(self, sender: str, asked: Forwarded) -> list[Effect]:
        """A leader takes a request once; others let it go, and refuse nothing: a copy may be in some log."""
        if self.standing != "leader" or not self.is_new(sender, asked.number):
            return []
        self.log = (*self.log, Entry(self.term, asked.value, sender, asked.number))
        return [*self.replicate(), *self.advance()]

    # Elections (§5.2).

    def enter_term(self, term: int) -> None:
        """A new term: nobody is voted for, nobody leads."""
        self.term, self.voted_for, self.leader = term, None, None

    def start_election(self) -> list[Effect]:
        """Ask everyone for their vote in the next term."""
        self.enter_term(self.term + 1)
        self.standing, self.voted_for, self.votes = "candidate", self.id, frozenset({self.id})
        if self.is_quorum(1):
            return self.lead()
        ask = RequestVote(self.term, len(self.log), self.term_at(len(self.log)))
        return [self.election_timeout(), *(Send(peer, ask) for peer in self.peers)]

    def answer_candidate(self, sender: str, ask: RequestVote) -> list[Effect]:
        current = not self.is_stale(ask.term) and self.log_is_current(ask.last_term, ask.last_index)
        if current and self.may_vote(sender):
            self.voted_for = sender
            return [self.election_timeout(), Send(sender, Vote(self.term, True))]
        return [Send(sender, Vote(self.term, False))]

    def lead(self) -> list[Effect]:
        """The election is won: say so to everyone, and find out how far their logs match."""
        self.standing, self.leader, self.votes = "leader", self.id, frozenset()
        self.next_index = frozendict(dict.fromkeys(self.peers, len(self.log) + 1))
        self.match_index = frozendict(dict.fromkeys(self.peers, 0))
        won = Decide(self.id, about=f"leader of term {self.term}")
        return [won, CancelTimer("election"), self.pulse(), *self.open_term()]

    def open_term(self) -> list[Effect]:
        """A new leader writes nothing of its own (`BlankEntry` does); it sends what it has."""
        return self.replicate()

    # The log (§5.3).

    def replicate(self) -> list[Effect]:
        return [self.append_to(peer) for peer in self.peers]

    def append_to(self, peer: str) -> Effect:
        prev = self.next_index[peer] - 1
        return Send(peer, AppendEntries(self.term, prev, self.term_at(prev), self.log[prev:], self.commit))

    def answer_leader(self, sender: str, news: AppendEntries) -> list[Effect]:
        if self.is_stale(news.term):
            return [Send(sender, Appended(self.term, False, 0))]
        effects = [*self.step_down(), self.election_timeout()]
        self.leader = sender
        if not self.entries_match(news.prev, news.prev_term):
            return [*effects, Send(sender, Appended(self.term, False, min(news.prev - 1, len(self.log))))]
        self.log = self.keep_what_matches(news.prev, news.entries)
        match = news.prev + len(news.entries)
        return [*effects, *self.apply_until(min(news.commit, match)), Send(sender, Appended(self.term, True, match))]

    def answer_follower(self, sender: str, answer: Appended) -> list[Effect]:
        """A follower says how far its log matches: count it, or go back to where it may match."""
        match = max(answer.match, self.match_index[sender])
        if answer.success:
            self.match_index = self.match_index | {sender: match}
            self.next_index = self.next_index | {sender: match + 1}
            return self.advance()
        if match + 1 < self.next_index[sender]:  # else it is old news
            self.next_index = self.next_index | {sender: match + 1}
            return [self.append_to(sender)]
        return []

    def advance(self) -> list[Effect]:
        """Commit the latest entry that enough agents hold, and with it all before."""
        for index in range(len(self.log), self.commit, -1):
            copies = 1 + sum(match >= index for match in self.match_index.values())
            if self.is_quorum(copies) and self.counts_for_commit(self.log[index - 1]):
                return self.apply_until(index)
        return []

    def apply_until(self, index: int) -> list[Effect]:
        """Apply in order, and answer the clients that asked here and still listen."""
        effects: list[Effect] = []
        for entry in self.log[self.commit : index]:
            self.commit += 1
            effects.append(Decide(entry.value, about=f"entry {self.commit}"))
            if entry.asked == self.id and entry.number > self.gone:
                effects.append(Reply(entry.value, Applied(self.commit, entry.term)))
        return effects

    def term_at(self, index: int) -> int:
        """The term of the entry at this index; 0 where there is none."""
        return self.log[index - 1].term if 0 < index <= len(self.log) else 0

    def election_timeout(self) -> Effect:
        return SetTimer("election", after=self.election)

    def pulse(self) -> Effect:
        return SetTimer("heartbeat", after=(self.heartbeat, self.heartbeat))

    @property
    def role(self) -> str:
        return self.standing

    @property
    def note(self) -> str:
        return self.standing if self.standing == "follower" else f"{self.standing}, term {self.term}"

    @property
    def leading(self) -> int | None:
        return self.term if self.standing == "leader" else None

    def decides_with(self, together: Collection[str]) -> bool:
        return self.is_quorum(len(together))

    @property
    def holds(self) -> frozenset[Hashable]:
        """The requests that it has applied."""
        return frozenset(entry.value for entry in self.log[: self.commit] if entry.asked)

    @property
    def stored(self) -> frozenset[Hashable]:
        """The requests in its log."""
        return frozenset(entry.value for entry in self.log if entry.asked)


PROTOCOL = Protocol(
    "raft", Raft, "The agents elect a leader, and its log of requests is copied to all.",
    settings=("election", "heartbeat"), place=50,
)
