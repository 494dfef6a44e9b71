"""What may be kept or sent: values that nobody can change in place, all the way down.

Allowed are texts, numbers, truth values, None, bytes, enumerations, tuples (named ones, too), frozensets, frozendicts
and frozen dataclasses of such values; in the fields of an agent also functions and classes, which are code and no data.
"""

import site
import sysconfig
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial
from operator import attrgetter
from pathlib import Path
from traceback import FrameSummary, extract_tb
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from labkit.values import frozendict

ATOMS = frozenset((str, int, bool, float, type(None)))  # the kinds of nearly all values, looked up first
_SCALARS = (str, int, float, complex, bytes, Enum, Fraction, Decimal, date, time, datetime, timedelta, range)
_CODE = (FunctionType, BuiltinFunctionType, MethodType, type, partial)
_REMEDIES: dict[type, str] = {list: "a tuple", set: "a frozenset", bytearray: "bytes",
                             dict: "a frozendict of labkit.values, or a tuple of pairs"}
_NOT_OWN = tuple({str(Path(__file__).parents[1]), *map(str, site.getsitepackages()), sysconfig.get_path("stdlib")})
Parts = Callable[[Any], Iterable[Any]]


class AgentError(ValueError):
    """A rule that an agent's code broke, in one sentence with the remedy."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence and the learner's own lines, not thirty of the lab's."""
        frames: list[FrameSummary] = []
        problem: BaseException | None = self
        while problem is not None:
            frames += extract_tb(problem.__traceback__)
            problem = problem.__cause__
        own = [frame for frame in frames if is_own(frame.filename)]
        return [f"AgentError: {self}", *dict.fromkeys(f"  line {one.lineno} of {one.name}: {one.line}" for one in own)]


def check_immutable(value: object, what: str, *, code: bool = False) -> None:
    """AgentError where a value could be changed in place, and the past with it. code: functions are allowed."""
    if value.__class__ in ATOMS:
        return
    try:
        found = _changeable(value, code)
    except RecursionError:
        raise AgentError(f"{what} is nested too deeply: keep it flat, as a frozendict or a tuple of rows") from None
    if found:
        (culprit,) = found
        remedy = _REMEDIES.get(type(culprit), "immutable values only")
        if is_dataclass(culprit):
            remedy = "@dataclass(frozen=True)"
        if isinstance(culprit, _CODE):
            raise AgentError(f"{what} holds {_called(culprit)}: code cannot be sent, send a value that names it")
        raise AgentError(
            f"{what} holds {_called(culprit)} that can change in place, so the past could change: use {remedy}"
        )


def unseen(old: Any, new: Any) -> Any:
    """What has to be looked at of a new value: of an old tuple with more at its end only the end."""
    if new.__class__ is tuple is old.__class__ and len(old) < len(new) and new[: len(old)] == old:
        return new[len(old) :]
    return new


def is_own(file: str) -> bool:
    """Whether this is a learner's cell or file: neither labkit's, nor a library's."""
    return not file.startswith((*_NOT_OWN, "<frozen"))


def _changeable(value: Any, code: bool) -> tuple[Any] | None:
    """The first object inside that can change, in a tuple; None if there is none."""
    kind = value.__class__
    parts = _PARTS.get(kind)
    if parts is None:
        parts = _parts_of(kind)
        if parts is None:
            return None if code and isinstance(value, _CODE) else (value,)
        _PARTS[kind] = parts
    for part in parts(value):
        if part.__class__ not in ATOMS and (found := _changeable(part, code)) is not None:
            return found
    return None


def _parts_of(kind: type) -> Parts | None:
    """How to get at what a value of this kind holds; None if it can change itself."""
    if issubclass(kind, _SCALARS):
        return lambda value: ()
    if issubclass(kind, tuple | frozenset):
        return iter
    if issubclass(kind, frozendict):
        return lambda table: (*table, *table.values())
    if is_dataclass(kind) and kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        names = [field.name for field in fields(kind)]
        return attrgetter(*names, *names[:1]) if names else lambda value: ()  # with two names it gives a tuple
    return None


_PARTS: dict[type, Parts] = {}  # by class, so that each class is looked at once


def _called(value: Hashable) -> str:
    if isinstance(value, _CODE):
        return f"the function {getattr(value, '__name__', 'partial')}"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
