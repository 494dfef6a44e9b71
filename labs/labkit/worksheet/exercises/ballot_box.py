"""The lesson's vote with its decisions pulled out into small rules, each as trusting as in the lesson.

A class for learners to harden: override a rule, keep the rest. After it, the same with one rule hardened, with two,
with three and with four, for the steps to begin with. Left out: messages; everything is in one place here.
"""

from collections.abc import Iterable
from typing import Any

from labkit.worksheet.open_rules import returned, yes_or_no


class BallotBox:
    """One vote of some members: propose, vote, count. What may be voted on, by whom, and what is enough, rules say."""

    def __init__(self, members: Iterable[str]) -> None:
        self.members = tuple(members)
        self.proposals: dict[str, Any] = {}  # id → value
        self.votes: dict[str, dict[str, bool]] = {}  # id → agent → True for yes, False for no

    def propose(self, proposal_id: str, value: Any) -> None:
        """Open the vote on a value, if the rule allows it."""
        if yes_or_no("may_propose", self.may_propose(proposal_id)):
            self.proposals[proposal_id] = value
            self.votes[proposal_id] = {}

    def vote(self, proposal_id: str, agent_id: str, vote: bool) -> None:
        """Write down a vote, if the rule allows it."""
        if proposal_id not in self.proposals:
            return
        if yes_or_no("may_vote", self.may_vote(proposal_id, agent_id, vote)):
            self.votes[proposal_id][agent_id] = vote

    def yes_votes(self, proposal_id: str) -> int:
        """How many have said yes."""
        return sum(self.votes[proposal_id].values())

    def reach_consensus(self, proposal_id: str) -> Any:
        """The value, once there are enough yes votes, else None."""
        enough = returned("quorum", self.quorum(), "no number")
        return self.proposals[proposal_id] if self.yes_votes(proposal_id) >= enough else None

    # ---- the rules: as trusting as in the lesson ---------------------------------------------------------------------

    def quorum(self) -> int:
        """How many yes votes are enough."""
        return 2

    def may_propose(self, proposal_id: str) -> bool:
        """Whether this proposal may be made now."""
        return True

    def may_vote(self, proposal_id: str, agent_id: str, vote: bool) -> bool:
        """Whether this vote counts."""
        return True


class MajorityBox(BallotBox):
    """With a quorum of more than half of the members."""

    def quorum(self) -> int:
        return len(self.members) // 2 + 1


class MembersBox(MajorityBox):
    """In which only members vote, too."""

    def may_vote(self, proposal_id: str, agent_id: str, vote: bool) -> bool:
        return agent_id in self.members


class OneYesBox(MembersBox):
    """In which the first vote of a member on a proposal stands, too, and each member has one yes in all."""

    def may_vote(self, proposal_id: str, agent_id: str, vote: bool) -> bool:
        second_vote = agent_id in self.votes[proposal_id]
        second_yes = vote and any(votes.get(agent_id) for votes in self.votes.values())
        return super().may_vote(proposal_id, agent_id, vote) and not second_vote and not second_yes


class LastingBox(OneYesBox):
    """In which an id stands for one value, too, for good."""

    def may_propose(self, proposal_id: str) -> bool:
        return proposal_id not in self.proposals
