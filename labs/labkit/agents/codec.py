"""Values as one line of text, and back: what crosses a real network, and nothing that the text says is ever run.

The text is JSON. Texts, whole numbers, true, false and null stand for themselves; everything else is a list that begins
with the name of its kind: ["tuple", 1, 2], ["frozendict", ["key", "value"]], ["Ballot", 3, "a"]. Only classes that the
codec was given are made, each with as many fields as it has. Flags without a name of their own are written as numbers.
"""

import json
import re
import sys
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum, Flag
from fractions import Fraction
from json.encoder import encode_basestring
from typing import Any

from labkit.agents.agent import Agent
from labkit.values import canonical, frozendict, listed

EXACT = 2**53  # whole numbers beyond are written as texts, for other readers of JSON take them for floats
OWN = "send a tuple, a text or a number instead, or a frozen dataclass of your own"
NAMED = "define it at the top of the agents' module or import it there by its name"


class Codec:
    """Texts for values of plain kinds and of these classes: frozen dataclasses, named tuples, enumerations."""

    def __init__(self, classes: Iterable[type]) -> None:
        self._classes: dict[str, type] = {}
        for kind in classes:
            if self._classes.setdefault(kind.__name__, kind) is not kind or kind.__name__ in _PLAIN:
                raise ValueError(f"two classes are called {kind.__name__}: give one of them another name")
        records = {name: kind for name, kind in self._classes.items() if not issubclass(kind, Enum)}
        self._fields = {name: _fields(kind) for name, kind in records.items()}
        self._makers = {name: _maker(kind) for name, kind in records.items()}
        self._changing = frozenset(kind for kind in records.values() if _may_change(kind))

    def text(self, value: Hashable) -> str:
        """The value as one line; ValueError for a value of another kind, or that would be another when it is read."""
        try:
            return _of_whole_characters(self._written(value))
        except RecursionError:
            raise ValueError("the value is nested too deeply to be sent") from None

    def value(self, text: str) -> Any:
        """The value of a line that `text` wrote; ValueError for any other line."""
        try:
            value, end = _decode(text)
            if end < len(text):
                raise ValueError("there is more after its end")
            _of_whole_characters(json.dumps(value, ensure_ascii=False) if "\\" in text else text)
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
            raise ValueError(f"{value!r} cannot be sent: the codec does not know the class {kind.__name__}, so "
                             f"{NAMED if _sendable(kind) else OWN}")
        elif isinstance(value, Enum):
            nameless = isinstance(value, Flag) and value.name not in type(value).__members__
            parts = (self._written(value.value) if nameless else encode_basestring(value.name),)
        else:
            own = value if isinstance(value, tuple) else [getattr(value, name) for name in self._fields[kind.__name__]]
            if kind in self._changing:
                self._check_that_it_stays(value, own)
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
            return _member(kind, parts, self._read)
        if len(parts) != len(self._fields[name]):
            raise ValueError(f"a {name} has the fields {listed(self._fields[name], most=20)}, not {len(parts)} of them")
        return self._made(name, [*map(self._read, parts)])

    def _made(self, name: str, own: Iterable[Any]) -> Any:
        try:
            return self._makers[name](*own)
        except Exception as wrong:  # whatever the class says of fields that are of another kind
            raise ValueError(f"no {name} can be made of these fields: {wrong}") from None

    def _check_that_it_stays(self, value: Any, own: Iterable[Any]) -> None:
        """ValueError where the class, made of these fields, gives another value: only such as may change are asked."""
        try:
            made = self._made(value.__class__.__name__, own)
            if _all_fields(made) == _all_fields(value):
                return
            problem = f"the receiver would make {made!r} of its fields"
        except ValueError as wrong:
            problem = f"at the receiver {wrong}"
        raise ValueError(f"{value!r} cannot be sent, because {problem}: let __post_init__ keep what it has once "
                         "changed, and let each field with init=False follow from the others")


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


def _maker(kind: type) -> Callable[..., Any]:
    """What makes it of its fields in their order: the class itself, or by keyword where it wants that."""
    if not (is_dataclass(kind) and any(field.kw_only for field in fields(kind))):
        return kind
    names = _fields(kind)
    return lambda *own: kind(**dict(zip(names, own, strict=True)))


def _may_change(kind: type) -> bool:
    """Whether the class may change its fields while it is made."""
    return is_dataclass(kind) and (hasattr(kind, "__post_init__") or not all(field.init for field in fields(kind)))


def _all_fields(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, field.name, None) for field in fields(value))


def _member(kind: type[Enum], parts: list[Any], read: Callable[[Any], Any]) -> Enum:
    if len(parts) == 1:
        if isinstance(parts[0], str) and parts[0] in kind.__members__:
            return kind[parts[0]]
        if issubclass(kind, Flag) and type(value := read(parts[0])) is int:
            return kind(value)
    raise ValueError(f"{parts!r} is no {kind.__name__}")


def _of_whole_characters(text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as wrong:
            raise ValueError(f"a text with {text[wrong.start]!r} cannot be sent, because that is only half of a "
                             "character: replace it, as text.encode(errors='replace').decode() does") from None
    return text


def _digits(value: int | Fraction) -> str:
    try:
        return str(value)
    except ValueError:
        raise ValueError(f"a number of more than {sys.get_int_max_str_digits():,} digits cannot be sent: "
                         "send a smaller one, or its hexadecimal digits as a text, hex(…)") from None


def _fraction(text: str) -> Fraction:
    if not re.fullmatch("-?[0-9]+(/[0-9]+)?", text):  # Fraction itself would take 1e999999999, and never end
        raise ValueError
    return Fraction(text)


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
    "int": (lambda value, _: [encode_basestring(_digits(value))], lambda parts, _: _one_text(parts, int)),
    "float": (lambda value, _: [encode_basestring(repr(value))], lambda parts, _: _one_text(parts, float)),
    "bytes": (lambda value, _: [encode_basestring(value.hex())], lambda parts, _: _one_text(parts, bytes.fromhex)),
    "Fraction": (lambda value, _: [encode_basestring(_digits(value))], lambda parts, _: _one_text(parts, _fraction)),
    "tuple": (lambda value, write: map(write, value), lambda parts, read: tuple(map(read, parts))),
    "frozenset": (
        lambda value, write: map(write, sorted(value, key=canonical)),
        lambda parts, read: frozenset(map(read, parts)),
    ),
    "frozendict": (lambda value, write: (f"[{write(k)},{write(v)}]" for k, v in value.items()), _table),
}
