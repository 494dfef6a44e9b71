"""How a judge tries an answer: watched calls, values that are what they seem, and a refutation in a sentence."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from labkit.values import brief, listed

PLAIN = (str, int, float, bool, type(None))
SHAPES = (list, tuple, set, frozenset)


class Refuted(Exception):  # noqa: N818, a verdict is no error
    """An answer is wrong: a sentence that says why, and what shows it, if anything does.

    witness: an exploration that found a run, a simulation, or a network: what a widget can open.
    """

    def __init__(self, because: str, witness: Any = None) -> None:
        super().__init__(because)
        self.because, self.witness = because, witness


def call(function: Callable[..., Any], *given: Any, gives: type | tuple[type, ...] = object, words: str = "") -> Any:
    """What the learner's function returns; Refuted if it raises, changes what it was given, or returns another type.

    words: what was expected instead, for the sentence: "a list of links".
    """
    kept = deepcopy(given)
    asked = f"{getattr(function, '__name__', 'it')}({', '.join(brief(one) for one in kept)})"
    try:
        result = function(*given)
    except RecursionError as why:
        raise Refuted(f"{asked} calls itself without an end: where does the recursion stop?") from why
    except MemoryError as why:
        raise Refuted(f"{asked} needs more memory than there is: does a list grow for ever?") from why
    except Exception as why:
        raise Refuted(f"{asked} stops with an error: {type(why).__name__}: {why}") from why
    if given != kept:
        raise Refuted(f"{asked} changes what it was given; copy it first, for the caller still needs it")
    kinds = gives if isinstance(gives, tuple) else (gives,)
    if object not in kinds and type(result) not in kinds:
        expected = words or listed(kind.__name__ for kind in kinds)
        raise Refuted(f"{asked} returns {_told(result)}; expected {expected}")
    return result


def plain(value: Any, words: str = "numbers, texts, lists or dicts") -> Any:
    """The value, if it is made of plain values all the way down; else Refuted: what only looks equal is not equal."""
    if type(value) in PLAIN or (type(value) in SHAPES and all(plain(part) is part for part in value)):
        return value
    if type(value) is dict and all(plain(part) is part for part in _parts(value)):
        return value
    raise Refuted(f"the answer contains {_told(value)}; give {words}")


def _parts(value: dict[Any, Any]) -> Iterable[Any]:
    return [*value, *value.values()]


def _told(value: Any) -> str:
    if value is None:
        return "nothing (None): is a return missing?"
    if type(value) in (*PLAIN, *SHAPES, dict):
        return brief(value)
    return f"something of type {type(value).__name__}"
