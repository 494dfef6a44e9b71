"""A class of agents is read over once, before its first run, for what would otherwise fail in silence.

What cannot be meant is an AgentError; what may be meant is a warning. Each is one sentence with the line, which in a
notebook is the line of the cell. Left out: what functions outside of the class do.
"""

import ast
import inspect
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import fields
from difflib import get_close_matches
from types import FunctionType, ModuleType
from typing import Any, get_origin
from weakref import WeakSet

from labkit.agents.agent import Agent
from labkit.agents.effects import EFFECTS
from labkit.agents.immutable import AgentError
from labkit.values import listed

HANDLERS = ("start", "receive", "timeout", "request")
CHANCE = {"random", "secrets", "uuid", "time", "datetime"}  # modules that answer differently each time
CHANGING = {"append", "add", "update", "pop", "clear", "extend", "insert", "remove", "setdefault", "discard", "popitem"}
_SEEN: "WeakSet[type]" = WeakSet()


def look_over(kind: type[Agent]) -> None:
    """Read a class and those it is made from; AgentError for what would fail in silence, a warning for what might."""
    if kind in _SEEN:
        return
    for one in kind.__mro__:
        if one is not Agent and issubclass(one, Agent) and not one.__module__.startswith("labkit."):
            _look_over_one(one)
    _SEEN.add(kind)


def _look_over_one(kind: type[Agent]) -> None:
    for serious, sentence in findings(kind):
        if serious:
            raise AgentError(sentence)
        warnings.warn(sentence, stacklevel=2)


def findings(kind: type[Agent]) -> Iterator[tuple[bool, str]]:
    """What is wrong with a class, in sentences; each with whether it is certain."""
    name, functions = kind.__name__, [part for part in vars(kind).values() if isinstance(part, FunctionType)]
    declared = [field for field, type_ in vars(kind).get("__annotations__", {}).items() if not _is_classvar(type_)]
    if declared and "__dataclass_fields__" not in vars(kind):
        yield True, f"{name} declares {listed(declared)} but is no dataclass: write @dataclass above the class"
    trees = {function.__name__: _parsed(function) for function in functions}
    used = {node.attr for tree in trees.values() if tree for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for function in functions:
        method = function.__name__
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            yield True, f"{name}.{method} is async: a handler is a plain def, and returns or yields its effects"
        near = get_close_matches(method, HANDLERS, n=1, cutoff=0.8)
        if near and method not in HANDLERS and method not in used:
            yield True, f"{name}.{method} is never called: did you mean {near[0]}? If not, give it another name"
    for attribute, value in vars(kind).items():
        if value.__class__ in (list, dict, set) and not attribute.startswith("__"):
            yield from _shared(name, attribute, trees)
    known = {field.name for field in fields(kind)} | {part for one in kind.__mro__ for part in vars(one)}
    effectful = {method for method, tree in trees.items() if tree and _gives_effects(tree)}
    for function in functions:
        if (tree := trees[function.__name__]) is not None:
            yield from _in_function(f"{name}.{function.__name__}", function, tree, known, effectful)


def _in_function(
    place: str, function: FunctionType, tree: ast.AST, known: set[str], effectful: set[str]
) -> Iterator[tuple[bool, str]]:
    for node in ast.walk(tree):
        at = f"{place}, line {getattr(node, 'lineno', 0)},"
        match node:
            case ast.Expr(value=value) if made := _made(value, function):
                yield True, f"{at} makes {made}(…) but neither returns nor yields it: nothing will come of it"
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=method))) if (
                method in effectful
            ):
                yield False, f"{at} calls {method}, whose effects get lost: return self.{method}(…), or yield from it"
            case ast.Attribute(value=ast.Name(id="self"), attr=field, ctx=ast.Store()) if field not in known:
                yield True, f"{at} sets self.{field}, which is not declared: add it to the class, {field}: … = …"
            case ast.Name(id=used, ctx=ast.Load()) if chance := _chance(function.__globals__.get(used)):
                yield True, (
                    f"{at} uses {chance}, so it would not do the same again: let SetTimer draw, after=(low, high), "
                    "or bring the number in with a message"
                )


def _shared(name: str, attribute: str, trees: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    """A list that stands in the class itself is one for all agents."""
    changed = any(
        (isinstance(node, ast.Attribute) and node.attr in CHANGING and _is_self(node.value, attribute))
        or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_self(node.value, attribute))
        for tree in trees.values() if tree for node in ast.walk(tree)
    )
    yield changed, (
        f"{name}.{attribute} is one and the same for all agents, in the past, too: declare a field, "
        f"{attribute}: tuple[…] = (), and bind it anew"
    )


def _is_self(node: ast.AST, attribute: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=found):
            return found == attribute
    return False


def _made(value: ast.expr, function: FunctionType) -> str:
    """The name of an effect that this expression makes, alone or in a list; "" if it makes none."""
    for node in ast.walk(value) if isinstance(value, ast.List | ast.Tuple | ast.ListComp | ast.Call) else ():
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if function.__globals__.get(name) in EFFECTS:
            return name
        if isinstance(value, ast.Call):
            break  # of a call only itself: what it makes inside, it passes on
    return ""


def _gives_effects(tree: ast.AST) -> bool:
    names = {effect.__name__ for effect in EFFECTS}
    given = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return | ast.Yield) and node.value]
    return any(isinstance(part, ast.Name) and part.id in names for value in given for part in ast.walk(value))


def _chance(value: object) -> str:
    """The module of chance or time that this is, or comes from."""
    module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
    if isinstance(value, ModuleType) or callable(value):
        owner = getattr(getattr(value, "__self__", None), "__class__", None)  # random.random is a method
        module = owner.__module__ if owner is not None and owner.__module__ in CHANCE else module
        return module if module in CHANCE else ""
    return ""


def _is_classvar(type_: object) -> bool:
    return "ClassVar" in str(get_origin(type_) or type_)


def _parsed(function: FunctionType) -> ast.AST | None:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # typed into a console, or made by a program
        return None
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    return tree
