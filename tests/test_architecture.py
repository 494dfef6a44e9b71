"""The house: folders in one order, imports only down it; below the views no screen; every module is short."""

import ast
import sys
from pathlib import Path

import labkit
import pytest

HOUSE = Path(labkit.__file__).parent
# From the ground up: a folder imports only folders that stand before it.
FLOORS = (
    "values", "topology", "network", "agents", "patterns", "protocols", "engine", "lesson", "observe", "search",
    "faults", "scenario", "worksheet", "views",
)
# The same for the families of views; those of one floor know nothing of each other.
FAMILIES = (
    ("stage",), ("questions",), ("topology", "player", "voting", "detector", "load", "merging", "monitoring"),
    ("recovery", "coordination", "clocks", "quorum", "worksheet"),
)
RANK = {f"views.{family}": rank for rank, floor in enumerate(FAMILIES) for family in floor}
FACES = (*FLOORS, *RANK)
FOR_PROTOCOLS = {"values", "agents", "patterns", "protocols"}  # all that a protocol may know
SCREEN = {"ipywidgets", "anywidget", "plotly", "traitlets", "IPython"}
NOT_IN_A_BROWSER = {"numpy", "threading", "socket", "subprocess", "multiprocessing", "concurrent", "asyncio"}
MAY_LOCK = "views.stage.guarded"
MAY_START = "worksheet.child"  # a child process, where there are any
OUTSIDE = {"networkx", *SCREEN, "tqdm"}


def dotted(path: Path) -> str:
    """The module's name below labkit: topology/shapes.py is topology.shapes, topology/__init__.py topology."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {dotted(path): path for path in sorted(HOUSE.rglob("*.py"))}
IN_FOLDERS = [name for name in MODULES if name]


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


def test_every_folder_has_its_place() -> None:
    assert {folder(module) for module in IN_FOLDERS} == set(FLOORS)


@pytest.mark.parametrize("module", IN_FOLDERS)
def test_a_module_imports_only_what_stands_below_it(module: str) -> None:
    allowed = FLOORS[:FLOORS.index(folder(module)) + 1]
    assert {folder(name) for name in inside(module)} <= set(allowed)


@pytest.mark.parametrize("module", IN_FOLDERS)
def test_one_folder_enters_another_by_its_face_only(module: str) -> None:
    others = {name for name in inside(module) if folder(name) != folder(module)}
    assert {name for name in others if name != folder(name)} == set()


@pytest.mark.parametrize("module", [module for module in IN_FOLDERS if folder(module) == "views"])
def test_a_family_of_views_enters_only_those_below_it_by_their_faces(module: str) -> None:
    others = {name for name in inside(module) if folder(name) == "views" and family(name) != family(module)}
    assert others <= {name for name in RANK if module == "views" or RANK[name] < RANK[family(module)]}


@pytest.mark.parametrize("face", FACES)
def test_no_name_of_a_face_is_a_module_of_its_folder(face: str) -> None:
    """Else it would depend on the order of imports which of the two a learner gets."""
    handed_on = {alias.asname or alias.name for node in ast.walk(tree(face)) if isinstance(node, ast.ImportFrom)
                 for alias in node.names if node.module != f"labkit.{face}"}
    below = {module.removeprefix(f"{face}.").split(".")[0] for module in IN_FOLDERS if module.startswith(f"{face}.")}
    assert not handed_on & below


@pytest.mark.parametrize("module", [module for module in IN_FOLDERS if folder(module) == "protocols"])
def test_a_protocol_knows_only_agents_values_patterns_and_other_protocols(module: str) -> None:
    assert {folder(name) for name in inside(module)} <= FOR_PROTOCOLS


def test_the_package_itself_and_the_lessons_classes_import_nothing_of_labkit() -> None:
    assert inside("") == inside("lesson.original") == set()


@pytest.mark.parametrize("module", [module for module in MODULES if folder(module) != "views"])
def test_nothing_below_the_views_knows_a_screen(module: str) -> None:
    assert not outside(module) & SCREEN


@pytest.mark.parametrize("module", MODULES)
def test_every_module_runs_in_a_browser_too(module: str) -> None:
    allowed = {MAY_LOCK: {"threading"}, MAY_START: {"subprocess"}}.get(module, set())
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
    wrong = ast.parse("from labkit.views.stage import network_scene\ndef f():\n    import numpy.linalg\n")
    assert imports(wrong) == {"labkit.views.stage.network_scene", "numpy.linalg"}
    assert imports(ast.parse("from labkit.topology import build, shapes")) == {
        "labkit.topology", "labkit.topology.shapes"}
    assert FLOORS.index("network") < FLOORS.index("views")
