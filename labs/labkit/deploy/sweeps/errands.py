"""What a sweep is asked for, looked over before anything begins: the measure's name, the values, the seeds."""

import builtins
import pickle
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from labkit.deploy.roles import ANSWER, NOTEBOOK
from labkit.deploy.sweeps.batches import ByName
from labkit.deploy.sweeps.swept import label
from labkit.values import expect, listed


def reference(thing: Any, source: str) -> str:
    """Where another process finds this function or class, as module:name; ValueError where it cannot."""
    expect(thing, Callable, "measure is a function of a value and a seed, sweep(election_time, [(150, 300)])")
    name, place = getattr(thing, "__qualname__", ""), getattr(thing, "__module__", None)
    if not name or not place or "<" in name:
        raise ValueError("a worker finds a function by its name only: define it with def, not with lambda and not "
                         "inside another function")
    return f"{ANSWER if source and of_notebook(thing) else place}:{name}"


def of_notebook(thing: Any) -> bool:
    """Whether it is a function or a class of a notebook, which another process does not find by itself."""
    named = callable(thing) and "<" not in getattr(thing, "__qualname__", "<")
    return named and thing.__module__ in NOTEBOOK and thing is not vars(builtins).get(thing.__name__)


def pickled(value: Any, source: str) -> bytes:
    """The value as it is sent to a worker; a function or class of this notebook is sent by name."""
    if of_notebook(value):
        value = ByName(reference(value, source))
    try:
        return pickle.dumps(value)
    except Exception as problem:  # whatever its own methods raise
        raise ValueError(f"the value {label(value)} cannot be sent to another process: {problem}") from None


def values_of(values: Iterable[Any], most: int) -> tuple[Any, ...]:
    """The values, each given once; ValueError for none at all, or for more than that many."""
    expect(values, Iterable, "values is a list, sweep(election_time, [(150, 300), (300, 600)])")
    if isinstance(values, str):
        raise ValueError(f"values is a list, not the text {values!r}: put it in brackets")
    found = tuple(islice(values, most + 1))
    if not found:
        raise ValueError("a sweep needs at least one value")
    _once([label(value) for value in found], "value")
    return found


def seeds_of(seeds: Any, most: int) -> tuple[int, ...]:
    """That many seeds from 0 on, or those that are listed."""
    if seeds.__class__ is int:
        seeds = range(min(seeds, most + 1))
    expect(seeds, Iterable, "seeds is how many seeds to take, or a list of them")
    found = tuple(islice(seeds, most + 1))
    if not found or any(one.__class__ is not int for one in found):
        raise ValueError("seeds is how many seeds to take, at least 1, or a list of whole numbers")
    _once([str(one) for one in found], "seed")
    return found


def _once(names: list[str], what: str) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ValueError(f"give each {what} once: {listed(twice)} is given twice")
