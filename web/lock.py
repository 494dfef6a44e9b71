"""The list from which Pyodide installs: each wheel of the site with its hash, its modules and what it needs.

Pyodide's own list names builds that lie elsewhere; here all comes from the site. What a wheel needs is what its
metadata says for Python in a browser, except `LEFT_OUT`.
"""

import hashlib
import json
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LEFT_OUT = {"jupyterlab", "narwhals"}  # the page is JupyterLab already; narwhals is for what plotly does in Python


def write_lock(original: Path, wheels: list[Path], python: str, lock: Path) -> None:
    """Write the list for these wheels; `info`, which says for which Pyodide it is, comes from the original."""
    environment = {
        "python_version": python, "python_full_version": f"{python}.0", "sys_platform": "emscripten",
        "platform_system": "Emscripten", "os_name": "posix", "platform_machine": "wasm32",
        "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": "",
    }
    entries = [entry(wheel, environment) for wheel in wheels]
    known = {found["name"] for found in entries}
    missing = {f"{name} for {found['name']}" for found in entries for name in found["depends"] if name not in known}
    if missing:
        raise SystemExit(f"The pins lack what is needed in a browser: {', '.join(sorted(missing))}.")
    told = json.loads(original.read_text(encoding="utf-8"))
    told["packages"] = {found["name"]: found for found in sorted(entries, key=lambda found: found["name"])}
    lock.write_text(json.dumps(told, indent=1), encoding="utf-8")


def entry(wheel: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What the list says of one wheel."""
    with ZipFile(wheel) as held:
        names = held.namelist()
        (inside,) = (name for name in names if name.count("/") == 1 and name.endswith(".dist-info/METADATA"))
        told = HeaderParser().parsestr(held.read(inside).decode("utf-8"))
    needs = [Requirement(text) for text in told.get_all("Requires-Dist", [])]
    needed = {canonicalize_name(need.name) for need in needs if not need.marker or need.marker.evaluate(environment)}
    first = {name.split("/")[0] for name in names if name.endswith((".py", ".so"))}
    return {
        "name": canonicalize_name(told["Name"]), "version": told["Version"], "file_name": wheel.name,
        "install_dir": "site", "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "package_type": "package",
        "imports": sorted(name.removesuffix(".py") for name in first if not name.endswith((".data", ".dist-info"))),
        "depends": sorted(needed - LEFT_OUT), "unvendored_tests": False,
    }
