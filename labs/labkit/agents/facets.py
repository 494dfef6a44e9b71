"""What an agent can be asked about itself. A class inherits the facets it can answer; others ask with isinstance.

A facet has no fields and no state, so it goes beside Agent in any dataclass: class Raft(Agent, Holds, Leads, Decides).
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

WAITING, RUNNING, DONE, DEAD = "waiting", "running", "done", "dead"


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


@dataclass(frozen=True)
class Job:
    """A piece of work as the agent knows it that hands it out; state: waiting, running, done or dead (given up).

    holder: who has it. attempts: how often it was handed out. timer: after which it is handed out again; "" for none.
    """

    key: Hashable
    what: Hashable
    state: str = WAITING
    holder: str = ""
    attempts: int = 0
    timer: str = ""


class Works:
    """Can tell which work it hands out, which it has in its hands, and which effects it has had on the world."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The work that it hands out, as far as it knows, in order."""
        return ()

    @property
    def in_hand(self) -> frozenset[Hashable]:
        """The keys of the work that it will do, unless it crashes."""
        return frozenset()

    @property
    def executed(self) -> tuple[tuple[Hashable, Hashable], ...]:
        """Key and name of each effect that it has had on the world, in order; one that was had twice stands twice."""
        return ()


class Carries:
    """A message with work in it: whoever receives it will do it, or has it done."""

    key: Hashable


def suspects_of(agent: object) -> frozenset[str]:
    """Whom this agent believes to be down; nobody if it cannot tell."""
    return agent.suspects if isinstance(agent, Suspects) else frozenset()


def term_led(agent: object) -> int | None:
    """The term in which this agent believes to lead; None if it does not, or cannot tell."""
    return agent.leading if isinstance(agent, Leads) else None
