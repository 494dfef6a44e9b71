"""A leader that notices it is alone: without a majority's answers it steps down, and its side is blocked, not wrong.

Ongaro's dissertation, "Consensus: bridging theory and practice" (2014), §6.2. Plain Raft is safe without it, because a
lone leader commits nothing; but its clients wait for ever, and whoever asks it who leads hears a lie. Left out: serving
reads under the lease, which would need clocks that agree (§6.4.1).
"""

from dataclasses import dataclass
from typing import Any

from labkit.agents import CancelTimer, Effect, SetTimer
from labkit.protocols.consensus.raft import Raft
from labkit.protocols.consensus.raft_messages import Appended
from labkit.protocols.protocol import Protocol

LEASE = "lease"


@dataclass
class CheckQuorum(Raft):
    """Raft whose leader must hear from a majority in each lease, or it steps down.

    It refuses what is asked from then on. What was asked before stays open: a copy may be in some log, so a no might be
    a lie; should the copy be applied one day, the client hears of it.
    """

    lease: int = 300
    heard: frozenset[str] = frozenset()  # a leader's: who has answered in this lease

    def keeps_lead(self) -> bool:
        """Only who was heard by a majority goes on leading."""
        return self.is_quorum(1 + len(self.heard))

    def lead(self) -> list[Effect]:
        self.heard = frozenset()
        return [*super().lead(), self._renewed()]

    def step_down(self) -> list[Effect]:
        led = self.standing == "leader"
        effects = super().step_down()
        return [*effects, CancelTimer(LEASE)] if led else effects

    def respond(self, sender: str, message: Any) -> list[Effect]:
        if isinstance(message, Appended) and self.standing == "leader" and not self.is_stale(message.term):
            self.heard |= {sender}
        return super().respond(sender, message)

    def timeout(self, timer: str) -> list[Effect]:
        if timer != LEASE:
            return super().timeout(timer)
        if self.keeps_lead():
            self.heard = frozenset()
            return [self._renewed()]
        self.leader = None
        return self.step_down()

    def _renewed(self) -> Effect:
        return SetTimer(LEASE, (self.lease, self.lease))

PROTOCOL = Protocol(
    "check quorum", CheckQuorum,
    "Raft whose leader steps down when it has not heard from a majority for a lease.",
    settings=("election", "heartbeat", "lease"), place=60,
)
