"""Quorum voting: the lesson's propose, vote and reach_consensus between agents that only have messages.

Promise: of the proposals for one decision at most one wins, for all agents and for good. It rests on two rules: an
agent says yes to one proposal of a decision at most, and a quorum is more than half of the members, so any two share
an agent. Source: the lesson's ConsensusProtocol; Gifford 1979 for quorums. Left out: rounds (a split vote stays
undecided, where Paxos and Raft start a new ballot), passing on what others said, and agents that lie.
"""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import (
    SOMEONE_DECIDES,
    Agent,
    Decide,
    Decides,
    Effect,
    Effects,
    Invariant,
    Reply,
    Send,
    SetTimer,
    World,
    agreement_on,
)
from labkit.protocols.consensus.quorum_messages import Ballot, Proposal, Propose, Vote
from labkit.protocols.protocol import Protocol
from labkit.protocols.quorums import VOTES, Outcome, Said, outcome
from labkit.values import brief, canonical, frozendict

NOTHING: frozendict[Any, Any] = frozendict()


@dataclass
class QuorumVoting(Agent, Decides):
    """Votes by hand: each Vote of a client is cast, told to all, and counted by everyone for himself.

    members: who may vote (everyone if left out). resend: how long to wait before telling all peers again what one
    has proposed and voted, without end; None never does, and then a lost vote is lost.
    """

    members: tuple[str, ...] = ()
    resend: tuple[int, int] | None = None
    votes: frozendict[Proposal, frozendict[str, Said]] = NOTHING  # as far as they reached me
    named: frozendict[str, Proposal] = NOTHING  # what my client means by an id
    durable: ClassVar[tuple[str, ...]] = ("votes", "named")  # who forgets a vote may give it twice
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("votes", "Votes heard"),)

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        """More than half of the members, however few can be reached: any two quorums share an agent."""
        return 2 * len(voters) > len(self.electorate)

    def counts(self, voter: str) -> bool:
        """Only the vote of a member counts."""
        return voter in self.electorate

    def is_first_vote(self, voter: str, proposal: Proposal) -> bool:
        """The first vote on a proposal stands, so what was decided stays decided."""
        return voter not in self.votes_on(proposal)

    def yes_is_free(self, voter: str, proposal: Proposal) -> bool:
        """A yes goes to one proposal of a decision at most."""
        rivals = (other for other in self.votes if other.about == proposal.about and other != proposal)
        return not any(self.votes[rival].get(voter) == "yes" for rival in rivals)

    def is_new(self, proposal: Proposal) -> bool:
        """An id is used once: to propose again would wipe the votes."""
        return proposal.id not in self.named

    def has_won(self, proposal: Proposal) -> bool:
        """The votes decide and never the value: None, 0 and '' can win like any other."""
        return self.outcome(proposal) == "won"

    def opinion(self, proposal: Proposal) -> Said | None:
        """What to vote without being asked; None waits for the client."""
        return None

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        return SetTimer("resend", self.resend) if self.resend else None

    def timeout(self, timer: str) -> Iterator[Effect]:
        for proposal in self.votes:
            mine = self.votes_on(proposal).get(self.id)
            if mine or self.named.get(proposal.id) == proposal:
                yield from self._tell(Ballot(proposal, mine) if mine else proposal)
        if self.resend:
            yield SetTimer("resend", self.resend)

    def request(self, value: Any) -> Iterator[Effect]:
        match value:
            case Propose(id_, what, about) if self.is_new(proposal := Proposal(id_, what, about)):
                self.named = self.named | {id_: proposal}
                self.votes = self.votes | {proposal: frozendict()}
                yield from self._form_opinion(proposal) or self._tell(proposal)
                yield Reply(value, "proposed")
            case Propose(id_):
                yield Reply(value, f"refused: {id_} has been proposed, take a new id", ok=False)
            case Vote(id_) if id_ not in self.named:
                yield Reply(value, f"refused: {self.id} has not heard of {id_}", ok=False)
            case Vote(id_, vote) if vote in VOTES:
                yield from self._cast(self.named[id_], vote, value)
            case _:
                how = "ask with Propose('p', 'red') or Vote('p', 'yes'), 'no', 'abstain'"
                yield Reply(value, f"refused: {how}", ok=False)

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case Proposal():
                return self._hear_of(message)
            case Ballot(proposal, vote):
                return [*self._count(sender, proposal, vote), *self._hear_of(proposal)]
        return None

    def _cast(self, proposal: Proposal, vote: Said, request: Vote) -> Iterator[Effect]:
        if not self.counts(self.id):
            yield Reply(request, f"refused: {self.id} is not one of the members", ok=False)
        elif not self.is_first_vote(self.id, proposal):
            yield Reply(request, f"refused: {self.id} has voted on {proposal.id}, and the first vote stands", ok=False)
        elif vote == "yes" and not self.yes_is_free(self.id, proposal):
            yield Reply(request, f"refused: {self.id} has said yes to another proposal", ok=False)
        else:
            yield from self._vote(proposal, vote)
            yield Reply(request, "voted")

    def _vote(self, proposal: Proposal, vote: Said) -> list[Effect]:
        return [*self._tell(Ballot(proposal, vote)), *self._count(self.id, proposal, vote)]

    def _count(self, voter: str, proposal: Proposal, vote: Said) -> list[Effect]:
        if not (self.counts(voter) and self.is_first_vote(voter, proposal)):
            return []
        self.votes = self.votes | {proposal: self.votes_on(proposal) | {voter: vote}}
        return [Decide(proposal.value, proposal.about)] if self.has_won(proposal) else []

    def _hear_of(self, proposal: Proposal) -> list[Effect]:
        """Take note of a proposal, and vote on it if that is left to me."""
        if proposal.id not in self.named:
            self.named = self.named | {proposal.id: proposal}
        if proposal not in self.votes:
            self.votes = self.votes | {proposal: frozendict()}
        return self._form_opinion(proposal)

    def _form_opinion(self, proposal: Proposal) -> list[Effect]:
        free = self.counts(self.id) and self.is_first_vote(self.id, proposal)
        vote = self.opinion(proposal) if free else None
        return self._vote(proposal, vote) if vote else []

    def _tell(self, message: Hashable) -> list[Effect]:
        return [Send(peer, message) for peer in self.peers]

    # ---- what one sees from here -------------------------------------------------------------------------------------

    @property
    def electorate(self) -> tuple[str, ...]:
        """Who may vote."""
        return self.members or self.everyone

    def votes_on(self, proposal: Proposal) -> frozendict[str, Said]:
        """Who said what, as far as this agent has heard."""
        return self.votes.get(proposal, frozendict())

    def said_yes(self, proposal: Proposal) -> tuple[str, ...]:
        """Whose yes has reached this agent."""
        return tuple(voter for voter, vote in self.votes_on(proposal).items() if vote == "yes")

    def outcome(self, proposal: Proposal) -> Outcome:
        """Pending, won or lost, as far as this agent can know; a yes elsewhere is as good as a no."""
        heard = self.votes_on(proposal)
        still_open = (m for m in self.electorate if m not in heard and self.yes_is_free(m, proposal))
        return outcome(self.is_quorum, self.said_yes(proposal), still_open)

    def decides_with(self, together: Collection[str]) -> bool:
        return self.is_quorum(tuple(filter(self.counts, together)))

    @property
    def role(self) -> str:
        """'decided', 'split' if all proposals it knows are lost, 'observer' if it may not vote."""
        if self.id not in self.electorate:
            return "observer"
        outcomes = {self.outcome(proposal) for proposal in self.votes}
        return "decided" if "won" in outcomes else "split" if outcomes == {"lost"} else ""

    @property
    def note(self) -> str:
        """What is decided; of more than two decisions the number."""
        won = [proposal for proposal in self.votes if self.has_won(proposal)]
        if not won:
            return self.role
        decided = ", ".join(f"{one.id}: {brief(one.value, 20)}" for one in won)
        verb = "hears of" if self.role == "observer" else "decided"
        return f"{verb} {decided if len(won) < 3 else f'{len(won)} proposals'}"


