"""One poll counted twice from the same events: in the lesson's one dictionary, and by agents that only have messages.

Promise: a poll is a value; every event makes a new one, so for undo it is enough to keep them. Source: the lesson's
ConsensusProtocol, `labkit.protocols.consensus.quorum_voting`. Left out: crashes, and changing the members during a
vote.
"""

from collections.abc import Hashable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx

from labkit.agents import Effect, Reply, create
from labkit.engine import Request, Simulator
from labkit.lesson.original import ConsensusProtocol
from labkit.network import Cut, Heal, Network
from labkit.protocols import VOTES, Outcome, Proposal, Propose, QuorumVoting, Said, Vote
from labkit.topology import build
from labkit.values import by_name, listed

MOST_AGENTS, MOST_PROPOSALS = 12, 4  # so that a poll can be read at a glance


@dataclass(frozen=True)
class SendAgain:
    """Every agent sends its proposals and its votes to all peers again."""


@dataclass(frozen=True)
class SetQuorum:
    """From now on this many yes votes are required; None means more than half of the members."""

    votes: int | None


@dataclass(frozen=True)
class SetMembers:
    """These agents may vote, and no others."""

    members: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """What all agents are told before the first vote: the members, and how many yes votes are required."""

    members: tuple[str, ...]
    quorum: int


PollEvent = Request | Cut | Heal | SendAgain | SetQuorum | SetMembers


@dataclass
class Voter(QuorumVoting):
    """Votes by hand, under rules received before the first vote; sends everything again on request."""

    quorum: int = 0

    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        """At least as many as required, and always more than half of the members."""
        return len(voters) >= self.quorum and super().is_quorum(voters)

    def request(self, value: Any) -> Iterator[Effect]:
        match value:
            case Rules(members, quorum):
                self.members, self.quorum = members, quorum
                yield Reply(value, "agreed")
            case SendAgain():
                yield from self.timeout("resend")
                yield Reply(value, "sent again")
            case _:
                yield from super().request(value)


