"""What is wrong in kind is said in one sentence, before it fails somewhere inside in words that help nobody."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, Signature, signature
from types import MethodType
from typing import Any, ParamSpec, TypeVar, get_args

from labkit.values.names import listed

P = ParamSpec("P")
R = TypeVar("R")
_NAMES: dict[type, str] = {int: "a whole number", str: "a text", bool: "True or False", float: "a number"}


class ArgumentError(ValueError):
    """What was given cannot be; a notebook shows the sentence alone, without the lab's own lines above it."""

    def _render_traceback_(self) -> list[str]:
        return [f"ValueError: {self}"]


def expect(value: object, kind: Any, what: str) -> None:
    """ValueError with this sentence unless the value is of that kind (or one of those kinds)."""
    if not isinstance(value, kind):
        given = repr(value)
        if isinstance(value, MethodType):  # brackets were forgotten
            given = f"the method {value.__name__}: call it, {value.__name__}()"
        raise ArgumentError(f"{what}, not {given}")


def plain_arguments(verb: Callable[P, R]) -> Callable[P, R]:
    """The function, which now refuses what is no whole number, text or truth value where it is annotated as one.

    It refuses a name that it does not know, too, and says which there are.
    """
    told = signature(verb)
    kinds = {name: _plain(part) for name, part in told.parameters.items() if _plain(part)}
    called = verb.__qualname__.removesuffix(".__init__")
    if not kinds:
        return verb
    places, counts = tuple(told.parameters), _counts(told)

    @wraps(verb)
    def checked(*args: P.args, **named: P.kwargs) -> R:
        if named:
            _refuse_unknown(told, called, named)
        if not named and len(args) in counts:
            given: Mapping[str, object] = dict(zip(places, args, strict=False))
        else:
            given = _bound(told, called, args, named)
        for name, value in given.items():
            if name in kinds and not any(_is(value, kind) for kind in kinds[name]):
                wanted = " or ".join(_NAMES.get(kind, "None") for kind in kinds[name])
                raise ArgumentError(f"{name} is {wanted}, not {value!r}")
        return verb(*args, **named)

    return checked


def _bound(told: Signature, called: str, args: Iterable[object], named: Mapping[str, object]) -> Mapping[str, object]:
    """The arguments by name; ArgumentError where one is missing or too many."""
    try:
        return told.bind(*args, **named).arguments
    except TypeError as problem:
        raise ArgumentError(f"{called}: {problem}") from None


def _counts(told: Signature) -> range:
    """With how many arguments, none of them named, a call can do; then it needs no binding, which takes longer."""
    parts = told.parameters.values()
    if {part.kind for part in parts} - {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY} or any(
        part.kind is Parameter.KEYWORD_ONLY and part.default is Parameter.empty for part in parts
    ):
        return range(0)
    places = [part for part in parts if part.kind is Parameter.POSITIONAL_OR_KEYWORD]
    return range(sum(part.default is Parameter.empty for part in places), len(places) + 1)


def _refuse_unknown(told: Signature, called: str, named: Iterable[str]) -> None:
    """ArgumentError for a name that the function does not know."""
    parts = told.parameters.values()
    known = [part.name for part in parts if part.kind in (part.POSITIONAL_OR_KEYWORD, part.KEYWORD_ONLY)]
    for odd in named if not any(part.kind is part.VAR_KEYWORD for part in parts) else ():
        if odd not in known:
            known = [name for name in known if name != "self"]
            near = get_close_matches(odd, known, n=1)
            meant = f"did you mean {near[0]!r}? It takes" if near else "it takes"
            raise ArgumentError(f"{called} takes no {odd!r}: {meant} {listed(known, most=20)}")


def _plain(part: Parameter) -> tuple[type, ...]:
    """The plain kinds of an argument; none where it is or may be something else."""
    kinds = get_args(part.annotation) or (part.annotation,)
    plain = all(isinstance(kind, type) and kind in (*_NAMES, type(None)) for kind in kinds)
    return kinds if plain and part.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD) else ()


def _is(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value == value
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
