"""Put bytecode beside the sources that the first picture and completion import.

Without it, a browser compiles them anew on each visit, which takes longer than all the rest. This runs inside Pyodide,
because no other Python makes its bytecode. Sources stay, for tracebacks. The bytecode is never compared with them
(PEP 552): both travel in one wheel.
"""

import marshal
import sys
import warnings
from importlib import import_module
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from zipfile import ZipFile, ZipInfo

UNCHECKED = (1).to_bytes(4, "little")
OURS = "labkit/"  # of ours all is compiled: a lesson imports more than the first picture
PLACES = {".whl": "/lib/python3.14/site-packages/", ".zip": "/lib/python314.zip/"}
for needed in ("piplite.piplite", "pyodide_kernel", "jedi", "labkit.views"):
    import_module(needed)
imported = {getattr(module, "__file__", None) for module in list(sys.modules.values())}


def add_bytecode(archive: Path, place: str) -> None:
    """Write a wheel, or the zip from which Python imports its own library, anew; web/build.py compresses it."""
    with ZipFile(archive) as held:
        files = {name: held.read(name) for name in held.namelist() if not name.endswith("/")}
    for name, source in list(files.items()):
        if place + name in imported or (name.startswith(OURS) and name.endswith(".py")):
            code = compile(source, place + name, "exec", dont_inherit=True)
            # Python looks for bytecode in __pycache__, but inside a zip beside the source.
            made = f"{name}c" if archive.suffix == ".zip" else cache_from_source(name)
            files[made] = MAGIC_NUMBER + UNCHECKED + source_hash(source) + marshal.dumps(code)
    with ZipFile(archive, "w") as written:
        for name, content in files.items():
            written.writestr(ZipInfo(name), content)


warnings.simplefilter("ignore", SyntaxWarning)  # of other people's sources
for file in sorted(Path("/wheels").iterdir()):
    if file.suffix in PLACES:
        add_bytecode(file, PLACES[file.suffix])
