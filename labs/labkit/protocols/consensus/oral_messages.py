"""Oral messages: loyal agents agree although some agents lie. Lamport, Shostak & Pease 1982, §3, algorithm OM(m).

Promise, with more than 3m agents of which at most m are traitors: all loyal lieutenants obey the same order (IC1), and
if the general is loyal, it is his (IC2). It needs rounds: who has not spoken when a round ends has said nothing. Left
out: signed messages (§4), links that are missing (§5), coming back after a crash (who crashes counts as a traitor).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any, ClassVar

from labkit.agents import Agent, Decide, Decision, Effect, Effects, Invariant, Send, SetTimer, Sometimes, World
from labkit.protocols.protocol import Protocol
from labkit.values import agent_names, brief, canonical, expect, frozendict, listed

Path = tuple[str, ...]
RETREAT = "retreat"  # what holds where nothing was said, or nothing has a majority
NOTHING: frozendict[Any, Any] = frozendict()


@dataclass(frozen=True)
class Oral:
    """`path` tells who told it to whom: ('a', 'c') is what c says that the general a said."""

    value: Hashable
    path: Path

    def __str__(self) -> str:
        return f"{brief(self.value)}, {' that '.join(f'{one} says' for one in reversed(self.path))}"


@dataclass
class OralMessages(Agent):
    """A loyal general or lieutenant.

    general: who gives the order. m: how many traitors must not matter; so many times an order is passed on. order: only
    the general has one. round: how long a round lasts; longer than any message needs, or a late word is no word.
    """

    general: str = "a"
    m: int = 1
    order: Hashable = None
    round: int = 20
    ended: int = 0  # how many rounds
    heard: frozendict[Path, Hashable] = NOTHING
    durable: ClassVar[tuple[str, ...]] = ("ended",)  # who missed a round does not join in again
    loyal: ClassVar[bool] = True
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("order", "Order"), ("ended", "Rounds ended"), ("heard", "Heard, by whose word"),
    )

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def says(self, to: str, path: Path, value: Hashable) -> Hashable | None:
        """A loyal agent passes on to everyone what it was told; None says nothing."""
        return value

    def to_pass_on(self) -> list[Path]:
        """A loyal agent passes on what it has heard in the round that has just ended, and nothing else."""
        return sorted(path for path in self.heard if len(path) == self.ended)

    def is_from(self, sender: str, path: Path) -> bool:
        """Nobody speaks in another's name: the last on the path is the sender, and the first is the general."""
        return path[-1:] == (sender,) and path[0] == self.general and self.id not in path and _distinct(path)

    def is_in_time(self, path: Path) -> bool:
        """A word counts only before its round has ended, for others have passed on already what they had."""
        return self.ended < len(path) <= self.m + 1

    def majority(self, values: Iterable[Hashable]) -> Hashable:
        """What more than half of the values say, else retreat."""
        counts = Counter(values)
        value, most = counts.most_common(1)[0]
        return value if 2 * most > counts.total() else RETREAT

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Iterator[Effect]:
        if self.ended:
            return
        yield SetTimer("round", (self.round, self.round))
        if self.id == self.general:
            yield from self._tell((self.id,), self.command)
            yield Decide(self.command)

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case Oral(value, path) if self.is_from(sender, path) and self.is_in_time(path):
                self.heard = self.heard | {path: value}
        return None

    def timeout(self, timer: str) -> Iterator[Effect]:
        self.ended += 1
        if self.id == self.general:
            return
        if self.ended <= self.m:
            for path in self.to_pass_on():
                yield from self._tell((*path, self.id), self.heard.get(path, RETREAT))
            yield SetTimer("round", (self.round, self.round))
        else:
            yield Decide(self.believes((self.general,)))

    def _tell(self, path: Path, value: Hashable) -> Iterator[Effect]:
        for peer in self.peers:
            if peer not in path and (word := self.says(peer, path, value)) is not None:
                yield Send(peer, Oral(word, path))

    def believes(self, path: Path) -> Hashable:
        """What to hold for the word of the last on the path: the majority of it and of what the others heard of it."""
        own = self.heard.get(path, RETREAT)
        if len(path) > self.m:
            return own
        others = (peer for peer in self.peers if peer not in path)
        return self.majority([own, *(self.believes((*path, other)) for other in others)])

    @property
    def command(self) -> Hashable:
        """What it orders as the general; without an order, retreat."""
        return RETREAT if self.order is None else self.order

    @property
    def role(self) -> str:
        """'general' or 'lieutenant'; no picture from inside tells who is loyal."""
        return "general" if self.id == self.general else "lieutenant"

    @property
    def note(self) -> str:
        if self.id == self.general:
            return f"orders {brief(self.command)}"
        return f"obeys {brief(self.believes((self.general,)))}" if self.ended > self.m else self.role


# ---- traitors --------------------------------------------------------------------------------------------------------


class Liar(OralMessages):
    """A traitor; this one tells half of the others the truth, and the other half the opposite."""

    loyal: ClassVar[bool] = False

    def says(self, to: str, path: Path, value: Hashable) -> Hashable | None:
        return value if self.peers.index(to) % 2 else opposite(value)


class Contrary(Liar):
    """Tells everybody the opposite of what it was told."""

    def says(self, to: str, path: Path, value: Hashable) -> Hashable | None:
        return opposite(value)


class Silent(Liar):
    """Says nothing at all, as if it had crashed."""

    def says(self, to: str, path: Path, value: Hashable) -> Hashable | None:
        return None


