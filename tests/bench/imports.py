"""What importing labkit costs: each module in a fresh Python, beside the libraries that it cannot do without."""

import subprocess
import sys

from figures import Seconds, in_turns, spell, table, times

ROUNDS = 7
NOTHING = "nothing"
IMPORTS = {
    NOTHING: "pass",
    "networkx": "import networkx",
    "networkx, ipywidgets, anywidget": "import networkx, ipywidgets, anywidget",
    "labkit.network.partition": "import labkit.network.partition",
    "labkit.topology": "import labkit.topology",
    "labkit.views": "import labkit.views",
}
FLOOR = {
    "labkit.network.partition": "networkx",
    "labkit.topology": "networkx",
    "labkit.views": "networkx, ipywidgets, anywidget",
}


def main() -> None:
    for line in IMPORTS.values():  # writes the byte code, so that only reading it is measured
        _fresh_python(line)
    found = in_turns({name: lambda line=line: _fresh_python(line) for name, line in IMPORTS.items()}, ROUNDS)
    rows = [(name, spell(taken), *_beside(name, found)) for name, taken in found.items()]
    table(
        f"Import in a fresh Python: median of {ROUNDS}; ratio without Python's own start",
        ("", "whole process", "import", "ratio", "to importing"), rows,
    )


def _beside(name: str, found: dict[str, Seconds]) -> tuple[str, str, str]:
    alone = {other: max(0.0, taken - found[NOTHING]) for other, taken in found.items()}
    floor = FLOOR.get(name)
    return spell(alone[name]), times(alone[name] / alone[floor]) if floor else "", floor or ""


def _fresh_python(line: str) -> None:
    subprocess.run([sys.executable, "-c", line], check=True)
