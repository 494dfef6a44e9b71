"""Values as people read them: no class name with brackets, no field name, and sets in the same order for everyone.

A dataclass that defines __str__ says itself in one plain phrase, and what stands there before the first comma or colon
is its label: "vote request, term 3". Any other is named and told field by field: "Ping: round 3".
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

EMPTY = "“”"  # a text without letters would not be seen
_NEXT_WORD = re.compile(r"(?<=[a-z0-9])([A-Z])(?=[a-z]|$)")


def brief(value: object, most: int = 80) -> str:
    """A value in words: as its own __str__ says, {a, b} for a frozenset, yes for True, – for None, “” for no text."""
    return _cut(_words(value), most)


def kind(message: object, most: int = 14) -> str:
    """The label of a message: how its phrase begins, else the name of its class; a plain message in full."""
    if not _is_record(message):
        return brief(message, most)
    return _cut(re.split("[,:]", str(message))[0] if _says_itself(message) else _name(message), most)


def cell(value: object) -> str:
    """A value in a table: no brackets round the whole, – for nothing."""
    match value:
        case frozenset() | set() | Mapping() | tuple() | list():
            return _cut(", ".join(_parts(value)), 80) or "–"
        case "":
            return "–"
    return brief(value)


def heading(field: str) -> str:
    """The name of a field above a column: Next index for next_index."""
    return field.replace("_", " ").strip().capitalize()


def _words(value: Any) -> str:
    match value:
        case None:
            return "–"
        case "":
            return EMPTY
        case Enum():
            return value.name.replace("_", " ").lower()
        case bool():
            return "yes" if value else "no"
        case float() | Fraction():
            return f"{float(value):.4g}"
        case frozenset() | set() | Mapping():
            return "{" + ", ".join(_parts(value)) + "}"
        case tuple() | list():
            return "(" + ", ".join(_parts(value)) + ")"
    if not _is_record(value) or _says_itself(value):
        return str(value)  # of a class of one's own that holds a set: its own affair
    told = [f"{field.name.replace('_', ' ').strip()} {_words(getattr(value, field.name))}" for field in fields(value)]
    return f"{_name(value)}{': ' if told else ''}{', '.join(told)}"


def _parts(value: Collection[object]) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{_words(key)}: {_words(held)}" for key, held in value.items()]
    return sorted(map(_words, value)) if isinstance(value, frozenset | set) else [*map(_words, value)]


def _is_record(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _says_itself(value: object) -> bool:
    return type(value).__str__ is not object.__str__


def _name(value: object) -> str:
    """Request vote for RequestVote."""
    return _NEXT_WORD.sub(lambda start: f" {start[1].lower()}", type(value).__name__)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
