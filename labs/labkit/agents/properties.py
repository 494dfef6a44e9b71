"""What must hold in every state, and what must happen in some: properties with the sentence that a learner reads.

Two kinds, because an empty world breaks nothing: an `Invariant` holds in every state that is reached, a `Sometimes`
comes true in one at least. Invariants that belong to one protocol stand with that protocol.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from labkit.agents.agent import Agent


@dataclass(frozen=True)
class Decision:
    """An agent has decided a value; `about` names the question ("" where there is only one)."""

    agent: str
    value: Hashable
    about: str = ""


@dataclass(frozen=True)
class Replied:
    """An agent has told a client how its request ended."""

    agent: str
    request: Hashable
    result: Hashable
    ok: bool = True


class World(Protocol):
    """What a property may look at: agents and what they said to the outside, never messages in flight."""

    @property
    def agents(self) -> Mapping[str, Agent]: ...
    @property
    def down(self) -> frozenset[str]: ...  # agents that have crashed
    @property
    def requests(self) -> Collection[tuple[str, Hashable]]: ...  # (agent asked, value), in the order of asking
    @property
    def decisions(self) -> Collection[Decision]: ...  # in the order of deciding; a repeated one stands once
    @property
    def replies(self) -> Collection[Replied]: ...


@dataclass(frozen=True)
class Invariant:
    """A property of every state: `violation` says in a sentence what breaks it, or None where it holds."""

    name: str
    sentence: str
    violation: Callable[[World], str | None]


@dataclass(frozen=True)
class Sometimes:
    """A property that some state has: `seen` is true where it does."""

    name: str
    sentence: str
    seen: Callable[[World], bool]


Property = Invariant | Sometimes


def _differ(decisions: Iterable[Decision]) -> str | None:
    first: dict[str, Decision] = {}
    for decision in decisions:
        other = first.setdefault(decision.about, decision)
        if other.value != decision.value:
            what = f"as {decision.about} " if decision.about else ""
            return f"{what}{other.agent} decided {other.value!r}, but {decision.agent} decided {decision.value!r}"
    return None


def agreement_on(prefix: str, name: str, sentence: str) -> Invariant:
    """No two decisions differ about a question that begins with `prefix`."""
    return Invariant(name, sentence, lambda world: _differ(d for d in world.decisions if d.about.startswith(prefix)))


AGREEMENT = agreement_on("", "agreement", "No two agents ever decide differently.")


def _invented(world: World) -> str | None:
    asked = {value for _agent, value in world.requests}
    for decision in world.decisions:
        if decision.about == "" and decision.value not in asked:
            return f"{decision.agent} decided {decision.value!r}, which nobody asked for"
    return None


VALIDITY = Invariant("validity", "What is decided was asked for by a client.", _invented)

SOMEONE_DECIDES = Sometimes("someone decides", "In some run an agent decides.", lambda world: bool(world.decisions))


def _all_decided(world: World) -> bool:
    decided = {decision.agent for decision in world.decisions}
    return all(name in decided for name in world.agents if name not in world.down)


EVERYONE_DECIDES = Sometimes("everyone decides", "In some run all agents that are up decide.", _all_decided)


def first_violation(properties: Iterable[Property], world: World) -> tuple[Invariant, str] | None:
    """The first invariant that does not hold, with the sentence that says why; None where all hold."""
    for prop in properties:
        if isinstance(prop, Invariant) and (why := prop.violation(world)) is not None:
            return prop, why
    return None
