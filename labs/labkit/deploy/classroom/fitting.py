"""What a stranger's process reports, checked in form and kind before anybody looks at it; nothing in it is ever run.

Promise: what comes out is an event with fields, effects and messages of the kinds that the lab's own class declares,
made by the codec. Left out: whether it is true. An agent can say that it leads though nobody has voted for it.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from labkit.agents import Agent, CancelTimer, Codec, Decide, Effect, Reply, Send, SetTimer
from labkit.deploy.wire import RefusedError

Report = dict[str, Any]
FIELDS = ("clock", "what", "agent", "life", "of", "at", "effects", "fields")
EVENTS = ("start", "receive", "timeout", "request")
MOST_EFFECTS, MOST_FIELDS = 1_000, 64  # in one report


def report_of(data: bytes) -> Report:
    """The report that these bytes are; RefusedError if they are none."""
    try:
        report = json.loads(data)
    except (ValueError, RecursionError):
        raise RefusedError("its report is no text of a report") from None
    if not isinstance(report, dict) or tuple(report) != FIELDS or report["what"] not in EVENTS:
        raise RefusedError("its report does not have the fields of a report")
    effects, told, clock = report["effects"], report["fields"], report["clock"]
    fine = (
        _is_table(clock, lambda count: count.__class__ is int and 0 <= count < 2**53)
        and report["life"].__class__ is int and report["agent"].__class__ is str
        and _is_table(told, lambda text: text.__class__ is str) and len(told) <= MOST_FIELDS
        and effects.__class__ is list and len(effects) <= MOST_EFFECTS and all(map(_is_told, effects))
        and _is_cause(report["what"], report["of"])
    )
    if not fine:
        raise RefusedError("a field of its report is of another kind")
    return report


def state_of(told: Mapping[str, str], kind: type[Agent], codec: Codec, whole: bool) -> dict[str, Any]:
    """The fields of an agent of this class that were told; whole: all of them must be. Others are its own business."""
    known = {field.name: hint(kind, field.name) for field in fields(kind) if field.name not in ("id", "peers")}
    if whole and (missing := [name for name in known if name not in told]):
        raise RefusedError(f"it has no {missing[0]}, which every {kind.__name__} has")
    found = {name: _value(codec, text) for name, text in told.items() if name in known}
    for name, value in found.items():
        if not fits(value, known[name]):
            raise RefusedError(f"what it tells of its {name} is of another kind")
    return found


def effects_of(told: Iterable[str | list[str]], codec: Codec) -> list[Effect]:
    """The effects that were told."""
    return [_effect(_value(codec, one)) if isinstance(one, str) else Send(one[0], _value(codec, one[1]))
            for one in told]


def request_of(text: str, codec: Codec) -> Hashable:
    """What a client asks for."""
    return _value(codec, text)  # type: ignore[no-any-return]


def fits(value: Any, kind: Any) -> bool:
    """Whether the value is what that annotation says, all the way down."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        return any(value == part and value.__class__ is part.__class__ for part in parts)
    kind = NoneType if kind is None else origin or kind
    if kind is Any or isinstance(kind, TypeVar) or not isinstance(kind, type):
        return is_sound(value)
    if kind in (int, float, Fraction):
        return value.__class__ in ((int,) if kind is int else (int, float, Fraction))
    return isinstance(value, kind) and (_parts_fit(value, parts) if parts else is_sound(value))


def is_sound(value: Any) -> bool:
    """Whether all values of classes in it have fields of the kinds that their classes declare."""
    if isinstance(value, Mapping):
        return all(is_sound(key) and is_sound(one) for key, one in value.items())
    if is_dataclass(value):
        return all(fits(getattr(value, one.name), hint(type(value), one.name)) for one in fields(value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return all(fits(one, hint(type(value), name)) for name, one in zip(value._fields, value, strict=True))
    return not isinstance(value, tuple | frozenset) or all(map(is_sound, value))


def hint(kind: type, name: str) -> Any:
    """The annotation of a field; anything, where there is none that can be read."""
    return _hints(kind).get(name, Any)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    try:
        return get_type_hints(kind)
    except Exception:  # names that only the class's own place knows
        return {}


def _parts_fit(value: Any, parts: tuple[Any, ...]) -> bool:
    if isinstance(value, Mapping):
        return all(fits(key, parts[0]) and fits(one, parts[-1]) for key, one in value.items())
    if isinstance(value, frozenset) or (isinstance(value, tuple) and parts[-1:] == (...,)):
        return all(fits(one, parts[0]) for one in value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return len(value) == len(parts) and all(map(fits, value, parts))
    return is_sound(value)


def _value(codec: Codec, text: str) -> Any:
    """The value of a text, if all in it is of its kind."""
    try:
        value = codec.value(text)
        hash(value)
        if is_sound(value):
            return value
    except Exception as wrong:  # whatever a class of ours says of fields that are of another kind
        raise RefusedError(f"it tells of a value that is none: {str(wrong)[:100]}") from None
    raise RefusedError("it tells of a value with a field of another kind")


def _effect(told: Any) -> Effect:
    match told:
        case ("set", name, (low, high)):
            return SetTimer(name, (low, high))
        case ("cancel", name):
            return CancelTimer(name)
        case ("decide", value, about):
            return Decide(value, about)
        case ("reply", request, result, ok):
            return Reply(request, result, ok)
    raise RefusedError("it tells of an effect that is none")


def _is_table(value: object, fine: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(fine, value.values()))


def _is_told(effect: object) -> bool:
    if isinstance(effect, list):
        return len(effect) == 2 and all(one.__class__ is str for one in effect)
    return effect.__class__ is str


def _is_cause(what: str, of: object) -> bool:
    """Of a message its key, of a timer its name, of a request its number."""
    match what, of:
        case ("start", None):
            return True
        case ("receive", [str(), int(), int()]):
            return True
        case ("timeout", str()) | ("request", int()):
            return True
    return False
