"""Whether something is still to be filled in: `...` in a value, in the body of a function, or in a method."""

import ast
import inspect
import textwrap
from types import CodeType, FunctionType
from typing import Any

from labkit.notebook import statement_of

SHAPES = (list, tuple, set, frozenset)
_EMPTY = compile("def f(): ...", "", "exec").co_consts[0]


def is_blank(answer: Any) -> bool:
    """Whether the answer, or a part of it, is still `...` or None."""
    return answer is None or _holds_dots(answer, set())


def _holds_dots(value: Any, seen: set[int]) -> bool:
    if value is ... :
        return True
    if id(value) in seen:
        return False
    seen.add(id(value))
    if type(value) in SHAPES:
        return any(_holds_dots(part, seen) for part in value)
    if type(value) is dict:
        return any(_holds_dots(part, seen) for pair in value.items() for part in pair)
    if issubclass(type(value), type | FunctionType):  # its class, not what it says of its class
        where = statement_of(value)
        return _text_has_dots(where.text) if where is not None else _code_has_dots(value)
    return False


def _text_has_dots(text: str) -> bool:
    """Whether `...` stands anywhere but in a type, such as tuple[str, ...]."""
    tree = ast.parse(textwrap.dedent(text))
    types = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Subscript) for inner in ast.walk(node)}
    return any(isinstance(node, ast.Constant) and node.value is ... and id(node) not in types
               for node in ast.walk(tree))


def _code_has_dots(value: Any) -> bool:
    """The same without a text: a body that does nothing at all, or a `...` that is used."""
    functions = [value] if isinstance(value, FunctionType) else [
        part for part in map(inspect.unwrap, vars(value).values())
        if isinstance(part, FunctionType) and part.__qualname__.startswith(f"{value.__qualname__}.")
    ]
    return any(_does_nothing(function.__code__) or ... in function.__code__.co_consts for function in functions)


def _does_nothing(code: CodeType) -> bool:
    return isinstance(_EMPTY, CodeType) and code.co_code == _EMPTY.co_code and not code.co_consts[1:]
