"""What is wrong in kind is said in one sentence, before it fails somewhere inside in words that help nobody."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar, get_args

P = ParamSpec("P")
R = TypeVar("R")
_NAMES: dict[type, str] = {int: "a whole number", str: "a text", bool: "True or False", float: "a number"}


def expect(value: object, kind: Any, what: str) -> None:
    """ValueError with this sentence unless the value is of that kind (or one of those kinds)."""
    if not isinstance(value, kind):
        raise ValueError(f"{what}, not {value!r}")


def plain_arguments(verb: Callable[P, R]) -> Callable[P, R]:
    """The function, which now refuses what is no whole number, text or truth value where it is annotated as one."""
    told = signature(verb)
    kinds = {name: _plain(part) for name, part in told.parameters.items() if _plain(part)}
    if not kinds:
        return verb

    @wraps(verb)
    def checked(*args: P.args, **named: P.kwargs) -> R:
        for name, value in told.bind(*args, **named).arguments.items():
            if name in kinds and not any(_is(value, kind) for kind in kinds[name]):
                wanted = " or ".join(_NAMES.get(kind, "None") for kind in kinds[name])
                raise ValueError(f"{name} is {wanted}, not {value!r}")
        return verb(*args, **named)

    return checked


def _plain(part: Parameter) -> tuple[type, ...]:
    """The plain kinds of an argument; none where it is or may be something else."""
    kinds = get_args(part.annotation) or (part.annotation,)
    plain = all(isinstance(kind, type) and kind in (*_NAMES, type(None)) for kind in kinds)
    return kinds if plain and part.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD) else ()


def _is(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value == value
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
