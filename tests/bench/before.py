"""Is anything slower than it was? The same work by this tree and by an earlier one, in turns (goal: at most 1.10x).

The earlier one is the revision in the environment variable BEFORE, or the newest tag, or else the last commit in which
the modules lay flat, before they moved into folders; its `labs` is laid out of git into a temporary folder. Each tree
has a Python of its own, which imports labkit from that tree and nowhere else. Seconds are those of the processor, so
that other programs on the machine count for little. A ratio is the median of those of each round.
"""

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from figures import Seconds, spell, table, times
from workloads import WORKLOADS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLAT = "a424466"
ROUNDS = 9
GOAL = 1.10
IMPORTS = {  # by face, and the module that stood for it when modules lay flat
    "importing the simulator": ("labkit.engine", "labkit.simulator"),
    "importing the search": ("labkit.search", "labkit.explorer"),
    "importing the views": ("labkit.views", "labkit.views"),
}
Work = tuple[Seconds, str]


def main() -> None:
    revision = os.environ.get("BEFORE") or _git("tag", "--sort=-creatordate").decode().split("\n")[0] or FLAT
    said = _git("log", "-1", "--format=%h %s", revision).decode().strip()
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(_git("archive", revision, "labs"))) as packed:
            packed.extractall(folder, filter="data")
        trees = {"before": Path(folder) / "labs", "now": ROOT / "labs"}
        workers = {name: _worker(labs) for name, labs in trees.items()}
        rows = [_row(name, {side: partial(_import, labs, name) for side, labs in trees.items()}) for name in IMPORTS]
        rows += [_row(name, {side: partial(_ask, one, name) for side, one in workers.items()}) for name in WORKLOADS]
        for worker in workers.values():
            worker.communicate()
    table(f"This tree against {said}: median of {ROUNDS} rounds, seconds of the processor",
          ("", "before", "now", "ratio", "", "work done"), rows)


def _row(name: str, sides: dict[str, Callable[[], Work]]) -> tuple[str, ...]:
    """Both sides in turns; who begins changes from round to round. The first round only warms up."""
    found: dict[str, list[Work]] = {side: [] for side in sides}
    for number in range(ROUNDS + 1):
        for side in sorted(sides, reverse=bool(number % 2)):
            found[side].append(sides[side]())
    before, now = ([seconds for seconds, _ in found[side][1:]] for side in ("before", "now"))
    ratio = median(new / old for new, old in zip(now, before, strict=True))
    done = dict.fromkeys(found[side][0][1] for side in ("before", "now"))
    return (name, spell(median(before)), spell(median(now)), times(ratio), "slower" if ratio > GOAL else "",
            " → ".join(done))


def _import(labs: Path, name: str) -> Work:
    """In a fresh Python, beyond what networkx costs, without which nothing of labkit runs."""
    module = next(one for one in IMPORTS[name] if _is_in(labs, one))
    line = f"import networkx, time; start = time.process_time(); import {module}; print(time.process_time() - start)"
    done = subprocess.run([sys.executable, "-c", line], check=True, env=_surroundings(labs), capture_output=True)
    return float(done.stdout), module


def _is_in(labs: Path, module: str) -> bool:
    path = labs / module.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def _worker(labs: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, str(HERE / "workloads.py"), str(labs)], env=_surroundings(labs), text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _ask(worker: "subprocess.Popen[str]", name: str) -> Work:
    assert worker.stdin and worker.stdout
    worker.stdin.write(f"{name}\n")
    worker.stdin.flush()
    seconds, _, done = worker.stdout.readline().strip().partition(" ")
    return float(seconds), done


def _surroundings(labs: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(labs), "PYTHONHASHSEED": "0"}


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout
