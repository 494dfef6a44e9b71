"""Gossip: an average that nobody counts. Push-sum of Kempe, Dobra & Gehrke 2003, §2, and one that keeps accounts.

Promise: no leader, no quorum, no agent that must be up; every estimate stays between the lowest and the highest value,
and without faults all come to the average of all values. The price: nobody ever knows that it is done, a partition
gives two answers, and in plain push-sum each lost message biases the result. Left out: members that go for good.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from labkit.agents import Agent, Decide, Effect, Effects, Invariant, Send, SetTimer, Sometimes, World
from labkit.protocols.protocol import Protocol
from labkit.values import brief, by_name, expect, frozendict

NOTHING: frozendict[Any, Any] = frozendict()


@dataclass(frozen=True)
class Share:
    """Mass on its way: a part of the sender's sum, with the same part of its weight."""

    sum: Fraction
    weight: Fraction

    def __str__(self) -> str:
        return f"share, sum {brief(self.sum)}, weight {brief(self.weight)}"


@dataclass(frozen=True)
class Total(Share):
    """All mass that the sender has ever given to the receiver."""

    def __str__(self) -> str:
        return f"total so far, sum {brief(self.sum)}, weight {brief(self.weight)}"


@dataclass
class PushSum(Agent):
    """Every now and then gives half of its sum and half of its weight to the next peer; believes sum / weight.

    value: what it brings in. every: how long to wait between two gifts. calm: for how many gifts the estimate, rounded,
    has stayed the same.
    """

    value: int | Fraction = 0
    every: tuple[int, int] = (8, 12)
    sum: Fraction = field(init=False)
    weight: Fraction = Fraction(1)
    turn: int = 0
    calm: int = 0
    last: int | None = None
    durable: ClassVar[tuple[str, ...]] = ("sum", "weight", "turn")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("value", "Own value"), ("sum", "Sum"), ("weight", "Weight"))

    def __post_init__(self) -> None:
        self.sum = Fraction(self.value)

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def gift(self) -> Share:
        """Half of all, and what is given is no longer here: so no mass is made."""
        return Share(self.sum / 2, self.weight / 2)

    def is_done(self) -> bool:
        """Never: calm in the own neighbourhood does not tell that all others have been heard."""
        return False

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        return SetTimer("gossip", self.every) if self.peers else None

    def timeout(self, timer: str) -> Iterator[Effect]:
        peer, gift = self._next_peer(), self.gift()
        self.sum, self.weight = self.sum - gift.sum, self.weight - gift.weight
        yield Send(peer, self._letter(peer, gift))
        self.calm, self.last = (self.calm + 1 if round(self.estimate) == self.last else 0), round(self.estimate)
        if self.is_done():
            yield Decide(self.last)
        yield SetTimer("gossip", self.every)

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case Share(more, weight):
                self.sum, self.weight = self.sum + more, self.weight + weight
        return None

    def _letter(self, peer: str, gift: Share) -> Share:
        return gift

    def _next_peer(self) -> str:
        """The peers in turn, beginning after one's own name, so that not all give to the same."""
        ring = sorted(self.everyone, key=by_name)
        self.turn = self.turn % len(self.peers) + 1
        return ring[(ring.index(self.id) + self.turn) % len(ring)]

    @property
    def estimate(self) -> Fraction:
        """What this agent believes the average to be."""
        return self.sum / self.weight

    @property
    def role(self) -> str:
        """The estimate, for a picture."""
        return f"≈ {float(self.estimate):.4g}"


@dataclass
class PushTotals(PushSum):
    """Push-sum with accounts: each letter tells all that was ever given to this peer, and the peer adds what is new.

    A lost letter is made good by the next one, a doubled or late one adds nothing; what was given across a cut link
    arrives once the link is healed.
    """

    given: frozendict[str, Total] = NOTHING  # to whom
    got: frozendict[str, Total] = NOTHING  # from whom
    durable: ClassVar[tuple[str, ...]] = ("sum", "weight", "turn", "given", "got")

    def already_got(self, sender: str) -> Total:
        """Only what is new since the last letter is added."""
        return self.got.get(sender, NO_TOTAL)

    def is_newer(self, total: Total, sender: str) -> bool:
        """A total only grows, so a smaller one was overtaken on the way."""
        return total.weight > self.already_got(sender).weight

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case Total(total, weight) if self.is_newer(message, sender):
                before = self.already_got(sender)
                self.sum, self.weight = self.sum + total - before.sum, self.weight + weight - before.weight
                self.got = self.got | {sender: message}
        return None

    def _letter(self, peer: str, gift: Share) -> Share:
        before = self.given.get(peer, NO_TOTAL)
        total = Total(before.sum + gift.sum, before.weight + gift.weight)
        self.given = self.given | {peer: total}
        return total


