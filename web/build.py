"""Build the lab as a static site: JupyterLite, Pyodide and the wheels in one folder that any web server can serve.

Run it with the environment that web/fetch.py has set up. Nothing is downloaded here, and no cell is changed: the site
gets the notebooks of notebooks/ and labs/, each with the hash of its cells.
"""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fetch import PYODIDE, REPOSITORY, WHEELS, pins
from lock import write_lock
from sheet import STILL, live, write_sheet, write_still

SITE = REPOSITORY / "site"
PAGE = REPOSITORY / "web" / "page"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
STUBS = ("ipykernel", "piplite", "pyodide_kernel", "widgetsnbextension-4")  # they stand for the real ones
AT_ONCE = ("micropip", "packaging", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "day13-labkit",
           "widgetsnbextension")
SHEETS = "labs/Day13-*.md"
APPS = ("lab", "notebooks")
# Parts of wheels that no page needs: to unpack thousands of files takes seconds. Of plotly it is all but the drawing.
UNUSED = re.compile(r"""
    networkx/.*/tests/ | ipywidgets/.*/tests/ | jedi/third_party/(django-stubs|typeshed/stubs)/ | [^/]+\.data/data/
    | (anywidget|jupyterlab_widgets)/labextension/ | plotly/(?!__init__\.py|package_data/plotly\.min\.js)
    | _plotly_utils/(?!__init__\.py|importers\.py)""", re.VERBOSE)
ADDED = """<link rel="icon" href="../lab/favicon.ico">
<link rel="stylesheet" href="../day13/lab.css">
<script type="module" src="../day13/lab.js"></script>"""
EARLY = '<link rel="prefetch" href="../{}">'  # Python comes while JupyterLab starts


