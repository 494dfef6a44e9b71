"""What both elections have in common: an order of the agents, epochs, who leads, and what is expected of them.

Each election has a number, its epoch, as a term in Raft. The classical papers have none: without one nobody can tell
the word of an old leader from that of a new one. Whoever accepts a leader says so once and for all, as a decision about
the epoch; so a property can find two leaders of one epoch even if the first has crashed meanwhile. Left out: noticing
that the leader is gone (failure detectors do that, `labkit.protocols.detection`); a client asks for an election.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from labkit.agents import (
    Agent,
    Decide,
    Decides,
    Effect,
    Invariant,
    Leads,
    Reply,
    Sometimes,
    World,
    agreement_on,
    term_led,
)
from labkit.values import by_name


@dataclass
class Elector(Agent, Leads, Decides):
    """An agent that takes part in elections; the highest wins."""

    order: tuple[str, ...] = ()  # the agents from the lowest to the highest; those not listed are lower, by name
    epoch: int = 0  # the latest that it knows of
    leader: str = ""  # whom it follows
    led: int = 0  # the epoch in which that one was elected
    asked: tuple[Hashable, ...] = ()  # what clients asked for and have not been told yet
    durable: ClassVar[tuple[str, ...]] = ("epoch",)
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("leader", "Follows"), ("led", "Elected in epoch"), ("epoch", "Latest epoch"),
    )

    def rank(self, name: str) -> tuple[int, tuple[int, str]]:
        """The place of an agent in the order: the greater, the higher."""
        return (self.order.index(name) + 1 if name in self.order else 0), by_name(name)

    def outranks(self, name: str, other: str) -> bool:
        """Only a higher agent may take the lead from another."""
        return self.rank(name) > self.rank(other)

    def is_stale(self, epoch: int) -> bool:
        """The word of an earlier election no longer counts."""
        return epoch < self.epoch

    def follow(self, leader: str, epoch: int) -> list[Effect]:
        """Accept this leader, and tell the clients that have asked."""
        self.epoch, self.leader, self.led = max(self.epoch, epoch), leader, epoch
        told: list[Effect] = [Reply(value, f"{leader} leads, epoch {epoch}") for value in self.asked]
        self.asked = ()
        return [Decide(leader, about=f"leader of epoch {epoch}"), *told]

    @property
    def leading(self) -> int | None:
        return self.led if self.leader == self.id else None

    @property
    def role(self) -> str:
        return "leader" if self.leader == self.id else "follower" if self.leader else ""

    @property
    def note(self) -> str:
        if self.leader == self.id:
            return f"leader, epoch {self.led}"
        return f"follows {self.leader}, epoch {self.led}" if self.leader else f"no leader, epoch {self.epoch}"


def _two_leaders(world: World) -> str | None:
    leaders = [agent for name, agent in world.agents.items() if term_led(agent) is not None and name not in world.down]
    for one, other in combinations(leaders, 2):
        if term_led(one) == term_led(other):
            return f"{one.id} and {other.id} both lead in epoch {term_led(one)}"
    return _AGREED.violation(world)


def _someone_leads(world: World) -> bool:
    return any(term_led(agent) is not None for agent in world.agents.values())


_AGREED = agreement_on("leader of epoch ", "one leader an epoch", "No two leaders of one epoch are accepted.")

ONE_PER_EPOCH = Invariant(
    "one leader per epoch", "No two agents lead in the same epoch, and no two are accepted in it.", _two_leaders,
    any_order=True,
)
SOMEONE_LEADS = Sometimes("someone leads", "In some run an agent comes to lead.", _someone_leads, any_order=True)
ELECTION_PROPERTIES = (ONE_PER_EPOCH, SOMEONE_LEADS)


def elect_each_time(agent: str, number: int) -> str:
    """What the clients of a running lab ask for."""
    return f"elect {agent}{number}"
