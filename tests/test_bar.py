"""A bar is painted without a thread of its own: in a browser there are none."""

import ast
from pathlib import Path
from threading import enumerate as running

import labkit
from labkit.values import Bar

MODULES = sorted(Path(labkit.__file__).parent.rglob("*.py"))


def test_a_bar_starts_no_thread() -> None:
    before = set(running())
    with Bar(total=2) as bar:
        bar.update()
        assert set(running()) == before


def test_only_the_bar_is_made_of_tqdm() -> None:
    from_tqdm = [
        path.name for path in MODULES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tqdm")
    ]
    assert from_tqdm == ["bar.py"]