def build() -> None:
    """Build the site anew."""
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "source"
        _python(source / "static" / "pyodide", Path(made))
        _settings(source)
        _contents(Path(made) / "contents")
        shutil.rmtree(SITE, ignore_errors=True)
        apps = [word for app in APPS for word in ("--apps", app)]
        jupyter = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(source), "--contents",
                   str(Path(made) / "contents"), "--output-dir", str(SITE), *apps, "--no-sourcemaps",
                   "--no-unused-shared-packages"]
        done = subprocess.run(jupyter, cwd=made, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"JupyterLite could not build the site:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    shutil.copytree(PAGE, SITE, dirs_exist_ok=True)
    for sheet in REPOSITORY.glob(SHEETS):
        write_sheet(sheet, sheet.relative_to(REPOSITORY).as_posix(), SITE)
    _still()
    python = _named_by_content(SITE / "static" / "pyodide")
    _keep(python.name.removeprefix("pyodide-"))
    early = "\n".join(EARLY.format(path.relative_to(SITE).as_posix()) for path in sorted(python.iterdir()))
    for app in APPS:
        _add_to(SITE / app / "index.html", f"{ADDED}\n{early}")
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    print(f"site/ is ready: {size / 1e6:.1f} MB. Say make serve to see it.")


def _python(folder: Path, made: Path) -> None:
    """Pyodide and all wheels, ours among them, with the list from which it installs."""
    folder.mkdir(parents=True)
    for name in PYODIDE_FILES:
        shutil.copy(PYODIDE / "package" / name, folder)
    for wheel in WHEELS.glob("*.whl"):
        _without_unused(wheel, folder / wheel.name)
    stubs = Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    for wheel in stubs.glob("*.whl"):
        if wheel.name.startswith(STUBS):
            shutil.copy(wheel, folder)
    _own_wheel(folder, made / "labkit")
    _lock(folder)
    node = shutil.which("node")
    if node is None:
        sys.exit("The site needs Node.js, to compile what the browser will run: install it, then say make site.")
    here = REPOSITORY / "web"
    if subprocess.run([node, here / "in_pyodide.mjs", folder, here / "bytecode.py", *AT_ONCE], check=False).returncode:
        sys.exit("In a browser the lab would not start: see above.")
    with ThreadPoolExecutor() as at_once:
        list(at_once.map(_compress, (path for path in folder.iterdir() if path.suffix in (".whl", ".zip"))))
    _lock(folder)  # the hashes are others now


def _lock(folder: Path) -> None:
    wheels = sorted(folder.glob("*.whl"))
    python = pins()["pyodide"]["python"]
    write_lock(PYODIDE / "package" / "pyodide-lock.json", wheels, python, folder / "pyodide-lock.json")


def _without_unused(wheel: Path, slim: Path) -> None:
    """A copy of a wheel that lacks what no page needs, not yet compressed."""
    with ZipFile(wheel) as held, ZipFile(slim, "w") as written:
        for name in held.namelist():
            if not UNUSED.match(name):
                written.writestr(ZipInfo(name), held.read(name))


def _compress(archive: Path) -> None:
    """Once, and here: Pyodide would take several times as long."""
    with ZipFile(archive) as held:
        files = [(name, held.read(name)) for name in held.namelist()]
    with ZipFile(archive, "w", ZIP_DEFLATED) as written:
        for name, content in files:
            written.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def _own_wheel(folder: Path, copy: Path) -> None:
    """Our own package, built from a copy, so that the build leaves nothing beside the code."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        copy.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, copy)
    forgotten = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.ipynb", "day13")
    shutil.copytree(REPOSITORY / "labs", copy / "labs", ignore=forgotten)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", str(folder), str(copy)],
                   check=True, env=os.environ | {"SOURCE_DATE_EPOCH": "946684800"})


def _settings(source: Path) -> None:
    told = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Day 13 lab", "exposeAppInBrowser": True, "disabledExtensions": [],
            "litePluginSettings": {KERNEL: {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": AT_ONCE}}},
        },
    }
    (source / "jupyter-lite.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def _contents(folder: Path) -> None:
    """The notebooks and what they link to, in the folders in which they stand."""
    for pattern in ("notebooks/*.ipynb", "notebooks/images/*", "labs/*.ipynb", SHEETS):
        for path in REPOSITORY.glob(pattern):
            place = folder / path.relative_to(REPOSITORY)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
            if place.suffix == ".ipynb":
                mark(place)


def mark(notebook: Path) -> None:
    """Write the hash of its cells into a notebook: a copy that is edited keeps it, and so knows a newer original."""
    book = json.loads(notebook.read_text(encoding="utf-8"))
    book["metadata"]["day13"] = hashlib.sha256(json.dumps(book["cells"]).encode()).hexdigest()[:8]
    notebook.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _still() -> None:
    """A page to read for each notebook, listed on the first page: for browsers that cannot run the lab."""
    links = []
    for folder in ("notebooks", "labs"):
        for path in sorted((REPOSITORY / folder).glob("*.ipynb")):
            name = path.relative_to(REPOSITORY).as_posix()
            page, title = name.replace(".ipynb", ".html"), html.escape(write_still(path, name, SITE))
            run = f'<a href="{live(name)}" aria-label="run it: {title}">run it</a>'
            links.append(f'<li><a href="{STILL}/{page}">{title}</a>, or {run}</li>')
    first = SITE / "index.html"
    text = first.read_text(encoding="utf-8").replace("<!-- still -->", "\n".join(links))
    first.write_text(text, encoding="utf-8")


def _named_by_content(python: Path) -> Path:
    """The folder of Python with its hash in its name: what a browser has kept of it can never be an old one."""
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(python.iterdir())]
    named = python.with_name(f"{python.name}-{hashlib.sha256(''.join(hashes).encode()).hexdigest()[:8]}")
    python.rename(named)
    for told in SITE.rglob("jupyter-lite.json"):
        text = told.read_text(encoding="utf-8")
        told.write_text(text.replace(f"/static/{python.name}/", f"/static/{named.name}/"), encoding="utf-8")
    return named


def _keep(build: str) -> None:
    """Our few lines go before JupyterLite's in the service worker; a page can have only one."""
    worker, ours = SITE / "service-worker.js", SITE / "day13" / "kept.js"
    text = ours.read_text(encoding="utf-8").replace("day13-build", build) + worker.read_text(encoding="utf-8")
    worker.write_text(text, encoding="utf-8")
    ours.unlink()


def _add_to(page: Path, added: str) -> None:
    """What this lab adds to the pages of JupyterLite: a word while Python starts, and the way back to the original."""
    text = page.read_text(encoding="utf-8")
    if "</head>" not in text:
        sys.exit(f"{page} has no head any more: see to web/build.py.")
    page.write_text(text.replace("</head>", f"{added}\n</head>", 1), encoding="utf-8")


if __name__ == "__main__":
    build()
