"""What must hold in every state, and what must happen in some: properties with the sentence that a learner reads.

Two kinds, because an empty world breaks nothing: an `Invariant` holds in every state that is reached, a `Sometimes`
comes true in one at least. Invariants that belong to one protocol stand with that protocol.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any

from labkit.agents.world import Decision, World
from labkit.values import canonical


@dataclass(frozen=True)
class Invariant:
    """A property of every state: `violation` says in a sentence what breaks it, or None where it holds.

    any_order: it does not matter to it in which order clients asked and agents answered; this makes a search smaller.
    """

    name: str
    sentence: str
    violation: Callable[[World], str | None]
    any_order: bool = False


@dataclass(frozen=True)
class Sometimes:
    """A property that some state has: `seen` is true where it does. any_order: as in `Invariant`."""

    name: str
    sentence: str
    seen: Callable[[World], bool]
    any_order: bool = False


Property = Invariant | Sometimes
Properties = Iterable[Property | Callable[[World], str | None]]  # a plain function is as good as an Invariant
WHAT_A_PROPERTY_IS = (
    "give an Invariant, a Sometimes, or a function of the world that returns a sentence where it is broken and None "
    "where it holds"
)


def as_properties(given: Iterable[Any] | Any) -> tuple[Property, ...]:
    """Properties as they were given; a plain function becomes an Invariant. ValueError for what is no property."""
    if isinstance(given, Property) or callable(given):
        given = (given,)
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(f"{given!r} is not a property: {WHAT_A_PROPERTY_IS}")
    return tuple([_as_property(one) for one in given])


def violation_of(prop: Invariant, world: World) -> str | None:
    """What breaks the property in this world, or None; ValueError where it says neither."""
    why = _evaluated(prop, prop.violation, world)
    if why is not None and not (isinstance(why, str) and why.strip()):
        raise ValueError(
            f"property {prop.name!r} returned {why!r}: return a sentence where it is broken, and None where it holds"
        )
    return why


def is_seen(prop: Sometimes, world: World) -> bool:
    """Whether the world has the property."""
    return bool(_evaluated(prop, prop.seen, world))


def first_violation(properties: Iterable[Property], world: World) -> tuple[Invariant, str] | None:
    """The first invariant that does not hold, with the sentence that says why; None where all hold."""
    for prop in properties:
        if isinstance(prop, Invariant) and (why := violation_of(prop, world)) is not None:
            return prop, why
    return None


def _as_property(one: Any) -> Property:
    if isinstance(one, Property):
        return one
    if not callable(one) or isinstance(one, type):
        raise ValueError(f"{one!r} is not a property: {WHAT_A_PROPERTY_IS}")
    name = getattr(one, "__name__", "").strip("_").replace("_", " ")
    name = "your property" if name in ("", "<lambda>") else name
    return Invariant(name, (one.__doc__ or name).strip().split("\n")[0], one)


def _evaluated(prop: Property, rule: Callable[[World], Any], world: World) -> Any:
    try:
        return rule(world)
    except Exception as problem:
        line = extract_tb(problem.__traceback__)[-1].lineno
        raise ValueError(
            f"property {prop.name!r} broke: {type(problem).__name__}: {problem} (line {line}). A property reads "
            "world.agents, world.down, world.requests, world.decisions, world.replies and world.history"
        ) from problem


def _differ(decisions: Iterable[Decision]) -> str | None:
    first: dict[str, Decision] = {}
    for decision in decisions:
        other = first.setdefault(decision.about, decision)
        if other.value != decision.value:
            what = f"as {decision.about} " if decision.about else ""
            one, two = canonical(other.value), canonical(decision.value)
            return f"{what}{other.agent} decided {one}, but {decision.agent} decided {two}"
    return None


def agreement_on(prefix: str, name: str, sentence: str) -> Invariant:
    """No two decisions differ about a question that begins with `prefix`."""
    return Invariant(
        name, sentence, lambda world: _differ(d for d in world.decisions if d.about.startswith(prefix)), any_order=True
    )


AGREEMENT = agreement_on("", "agreement", "No two agents ever decide differently.")


def _invented(world: World) -> str | None:
    asked = {value for _agent, value in world.requests}
    for decision in world.decisions:
        if decision.about == "" and decision.value not in asked:
            return f"{decision.agent} decided {canonical(decision.value)}, which nobody asked for"
    return None


VALIDITY = Invariant("validity", "What is decided was asked for by a client.", _invented, any_order=True)

SOMEONE_DECIDES = Sometimes(
    "someone decides", "In some run an agent decides.", lambda world: bool(world.decisions), any_order=True
)


def _all_decided(world: World) -> bool:
    decided = {decision.agent for decision in world.decisions}
    return all(name in decided for name in world.agents if name not in world.down)


EVERYONE_DECIDES = Sometimes(
    "everyone decides", "In some run all agents that are up decide.", _all_decided, any_order=True
)
