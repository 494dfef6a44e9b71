"""The house: folders in one order, imports only down it; below the views no screen; every module is short."""

import ast
import sys
from functools import cache
from pathlib import Path

import labkit
import networkx as nx

HOUSE = Path(labkit.__file__).parent
# From the ground up: a folder imports only folders that stand before it.
FLOORS = (
    "values", "topology", "network", "agents", "patterns", "protocols", "engine", "lesson", "observe", "search",
    "faults", "scenario", "notebook", "deploy", "worksheet", "views",
)
# The same for the families of views; those of one floor know nothing of each other.
FAMILIES = (
    ("stage",), ("questions",), ("topology", "player", "voting", "detector", "load", "merging", "monitoring"),
    ("recovery", "coordination", "clocks", "quorum", "real", "sweeps", "worksheet"),
)
RANK = {f"views.{family}": rank for rank, floor in enumerate(FAMILIES) for family in floor}
FACES = (*FLOORS, *RANK)
FOR_PROTOCOLS = {"values", "agents", "patterns", "protocols"}  # all that a protocol may know
SCREEN = {"ipywidgets", "anywidget", "plotly", "traitlets", "IPython"}
NOT_IN_A_BROWSER = {"numpy", "threading", "socket", "subprocess", "multiprocessing", "concurrent", "asyncio"}
MAY_LOCK = "views.stage.guarded"
MAY_START = "worksheet.child"  # a child process, where there are any
# Of deploy, and of it alone.
FOR_REAL = {"asyncio", "concurrent", "multiprocessing", "nats", "socket", "subprocess", "threading"}
OUTSIDE = {"networkx", *SCREEN, "tqdm"}


def dotted(path: Path) -> str:
    """The module's name below labkit: topology/shapes.py is topology.shapes, topology/__init__.py topology."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {dotted(path): path for path in sorted(HOUSE.rglob("*.py"))}
IN_FOLDERS = [name for name in MODULES if name]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def folder(module: str) -> str:
    return module.split(".")[0]


def family(module: str) -> str:
    """The folder of views that it belongs to: views.player.scene to views.player, the face of views to views."""
    return ".".join(module.split(".")[:2])


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


def broken(what: dict[str, set[str]]) -> dict[str, set[str]]:
    """The modules that break a rule, each with what it should not have."""
    return {module: wrong for module, wrong in what.items() if wrong}


def test_every_folder_has_its_place() -> None:
    assert {folder(module) for module in IN_FOLDERS} == set(FLOORS)


def test_a_module_imports_only_what_stands_below_it() -> None:
    above = {module: {folder(name) for name in inside(module)} - {*FLOORS[:FLOORS.index(folder(module)) + 1]}
             for module in IN_FOLDERS}
    assert broken(above) == {}


def test_one_folder_enters_another_by_its_face_only() -> None:
    assert broken({module: {name for name in inside(module) if folder(name) not in (folder(module), name)}
                   for module in IN_FOLDERS}) == {}


def test_a_family_of_views_enters_only_those_below_it_by_their_faces() -> None:
    def beside(module: str) -> set[str]:
        others = {name for name in inside(module) if folder(name) == "views" and family(name) != family(module)}
        return others - {name for name in RANK if module == "views" or RANK[name] < RANK[family(module)]}

    assert broken({module: beside(module) for module in IN_FOLDERS if folder(module) == "views"}) == {}


def test_no_name_of_a_face_is_a_module_of_its_folder() -> None:
    """Else it would depend on the order of imports which of the two a learner gets."""
    def twice(face: str) -> set[str]:
        handed_on = {alias.asname or alias.name for node in ast.walk(tree(face)) if isinstance(node, ast.ImportFrom)
                     for alias in node.names if node.module != f"labkit.{face}"}
        below = {one.removeprefix(f"{face}.").split(".")[0] for one in IN_FOLDERS if one.startswith(f"{face}.")}
        return handed_on & below

    assert broken({face: twice(face) for face in FACES}) == {}


def test_a_protocol_knows_only_agents_values_patterns_and_other_protocols() -> None:
    assert broken({module: {folder(name) for name in inside(module)} - FOR_PROTOCOLS
                   for module in IN_FOLDERS if folder(module) == "protocols"}) == {}


def test_the_package_itself_and_the_lessons_classes_import_nothing_of_labkit() -> None:
    assert inside("") == inside("lesson.original") == set()


def test_nothing_below_the_views_knows_a_screen() -> None:
    assert broken({module: outside(module) & SCREEN for module in MODULES if folder(module) != "views"}) == {}


def test_every_module_runs_in_a_browser_too() -> None:
    allowed = {MAY_LOCK: {"threading"}, MAY_START: {"subprocess"}}
    known = OUTSIDE | sys.stdlib_module_names - NOT_IN_A_BROWSER
    allowed |= {module: FOR_REAL for module in MODULES if folder(module) == "deploy"}  # which says so in a browser
    assert broken({module: outside(module) - known - allowed.get(module, set()) for module in MODULES}) == {}


def test_the_messaging_client_is_needed_by_processes_of_their_own_alone() -> None:
    """So the lab's page opens without it, and says what is missing."""
    needing = {module for module in MODULES if "nats" in outside(module)}
    assert needing == {f"deploy.{name}" for name in ("agent_process", "exchange", "classroom.seat_process",
                                                     "classroom.seats", "store.store_clients")}
    for kernel in ("deploy", "deploy.deployed", "deploy.store.shared_store", "deploy.classroom.classroom",
                   "deploy.classroom.joining"):
        assert not needing & inside(kernel)


def test_imports_stand_on_top_and_say_what_they_import() -> None:
    def below_the_top(module: str) -> set[str]:
        nodes = [*ast.walk(tree(module))]
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        names = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
        return names & {"*"} | set().union(*(imports(function) for function in functions))

    assert broken({module: below_the_top(module) for module in MODULES}) == {}


def test_every_module_says_what_it_is_and_is_short() -> None:
    assert [module for module in MODULES if not ast.get_docstring(tree(module))] == [], "open with the promise"
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert {module: count for module, count in lines.items() if count > 300} == {}


def test_no_module_imports_itself_in_a_circle() -> None:
    who_imports_whom = nx.DiGraph((module, name) for module in MODULES for name in inside(module))
    assert [*nx.simple_cycles(who_imports_whom)] == []


def test_this_test_would_notice() -> None:
    wrong = ast.parse("from labkit.views.stage import network_scene\ndef f():\n    import numpy.linalg\n")
    assert imports(wrong) == {"labkit.views.stage.network_scene", "numpy.linalg"}
    assert imports(ast.parse("from labkit.topology import build, shapes")) == {
        "labkit.topology", "labkit.topology.shapes"}
    assert FLOORS.index("network") < FLOORS.index("views")
