"""How much memory the kernel has held at most once every cell of a notebook has run, beside a kernel that does nothing.

Goal: at most 400 MB, so that a notebook, JupyterLab itself and a second notebook fit into Binder's 2 GB.
"""

import subprocess
from pathlib import Path

import nbformat
import psutil
from figures import table, times, weigh
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
MOST = 400e6


def main() -> None:
    bare = _peak(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("pass")]))
    rows = [("a bare kernel", weigh(bare), "1x", "")]
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        peak = _peak(nbformat.read(path, as_version=4))
        rows.append((path.name, weigh(peak), times(peak / bare), "yes" if peak <= MOST else "NO"))
    table("Memory of the kernel after Run All, at its peak", ("", "peak", "ratio", f"at most {weigh(MOST)}?"), rows)
    if len(rows) == 1:
        print("There are no notebooks yet.")


def _peak(book: nbformat.NotebookNode) -> int:
    """Bytes that the kernel had resident at most, while running all cells of that notebook."""
    client = NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}})
    with client.setup_kernel(stderr=subprocess.DEVNULL):  # the kernel's greeting is no figure
        for i, cell in enumerate(book.cells):
            client.execute_cell(cell, i)
        return _resident(client.km.provisioner.pid)


def _resident(process: int) -> int:
    """The peak where the system keeps one (Linux, Windows), else what it is now."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024
    memory = psutil.Process(process).memory_info()
    return getattr(memory, "peak_wset", memory.rss)
