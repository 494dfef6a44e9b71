"""The bully with a vote: to lead, an agent needs the promises of a majority, so no epoch has two leaders.

The bully of Garcia-Molina (1982) with the ballots of Paxos (Lamport 1998) as epochs: a promise is durable and is given
once for each epoch. Promise: no two leaders of one epoch, whatever is lost, late, cut or crashed. The price: without a
majority nobody comes to lead. A leader that is cut off goes on leading its old epoch, until it hears of a later one; so
whatever it acts on has to compare epochs (`Locked`), or it has to give up in time (`CheckQuorum`). Left out:
refusals; a candidate that hears too few grants tries the next epoch.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from labkit.agents import CancelTimer, Effect, Send, SetTimer
from labkit.protocols.coordination.bully import WAIT, Bully
from labkit.protocols.coordination.election import elect_each_time
from labkit.protocols.protocol import Protocol


@dataclass(frozen=True)
class Ballot:
    """May I lead in this epoch?"""

    epoch: int

    def __str__(self) -> str:
        return f"ballot, epoch {self.epoch}"


@dataclass(frozen=True)
class Grant:
    """You may, and I promise it to nobody else."""

    epoch: int

    def __str__(self) -> str:
        return f"grant, epoch {self.epoch}"


@dataclass
class EpochBully(Bully):
    """An agent that hears from no higher one asks all for their votes before it leads."""

    votes: frozenset[str] = frozenset()  # a candidate's: who has granted it the latest epoch

    # The safety rules. Forget one, and an epoch has two leaders.

    def may_lead(self, votes: Collection[str]) -> bool:
        """Only with the promises of more than half of all: any two majorities have an agent in common."""
        return 2 * len(votes) > len(self.everyone)

    def may_grant(self, epoch: int) -> bool:
        """Each epoch is promised once."""
        return epoch > self.epoch

    def accepts(self, sender: str, epoch: int) -> bool:
        """The announcement of an earlier epoch comes too late."""
        return super().accepts(sender, epoch) and not self.is_stale(epoch)

    # What happens.

    def win(self) -> list[Effect]:
        if self.leader == self.id and self.led == self.epoch:
            return self.lead(self.led)
        self.epoch, self.leader, self.standing, self.votes = self.epoch + 1, "", "counts", frozenset({self.id})
        if self.may_lead(self.votes):
            return self.lead(self.epoch)
        return [*self.tell(self.peers, Ballot(self.epoch)), SetTimer(WAIT, self.patience)]

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Ballot(epoch) if self.may_grant(epoch):
                self.epoch, self.leader = epoch, ""
                return [Send(sender, Grant(epoch))]
            case Ballot():
                return []  # promised already: the candidate will try a later epoch
            case Grant(epoch) if self.standing == "counts" and epoch == self.epoch:
                self.votes |= {sender}
                return [CancelTimer(WAIT), *self.lead(epoch)] if self.may_lead(self.votes) else []
        return super().receive(sender, message)

    def decides_with(self, together: Collection[str]) -> bool:
        """A majority has to hear of it."""
        return self.may_lead(together)


PROTOCOL = Protocol(
    "bully with epochs", EpochBully,
    "The bully asks a majority for its epoch before it leads, so no epoch has two leaders.",
    settings=("order", "patience"), example="elect", client=elect_each_time, place=180,
)
