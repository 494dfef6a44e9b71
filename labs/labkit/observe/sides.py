"""The sides of a split network as nobody in it can see them: who could decide there, who leads, what they lack."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

from labkit.agents import Agent, Decides, Holds, Leads, suspects_of, term_led
from labkit.engine import System
from labkit.network import Groups
from labkit.observe.holdings import Holdings
from labkit.observe.requests import ClientRequest
from labkit.values import by_name, listed


@dataclass(frozen=True)
class Side:
    """One partition. can_decide: None where the protocol does not say. lacks: how much only others hold.

    stale: units since the oldest answer to a client of which it knows nothing; None where it lacks no such thing.
    suspects: whom somebody there believes to be down.
    """

    agents: tuple[str, ...]
    can_decide: bool | None
    leaders: tuple[tuple[str, int], ...]  # who believes to lead, with its term; the latest term first
    lacks: int
    stale: int | None = None
    suspects: tuple[str, ...] = ()

    def __str__(self) -> str:
        able = {True: "can decide", False: "blocked", None: ""}[self.can_decide]
        led = [f"leader {name}, term {term}" for name, term in self.leaders[:1]]
        led += [f"{name} believes to lead, term {term}" for name, term in self.leaders[1:]]
        if self.can_decide is False and led:
            led[0] += " (cannot commit)"
        stale = f"lacks {self.lacks} value{'s' * (self.lacks > 1)} that others hold" if self.lacks else ""
        stale += f", the oldest {self.stale:,} units old" if self.stale is not None else ""
        verb = "suspects" if len(self.agents) == 1 else "suspect"
        able = able or (f"{verb} {listed(self.suspects)}" if self.suspects else "")
        who = listed(self.agents, most=7)
        return "; ".join([f"{who}: {able}" if able else who, *led, *([stale] if stale else [])])


def sides_of(
    system: System, groups: Groups, operations: Iterable[ClientRequest] = (), now: int = 0
) -> tuple[Side, ...]:
    """A side for each group, in the same order; operations and now: the clients' requests until now, if known."""
    answered = {one.request: one.answered for one in operations if one.answered is not None}
    holdings = Holdings(system)
    held = {name: _values(agent, holdings.of[name]) for name, agent in system.agents.items()}
    everything = frozenset[Hashable]().union(*held.values())
    found = []
    for group in groups:
        agents = [system.agents[name] for name in group]
        leading = [(agent.id, term) for agent in agents if (term := term_led(agent)) is not None]
        lacks = everything.difference(*(held[name] for name in group))
        stale = max((now - answered[value] for value in lacks if value in answered), default=None)
        able = can_decide(system, group)
        suspects = tuple(sorted({who for agent in agents for who in suspects_of(agent)}, key=by_name))
        found.append(Side(group, able, tuple(sorted(leading, key=_latest)), len(lacks), stale, suspects))
    return tuple(found)


def can_decide(system: System, group: Collection[str]) -> bool | None:
    """Whether somebody in this group reaches enough others to decide; None where its protocol does not say."""
    network = system.network
    said = [_alone(system.agents[name], group if network.relays else network.heard(name)) for name in group]
    return None if None in said else any(said)


def _alone(agent: Agent, together: Collection[str]) -> bool | None:
    return agent.decides_with(together) if isinstance(agent, Decides) else None


def _values(agent: Agent, held: frozenset[Hashable]) -> frozenset[Hashable]:
    """What it holds; of an agent that takes part in elections and no more, nothing: who leads is told by itself."""
    return frozenset() if isinstance(agent, Leads) and not isinstance(agent, Holds) else held


def _latest(leader: tuple[str, int]) -> tuple[int, str]:
    return -leader[1], leader[0]
