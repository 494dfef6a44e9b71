"""Tests use what is public: else they hold the inside of a module in place, and break when only that has changed."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
ALLOWED = {  # names that begin with one underscore, by the file that may use them, with the reason
    "test_lesson.py": {"_dfs": "the lesson's text calls its method so"},
    "test_history.py": {"_kept": "how much a run keeps cannot be seen from outside"},
    "test_partition_cost.py": {
        "_near": "counts how often neighbours are looked at", "_group": "counts how often an agent is moved",
    },
    "test_class_lab.py": {"_real": "a class that fails while it is drawn cannot be had from outside"},
    "test_store_lab.py": {"_real": "a system that fails while it is drawn cannot be had from outside"},
    "test_deploy_conformance.py": dict.fromkeys(
        ("_tracing", "_waiting"), "that every report of a process is in the run cannot be seen from outside"),
}
OWN = {"self", "cls"}
OF_NAMED_TUPLES = {"_replace"}


def private(source: ast.AST) -> set[str]:
    """Attributes with one leading underscore, of any object but oneself; IPython's own `_repr_…_` are public."""
    return {
        node.attr for node in ast.walk(source)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("_")
        and node.attr not in OF_NAMED_TUPLES
        and not (isinstance(node.value, ast.Name) and node.value.id in OWN) and ast.unparse(node.value) != "super()"
    } | {
        alias.name for node in ast.walk(source) if isinstance(node, ast.ImportFrom)
        for alias in node.names if alias.name.startswith("_")
    }


def test_a_test_uses_what_is_public() -> None:
    used = {path.relative_to(TESTS).as_posix(): private(ast.parse(path.read_text(encoding="utf-8")))
            for path in sorted(TESTS.rglob("*.py"))}
    assert {path: names for path, names in used.items() if names} == {path: {*names} for path, names in ALLOWED.items()}


def test_this_test_would_notice() -> None:
    found = private(ast.parse("from m import _d\nlab._stage.scene\nself._fine\nsuper()._fine()\nf()._x\na.__dict__"))
    assert found == {"_d", "_stage", "_x"}
