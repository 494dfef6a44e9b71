"""The import that gives a name to something of the lab or of Python: by the face of its folder."""

import sys
from types import ModuleType
from typing import Any

OF_THE_NOTEBOOK = ("__main__", "builtins", "answer")


def import_line(name: str, value: Any) -> str:
    """`from labkit.agents import Agent`, `import networkx as nx`; '' for what cannot be imported."""
    if isinstance(value, ModuleType):
        return _of_module(name, value)
    home = getattr(value, "__module__", None)
    if type(home) is str and home.split(".")[0] == "labkit":
        for place in _faces(home):
            if told := _named(place, name, value):
                return told
    if type(home) is str and home not in OF_THE_NOTEBOOK:
        return _named(home, name, value)
    return _constant(name, value)


def _of_module(name: str, module: ModuleType) -> str:
    told = module.__name__
    if sys.modules.get(told) is not module or told in OF_THE_NOTEBOOK:
        return ""
    return f"import {told}" if told == name else f"import {told} as {name}"


def _faces(home: str) -> list[str]:
    """labkit.agents, then what is below it: the first that has the value is its face."""
    parts = home.split(".")
    return [".".join(parts[:length]) for length in range(min(2, len(parts)), len(parts) + 1)]


def _named(place: str, name: str, value: Any) -> str:
    there = vars(sys.modules[place]) if place in sys.modules else {}
    for known in dict.fromkeys((name, getattr(value, "__name__", name))):
        if there.get(known) is value:
            return f"from {place} import {known}" + (f" as {name}" if known != name else "")
    return ""


def _constant(name: str, value: Any) -> str:
    """A value of the lab that is no function and no class, such as AGREEMENT: told by its identity."""
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return ""
    faces = sorted(place for place in sys.modules if place.startswith("labkit.") and place.count(".") == 1)
    return next((told for place in faces if (told := _named(place, name, value))), "")
