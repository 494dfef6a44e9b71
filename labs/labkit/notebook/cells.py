"""The cells of the notebook as Python remembers them, and the statement of a cell that made a function or a class.

A notebook keeps the text of each cell that has run in `linecache`, the last one at the end. `inspect.getsource` does
not find a class of a notebook on Python 3.11: here one of its methods leads to the cell.
"""

import ast
import inspect
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import Any


@dataclass(frozen=True)
class Where:
    """The statement, the name that it gives, the names around it, and in which line of its cell it begins."""

    text: str
    name: str
    around: dict[str, Any]
    line: int = 1


def statement_of(value: Any) -> Where | None:
    """The statement of a cell or a file that made this function or class, decorators included; None if not found."""
    if isinstance(value, type):
        return _statement_of_class(value)
    function = inspect.unwrap(value)
    if not isinstance(function, FunctionType):
        return None
    text, line = _text_of_file(function.__code__.co_filename), function.__code__.co_firstlineno
    for statement in statements(text):
        if _first_line(statement) <= line <= (statement.end_lineno or 0):
            names = list(bound(statement))
            if function.__name__ in names or (isinstance(statement, ast.Assign) and len(names) == 1):
                name = function.__name__ if function.__name__ in names else names[0]
                return Where(_cut(text, statement), name, function.__globals__, _first_line(statement))
    return None


def bound_by_a_cell(name: str) -> str:
    """The last statement of a cell that gave this name a value; '' if there is none."""
    for text in _cells():
        for statement in reversed(statements(text)):
            if isinstance(statement, ast.Assign | ast.AnnAssign) and name in bound(statement):
                return _cut(text, statement)
    return ""


def names_around(value: Any) -> dict[str, Any]:
    """The names of the module in which this class was made; none for anything else."""
    home = sys.modules.get(value.__module__) if isinstance(value, type) else None
    return {} if home is None else vars(home)


def imported_by_a_cell(name: str, value: Any) -> str:
    """The import in a cell that gave the name this value; '' if there is none."""
    for text in _cells():
        for statement in statements(text):
            if isinstance(statement, ast.ImportFrom):
                home = sys.modules.get(statement.module or "")
                for alias in statement.names:
                    if (alias.asname or alias.name) == name and getattr(home, alias.name, statements) is value:
                        return ast.unparse(ast.ImportFrom(statement.module, [alias], 0))
    return ""


def _statement_of_class(kind: type) -> Where | None:
    methods = [part for part in map(inspect.unwrap, map(_function, vars(kind).values()))
               if isinstance(part, FunctionType) and part.__code__.co_qualname.startswith(f"{kind.__qualname__}.")]
    around = names_around(kind)
    written = [part for part in methods if _text_of_file(part.__code__.co_filename)]
    for text in [*(_text_of_file(part.__code__.co_filename) for part in written), *_cells()]:
        lines = {part.__code__.co_firstlineno for part in written if _text_of_file(part.__code__.co_filename) == text}
        for statement in reversed(statements(text)):
            if isinstance(statement, ast.ClassDef) and statement.name == kind.__name__ and _fits(
                statement, kind, lines, bool(written)
            ):
                return Where(_cut(text, statement), kind.__name__, {**around, **_around(written)},
                             _first_line(statement))
    return None


def _fits(statement: ast.ClassDef, kind: type, lines: set[int], written: bool) -> bool:
    """Whether this text made that class: its methods stand in it; one without methods declares the same fields."""
    if written:
        return any(statement.lineno <= line <= (statement.end_lineno or 0) for line in lines)
    declared = [part.target.id for part in statement.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)]
    return declared == list(inspect.get_annotations(kind))


def _around(functions: list[FunctionType]) -> dict[str, Any]:
    return functions[0].__globals__ if functions else {}


def _function(part: Any) -> Any:
    """The function of a class method, a static method or a property."""
    return getattr(part, "fget", None) or getattr(part, "__func__", part)


def _cells() -> Iterator[str]:
    """The texts of the cells that have run, the last one first."""
    for entry in reversed(list(linecache.cache.values())):
        if len(entry) == 4 and entry[1] is None:  # no time of a file: it is no file
            yield "".join(entry[2])


def _text_of_file(name: str) -> str:
    return "".join(linecache.getlines(name))


@lru_cache(256)
def statements(text: str) -> tuple[ast.stmt, ...]:
    """The statements of a text; none where it cannot be read as a program."""
    try:
        return tuple(ast.parse(text).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a value, in the notebook itself."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.If() | ast.For() | ast.With() | ast.Try():
            for inner in ast.iter_child_nodes(statement):
                if isinstance(inner, ast.stmt):
                    yield from bound(inner)


def _first_line(statement: ast.stmt) -> int:
    lines: list[int] = [statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))]
    return min(lines)


def _cut(text: str, statement: ast.stmt) -> str:
    """The text of a statement with its decorators."""
    if getattr(statement, "decorator_list", ()):
        return "\n".join(text.splitlines()[_first_line(statement) - 1 : statement.end_lineno])
    return ast.get_source_segment(text, statement) or ast.unparse(statement)
