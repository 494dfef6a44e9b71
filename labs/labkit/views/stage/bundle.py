"""What travels once a page: the drawing's modules in the order of their imports, its style, and plotly.js, packed."""

import gzip
import json
import re
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

PIECE = 3 * 2**14  # bytes: two of them are under two seconds on a line of 60 kB/s
_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^(?:im|ex)port .* from "\./(.+?)"', re.MULTILINE)


@cache
def drawing() -> dict[str, Any]:
    """The answer to a page that wants the drawing: name and source of each module, and the style."""
    css = (_HERE / "css" / "stage.css").read_text(encoding="utf-8")
    return {"have": "drawing", "modules": modules(), "css": css}


@cache
def loader() -> str:
    """The script of each widget: no comments, and the version of the drawing that it is to fetch."""
    told = json.dumps([drawing(), version("plotly")])
    return _bare(source("loader.js")).replace("VERSION", sha256(told.encode()).hexdigest()[:12])


def modules(entry: str = "stage.js") -> list[tuple[str, str]]:
    """Name and source of this module and of all that it needs, each after those that it imports."""
    found: dict[str, str] = {}

    def add(name: str, importers: tuple[str, ...] = ()) -> None:
        if name in importers:
            raise ValueError(f"these modules import each other: {' → '.join((*importers, name))}")
        for other in _IMPORT.findall(source(name)):
            if other not in found:
                add(other, (*importers, name))
        found[name] = source(name)

    add(entry)
    return list(found.items())


def plotly_piece(number: int) -> tuple[int, bytes]:
    """How many pieces plotly.js comes in, and that one of them; a slow line has room for clicks in between."""
    packed = packed_plotly()
    return -(-len(packed) // PIECE), packed[number * PIECE : (number + 1) * PIECE]


@cache
def packed_plotly() -> bytes:
    """plotly.js as the installed plotly package ships it, compressed: about 1.5 MB."""
    script = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return gzip.compress(script, 6, mtime=0)


def source(name: str) -> str:
    """The text of a script of the drawing."""
    return (_HERE / "js" / name).read_text(encoding="utf-8")


def _bare(script: str) -> str:
    """Without comments and indents: what each widget carries is kept small."""
    lines = re.sub(r"/\*\*.*?\*/ ?| // .*", "", script).splitlines()
    return "\n".join(line for line in map(str.strip, lines) if line and not line.startswith("//"))
