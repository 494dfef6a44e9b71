"""Values, messages and words as text, and back again: what a line of a scenario consists of.

A plain value is a text, a number, None, True, False or a tuple of plain values. It is written as in Python, but a text
needs no quotes unless it could be mistaken for something else.
"""

import re
import warnings
from ast import literal_eval
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from math import isfinite
from typing import TypeGuard, Union

from labkit.values.names import listed

Plain = Union[str, int, float, bool, None, tuple["Plain", ...]]  # noqa: UP007 - with | it cannot refer to itself

_BARE = re.compile(r"[^\s'\"()\[\]{}#=]+")


def is_plain(value: object) -> TypeGuard[Plain]:
    """Whether a scenario can hold this value."""
    if type(value) is tuple:
        return all(is_plain(part) for part in value)
    return type(value) in (str, int, bool, type(None)) or (type(value) is float and isfinite(value))


def read(text: str) -> Plain:
    """The plain value that the text denotes in Python; any other text denotes itself."""
    text = text.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in text that may not be Python
            value = literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
    return value if is_plain(value) else text


def written(value: Plain) -> str:
    """The text that `read` reads as this value, for the end of a line."""
    if isinstance(value, str) and value and value.isprintable() and "#" not in value and read(value) == value:
        return value
    return repr(value)


def word(value: Plain) -> str:
    """The text that `read` reads as this value, as one word."""
    return value if isinstance(value, str) and _is_bare(value) and read(value) == value else repr(value)


def name(text: str) -> str:
    """A name as one word; names are always texts, so even 5 needs no quotes."""
    return text if _is_bare(text) else repr(text)


def unquoted(text: str) -> str:
    """The name that a word denotes, without its quotes."""
    value = read(text) if text[:1] in ("'", '"') else text
    return value if isinstance(value, str) else text


def shorthand(value: object) -> str:
    """A message as a scenario writes it: Prepare(Ballot(1, a)), {a, b} for a frozenset, – for None."""
    match value:
        case None:
            return "–"
        case frozenset() | set():
            return "{" + ", ".join(sorted(map(shorthand, value))) + "}"
        case Mapping():
            return "{" + ", ".join(f"{shorthand(key)}: {shorthand(entry)}" for key, entry in value.items()) + "}"
        case tuple() | list():
            return "(" + ", ".join(map(shorthand, value)) + ")"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({', '.join(shorthand(getattr(value, field.name)) for field in fields(value))})"
    return str(value)


def words(line: str) -> list[str]:
    """The words of a line: spaces in quotes or brackets do not separate, and a word that starts with # is a comment."""
    return [line[start:end] for start, end in _spans(line)]


def rest(line: str, after: int) -> str:
    """The text after the first `after` words, up to a comment."""
    spans = _spans(line)[after:]
    return line[spans[0][0] : spans[-1][1]] if spans else ""


def fits(text: str) -> bool:
    """Whether a line can end with this text unchanged."""
    return text != "" and text.isprintable() and rest(f"- {text}", 1) == text


def no_such(kind: str, wrong: str, known: Iterable[str]) -> ValueError:
    """An error that lists what there is and suggests what may have been meant."""
    known = list(known)
    near = get_close_matches(wrong.lower(), [one.lower() for one in known], n=1)
    meant = next((f"did you mean {one!r}? There is " for one in known if [one.lower()] == near), "there is ")
    return ValueError(f"there is no {kind} {wrong!r}: {meant}{listed(map(repr, known), most=20)}")


def _is_bare(text: str) -> bool:
    return text.isprintable() and _BARE.fullmatch(text) is not None


def _spans(line: str) -> list[tuple[int, int]]:
    """Where each word begins and ends."""
    spans: list[tuple[int, int]] = []
    start, depth, quote, escaped = -1, 0, "", False
    for i, char in enumerate(line):
        if start < 0:
            if char == "#":
                return spans
            start = -1 if char.isspace() else i
        elif char.isspace() and not quote and not depth:
            spans.append((start, i))
            start = -1
        if escaped:
            escaped = False
        elif quote:
            escaped = char == "\\"
            quote = "" if char == quote else quote
        elif char in "'\"" and not line[i - 1 : i].isalnum():  # the one in don't is an apostrophe
            quote = char
        else:
            depth = max(0, depth + (char in "([{") - (char in ")]}"))
    return spans if start < 0 else [*spans, (start, len(line.rstrip()))]