NO_TOTAL = Total(Fraction(0), Fraction(0))


def sensors(values: Mapping[str, int | Fraction], kind: type[PushSum] = PushSum, **options: Any) -> dict[str, PushSum]:
    """An agent for each name, which brings in that value."""
    expect(values, Mapping, "sensors takes a table of names and numbers, {'a': 10, 'b': 20}")
    expect(kind, type, "kind is the class of the sensors")
    return {
        name: kind(name, tuple(peer for peer in values if peer != name), value=value, **options)
        for name, value in values.items()
    }


# ---- what must hold --------------------------------------------------------------------------------------------------


def _agents(world: World) -> dict[str, PushSum]:
    return {name: agent for name, agent in world.agents.items() if isinstance(agent, PushSum)}


def average(world: World) -> Fraction:
    """The average of all values, which no agent can see."""
    values = [Fraction(agent.value) for agent in _agents(world).values()]
    return sum(values, Fraction(0)) / len(values)


def _made(world: World) -> str | None:
    weight = sum((agent.weight for agent in _agents(world).values()), Fraction(0))
    if weight > len(_agents(world)):
        return f"the agents hold {float(weight):.4g} of weight, but only {len(_agents(world))} was brought in"
    return None


def _out_of_range(world: World) -> str | None:
    values = [agent.value for agent in _agents(world).values()]
    for name, agent in _agents(world).items():
        if agent.weight <= 0 or not min(values) <= agent.estimate <= max(values):
            return f"{name} holds {float(agent.sum):.4g} with weight {float(agent.weight):.4g}: out of range"
    return None


def _lost(world: World) -> str | None:
    agents = {name: agent for name, agent in _agents(world).items() if isinstance(agent, PushTotals)}
    mass = weight = Fraction(0)
    for name, agent in agents.items():
        mass, weight = mass + agent.sum - agent.value, weight + agent.weight - 1
        for peer, given in agent.given.items():
            got = agents[peer].got.get(name, NO_TOTAL)
            mass, weight = mass + given.sum - got.sum, weight + given.weight - got.weight
    if mass or weight:
        return f"with what is on its way, {float(mass):+.4g} of the sum and {float(weight):+.4g} of the weight appeared"
    return None


def _near(world: World) -> bool:
    values = [agent.value for agent in _agents(world).values()]
    near = Fraction(max(values) - min(values)) / 10
    return all(abs(agent.estimate - average(world)) <= near for agent in _agents(world).values())


NO_MASS_MADE = Invariant("no mass made", "The agents never hold more weight than they brought in.", _made)
IN_RANGE = Invariant(
    "estimates in range", "Every estimate lies between the lowest and the highest value.", _out_of_range
)
NO_MASS_LOST = Invariant("no mass lost", "What agents hold, and what is on its way, is what they brought in.", _lost)
ALL_NEAR = Sometimes(
    "near the average", "In some run all estimates differ from the average by a tenth of the range at most.", _near
)
PUSH_SUM_PROPERTIES = (NO_MASS_MADE, IN_RANGE, ALL_NEAR)
PUSH_TOTALS_PROPERTIES = (NO_MASS_MADE, IN_RANGE, NO_MASS_LOST, ALL_NEAR)

PushSum.expected, PushTotals.expected = PUSH_SUM_PROPERTIES, PUSH_TOTALS_PROPERTIES
GOSSIP = Protocol(
    "gossip", PushTotals,
    "Each agent talks to one other at a time, and all come to know the average; lost messages do no harm.",
    settings=("value", "every"), place=130,
)
PUSH_SUM = Protocol(
    "push-sum", PushSum,
    "Gossip in its first form: all come to know the average, unless a message is lost.",
    settings=("value", "every"), place=140,
)
