"""Election on a ring: a candidate's name travels round, and only the highest comes back to where it started.

Chang & Roberts, "An improved algorithm for decentralized extrema-finding in circular configurations of processes"
(1979). If all n agents start at once, it takes n·(1 + 1/2 + … + 1/n) messages on average over all arrangements,
n(n+1)/2 at worst and 2n-1 at best, and n more to announce the winner. Promise: no two leaders of one election, whatever
fails. There is no promise that it ends: the paper assumes that nothing fails, and one agent that is down stalls every
election. A client that asks again starts another. Epochs are added. Left out: closing the ring round a silent agent.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import Effect, Send
from labkit.protocols.coordination.election import ELECTION_PROPERTIES, Elector, elect_each_time
from labkit.protocols.protocol import Protocol
from labkit.values import by_name


@dataclass(frozen=True)
class Candidate:
    """Some agent before the receiver on the ring would lead."""

    name: str
    epoch: int

    def __str__(self) -> str:
        return f"candidate, {self.name}, epoch {self.epoch}"


@dataclass(frozen=True)
class Elected:
    """The highest has been found."""

    name: str
    epoch: int

    def __str__(self) -> str:
        return f"elected, {self.name}, epoch {self.epoch}"


@dataclass
class ChangRoberts(Elector):
    """Talks only to the next agent on the ring, in one direction; the ring is in the order of names."""

    candidate: str = ""  # the highest that it has sent in this epoch; none: it takes no part yet
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("candidate", "Candidate passed on"), *Elector.columns)

    # The safety rules. Forget one, and an election has two winners, or its messages go round for ever.

    def may_pass_on(self, name: str) -> bool:
        """Only a candidate that is higher than this agent goes on; a lower one ends here."""
        return self.outranks(name, self.id)

    def has_won(self, name: str) -> bool:
        """Whoever gets its own name back has been passed on by all others."""
        return name == self.id and self.leader != self.id

    # What happens.

    @property
    def successor(self) -> str:
        """The next agent on the ring."""
        ring = sorted(self.everyone, key=by_name)
        return ring[(ring.index(self.id) + 1) % len(ring)]

    def request(self, value: Hashable) -> list[Effect]:
        """Start an election, or wait for the one under way; a client that has waited in vain starts a new one."""
        again = bool(self.asked or self.leader) or not self.candidate
        self.asked = (*self.asked, value)
        if not again:
            return []
        self.enter(self.epoch + 1)
        return self.stand()

    def receive(self, sender: str, message: Any) -> list[Effect]:
        if self.is_stale(message.epoch):
            return []
        self.enter(message.epoch)
        match message:
            case Candidate(name) if self.has_won(name):
                return [*self.follow(name, self.epoch), *self.tell(Elected(name, self.epoch))]
            case Candidate(name) if self.may_pass_on(name):
                self.candidate = name
                return self.tell(message)
            case Candidate(name) if not self.candidate and name != self.id:
                return self.stand()
            case Elected(name) if self.leader != name:
                return [*self.follow(name, self.epoch), *self.tell(message)]
        return []

    def enter(self, epoch: int) -> None:
        """A later election begins, and with it the old leader's time is over."""
        if epoch > self.epoch:
            self.epoch, self.candidate, self.leader = epoch, "", ""

    def stand(self) -> list[Effect]:
        """Send my own name round; alone, I have won."""
        self.candidate = self.id
        return self.tell(Candidate(self.id, self.epoch)) if self.peers else self.follow(self.id, self.epoch)

    def tell(self, message: Candidate | Elected) -> list[Effect]:
        return [Send(self.successor, message)]

    def decides_with(self, together: Collection[str]) -> bool:
        """The name has to pass all agents."""
        return set(together) >= set(self.everyone)


ChangRoberts.expected = ELECTION_PROPERTIES
PROTOCOL = Protocol(
    "ring election", ChangRoberts,
    "Candidates go round a ring, and a higher agent stops a lower one; one agent down stalls it.",
    settings=("order",), example="elect", client=elect_each_time, place=160,
)
