"""The text of an answer with all of the notebook that it needs, so that it can be run again somewhere else.

What it needs is what it names: functions, classes and constants, and what those name in turn. Imports are rebuilt by
the face of a folder. Left out: what is reached without a name, such as globals()["x"], and later changes in place.
"""

import ast
import builtins
import symtable
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any

from labkit.notebook.cells import Where, bound_by_a_cell, imported_by_a_cell, names_around, statement_of
from labkit.notebook.importing import import_line
from labkit.notebook.literal_text import NotPlainError, literal

LONGEST = 20_000  # characters of a constant


@dataclass(frozen=True)
class Source:
    """imports and parts, in the order in which they can be run; missing: a sentence, where something was not found.

    lines: in which line of its cell each part begins.
    """

    imports: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    missing: str = ""
    lines: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """One program: the imports, then the definitions."""
        return "\n".join([*self.imports, "", *self.parts]).strip() + "\n"


def source_of(answer: Any, name: str, notebook: dict[str, Any] | None = None) -> Source:
    """The program that gives this name that value; notebook: where to look for what a value itself cannot tell."""
    found = _Found(notebook or {})
    try:
        found.add(name, answer, found.notebook)
    except _NotFoundError as why:
        return Source(missing=str(why))
    return Source(tuple(sorted(found.imports)), tuple(found.parts), "", tuple(found.lines))


def names_in(text: str) -> list[str]:
    """The names that a piece of program takes from outside of it, in the order in which they first occur in it."""
    taken = _taken(text)
    walked = (node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
    return [name for name in dict.fromkeys([*walked, *sorted(taken)]) if name in taken]


class _NotFoundError(Exception):
    """Something that the answer needs cannot be written down."""


@dataclass
class _Found:
    """What was found so far; a name is looked at once."""

    notebook: dict[str, Any]
    imports: set[str] = field(default_factory=set)
    parts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, value: Any, around: dict[str, Any]) -> None:
        """Add what gives the name this value, after all that it needs. around: where it takes its names from."""
        if name in self.seen:
            if self.seen[name] != id(value):
                raise _NotFoundError(f"two different things are called {name}: give each a name of its own")
            return
        self.seen[name] = id(value)
        if line := _as_import(name, value, around):
            self.imports.add(line)
            return
        if isinstance(value, ModuleType):
            raise _NotFoundError(f"{name} is a module that cannot be imported elsewhere")
        text, around, begins = self._text(name, value, around)
        for needed in names_in(text):
            if needed != name and needed in around:
                self.add(needed, around[needed], around)
        if text not in self.parts:
            self.parts.append(text)
            self.lines.append(begins)

    def _text(self, name: str, value: Any, around: dict[str, Any]) -> tuple[str, dict[str, Any], int]:
        if (where := _defined(value)) is not None:
            around = {**self.notebook, **where.around}
            if where.name == name:
                return where.text, around, where.line
            self.add(where.name, value, around)
            return f"{name} = {where.name}", {}, 1
        try:
            return _short(name, value), {}, 1
        except NotPlainError:
            pass
        names = {**self.notebook, **names_around(value), **around}
        is_other = isinstance(value, type) and names.get(name) is not value  # the name is by now that of something else
        if not is_other and (text := bound_by_a_cell(name)):
            return text, names, 1
        raise _NotFoundError(f"the text of {name} was not found: {_remedy(value)}")


def _defined(value: Any) -> Where | None:
    return statement_of(value) if isinstance(value, FunctionType | type) or hasattr(value, "__wrapped__") else None


def _remedy(value: Any) -> str:
    main = vars(sys.modules["__main__"])
    if "__file__" in main and "get_ipython" not in main:  # a script
        return "put it into a file of its own and import it from there"
    statement = " as a class statement of its own" if isinstance(value, type) else ""
    return f"write it{statement} in a cell of this notebook and run that cell"


def _as_import(name: str, value: Any, around: dict[str, Any]) -> str:
    if isinstance(value, FunctionType) and value.__globals__ is around:
        return ""
    return import_line(name, value) or imported_by_a_cell(name, value)


def _short(name: str, value: Any) -> str:
    called = str(getattr(value, "__name__", ""))
    if value is not None and getattr(builtins, called, None) is value:
        return f"{name} = {called}"
    told = literal(value)
    if len(told) > LONGEST:
        raise _NotFoundError(f"{name} is too long to be written down: {len(told):,} characters")
    return f"{name} = {told}"


@lru_cache(256)
def _taken(text: str) -> frozenset[str]:
    found: set[str] = set()

    def look(table: symtable.SymbolTable, outermost: bool = False) -> None:
        for symbol in table.get_symbols():
            if symbol.is_referenced() if outermost else symbol.is_global():
                found.add(symbol.get_name())
        for inner in table.get_children():
            look(inner)

    look(symtable.symtable(text, "cell", "exec"), outermost=True)
    return frozenset(found)


