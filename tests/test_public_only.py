"""Tests use what is public: else they hold the inside of a module in place, and break when only that has changed."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ALLOWED = {  # names that begin with one underscore, by the file that may use them, with the reason
    "test_lesson.py": {"_dfs": "the lesson's text calls its method so"},
    "test_history.py": {"_kept": "how much a run keeps cannot be seen from outside"},
    "test_partition_cost.py": {
        "_near": "counts how often neighbours are looked at", "_group": "counts how often an agent is moved",
    },
}
OWN = {"self", "cls"}


def private(source: ast.AST) -> set[str]:
    """Attributes with one leading underscore, of any object but oneself; IPython's own `_repr_…_` are public."""
    return {
        node.attr for node in ast.walk(source)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("_")
        and not (isinstance(node.value, ast.Name) and node.value.id in OWN) and ast.unparse(node.value) != "super()"
    } | {
        alias.name for node in ast.walk(source) if isinstance(node, ast.ImportFrom)
        for alias in node.names if alias.name.startswith("_")
    }


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix())
def test_a_test_uses_what_is_public(path: Path) -> None:
    used = private(ast.parse(path.read_text(encoding="utf-8")))
    assert used == set(ALLOWED.get(path.relative_to(TESTS).as_posix(), {}))


def test_this_test_would_notice() -> None:
    found = private(ast.parse("from m import _d\nlab._stage.scene\nself._fine\nsuper()._fine()\nf()._x\na.__dict__"))
    assert found == {"_d", "_stage", "_x"}