@dataclass
class Scripted(Liar):
    """Says what its script holds for (to, path), and nothing where the script holds nothing.

    It needs not have heard what it passes on: traitors who work together know what to say.
    """

    script: frozendict[tuple[str, Path], Hashable] = NOTHING

    def to_pass_on(self) -> list[Path]:
        """All that the script has for this round."""
        return sorted({path[:-1] for _, path in self.script if len(path) == self.ended + 1})

    def says(self, to: str, path: Path, value: Hashable) -> Hashable | None:
        return self.script.get((to, path))


def opposite(value: Hashable) -> Hashable:
    """Attack for retreat, and retreat for anything else."""
    return "attack" if value == RETREAT else RETREAT


Army = Mapping[str, OralMessages]


def army(agents: int | tuple[str, ...], order: Hashable, m: int = 1, traitors: Mapping[str, type[Liar]] = NOTHING,
         loyal: type[OralMessages] = OralMessages, **options: Any) -> dict[str, OralMessages]:
    """The first agent is the general and has the order; `traitors` names the liars, each with its way to lie."""
    names = agent_names(agents)
    if not 0 <= m <= len(names) - 2:
        raise ValueError(f"m={m!r} with {len(names)} agents: choose m from 0 to {len(names) - 2}")
    if strangers := sorted(set(traitors) - set(names)):
        raise ValueError(f"{strangers[0]} is a traitor but not in the army: choose from {', '.join(names)}")
    return {
        name: traitors.get(name, loyal)(
            name, tuple(peer for peer in names if peer != name), general=names[0], m=m,
            order=order if name == names[0] else None, **options,
        )
        for name in names
    }


def occasions(agents: Army, traitor: str) -> list[tuple[str, Path]]:
    """All that a receiver would take from the traitor, heard or invented: to whom, and about which path, by rounds."""
    general, m = agents[traitor].general, agents[traitor].m
    others = [name for name in agents if name not in (general, traitor)]
    relayed = (relays for length in range(m) for relays in permutations(others, length))
    paths = [(general,)] if traitor == general else [(general, *relays, traitor) for relays in relayed]
    return [(to, path) for path in paths for to in agents if to not in path]


def lying(agents: Army, traitor: str, script: Mapping[tuple[str, Path], Hashable]) -> Army:
    """The army with this agent as a traitor that says what the script holds, and nothing else."""
    agent = agents[traitor]
    liar = Scripted(traitor, agent.peers, agent.general, agent.m, agent.order, agent.round, script=frozendict(script))
    return {**agents, traitor: liar}


def every_lie(agents: Army, traitor: str, words: Sequence[Hashable] = ("attack", RETREAT, None)) -> Iterator[Army]:
    """The army once for each way in which this agent can lie: any of the words to anyone; None says nothing."""
    expect(agents, Mapping, "every_lie takes an army, army(4, 'attack')")
    expect(words, (tuple, list), "words is a tuple of what may be said")
    if not isinstance(traitor, str) or traitor not in agents:
        raise ValueError(f"{traitor!r} is not in the army: choose from {listed(agents)}")
    when = occasions(agents, traitor)
    if len(words) ** len(when) > 100_000:
        raise ValueError(f"{len(words)} words on {len(when)} occasions are too many lies: take fewer agents")
    return (lying(agents, traitor, dict(zip(when, said, strict=True))) for said in product(words, repeat=len(when)))


# ---- what must hold --------------------------------------------------------------------------------------------------


def _loyal(world: World) -> dict[str, OralMessages]:
    return {name: agent for name, agent in world.agents.items() if isinstance(agent, OralMessages) and agent.loyal}


def _obeyed(world: World) -> list[Decision]:
    """What loyal lieutenants decided."""
    loyal = _loyal(world)
    return [d for d in world.decisions if d.agent in loyal and loyal[d.agent].general != d.agent]


def _differing(world: World) -> str | None:
    obeyed = _obeyed(world)
    for decision in obeyed:
        if decision.value != obeyed[0].value:
            first, other = canonical(obeyed[0].value), canonical(decision.value)
            return f"loyal {obeyed[0].agent} obeys {first}, but loyal {decision.agent} obeys {other}"
    return None


def _disobeying(world: World) -> str | None:
    orders = {agent.general: agent.command for name, agent in _loyal(world).items() if name == agent.general}
    for decision in _obeyed(world):
        for general, order in orders.items():
            if decision.value != order:
                obeys = f"loyal {decision.agent} obeys {canonical(decision.value)}"
                return f"loyal {general} orders {canonical(order)}, but {obeys}"
    return None


def _all_obeyed(world: World) -> bool:
    lieutenants = {name for name, agent in _loyal(world).items() if name != agent.general}
    return lieutenants <= {decision.agent for decision in _obeyed(world)}


def _distinct(path: Path) -> bool:
    return len(set(path)) == len(path)


IC1 = Invariant("the loyal agree", "All loyal lieutenants obey the same order.", _differing, any_order=True)
IC2 = Invariant(
    "a loyal general is obeyed", "If the general is loyal, every loyal lieutenant obeys his order.", _disobeying,
    any_order=True,
)
ALL_OBEY = Sometimes(
    "all lieutenants decide", "In some run every loyal lieutenant comes to a decision.", _all_obeyed, any_order=True
)
ORAL_MESSAGES_PROPERTIES = (IC1, IC2, ALL_OBEY)

OralMessages.expected = ORAL_MESSAGES_PROPERTIES
PROTOCOL = Protocol(
    "oral messages", OralMessages,
    "Loyal lieutenants obey the same order although some agents lie, if fewer than a third do.",
    settings=("general", "m", "order", "round"), others=(Liar, Contrary, Silent), place=120,
)
