"""The bully: an agent that gets no answer from any higher one in time leads, and says so to all lower ones.

Garcia-Molina, "Elections in a distributed computing system" (1982), §4, as textbooks tell it. The best case takes n-2
announcements, the worst about n² messages. Promise, as long as every message arrives within `patience` and the network
is whole: the highest agent that is up comes to lead. Where that is not so, two agents lead: each side of a partition
elects its highest, and neither hears of the other. Left out: halting the lower agents before taking office, and their
reorganization (the states "election" and "reorganization" of the paper).
"""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import CancelTimer, Effect, Send, SetTimer
from labkit.protocols.coordination.election import ELECTION_PROPERTIES, Elector, elect_each_time
from labkit.protocols.protocol import Protocol

WAIT = "wait"


@dataclass(frozen=True)
class Election:
    """To the higher ones: is one of you up?"""

    epoch: int

    def __str__(self) -> str:
        return f"election, latest epoch {self.epoch}"


@dataclass(frozen=True)
class Answer:
    """I am, and I take over from here."""

    epoch: int

    def __str__(self) -> str:
        return f"answer, latest epoch {self.epoch}"


@dataclass(frozen=True)
class Coordinator:
    """I lead."""

    epoch: int

    def __str__(self) -> str:
        return f"coordinator, epoch {self.epoch}"


@dataclass
class Bully(Elector):
    """Asks the higher ones; if all are silent, it leads."""

    patience: tuple[int, int] = (80, 100)  # how long to wait for answers; twice as long for the announcement
    standing: str = ""  # in an election: asks the higher ones, or waits for one of them to lead
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("standing", "In an election"), *Elector.columns)

    # The rules.

    def answers(self, sender: str) -> bool:
        """A higher agent stops a lower one, and takes over."""
        return self.outranks(self.id, sender)

    def is_over(self, epoch: int) -> bool:
        """I follow a leader that was elected since: another election now would only start more of them."""
        return bool(self.leader) and self.led > epoch

    def accepts(self, sender: str, epoch: int) -> bool:
        """The lead of a higher one is accepted; that of a lower one is contested."""
        return self.outranks(sender, self.id)

    # What happens.

    def start(self) -> list[Effect]:
        """Back after a crash: hold an election, and bully whoever leads meanwhile."""
        return self.elect() if self.epoch else []

    def request(self, value: Hashable) -> list[Effect]:
        self.asked = (*self.asked, value)
        return self.elect()

    def timeout(self, timer: str) -> list[Effect]:
        return self.win() if self.standing == "asks" else self.elect(again=True)

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Election(epoch) if self.answers(sender):
                over = self.is_over(epoch)
                self.epoch = max(self.epoch, epoch)
                return [Send(sender, Answer(self.epoch)), *([] if over else self.elect())]
            case Answer(epoch) if self.standing == "asks":
                self.epoch, self.standing = max(self.epoch, epoch), "waits"
                low, high = self.patience
                return [SetTimer(WAIT, (2 * low, 2 * high))]
            case Coordinator(epoch) if self.accepts(sender, epoch):
                self.standing = ""
                return [CancelTimer(WAIT), *self.follow(sender, epoch)]
            case Coordinator(epoch) if self.outranks(self.id, sender):
                self.epoch = max(self.epoch, epoch)
                return self.elect()
        return []

    def elect(self, again: bool = False) -> list[Effect]:
        """Ask all higher ones, unless that is under way; the highest of all need not ask."""
        if self.standing and not again:
            return []
        higher = [peer for peer in self.peers if self.outranks(peer, self.id)]
        if not higher:
            return self.win()
        self.standing = "asks"
        return [*self.tell(higher, Election(self.epoch)), SetTimer(WAIT, self.patience)]

    def win(self) -> list[Effect]:
        """Nobody higher is up, as far as I can tell."""
        return self.lead(self.led if self.leader == self.id and self.led == self.epoch else self.epoch + 1)

    def lead(self, epoch: int) -> list[Effect]:
        """Take office, and tell all lower ones."""
        self.standing = ""
        lower = [peer for peer in self.peers if self.outranks(self.id, peer)]
        return [*self.follow(self.id, epoch), *self.tell(lower, Coordinator(epoch))]

    def tell(self, peers: Iterable[str], message: object) -> list[Effect]:
        return [Send(peer, message) for peer in peers]

    def decides_with(self, together: Collection[str]) -> bool:
        """The highest of those that hear each other leads, however few they are."""
        return True


Bully.expected = ELECTION_PROPERTIES
PROTOCOL = Protocol(
    "bully", Bully,
    "The highest agent that answers in time leads; each side of a partition elects one.",
    settings=("order", "patience"), example="elect", client=elect_each_time, place=170,
)
