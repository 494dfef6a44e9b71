"""A dictionary that never changes: `table | {key: value}` makes a new one and leaves the old one as it is.

Python's own frozendict comes with 3.15; this one has what agents need. Equal tables are in the same order, however they
came about, so that an agent in the same state always does the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from labkit.values.canonical_form import canonical

K = TypeVar("K")
V = TypeVar("V")
COMPARABLE = ({str}, {int})  # kinds of keys that Python sorts by itself, without exceptions and without a key function


class frozendict(dict[K, V]):  # noqa: N801 - named like the built-in dict
    """A hashable dict, sorted by its keys; trying to change it raises a TypeError that says to make a new one."""

    def __init__(self, *args: Any, **named: Any) -> None:
        dict.__init__(self, *args, **named)
        keys: list[Any] = list(self)
        in_order = sorted(keys, key=None if {*map(type, keys)} in COMPARABLE else canonical)
        if keys != in_order:
            table = dict(self)
            dict.clear(self)
            dict.update(self, ((key, table[key]) for key in in_order))

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], value: Any = None) -> "frozendict[Any, Any]":
        """A table with this value for each of the keys."""
        return cls(dict.fromkeys(keys, value))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __or__(self, other: Mapping[Any, Any]) -> "frozendict[Any, Any]":
        new: frozendict[Any, Any] = dict.__new__(frozendict)
        dict.update(new, self)
        dict.update(new, other)
        return new if len(new) == len(self) else frozendict(new)  # without a new key the order is as it was

    __ior__ = __or__  # type: ignore[assignment]  # table |= {…} binds a new table, as it does with a frozenset

    def copy(self) -> "frozendict[K, V]":
        """The table itself, which never changes."""
        return self

    __copy__ = copy

    def __reduce__(self) -> tuple[type["frozendict[K, V]"], tuple[dict[K, V]]]:
        return type(self), (dict(self),)

    def _refuse(self, *_args: object, **_named: object) -> NoReturn:
        raise TypeError("a frozendict never changes: bind a new one, table = table | {key: value}")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
