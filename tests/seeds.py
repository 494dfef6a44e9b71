"""How many seeds a claim is tried with: a few in every run, many at night."""

import pytest


def seeds(quick: int, long: int) -> list[object]:
    """The seeds 0, 1, … of a parametrised claim; those from `quick` on run with `make test-long` only."""
    return [*range(quick), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(quick, long))]


def called(thing: object) -> str:
    """What to call a value of a parametrised claim: classes and properties by their names, the same in each process."""
    return str(getattr(thing, "__name__", getattr(thing, "name", thing)))
