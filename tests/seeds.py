"""How many seeds a claim is tried with: a few in every run, many at night."""

from collections.abc import Iterable
from typing import Any

import pytest


def seeds(quick: int, long: int) -> list[object]:
    """The seeds 0, 1, … of a parametrised claim; those from `quick` on run with `make test-long` only."""
    return [*range(quick), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(quick, long))]


def at_night(things: Iterable[Any], *some: str) -> list[object]:
    """The values of a parametrised claim; those that are `called` like one of these run with `make test-long` only."""
    values = list(things)
    assert {*some} <= {*map(called, values)}, "what runs at night is none of the values"
    return [pytest.param(value, marks=pytest.mark.long) if called(value) in some else value for value in values]


def one_in(number: int, things: Iterable[Any]) -> list[object]:
    """The values of a parametrised claim; one in `number` runs always, the others with `make test-long` only."""
    return [thing if place % number == 0 else _long(thing) for place, thing in enumerate(things)]


def _long(thing: Any) -> object:
    if isinstance(thing, type(pytest.param())):
        return pytest.param(*thing.values, id=thing.id, marks=[*thing.marks, pytest.mark.long])
    return pytest.param(thing, marks=pytest.mark.long)


def called(thing: object) -> str:
    """What to call a value of a parametrised claim: classes and properties by their names, the same in each process."""
    return str(getattr(thing, "__name__", getattr(thing, "name", thing)))
