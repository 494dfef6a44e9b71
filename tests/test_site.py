"""The static site is made of what the lab is made of: the same versions, each with a hash, nothing from elsewhere."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from build import mark
from fetch import CACHE, PINS, PYTHON, REPOSITORY, pins
from lock import entry, write_lock
from packaging.requirements import Requirement
from renew import constrained
from serve import Handler

CONSTRAINTS = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
PINNED = {**pins()["wheels"], **pins()["tools"]}
BROWSER = {"python_version": "3.14", "sys_platform": "emscripten", "extra": ""}


def wheel(folder: Path, name: str, *needs: str) -> Path:
    """A wheel with one module."""
    made = folder / f"{name}-1.0-py3-none-any.whl"
    with ZipFile(made, "w") as held:
        held.writestr(f"{name}/__init__.py", "")
        held.writestr(f"{name}-1.0.dist-info/METADATA", "".join(
            [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", *(f"Requires-Dist: {need}\n" for need in needs)]))
    return made


@pytest.mark.parametrize("name", sorted(PINNED))
def test_what_the_site_pins_is_what_the_lab_is_tested_with(name: str) -> None:
    """Else say: python web/renew.py."""
    version, found = PINNED[name].split(" sha256:")
    assert version == (constrained(name, CONSTRAINTS) or version)
    assert re.fullmatch("[0-9a-f]{64}", found)


def test_all_that_the_lab_needs_is_on_the_site() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {Requirement(text).name for text in project["dependencies"]} - {"jupyterlab"} <= set(pins()["wheels"])


def test_no_address_of_a_registry_is_written_down() -> None:
    """pip and npm know where to look, on each machine."""
    for path in (PINS, *PINS.parent.glob("*.py")):
        assert "http" not in path.read_text(encoding="utf-8").replace("http.server", "").replace("http://localhost", "")


def test_of_two_versions_for_two_pythons_the_browser_gets_that_of_the_newer() -> None:
    told = 'graphs==1.0 ; python_full_version < "3.12"\ngraphs==2.0 ; python_full_version >= "3.12"\nplots==3.0\n'
    assert [constrained(name, told) for name in ("graphs", "plots", "other")] == ["2.0", "3.0", None]


def test_the_list_says_what_a_wheel_needs_in_a_browser(tmp_path: Path) -> None:
    needs = 'pexpect; sys_platform != "emscripten"', "Plot_Lib>=2", "jupyterlab", 'x; extra == "t"'
    made = wheel(tmp_path, "lab", *needs)
    found = entry(made, BROWSER)
    assert (found["depends"], found["imports"], found["file_name"]) == (["plot-lib"], ["lab"], made.name)


def test_a_site_that_would_lack_something_is_not_built(tmp_path: Path) -> None:
    (tmp_path / "original.json").write_text('{"info": {}, "packages": {"numpy": {}}}')
    lab, plots = wheel(tmp_path, "lab", "plots"), wheel(tmp_path, "plots")
    with pytest.raises(SystemExit, match="plots for lab"):
        write_lock(tmp_path / "original.json", [lab], "3.14", tmp_path / "lock.json")
    write_lock(tmp_path / "original.json", [lab, plots], "3.14", tmp_path / "lock.json")
    assert list(json.loads((tmp_path / "lock.json").read_text())["packages"]) == ["lab", "plots"]


@pytest.mark.long
def test_a_second_build_needs_no_network_and_fits_into_60_megabytes(tmp_path: Path) -> None:
    alone = ("unshare", "-rn")
    if not shutil.which(alone[0]) or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("Here nothing can be run without a network.")
    if not PYTHON.exists():
        pytest.skip("Nothing has been downloaded yet: say make site.")
    for folder in ("labs", "notebooks", "web"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder, ignore=shutil.ignore_patterns("day13"))
    shutil.copytree(REPOSITORY / "web" / "page", tmp_path / "web" / "page", dirs_exist_ok=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, tmp_path)
    (tmp_path / ".site-cache").symlink_to(CACHE)
    subprocess.run([*alone, PYTHON, tmp_path / "web" / "build.py"], check=True)
    made = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in made) < 60e6
    assert not [path for path in made if "/." in path.relative_to(tmp_path).as_posix()]  # GitHub Pages drops them
    (labkit,) = (path for path in made if path.name.startswith("day13_labkit"))
    compiled = [name for name in ZipFile(labkit).namelist() if name.endswith(".pyc")]
    assert "labkit/views/__pycache__/__init__.cpython-314.pyc" in compiled


def test_a_notebook_of_the_site_is_that_of_the_lab_with_the_hash_of_its_cells(tmp_path: Path) -> None:
    """Another one as soon as a letter of a cell differs."""
    told = REPOSITORY / "notebooks" / "00-start-here.ipynb"
    copy, changed = tmp_path / "copy.ipynb", tmp_path / "changed.ipynb"
    shutil.copy(told, copy)
    changed.write_text(told.read_text(encoding="utf-8").replace("Start here", "Start  here", 1), encoding="utf-8")
    for notebook in (copy, changed):
        mark(notebook)
    made, other = (json.loads(notebook.read_text(encoding="utf-8")) for notebook in (copy, changed))
    known = made["metadata"].pop("day13")
    assert re.fullmatch("[0-9a-f]{8}", known) and known != other["metadata"]["day13"]
    assert made == json.loads(told.read_text(encoding="utf-8"))


def test_modules_are_served_as_javascript_on_every_machine() -> None:
    assert Handler.extensions_map[".mjs"] == "text/javascript"
    assert Handler.extensions_map[".wasm"] == "application/wasm"


def test_the_workflow_publishes_what_it_has_tested_with_actions_that_cannot_change() -> None:
    workflow = (REPOSITORY / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)", workflow)
    assert used and all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in used)
    assert workflow.index("make PYTHON=python site") < workflow.index("test-site") < workflow.index("upload-pages")
    assert 'tags: ["v*"]' in workflow
