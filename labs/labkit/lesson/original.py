"""The two classes of the Day 13 lesson text, with its names, its results and its traps.

They are exactly as trusting as in the lesson, because finding out where that fails is the exercise. What serious
systems do instead: `labkit.network.partition` and, for votes, the lesson on consensus.
"""

from typing import Any


class ConsensusProtocol:
    """Proposals, yes/no votes, and a count against a quorum that the caller chooses."""

    def __init__(self) -> None:
        self.proposals: dict[str, Any] = {}
        self.votes: dict[str, dict[str, bool]] = {}  # never filled: each proposal holds its votes

    def propose(self, proposal_id: str, value: Any, agent_id: str) -> None:
        """Propose a value; using an id again restarts its vote."""
        self.proposals[proposal_id] = {"value": value, "proposer": agent_id, "votes": {}}

    def vote(self, proposal_id: str, agent_id: str, vote: bool) -> bool:
        """Record a vote, replacing an earlier one; False if there is no such proposal."""
        proposal = self.proposals.get(proposal_id)
        if proposal is None:
            return False
        proposal["votes"][agent_id] = vote
        return True

    def reach_consensus(self, proposal_id: str, quorum: int) -> Any | None:
        """The proposed value once at least `quorum` votes say yes, else None."""
        proposal = self.proposals.get(proposal_id)
        if proposal is None:
            return None
        in_favour = len([vote for vote in proposal["votes"].values() if vote])
        return proposal["value"] if in_favour >= quorum else None


class PartitionDetector:
    """Connected groups by depth-first search over the lists of neighbours, with a global view."""

    def detect_partition(self, agents: list[str], connectivity: dict[str, list[str]]) -> list[list[str]]:
        """Groups in the order in which their first agent is listed, members in the order of the search."""
        visited: set[str] = set()
        return [self._dfs(agent, connectivity, visited) for agent in agents if agent not in visited]

    def _dfs(self, start: str, connectivity: dict[str, list[str]], visited: set[str]) -> list[str]:
        """All agents found from `start` along the lists, last neighbour first; marks them as visited."""
        found: list[str] = []
        to_visit = [start]
        while to_visit:
            agent = to_visit.pop()
            if agent in visited:
                continue
            visited.add(agent)
            found.append(agent)
            to_visit.extend(near for near in connectivity.get(agent, []) if near not in visited)
        return found
