"""What an agent can be asked about itself. A class inherits the facets it can answer; others ask with isinstance.

A facet has no fields and no state, so it goes beside Agent in any dataclass: class Raft(Agent, Holds, Leads, Decides).
"""

from collections.abc import Collection, Hashable


class Holds:
    """Can tell which of the clients' requests it could give back."""

    @property
    def holds(self) -> frozenset[Hashable]:
        """The requests that this agent could give back now."""
        raise NotImplementedError

    @property
    def stored(self) -> frozenset[Hashable]:
        """The requests in its durable storage, whether or not it could give them back yet."""
        return self.holds

    @property
    def conflicts(self) -> frozenset[Hashable]:
        """Those of them that are in conflict with another."""
        return frozenset()


class Leads:
    """Can tell whether it leads."""

    @property
    def leading(self) -> int | None:
        """The term in which it believes to lead; None where it does not."""
        raise NotImplementedError


class Decides:
    """Can tell with whom it could decide."""

    def decides_with(self, together: Collection[str]) -> bool:
        """Whether these agents, itself among them, are enough to decide."""
        raise NotImplementedError


class Suspects:
    """Can tell whom it believes to be down."""

    @property
    def suspects(self) -> frozenset[str]:
        """Whom this agent believes to be down, rightly or not."""
        raise NotImplementedError


def suspects_of(agent: object) -> frozenset[str]:
    """Whom this agent believes to be down; nobody if it cannot tell."""
    return agent.suspects if isinstance(agent, Suspects) else frozenset()


def term_led(agent: object) -> int | None:
    """The term in which this agent believes to lead; None if it does not, or cannot tell."""
    return agent.leading if isinstance(agent, Leads) else None
