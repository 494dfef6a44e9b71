"""Python's built-ins and the lab as they were before an answer ran: what it has replaced is named and put back.

Left out: what an answer changes inside a list or a dictionary of the lab (the worksheet's own are copied, too), and
what a library keeps for itself in a class of the lab that is derived from it.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from labkit.values import listed

PASSING = {"__annotations__", "__annotations_cache__", "__annotate__", "__annotate_func__", "__warningregistry__",
           "__abstractmethods__", "_abc_impl", "_", "__static_attributes__", "__firstlineno__", "__slotnames__"}
_NOTHING = object()


@dataclass
class Untouched:
    """What was there at one moment."""

    owners: list[tuple[Any, dict[str, Any]]]  # module or class, and what it had
    codes: list[tuple[FunctionType, Any, Any]]  # function, its code, its defaults
    contents: list[tuple[str, Any, Any]]  # the tables of the worksheet: name, table, copy

    @classmethod
    def now(cls) -> "Untouched":
        owners = [(owner, dict(vars(owner))) for owner in _owners()]
        held = [value for _, had in owners for value in had.values()]
        codes = [(part, part.__code__, part.__defaults__) for part in held
                 if isinstance(part, FunctionType) and part.__module__.startswith("labkit.")]
        tables = [(f"{owner.__name__.rpartition('.')[2]}.{name}", table, table.copy()) for owner, had in owners
                  if isinstance(owner, ModuleType) and owner.__name__.startswith("labkit.worksheet")
                  for name, table in had.items() if type(table) in (dict, list, set) and not name.startswith("__")]
        steps = [step for _, table, _ in tables if type(table) is dict for step in table.values()
                 if type(step).__module__ == "labkit.worksheet.step"]
        tables += [("a step of the worksheet", vars(one), dict(vars(one))) for one in steps]
        return cls(owners, codes, tables)

    def put_back(self) -> list[str]:
        """The names of what was replaced since, in words; all of it is as it was again."""
        told = [name for owner, had in self.owners for name in _restored(owner, had)]
        for function, code, defaults in self.codes:
            if function.__code__ is not code or function.__defaults__ is not defaults:
                function.__code__, function.__defaults__ = code, defaults
                told.append(f"{function.__qualname__} of the lab")
        for name, table, before in self.contents:
            if _differs(table, before):
                table.clear()
                (table.extend if type(table) is list else table.update)(before)
                told.append(name)
        return sorted(set(told))


def replaced(names: list[str]) -> str:
    """The sentence for the learner."""
    return f"your code replaces {listed(names)}, on which this check relies: give your own things names of their own"


def _owners() -> Iterator[Any]:
    for name, module in sorted(sys.modules.items()):
        if name in ("builtins", "copy", "networkx", "labkit") or name.startswith("labkit."):
            yield module
            if name.startswith("labkit"):
                yield from (part for part in vars(module).values()
                            if isinstance(part, type) and part.__module__ == name)


def _restored(owner: Any, had: dict[str, Any]) -> Iterator[str]:
    now = dict(vars(owner))
    if len(now) == len(had) and all(now.get(name, _NOTHING) is value for name, value in had.items()):
        return
    put: Callable[[Any, str, Any], None] = type.__setattr__ if isinstance(owner, type) else setattr
    for name in sorted(now.keys() | had.keys()):
        before, after = had.get(name, _NOTHING), now.get(name, _NOTHING)
        if before is after or name in PASSING or (before is _NOTHING and isinstance(after, ModuleType)):
            continue
        if _set_by_a_library(owner, name, before):
            continue
        delattr(owner, name) if before is _NOTHING else put(owner, name, before)
        yield _told(owner, name)


def _set_by_a_library(owner: Any, name: str, before: Any) -> bool:
    """Whether it is what a class that the lab derives from keeps for itself, as tqdm its lock, set when first used."""
    if not isinstance(owner, type) or not name.startswith("_") or name.startswith("__"):
        return False
    libraries = [base for base in owner.mro() if base is not object and not base.__module__.startswith("labkit")]
    return bool(libraries) and not str(getattr(before, "__module__", "")).startswith("labkit")


def _told(owner: Any, name: str) -> str:
    if owner.__name__ == "builtins":
        return f"the built-in {name}"
    return f"{name} of {'the lab' if isinstance(owner, ModuleType) else owner.__name__}"


def _differs(table: Any, before: Any) -> bool:
    """Whether it holds other things: told by identity, for what it holds may lie about being equal."""
    if type(table) is dict:
        return list(table) != list(before) or any(table[key] is not held for key, held in before.items())
    return [*map(id, table)] != [*map(id, before)]
