"""Tables that are made from the code: CONTRIBUTING's list of modules, and the page of names that learners need.

When a module or a face changes: python tests/test_tables.py --renew
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import labkit
from labkit.agents import Invariant
from test_architecture import FLOORS

ROOT = Path(__file__).resolve().parents[1]
HOUSE = Path(labkit.__file__).parent
CONTRIBUTING, NAMES = ROOT / "CONTRIBUTING.md", ROOT / "labs" / "NAMES.md"
BETWEEN = re.compile(r"(<!-- made by tests/test_tables.py -->\n).*?(<!-- end -->)", re.DOTALL)
FOLDERS = [floor for floor in FLOORS if floor != "values"]
MOST_NAMES = 109  # 75 for the lessons up to 05, 24 for the worksheet, its hand-in and lesson 06, 10 for real networks


def first_sentence(text: str) -> str:
    """The first line of a docstring, without its full stop."""
    return text.strip().split("\n")[0].removesuffix(".")


def place(path: Path) -> tuple[int, list[str], bool, str]:
    """Where a module stands in the table: folders from the top floor down, each with its face first."""
    parts = path.relative_to(HOUSE).parts
    return -FLOORS.index(parts[0]), list(parts[:-1]), path.name != "__init__.py", path.name


def says(thing: object) -> str:
    """What a name is, in a line."""
    if isinstance(thing, tuple):
        return f"The agents {', '.join(thing)}"
    return first_sentence(thing.sentence if isinstance(thing, Invariant) else inspect.getdoc(thing) or "")


def modules() -> str:
    """A table of all modules, a folder after the other, each with its first line."""
    rows = ["| Module | Its job, in one line |", "|---|---|"]
    paths = [path for path in HOUSE.rglob("*.py") if path.parent != HOUSE]
    for path in sorted(paths, key=place):
        name = path.relative_to(HOUSE).as_posix()
        face = name.endswith("__init__.py")
        said = first_sentence(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").replace("|", "\\|")
        rows.append(f"| **`{name.removesuffix('__init__.py')}`** | **{said}** |" if face else f"| `{name}` | {said} |")
    return "\n".join(rows) + "\n"


def faces() -> Iterator[tuple[str, ModuleType]]:
    for folder in FOLDERS:
        yield f"labkit.{folder}", import_module(f"labkit.{folder}")


def names() -> str:
    """The page of names: what each face offers a learner, in a line each."""
    count = sum(len(face.__all__) for _, face in faces())
    lines = ["# The names you need", ""]
    lines += [f"{count} names; each comes from its folder: `from labkit.engine import Model`.", ""]
    for module, face in faces():
        lines += [f"## `{module}`", "", first_sentence(face.__doc__ or "") + ".", ""]
        lines += ["| Name | What it is |", "|---|---|"]
        for name in sorted(face.__all__, key=str.lower):
            said = says(getattr(face, name)).replace("|", "\\|")
            lines.append(f"| `{name}` | {said} |")
        lines.append("")
    return "\n".join(lines)


def test_the_table_of_modules_tells_the_truth() -> None:
    found = BETWEEN.search(CONTRIBUTING.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == f"{found[1]}{modules()}{found[2]}", "python tests/test_tables.py --renew"


def test_the_page_of_names_tells_the_truth() -> None:
    assert NAMES.read_text(encoding="utf-8") == names(), "python tests/test_tables.py --renew"


def test_a_learner_needs_few_names_and_each_says_what_it_is() -> None:
    offered = [(name, getattr(face, name)) for _, face in faces() for name in face.__all__]
    assert len(offered) == len({name for name, _ in offered}) <= MOST_NAMES
    for name, thing in offered:
        said = says(thing)
        assert len(said) > 10 and not said.startswith(f"{name}("), f"{name} has no docstring of its own"


if __name__ == "__main__" and sys.argv[1:] == ["--renew"]:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    CONTRIBUTING.write_text(BETWEEN.sub(lambda old: f"{old[1]}{modules()}{old[2]}", text), encoding="utf-8")
    NAMES.write_text(names(), encoding="utf-8")
