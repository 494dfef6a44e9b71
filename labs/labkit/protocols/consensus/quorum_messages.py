"""What clients ask for in quorum voting, and what agents say to each other."""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.protocols.quorums import Said
from labkit.values import brief


@dataclass(frozen=True)
class Propose:
    """A client puts a value to the vote; proposals with the same `about` compete for one decision."""

    id: str
    value: Hashable
    about: str = ""

    def __str__(self) -> str:
        return f"propose {self.id} {brief(self.value)}"


@dataclass(frozen=True)
class Vote:
    """A client lets an agent vote by hand: 'yes', 'no' or 'abstain'."""

    id: str
    vote: Said

    def __str__(self) -> str:
        return f"vote {self.id} {self.vote}"


@dataclass(frozen=True)
class Proposal:
    """Put to the vote. All of it is its identity: another value under the same id is another proposal."""

    id: str
    value: Hashable
    about: str = ""

    def __str__(self) -> str:
        return f"proposal {self.id}: {brief(self.value)}"


@dataclass(frozen=True)
class Ballot:
    """The sender votes. The proposal travels along, so a ballot that overtakes it counts at once."""

    proposal: Proposal
    vote: Said

    def __str__(self) -> str:
        return f"vote {self.vote}, on {self.proposal}"