class FirstComeVoting(QuorumVoting):
    """Votes by itself: yes to the first proposal of a decision that it hears of, no to all others."""

    def opinion(self, proposal: Proposal) -> Said | None:
        return "yes" if self.yes_is_free(self.id, proposal) else "no"


# ---- what must hold --------------------------------------------------------------------------------------------------


def _voters(world: World) -> Iterator[tuple[str, QuorumVoting]]:
    return ((name, agent) for name, agent in world.agents.items() if isinstance(agent, QuorumVoting))


def _carried(agent: QuorumVoting, proposal: Proposal) -> bool:
    """Counted without the agent's own rules, which may be the ones that were broken."""
    return 2 * len(set(agent.said_yes(proposal)) & set(agent.electorate)) > len(agent.electorate)


def _unproposed(world: World) -> str | None:
    asked = {(request.value, request.about) for _agent, request in world.requests if isinstance(request, Propose)}
    for decision in world.decisions:
        if (decision.value, decision.about) not in asked:
            return f"{decision.agent} decided {canonical(decision.value)}, which nobody proposed"
    return None


def _unstable(world: World) -> str | None:
    for decision in world.decisions:
        agent = world.agents[decision.agent]
        if isinstance(agent, QuorumVoting) and not any(
            _carried(agent, proposal) for proposal in agent.votes
            if (proposal.value, proposal.about) == (decision.value, decision.about)
        ):
            return f"{decision.agent} decided {canonical(decision.value)}, but counts no majority for it now"
    return None