@dataclass(frozen=True, eq=False)
class Poll:
    """Proposals, votes and cut links, as the lesson's class sees them and as each agent sees them.

    quorum: the yes votes that the lesson's class requires. need: those that the agents require, always more than half
    of the members, and fixed by the first vote.
    """

    simulator: Simulator  # never runs on: each event continues a branch of it
    lesson: ConsensusProtocol
    members: tuple[str, ...]
    quorum: int
    need: int
    asked: int | None = None  # the quorum that was chosen

    def after(self, *events: PollEvent) -> "Poll":
        """The poll after these events, with all messages arrived or lost. ValueError for an impossible event."""
        new = replace(self, simulator=self.simulator.branch(), lesson=deepcopy(self.lesson))
        for event in events:
            new = new._take(event)
            new.simulator.run()
        return new

    def emptied(self) -> "Poll":
        """The same agents, members, quorum and cut links, with nothing proposed: a new vote."""
        graph, cut = self.network.graph, self.network.cut
        return _fresh(graph).after(*(Cut(*way) for way in sorted(cut)), SetMembers(self.members), SetQuorum(self.asked))

    # ---- what the lesson's class sees --------------------------------------------------------------------------------

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that were proposed, in order."""
        return tuple(self.lesson.proposals)

    def lesson_votes(self, proposal: str) -> dict[str, bool]:
        """The votes in the one dictionary."""
        return dict(self.lesson.proposals[proposal]["votes"])

    def lesson_says(self, proposal: str) -> Any:
        """What `reach_consensus` returns."""
        return self.lesson.reach_consensus(proposal, self.quorum)

    def lesson_has_counted(self, proposal: str) -> bool:
        """Whether the dictionary holds enough yes votes, whatever value is returned."""
        return sum(self.lesson_votes(proposal).values()) >= self.quorum

    # ---- what the agents see -----------------------------------------------------------------------------------------

    @property
    def network(self) -> Network:
        return self.simulator.system.network

    @property
    def voters(self) -> dict[str, Voter]:
        """The agents by name."""
        agents = self.simulator.system.agents
        return {name: agent for name in self.names if isinstance(agent := agents[name], Voter)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.network.graph, key=by_name))

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Proposals that some agent has accepted, in order; on two sides of a cut one id may denote two of them."""
        taken = {proposal for voter in self.voters.values() for proposal in voter.votes}
        asked = (Proposal(made.id, made.value, made.about)
                 for _agent, made in self.simulator.system.requests if isinstance(made, Propose))
        return tuple(dict.fromkeys(proposal for proposal in asked if proposal in taken))

    def cast(self, proposal: Proposal) -> dict[str, Said]:
        """The votes that agents have cast, each as recorded by the voter itself."""
        kept = {name: voter.votes_on(proposal).get(name) for name, voter in self.voters.items()}
        return {name: vote for name, vote in kept.items() if vote}

    def beliefs(self, proposal: Proposal) -> dict[str, Outcome]:
        """What each agent believes; to an agent that has not heard of the proposal it is pending."""
        return {name: voter.outcome(proposal) for name, voter in self.voters.items()}

    @property
    def begun(self) -> bool:
        """Whether an agent has voted."""
        return any(votes for voter in self.voters.values() for votes in voter.votes.values())

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _take(self, event: PollEvent) -> "Poll":
        match event:
            case Request(agent, Propose() as made):
                self._propose(agent, made)
            case Request(agent, Vote() as made):
                self._vote(agent, made)
            case Cut() | Heal():
                self.simulator.do(event)
            case SendAgain():
                self._ask_all(event)
            case SetQuorum(votes):
                return self._ruled(self.members, votes)
            case SetMembers(members):
                return self._ruled(self._electorate(members), self.asked)
            case _:
                raise ValueError(f"{event!r} is not an event of a poll: use Request, Cut, Heal, SetQuorum …")
        return self

    def _propose(self, agent: str, made: Propose) -> None:
        if not isinstance(made.id, str) or not made.id.strip():
            raise ValueError("a proposal needs an id: type a short text such as p")
        if made.id not in self.ids and len(self.ids) == MOST_PROPOSALS:
            raise ValueError(f"{MOST_PROPOSALS} proposals are enough to look at: press New vote, or undo one")
        if not isinstance(made.value, Hashable):
            raise ValueError(f"{made.value!r} could change while it is voted on: propose a text, a number or a tuple")
        self.simulator.request(agent, made)
        self.lesson.propose(made.id, made.value, agent)

    def _vote(self, agent: str, made: Vote) -> None:
        if made.id not in self.ids:
            remedy = f"choose {_or(self.ids)}, or propose it" if self.ids else "propose it first"
            raise ValueError(f"there is no proposal {made.id!r}: {remedy}")
        if made.vote not in VOTES:
            raise ValueError(f"{made.vote!r} is not a vote: use 'yes', 'no' or 'abstain'")
        self.simulator.request(agent, made)
        self.lesson.vote(made.id, agent, made.vote == "yes")  # it has no abstentions

    def _ask_all(self, what: Hashable) -> None:
        for name in self.names:
            self.simulator.request(name, what)

    def _electorate(self, members: Iterable[str]) -> tuple[str, ...]:
        """The members by name; ValueError if they cannot be changed to these now."""
        if strangers := [name for name in members if name not in self.network.graph]:
            raise ValueError(f"there is no agent {strangers[0]!r}: the agents are {listed(self.names, most=15)}")
        if not members:
            raise ValueError("a poll needs voters: keep at least one member")
        if self.begun:
            raise ValueError("the members are fixed once votes have been cast: press New vote, then change them")
        return tuple(name for name in self.names if name in set(members))

    def _ruled(self, members: tuple[str, ...], asked: int | None) -> "Poll":
        """The poll under these rules: the lesson's class obeys at once, the agents only before the first vote."""
        if asked is not None and (isinstance(asked, bool) or not isinstance(asked, int) or asked < 0):
            raise ValueError(f"a quorum of {asked!r}: choose a whole number from 1 to {len(members)}")
        if asked is not None and asked > len(members) == len(self.members):
            raise ValueError(f"a quorum of {asked} of {len(members)} members: choose a number from 1 to {len(members)}")
        majority = len(members) // 2 + 1
        quorum = majority if asked is None else min(asked, len(members))
        if self.begun:
            return replace(self, quorum=quorum, asked=asked)
        need = max(quorum, majority)
        self._ask_all(Rules(members, need))
        return replace(self, members=members, quorum=quorum, need=need, asked=asked)


def open_poll(agents: int = 5, topology: str = "mesh", quorum: int | None = None) -> Poll:
    """A poll of that many agents on a topology, with nothing proposed yet; all are members."""
    graph = build(topology, agents)
    if len(graph) > MOST_AGENTS:
        raise ValueError(f"a poll has 2 to {MOST_AGENTS} agents, not {len(graph)}: choose fewer")
    return _fresh(graph).after(SetQuorum(quorum))


def _fresh(graph: "nx.Graph[str]") -> Poll:
    names = tuple(sorted(graph, key=by_name))
    return Poll(Simulator(graph, create(Voter, names)), ConsensusProtocol(), names, 0, 0)


def _or(names: Iterable[str]) -> str:
    return listed(names).replace(" and ", " or ")
