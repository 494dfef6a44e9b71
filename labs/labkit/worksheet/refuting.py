"""How a judge tries an answer: watched calls, values that are what they seem, and two kinds of refutation."""

import traceback
from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass
from math import isnan
from typing import Any

from labkit.agents import AgentError
from labkit.notebook import NotPlainError, literal
from labkit.values import brief, listed
from labkit.worksheet.budget import Budget
from labkit.worksheet.output import end_of_run

PLAIN = (str, int, float, bool, type(None))
SHAPES = (list, tuple, set, frozenset)
LONGEST = 120  # characters of a value in a call that is quoted


@dataclass(frozen=True)
class CaseTable:
    """A case that a table shows best, such as two boards side by side."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Refuted(Exception):  # noqa: N818, a verdict is no error
    """An answer is wrong: a sentence that says why, and what shows it, if anything does.

    witness: an exploration that found a run, a simulation, a network, or a table: what a widget can open.
    """

    def __init__(self, because: str, witness: Any = None) -> None:
        super().__init__(because)
        self.because, self.witness = because, witness


class Unusable(Refuted):
    """An answer has a wrong form, or stops with an error: it was refuted before a case could break it."""


def call(function: Callable[..., Any], *given: Any, gives: type | tuple[type, ...] = object, words: str = "") -> Any:
    """What the learner's function returns; Refuted if it raises, changes what it was given, or returns another type.

    words: what was expected instead, for the sentence: "a list of links".
    """
    end_of_run()
    kept = deepcopy(given)
    asked = f"{getattr(function, '__name__', 'it')}({', '.join(map(_written, kept))})"
    try:
        result = function(*given)
    except RecursionError as why:
        raise Unusable(f"{asked} calls itself without an end: where does the recursion stop?") from why
    except MemoryError as why:
        raise Unusable(f"{asked} needs more memory than there is: does a list grow for ever?") from why
    except AgentError as why:
        raise Unusable(f"{asked} stops: {why}") from why
    except Exception as why:
        raise Unusable(f"{asked} stops with an error: {type(why).__name__}: {why}{_at(why)}") from why
    if given != kept:
        raise Unusable(f"{asked} changes what it was given; copy it first, for the caller still needs it")
    kinds = gives if isinstance(gives, tuple) else (gives,)
    if object not in kinds and type(result) not in kinds:
        expected = words or listed(kind.__name__ for kind in kinds)
        missing = ": is a return missing?" if result is None else ""
        raise Unusable(f"{asked} returns {_told(result)}; expected {expected}{missing}")
    return result


def plain(value: Any, words: str = "numbers, texts, lists or dicts") -> Any:
    """The value, if it is made of plain values all the way down; else Refuted: what only looks equal is not equal."""
    if type(value) is float and isnan(value):
        raise Unusable("the answer contains nan, the float that stands for no number; give numbers")
    if type(value) in PLAIN or (type(value) in SHAPES and all(plain(part) is part for part in value)):
        return value
    if type(value) is dict and all(plain(part) is part for part in _parts(value)):
        return value
    raise Unusable(f"the answer contains {_told(value)}; give {words}")


def one_of(value: Any, choices: Collection[str], what: str = "the answer") -> str:
    """The choice that this text is but for brackets, case and a final dot: "(C)" is "c"; Unusable if it is none."""
    said = plain(value).strip(" ().").casefold() if type(value) is str else None
    for choice in choices:
        if choice.casefold() == said:
            return choice
    told = (f"“{brief(value)}”" if value else "an empty text") if type(value) is str else _told(value)
    raise Unusable(f"{what} is {told}, which is none of these: {listed(f'“{choice}”' for choice in choices)}")


def place(why: BaseException) -> str:
    """Where in the learner's code it was raised: 'tree, line 3', the innermost place; '' if it was nowhere there.

    A comprehension has no name of its own: it is told by that of the function round it.
    """
    budget = Budget()
    own = [(frame.f_code.co_name, line) for frame, line in traceback.walk_tb(why.__traceback__)
           if budget.counts(frame.f_code)]
    named = [f"{name}, " for name, _ in own if not name.startswith("<")]
    return f"{''.join(named[-1:])}line {own[-1][1]}" if own else ""


def _at(why: BaseException) -> str:
    return f" ({where})" if (where := place(why)) else ""


def _written(value: Any) -> str:
    """A value as a program would have it, so that the call can be tried; in words, where it is no plain value."""
    try:
        text = literal(value)
    except NotPlainError:
        return brief(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _parts(value: dict[Any, Any]) -> Iterable[Any]:
    return [*value, *value.values()]


def _told(value: Any) -> str:
    if value is None:
        return "nothing (None)"
    if type(value) in (*PLAIN, *SHAPES, dict):
        return brief(value)
    return f"something of type {type(value).__name__}"