def _untold(world: World) -> str | None:
    told = {(decision.agent, decision.value, decision.about) for decision in world.decisions}
    for name, agent in _voters(world):
        for proposal in agent.votes:
            if _carried(agent, proposal) and (name, proposal.value, proposal.about) not in told:
                return f"{name} counts a majority for {canonical(proposal.value)}, but takes it for undecided"
    return None


ONE_WINNER = agreement_on("", "one winner", "Of the proposals for one decision at most one wins.")
PROPOSED = Invariant("winner was proposed", "What wins was proposed by a client.", _unproposed, any_order=True)
STABLE = Invariant(
    "decisions are final", "The votes that an agent has counted still back what it has decided.", _unstable,
    any_order=True,
)
TOLD = Invariant(
    "wins are announced", "An agent that counts a majority announces the decision, whatever its value.", _untold,
    any_order=True,
)
QUORUM_VOTING_PROPERTIES = (ONE_WINNER, PROPOSED, STABLE, TOLD, SOMEONE_DECIDES)


def propose_then_vote(agent: str, number: int) -> Propose | Vote:
    """In a running lab all want to propose p1, and the first is heard; then all vote for the p1 they know; then p3 …"""
    about = f"p{number - (number + 1) % 2}"
    return Propose(about, f"{agent}{number}", about) if number % 2 else Vote(about, "yes")


def propose_rivals(agent: str, number: int) -> Propose:
    """In a running lab each client wants something else, and one of them wins each time."""
    return Propose(f"{agent}{number}", f"{agent}{number}", f"p{number}")


QuorumVoting.expected = QUORUM_VOTING_PROPERTIES
QUORUM_VOTING = Protocol(
    "quorum voting", QuorumVoting,
    "Clients propose and vote; what more than half of the members said yes to is decided.",
    settings=("members", "resend"), requests=(Propose, Vote), example="propose p red", client=propose_then_vote,
    place=10,
)
FIRST_COME_VOTING = Protocol(
    "first-come voting", FirstComeVoting,
    "Each agent says yes to the first proposal that it hears of; two rivals may split the votes.",
    settings=("members", "resend"), requests=(Propose, Vote), example="propose p red", client=propose_rivals, place=20,
)
