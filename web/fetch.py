"""Download what pins.toml names, check each file's hash, and set up the tools that build the site.

Everything lands in .site-cache; what is there already is not fetched again, so a second build needs no network. Which
address a package comes from is pip's and npm's business.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
PINS = REPOSITORY / "web" / "pins.toml"
CACHE = REPOSITORY / ".site-cache"
WHEELS, TOOLS, PYODIDE = CACHE / "wheels", CACHE / "tools", CACHE / "pyodide"
ENVIRONMENT = CACHE / "env"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def pins() -> dict[str, Any]:
    """What pins.toml says."""
    return tomllib.loads(PINS.read_text(encoding="utf-8"))


def fetch() -> None:
    """Have all that a build needs."""
    known = pins()
    _have(known["wheels"], WHEELS, for_browser(known))
    _have(known["tools"], TOOLS)
    _pyodide(known["pyodide"])
    _environment()


def for_browser(known: dict[str, Any]) -> tuple[str, ...]:
    """The options of pip for wheels that run in the browser: plain Python, of the version that Pyodide has."""
    python = known["pyodide"]["python"]
    return "--implementation", "py", "--abi", "none", "--platform", "any", "--python-version", python


def download(folder: Path, *options: str) -> None:
    """Download wheels, without what they depend on."""
    subprocess.run([*PIP, "download", "--no-deps", "--only-binary=:all:", "--dest", str(folder), *options], check=True)


def _have(pinned: dict[str, str], folder: Path, options: tuple[str, ...] = ()) -> None:
    """Each pinned wheel, and nothing else, is in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {pin.split(" sha256:")[1]: f"{name}=={pin.replace(' ', ' --hash=')}\n" for name, pin in pinned.items()}
    for held in folder.glob("*.whl"):
        if missing.pop(hashlib.sha256(held.read_bytes()).hexdigest(), None) is None:
            held.unlink()
    if not missing:
        return
    wanted = folder / "wanted.txt"
    wanted.write_text("".join(missing.values()), encoding="utf-8")
    download(folder, *options, "--require-hashes", "--requirement", str(wanted))


def _pyodide(pinned: dict[str, str]) -> None:
    """Pyodide's own files, from its npm package."""
    name = f"pyodide-{pinned['version']}.tgz"
    archive = CACHE / name
    if not archive.exists() or integrity(archive) != pinned["integrity"]:
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("The site needs npm once, to download Pyodide: install Node.js, then say make site again.")
        subprocess.run([npm, "pack", "--silent", f"pyodide@{pinned['version']}", "--pack-destination", str(CACHE)],
                       check=True, stdout=subprocess.DEVNULL)
        if integrity(archive) != pinned["integrity"]:
            archive.unlink()
            sys.exit(f"{name} is not the file that web/pins.toml names: its hash differs. Nothing of it is used.")
    shutil.rmtree(PYODIDE, ignore_errors=True)
    shutil.unpack_archive(archive, PYODIDE)


def integrity(archive: Path) -> str:
    """The hash of a file, written as npm does."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def _environment() -> None:
    """An environment with the tools only: JupyterLite copies all extensions of its environment into the site."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    venv.create(ENVIRONMENT, with_pip=True, symlinks=sys.platform != "win32")
    inside = [str(PYTHON), *PIP[1:], "install", "-c", str(REPOSITORY / "constraints.txt")]
    subprocess.run([*inside, "jupyter-server", *map(str, sorted(TOOLS.glob("*.whl")))], check=True)
    shown = [str(path) for path in sorted(WHEELS.glob("*.whl")) if path.name.split("-")[0] in pins()["shown"]["in"]]
    subprocess.run([*inside, "--no-deps", *shown], check=True)


if __name__ == "__main__":
    CACHE.mkdir(exist_ok=True)
    fetch()
