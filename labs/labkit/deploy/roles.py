"""What each process is told to be: the agent's class and state as text, its neighbours, and the ways that pass it.

Ways are those of the simulator in the whole network. Left out: other ways when a cable is cut; agents in between go on
handing messages on as before, and those for the far side of the cut are lost.
"""

import ast
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from types import CodeType, ModuleType
from typing import Any

import networkx as nx

from labkit.agents import Agent, Codec
from labkit.deploy.server import INWARD, OUTWARD
from labkit.deploy.wire import Via
from labkit.engine import Model
from labkit.network import Network, Routes
from labkit.notebook import source_of
from labkit.values import by_name

ANSWER = "answer"  # the module that a class of one's own is in
Role = dict[str, Any]
MARK = "# in its cell this is line "  # before each part of a text that is made of cells
NOTEBOOK = ("__main__", "builtins", ANSWER)


def roles_of(model: Model, codec: Codec, session: str, seed: int, pace: float, source: str) -> dict[str, Role]:
    """The role of each agent, as plain data; ValueError for a class that another process does not find."""
    if not 0 < pace < 1e6:
        raise ValueError(f"pace is how many milliseconds a unit of time lasts, more than 0, not {pace!r}")
    routes, names = Routes(Network(model.topology)), sorted(model.agents, key=by_name)
    if strange := [name for name in names if not name or "#" in name]:  # b#1 is the second life of b
        raise ValueError(f"an agent that runs for real has a name without #, not {strange[0]!r}: call it otherwise")
    source = source or written_in_cells(dict.fromkeys(type(agent) for agent in model.agents.values()))
    classes = {name: reference(type(agent), source) for name, agent in model.agents.items()}
    return {name: {
        "agent": name, "life": 0, "session": session, "kind": classes[name], "classes": sorted({*classes.values()}),
        "source": source, "fields": _texts(codec, name, vars(model.agents[name])),
        "numbers": {one: number for number, one in enumerate(names)},
        "neighbours": sorted(model.topology[name], key=by_name),
        "via": [[*pair, *around] for pair, around in via_of(name, routes, names).items()],
        "seed": seed, "pace": pace,
    } for name in names}


def plan_of(
    roles: Mapping[str, Role], topology: "nx.Graph[str]", server: str, session: str, folder: Path, *, store: bool,
    elsewhere: str,
) -> Role:
    """What the switchboard is told to build: servers, the cables between them, the agents; with new passwords.

    elsewhere: the address of the one server that takes the place of all others, or ''.
    """
    for number, name in enumerate(roles):
        roles[name]["store"] = str(folder / f"agent-{number}.json")
        roles[name]["hears"] = INWARD if elsewhere else OUTWARD
    return {
        "server": server, "session": session, "folder": str(folder), "secret": token_hex(16),
        "numbers": {name: number for number, name in enumerate(roles)},
        "passwords": {name: token_hex(16) for name in roles}, "store": token_hex(16) if store else "",
        "links": [sorted(link, key=by_name) for link in topology.edges], "roles": roles, "elsewhere": elsewhere,
    }


def via_of(agent: str, routes: Routes, names: Sequence[str]) -> Via:
    """For each pair of agents whose way passes this one: which agents come before and after it ('' for none)."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for source in names:
        for target in names:
            way = _way(routes, source, target)
            if agent in way:
                place = way.index(agent)
                before, after = way[:place], way[place + 1 :]
                found[source, target] = before[-1] if before else "", after[0] if after else ""
    return found


def pairs_of(roles: Mapping[str, Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    """The pairs of agents between which there is a way."""
    return frozenset((source, target) for role in roles.values() for source, target, *_ in role["via"])


def _way(routes: Routes, source: str, target: str) -> list[str]:
    """All agents of the way, in order; empty where there is none."""
    way = [source]
    while way[-1] != target:
        hop = routes.hop(way[-1], target)
        if hop is None:
            return []
        way.append(hop)
    return way if source != target else []


def written_in_cells(things: Iterable[Any]) -> str:
    """The text of those classes and functions that were defined in cells, with all that they need; '' if none was."""
    texts: list[str] = []
    for thing in things:
        if thing.__module__ in NOTEBOOK:
            found = source_of(thing, thing.__name__)
            if found.missing:
                raise ValueError(f"another process does not find {thing.__name__}: {found.missing}. Or give its text, "
                                 f"source=…")
            texts += found.imports
            texts += [f"{MARK}{line}\n{part}" for line, part in zip(found.lines, found.parts, strict=True)]
    return "\n".join(dict.fromkeys(texts))


def compiled(source: str, file: str) -> CodeType:
    """The text of cells as a program in which each part counts its lines as its cell does, so that errors name them."""
    tree, marks = ast.parse(source), [(0, 1)]
    for number, line in enumerate(source.split("\n"), 1):
        if line.startswith(MARK) and line.removeprefix(MARK).isdecimal():
            marks.append((number, int(line.removeprefix(MARK))))
    for node in tree.body:
        place, first = max(mark for mark in marks if mark[0] < node.lineno)
        ast.increment_lineno(node, first - place - 1)
    return compile(tree, file, "exec")


def reference(kind: type, source: str) -> str:
    """Where the class is found in another process, as module:name."""
    return f"{ANSWER}:{kind.__qualname__}" if source and kind.__module__ in NOTEBOOK else (
        f"{kind.__module__}:{kind.__qualname__}")


def _texts(codec: Codec, name: str, fields: Mapping[str, Any]) -> dict[str, str]:
    try:
        return {field: codec.text(value) for field, value in fields.items()}
    except ValueError as wrong:
        raise ValueError(f"agent {name} cannot be sent to a process of its own: {wrong}") from None


def loaded(classes: list[str], source: str) -> list[type[Agent]]:
    """The classes by their names; those of one's own are made from the source text."""
    if source and ANSWER not in sys.modules:
        module = sys.modules[ANSWER] = ModuleType(ANSWER)
        exec(compiled(source, "<your agents>"), vars(module))
    found = []
    for place, name in (one.split(":") for one in classes):
        found.append(reduce(getattr, name.split("."), import_module(place)))
    return found  # type: ignore[return-value]


def own_modules(roles: Iterable[Mapping[str, Any]]) -> list[str]:
    """The modules in which the agents' classes are, for a process to import before it is needed."""
    return sorted({one.split(":")[0] for role in roles for one in role["classes"]} - {ANSWER})
