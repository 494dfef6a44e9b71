"""A dictionary that never changes: `table | {key: value}` makes a new one and leaves the old one as it is.

Python's own frozendict comes with 3.15; this one has what agents need.
"""

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class frozendict(dict[K, V]):  # noqa: N801 - named like the built-in dict
    """A hashable dict; trying to change it raises a TypeError that says to make a new one."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __or__(self, other: Mapping[Any, Any]) -> "frozendict[Any, Any]":
        return frozendict({**self, **other})

    def _refuse(self, *_args: object, **_named: object) -> NoReturn:
        raise TypeError("a frozendict never changes: bind a new one, table = table | {key: value}")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
