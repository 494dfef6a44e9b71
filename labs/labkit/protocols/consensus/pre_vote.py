"""A vote before the vote: who was cut off asks first who would vote for it, and disturbs nobody on its return.

Ongaro's dissertation, "Consensus: bridging theory and practice" (2014), §9.6. Plain Raft is safe without it, but an
agent that hears no leader drives its term up, and whoever hears of that term deposes a leader that was well. Left out:
clocks. To have heard from a leader lately means here that one's own election timer has not run out since.
"""

from dataclasses import dataclass
from typing import Any

from labkit.agents import Effect, Send
from labkit.protocols.consensus.raft import Raft
from labkit.protocols.consensus.raft_messages import log_until
from labkit.protocols.protocol import Protocol


@dataclass(frozen=True)
class RequestPreVote:
    """Would you vote for me in the next term? `term` is still the last one."""

    term: int
    last_index: int
    last_term: int

    def __str__(self) -> str:
        return f"pre-vote, asked in term {self.term}, {log_until(self.last_index, self.last_term)}"


@dataclass(frozen=True)
class WouldVote:
    """No promise: whoever says yes has not voted, and may say yes to others."""

    term: int
    willing: bool

    def __str__(self) -> str:
        return f"would vote {'yes' if self.willing else 'no'}, term {self.term}"


@dataclass
class PreVote(Raft):
    """Raft whose agents begin a new term only if a majority would vote for them."""

    def misses_leader(self) -> bool:
        """Who still hears a leader helps nobody to depose it."""
        return self.leader is None

    def start_election(self) -> list[Effect]:
        """Ask first, and leave the term as it is."""
        self.standing, self.leader, self.votes = "pre-candidate", None, frozenset({self.id})
        if self.is_quorum(1):
            return super().start_election()
        ask = RequestPreVote(self.term, len(self.log), self.term_at(len(self.log)))
        return [self.election_timeout(), *(Send(peer, ask) for peer in self.peers)]

    def respond(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case RequestPreVote(term, last_index, last_term):
                current = not self.is_stale(term) and self.log_is_current(last_term, last_index)
                return [Send(sender, WouldVote(self.term, current and self.misses_leader()))]
            case WouldVote(term, True) if self.standing == "pre-candidate" and not self.is_stale(term):
                self.votes |= {sender}
                return super().start_election() if self.is_quorum(len(self.votes)) else []
        return super().respond(sender, message)


PROTOCOL = Protocol(
    "pre-vote", PreVote,
    "Raft in which an agent asks for votes only once a majority has missed the leader, too.",
    settings=("election", "heartbeat"), place=62,
)
