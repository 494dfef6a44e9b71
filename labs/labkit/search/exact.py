"""What an agent can tell apart: a key for each value; and equal values in another order where Python leaves it open."""

from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from labkit.agents import Agent
from labkit.values import blank


class Backwards(frozenset[Any]):
    """A frozenset that is walked through the other way round, and so are the sets that are made from it."""

    def __iter__(self) -> Iterator[Any]:
        yield from reversed(list(super().__iter__()))

    def __or__(self, other: Any) -> "Backwards":
        return Backwards(super().__or__(other))

    def __and__(self, other: Any) -> "Backwards":
        return Backwards(super().__and__(other))

    def __sub__(self, other: Any) -> "Backwards":
        return Backwards(super().__sub__(other))


def exact(value: object) -> Hashable:
    """A key that differs wherever an agent can see a difference: for 1 and True, for 0.0 and -0.0.

    It ignores the order of a set, on which no agent may depend; `backwards` finds out whether one does. It is not
    `canonical`, which makes a text: with that a search of Paxos and Raft took 1.5 times as long.
    """
    kind = value.__class__
    if kind in _ATOMS:
        return kind, value
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple([field.name for field in fields(kind)]) if is_dataclass(kind) else ()
    if names:
        return kind, tuple([exact(getattr(value, name)) for name in names])
    if isinstance(value, tuple):
        return kind, tuple([exact(part) for part in value])
    if isinstance(value, frozenset):
        return frozenset if kind is Backwards else kind, frozenset([exact(part) for part in value])
    if isinstance(value, dict):
        return kind, frozenset([(exact(name), exact(part)) for name, part in value.items()])
    return kind, repr(value) if isinstance(value, float | complex | Decimal) else value


def exact_state(agent: Agent) -> tuple[tuple[str, Hashable], ...]:
    """The key of an agent's state."""
    return tuple([(name, exact(value)) for name, value in vars(agent).items()])


def backwards(value: Any) -> Any:
    """An equal value with all its frozensets turned round; the value itself where it has none."""
    kind = value.__class__
    if kind in _ATOMS:
        return value
    if isinstance(value, frozenset):
        return Backwards(map(backwards, value))
    if kind is tuple:
        return tuple(map(backwards, value))
    if isinstance(value, tuple):
        return tuple.__new__(kind, map(backwards, value))
    if isinstance(value, dict):
        return kind({backwards(key): backwards(part) for key, part in value.items()})
    if is_dataclass(value) and not isinstance(value, type):
        turned = blank(kind)
        for field in fields(value):
            object.__setattr__(turned, field.name, backwards(getattr(value, field.name)))
        return turned
    return value


def backwards_state(agent: Agent) -> Agent:
    """An agent in an equal state, with all its frozensets turned round."""
    turned = blank(agent.__class__)
    turned.__dict__ = {name: backwards(value) for name, value in vars(agent).items()}
    return turned


_ATOMS = {str, int, bool, type(None)}
_FIELDS: dict[type, tuple[str, ...]] = {}  # by class; empty if it is not a dataclass
