"""The blank entry of a new leader: with it, what earlier terms have left is committed at once, and not some day.

Ongaro & Ousterhout, "In search of an understandable consensus algorithm" (2014), §8. A leader may count copies only of
entries of its own term (§5.4.2); until plain Raft's leader gets a request, it has none. Left out: what else the paper
wants it for, reads that are answered without an entry.
"""

from dataclasses import dataclass

from labkit.agents import Effect
from labkit.protocols.consensus.raft import Raft
from labkit.protocols.consensus.raft_messages import Entry
from labkit.protocols.protocol import Protocol

BLANK = "(blank)"


@dataclass
class BlankEntry(Raft):
    """Raft whose leader writes an entry of its own, for which no client has asked, at the start of its term."""

    def open_term(self) -> list[Effect]:
        """Write something in this term: all entries before it are committed with it."""
        self.log = (*self.log, Entry(self.term, BLANK))
        return [*super().open_term(), *self.advance()]


PROTOCOL = Protocol(
    "blank entry", BlankEntry,
    "Raft whose leader begins its term with an entry that says nothing, and so finishes what it finds in its log.",
    settings=("election", "heartbeat"), place=64,
)
