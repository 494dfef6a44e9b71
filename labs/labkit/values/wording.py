"""Values in a short form for people: without field names, and sets in the same order for everyone."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass


def brief(value: object, most: int = 80) -> str:
    """A value in short: Prepare(Ballot(1, a)) for a dataclass, {a, b} for a frozenset, – for None."""
    text = _brief(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _brief(value: object) -> str:
    match value:
        case None:
            return "–"
        case frozenset() | set():
            return "{" + ", ".join(sorted(map(_brief, value))) + "}"
        case Mapping():
            return "{" + ", ".join(f"{_brief(key)}: {_brief(entry)}" for key, entry in value.items()) + "}"
        case tuple() | list():
            return "(" + ", ".join(map(_brief, value)) + ")"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({', '.join(_brief(getattr(value, field.name)) for field in fields(value))})"
    return str(value)  # of a class of one's own that holds a set: its own affair


def kind(message: object, most: int = 14) -> str:
    """A message in one word: the name of its class, or the message itself if it is plain."""
    text = type(message).__name__ if is_dataclass(message) else _brief(message)
    return text if len(text) <= most else text[: most - 1] + "…"
