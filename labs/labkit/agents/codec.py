"""Values as one line of text, and back: what crosses a real network, and nothing that the text says is ever run.

The text is JSON. Texts, whole numbers, true, false and null stand for themselves; everything else is a list that begins
with the name of its kind: ["tuple", 1, 2], ["frozendict", ["key", "value"]], ["Ballot", 3, "a"]. Only classes that the
codec was given are made, each with as many fields as it has.
"""

import json
import sys
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from json.encoder import encode_basestring
from typing import Any

from labkit.agents.agent import Agent
from labkit.values import canonical, frozendict, listed

EXACT = 2**53  # whole numbers beyond are written as texts, for other readers of JSON take them for floats


class Codec:
    """Texts for values of plain kinds and of these classes: frozen dataclasses, named tuples, enumerations."""

    def __init__(self, classes: Iterable[type]) -> None:
        self._classes: dict[str, type] = {}
        for kind in classes:
            if self._classes.setdefault(kind.__name__, kind) is not kind or kind.__name__ in _PLAIN:
                raise ValueError(f"two classes are called {kind.__name__}: give one of them another name")
        self._fields = {name: _fields(kind) for name, kind in self._classes.items() if not issubclass(kind, Enum)}

    def text(self, value: Hashable) -> str:
        """The value as one line; ValueError for a value of another kind."""
        try:
            return self._written(value)
        except RecursionError:
            raise ValueError("the value is nested too deeply to be sent") from None

    def value(self, text: str) -> Any:
        """The value of a line that `text` wrote; ValueError for any other line."""
        try:
            value, end = _decode(text)
            if end < len(text):
                raise ValueError("there is more after its end")
            return self._read(value)
        except RecursionError:
            raise ValueError("the text is nested too deeply for a message") from None
        except ValueError as wrong:
            raise ValueError(f"this is no message: {wrong}") from None

    def _written(self, value: Any) -> str:
        kind: type = value.__class__
        if kind is str:
            return encode_basestring(value)
        if value is None or kind is bool:
            return _WORDS[value]
        if kind is int and -EXACT < value < EXACT:
            return str(value)
        if kind in _PLAIN_KINDS:
            parts = _PLAIN[kind.__name__][0](value, self._written)
        elif self._classes.get(kind.__name__) is not kind:
            raise ValueError(f"{value!r} cannot be sent: the codec does not know the class {kind.__name__}")
        elif isinstance(value, Enum):
            parts = (encode_basestring(value.name),)
        else:
            own = value if isinstance(value, tuple) else [getattr(value, name) for name in self._fields[kind.__name__]]
            parts = map(self._written, own)
        return f"[{','.join([encode_basestring(kind.__name__), *parts])}]"

    def _read(self, given: Any) -> Any:
        if not isinstance(given, list):
            if isinstance(given, dict):
                raise ValueError("a table is written as a list, [\"frozendict\", …]")
            return given
        if not given or not isinstance(given[0], str):
            raise ValueError("a list begins with the name of its kind")
        name, parts = given[0], given[1:]
        if name in _PLAIN:
            return _PLAIN[name][1](parts, self._read)
        if name not in self._classes:
            raise ValueError(f"it names a {name}, but only {listed(self._classes, most=20)} are known")
        kind = self._classes[name]
        if issubclass(kind, Enum):
            if len(parts) != 1 or parts[0] not in kind.__members__:
                raise ValueError(f"{parts!r} is no {name}")
            return kind[parts[0]]
        if len(parts) != len(self._fields[name]):
            raise ValueError(f"a {name} has the fields {listed(self._fields[name], most=20)}, not {len(parts)} of them")
        return kind(*map(self._read, parts))


def codec_of(*kinds: type[Agent]) -> Codec:
    """The codec for messages and values of such agents: the classes named in their modules, and in those of these."""
    found: dict[type, None] = {}
    todo = {one.__module__ for kind in kinds for one in kind.__mro__ if issubclass(one, Agent)}
    done = set[str]()
    while todo:
        done.add(module := min(todo))
        named = [value for value in vars(sys.modules[module]).values() if isinstance(value, type) and _sendable(value)]
        found |= dict.fromkeys(named)
        todo = (todo | {value.__module__ for value in named}) - done
    return Codec(found)


def _sendable(kind: type) -> bool:
    if issubclass(kind, Enum):
        return len(kind) > 0
    if issubclass(kind, tuple):
        return hasattr(kind, "_fields")
    return is_dataclass(kind) and bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]


def _fields(kind: type) -> tuple[str, ...]:
    named: tuple[str, ...] = getattr(kind, "_fields", ())
    return named or tuple(field.name for field in fields(kind) if field.init)


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is written as [\"float\", \"{text}\"]")


def _one_text(parts: list[Any], make: Callable[[str], Any]) -> Any:
    if len(parts) != 1 or not isinstance(parts[0], str):
        raise ValueError(f"{parts!r} is not one text")
    try:
        return make(parts[0])
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{parts[0]!r} is no number") from None


def _table(parts: list[Any], read: Callable[[Any], Any]) -> frozendict[Any, Any]:
    if not all(isinstance(entry, list) and len(entry) == 2 for entry in parts):
        raise ValueError("an entry of a table is a list of its key and its value")
    table: frozendict[Any, Any] = frozendict({read(key): read(value) for key, value in parts})
    if len(table) != len(parts):
        raise ValueError("two entries of a table have the same key")
    return table


_decode = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float).raw_decode  # made once, not for each value
_WORDS = {None: "null", True: "true", False: "false"}
Write = Callable[[Any, Callable[[Any], str]], Iterable[str]]
Read = Callable[[list[Any], Callable[[Any], Any]], Any]
_PLAIN_KINDS = frozenset((int, float, bytes, Fraction, tuple, frozenset, frozendict))
_PLAIN: dict[str, tuple[Write, Read]] = {
    "int": (lambda value, _: [encode_basestring(str(value))], lambda parts, _: _one_text(parts, int)),
    "float": (lambda value, _: [encode_basestring(repr(value))], lambda parts, _: _one_text(parts, float)),
    "bytes": (lambda value, _: [encode_basestring(value.hex())], lambda parts, _: _one_text(parts, bytes.fromhex)),
    "Fraction": (lambda value, _: [encode_basestring(str(value))], lambda parts, _: _one_text(parts, Fraction)),
    "tuple": (lambda value, write: map(write, value), lambda parts, read: tuple(map(read, parts))),
    "frozenset": (
        lambda value, write: map(write, sorted(value, key=canonical)),
        lambda parts, read: frozenset(map(read, parts)),
    ),
    "frozendict": (lambda value, write: (f"[{write(k)},{write(v)}]" for k, v in value.items()), _table),
}
