"""One record per protocol: all that a catalogue, a scenario, a widget or a table has to know about it.

A protocol's file ends with its record, and `catalogue` collects them: a new protocol is one new file.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, dataclass, fields
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from labkit.agents import Agent, Property
from labkit.values import Plain, is_plain, listed, read, word, words

SAMPLES: dict[Any, tuple[str, object]] = {  # in words, and an example in case the default is none
    int: ("a whole number", 5), float: ("a number", 0.5), Fraction: ("a number", 0.5), str: ("a text", "a"),
    tuple[int, int]: ("a range", (100, 200)), tuple[str, ...]: ("a tuple of names", ("a", "b")),
}


@dataclass(frozen=True)
class Option:
    """A setting of an agent class, as opposed to its state; `type` is the annotation of its field."""

    name: str
    type: Any
    default: object

    def accepts(self, value: object) -> bool:
        """Whether the value is of its type; a range also needs the lower bound first."""
        return _is_a(self.type, value)

    @property
    def sentence(self) -> str:
        """What to write, with an example: a whole number such as 50."""
        if get_origin(self.type) is Literal:
            return " or ".join(map(str, get_args(self.type)))
        kinds = get_args(self.type) if get_origin(self.type) in (Union, UnionType) else (self.type,)
        what, sample = next((SAMPLES[kind] for kind in kinds if kind in SAMPLES), ("a value", "red"))
        return f"{what} such as {self.default if self.default not in (None, (), '') else sample}"


def text_each_time(agent: str, number: int) -> Hashable:
    """What a client asks for if nothing else is said: a text that no other client uses."""
    return f"{agent}{number}"


@dataclass(frozen=True)
class Protocol:
    """A protocol, what it promises, what can be set, and how one asks it for something.

    settings: the fields of `kind` that are options; all others are state. requests: the dataclasses that clients ask
    with, written as words: propose p red. Without any, a client asks with a plain value. example: a request as a client
    may write it. client: what an agent's client asks for the n-th time in a running lab; None: nothing. others: classes
    that play the same game differently, each known by its own name. place: where it stands in a list of protocols.
    """

    name: str
    kind: type[Agent]
    sentence: str
    settings: tuple[str, ...] = ()
    requests: tuple[type[Any], ...] = ()
    example: str = "red"
    client: Callable[[str, int], Hashable] | None = text_each_time
    others: tuple[type[Agent], ...] = ()
    place: int = 1_000

    @property
    def properties(self) -> tuple[Property, ...]:
        """What it promises, as its class says."""
        return self.kind.expected

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be set, with types and defaults."""
        known = {field.name: field for field in fields(self.kind)}
        return tuple(Option(name, known[name].type, default_of(known[name])) for name in self.settings)

    def checked(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options as given; ValueError for one that there is not, or that has the wrong type."""
        known = {option.name: option for option in self.options}
        for name, value in options.items():
            if name not in known:
                all_of_them = listed((f"{one.name} ({one.sentence})" for one in known.values()), most=20)
                plural = "its options are" if len(known) > 1 else "its only option is"
                there = f"{plural} {all_of_them}" if known else "it has none"
                raise ValueError(f"{self.name} has no option {name!r}: {there}")
            if not known[name].accepts(value):
                raise ValueError(f"option {name!r} of {self.name} cannot be {value!r}: give {known[name].sentence}")
        return dict(options)

    def ask(self, agent: str, number: int) -> Hashable | None:
        """What that agent's client asks for the number-th time in a running lab; None if it asks for nothing."""
        if self.client is None or self.kind.request is Agent.request:
            return None
        return self.client(agent, number)

    def request(self, value: Plain) -> Hashable:
        """What a client asks for, from what the scenario says."""
        if not self.requests:
            return value
        said = [read(text) for text in words(str(value))]
        for kind in self.requests:
            needed = [field for field in fields(kind) if field.default is MISSING]
            if said[:1] == [kind.__name__.lower()] and len(needed) < len(said) <= len(fields(kind)) + 1:
                request: Hashable = kind(*said[1:])
                return request
        forms = (" ".join([kind.__name__.lower(), *(_hole(f) for f in fields(kind))]) for kind in self.requests)
        raise ValueError(f"{self.name} is not asked for {value!r}: ask with {' or '.join(forms)}")

    def plain(self, request: Hashable) -> Plain:
        """What a scenario says of this request: the way back."""
        if is_plain(request) and not self.requests:
            return request
        if not isinstance(request, self.requests):
            raise ValueError(f"a scenario cannot write {request!r}: ask for a text, a number or a tuple of such")
        said = [getattr(request, field.name) for field in fields(request)]
        while said and said[-1] == fields(request)[len(said) - 1].default:
            said.pop()
        return " ".join([type(request).__name__.lower(), *map(word, said)])


def default_of(field: Any) -> Any:
    """The default of a dataclass field; MISSING where it has none."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _hole(field: Any) -> str:
    """A field in the form of a request: NEEDED, or [NOT]."""
    return f"{field.name.upper()}" if field.default is MISSING else f"[{field.name.upper()}]"


def _is_a(kind: Any, value: object) -> bool:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(_is_a(part, value) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is tuple and isinstance(value, tuple):
        if parts[-1:] == (...,):
            return all(_is_a(parts[0], one) for one in value)
        fits = len(value) == len(parts) and all(map(_is_a, parts, value))
        return fits and (parts != (int, int) or 0 <= value[0] <= value[1])
    if kind in (int, float, Fraction):
        wider = (int,) if kind is int else (int, float, Fraction)
        return isinstance(value, wider) and not isinstance(value, bool)
    kind = origin or (NoneType if kind is None else kind)
    return not isinstance(kind, type) or kind is Any or isinstance(value, kind)
