"""Paxos without its heart: rounds that do not yet finish each other's work, for learners to mend.

All other rules are those of `labkit.protocols.Paxos`: ballots that only rise, promises, a majority in both phases.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.protocols import Paxos, PaxosProposal


@dataclass
class Rounds(Paxos):
    """An agent that votes in rounds; it proposes what its own client wants, whatever was accepted before."""

    def choose_value(self, reported: tuple[PaxosProposal, ...]) -> Hashable:
        return self.wanted
