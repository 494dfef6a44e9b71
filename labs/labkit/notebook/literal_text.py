"""A plain value as the text of a program that makes it again; sets in one order for everyone."""

from math import isfinite
from typing import Any

BRACKETS: dict[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), frozenset: ("{", "}")}
LONG = 2_000  # bits: of more than 640 digits Python may refuse to write them, unless they are hexadecimal


class NotPlainError(Exception):
    """The value is not made of plain values."""


def literal(value: Any, depth: int = 50) -> str:
    """The text; NotPlainError for what is no number, text, truth value or None, nor made of such."""
    kind = type(value)
    if depth == 0:
        raise NotPlainError
    if kind is int and value.bit_length() > LONG:
        return hex(value)
    if kind in (int, str, bytes, bool) or value is None or (kind is float and isfinite(value)):
        return repr(value)
    if kind is dict:
        return "{" + ", ".join(f"{literal(key, depth - 1)}: {literal(held, depth - 1)}"
                               for key, held in value.items()) + "}"
    if kind not in BRACKETS:
        raise NotPlainError
    parts = [literal(part, depth - 1) for part in value]
    if kind in (set, frozenset):
        inner = "{" + ", ".join(sorted(parts)) + "}" if parts else "set()"
        return inner if kind is set else f"frozenset({inner if parts else ''})"
    first, last = BRACKETS[kind]
    return first + ", ".join(parts) + ("," if kind is tuple and len(parts) == 1 else "") + last
