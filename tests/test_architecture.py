"""Dependencies point down only, nothing below the views needs a screen, and every module can be read in ten minutes."""

import ast
import sys
from pathlib import Path

import labkit
import pytest

HOUSE = Path(labkit.__file__).parent
# From the ground up: a module imports only modules that stand before it in a chain with both of them.
CHAINS = (
    ("names", "topology.layout", "topology.shapes", "topology.hops", "topology.connectivity", "topology.measures",
     "topology.advice", "topology"),
    ("names", "partition", "network", "presets"),
    ("names", "questions.question", "questions.on_topology", "questions.on_consensus", "questions.on_partition",
     "questions"),
    ("names", "agent", "invariants", "frozen", "quorum", "protocols", "protocols.raft_messages",
     "protocols.raft_properties", "protocols.raft", "protocols.paxos", "protocols.two_phase_commit",
     "protocols.quorum_voting", "protocols.oral_messages", "protocols.gossip", "plain", "protocols.catalogue"),
    ("names", "frozen", "agent", "protocols.heartbeats"),
    ("names", "agent", "protocols.swim"),
    ("names", "frozen", "crdt"),
    ("names", "crdt", "merging"),
    ("frozen", "merkle"),
    ("names", "frozen", "merkle", "crdt", "agent", "protocols.replicas"),
    ("agent", "invariants", "protocols.raft_messages", "protocols.raft", "protocols.check_quorum"),
    ("agent", "invariants", "names", "protocols.fencing"),
    ("protocols.check_quorum", "protocols.heartbeats", "protocols.swim", "protocols.replicas", "protocols.catalogue"),
    ("frozen", "names", "agent", "partition", "network", "presets", "events", "invariants", "system", "topology",
     "moment", "simulator", "protocols.raft_messages", "operations", "sides", "recovery", "gallery"),
    ("names", "agent", "network", "topology", "simulator", "detection"),
    ("words", "names", "partition", "network", "presets", "topology", "routes", "events", "agent", "invariants",
     "system", "moment", "simulator", "spacetime", "watch",
     "replay", "log", "plain", "protocols.catalogue", "scenario_lines",
     "scenario_events", "scenario_text", "scenario"),
    ("network", "routes", "events", "agent", "invariants", "system", "codebook", "configurations", "relevance",
     "reduction", "explorer"),
    ("names", "explorer"),
    ("lesson", "frozen", "quorum", "protocols.quorum_voting", "network", "topology", "events", "agent", "simulator",
     "ballots", "ballot_traps"),
    ("names", "ballots", "ballot_traps"),
    ("lesson",),
    ("history",),
)
SCREEN = {"ipywidgets", "anywidget", "plotly", "traitlets", "IPython"}
NOT_IN_A_BROWSER = {"numpy", "threading", "socket", "subprocess", "multiprocessing", "concurrent", "asyncio"}
MAY_LOCK = "views.guarded"
OUTSIDE = {"networkx", *SCREEN, "tqdm"}


def dotted(path: Path) -> str:
    """The module's name below labkit: topology/shapes.py is topology.shapes, topology/__init__.py topology."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {dotted(path): path for path in sorted(HOUSE.rglob("*.py"))}
BELOW_THE_VIEWS = [name for name in MODULES if name.split(".")[0] != "views"]


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(source: ast.AST) -> set[str]:
    """Dotted names of all modules that it imports; `from labkit.topology import layout` is labkit.topology.layout."""
    found: set[str] = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "say from which module of labkit: no import with a dot in front"
            base = node.module or ""
            inner = {f"{base}.{alias.name}" for alias in node.names}
            modules = {name for name in inner if name.removeprefix("labkit.") in MODULES and name != base}
            found |= modules | ({base} if len(modules) < len(inner) else set())
    return found


def inside(module: str) -> set[str]:
    """The modules of labkit that it imports."""
    return {name.removeprefix("labkit").removeprefix(".") for name in imports(tree(module))
            if name.split(".")[0] == "labkit"}


def outside(module: str) -> set[str]:
    """The first names of all other packages that it imports."""
    return {name.split(".")[0] for name in imports(tree(module))} - {"labkit"}


def below(module: str) -> set[str]:
    return {name for chain in CHAINS if module in chain for name in chain[:chain.index(module)]}


@pytest.mark.parametrize("module", [name for name in BELOW_THE_VIEWS if name])
def test_a_module_imports_only_what_stands_below_it(module: str) -> None:
    assert any(module in chain for chain in CHAINS), "give the new module its place in CHAINS"
    assert inside(module) <= below(module)


def test_the_package_itself_and_the_lesson_import_nothing_of_labkit() -> None:
    assert inside("") == inside("lesson") == set()


@pytest.mark.parametrize("module", BELOW_THE_VIEWS)
def test_nothing_below_the_views_knows_a_screen(module: str) -> None:
    assert not outside(module) & SCREEN
    assert not any(name.split(".")[0] == "views" for name in inside(module))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_runs_in_a_browser_too(module: str) -> None:
    allowed = {"threading"} if module == MAY_LOCK else set()
    assert outside(module) & NOT_IN_A_BROWSER <= allowed
    assert outside(module) <= OUTSIDE | sys.stdlib_module_names


@pytest.mark.parametrize("module", MODULES)
def test_imports_stand_on_top_and_say_what_they_import(module: str) -> None:
    source = tree(module)
    functions = [node for node in ast.walk(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not any(imports(function) for function in functions)
    names = [alias.name for node in ast.walk(source) if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert "*" not in names


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_and_is_short(module: str) -> None:
    assert ast.get_docstring(tree(module)), "open with the promise"
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 300


def test_no_module_imports_itself_in_a_circle() -> None:
    reached = {module: inside(module) for module in MODULES}
    for _ in MODULES:
        reached = {module: near.union(*(reached[name] for name in near)) for module, near in reached.items()}
    assert [module for module, near in reached.items() if module in near] == []


def test_this_test_would_notice() -> None:
    wrong = ast.parse("from labkit.views import scene\ndef f():\n    import numpy.linalg\n")
    assert imports(wrong) == {"labkit.views.scene", "numpy.linalg"}
    assert imports(ast.parse("from labkit.topology import build, shapes")) == {
        "labkit.topology", "labkit.topology.shapes"}
    assert "network" not in below("partition")
    assert "partition" not in below("topology.advice")
