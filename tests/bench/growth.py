"""How an exhaustive search grows: time and memory for each state at 10^3, 10^4 and 10^5 states, beside another checker.

Each figure is taken in a process of its own. The endless system never repeats a state, the worst for memory. The rival,
minicheck, is given the same first state and the same function from a state to those after it.
"""

import subprocess
import sys
from pathlib import Path

from figures import growth, spell, table, times, weigh

HERE = Path(__file__).resolve().parent
SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    for name in ("endless", "paxos"):
        rows = []
        for way in ("all", "reduced"):
            found = [_measured(name, way, size) for size in SIZES]
            each = [(seconds / states, held / states) for states, seconds, held in found]
            for (states, seconds, _), (time, memory) in zip(found, each, strict=True):
                rows.append((f"{way}, {states:,} states", f"{states / seconds:,.0f}", spell(time), weigh(memory), ""))
            rows.append((f"{way}: power of the number of states", "", growth(found[0][1], found[-1][1], 100),
                         growth(found[0][2], found[-1][2], 100), ""))
        table(f"{name}: the price of a state (1.00: in step with their number)",
              ("", "states/s", "time each", "memory each", ""), rows)
    ours, theirs = _measured("paxos", "all", 20_000), _measured("paxos", "minicheck", 20_000)
    table("Paxos, three agents, two rivals, one time-out: the first 20,000 states", ("", "time", "ratio"),
          [("labkit without reduction", spell(ours[1]), "1x"),
           ("minicheck on the same states", spell(theirs[1]), times(theirs[1] / ours[1]))])


def _measured(name: str, way: str, size: int) -> tuple[int, float, int]:
    """States, seconds and bytes."""
    out = subprocess.run([sys.executable, str(HERE / "growth_worker.py"), name, way, str(size)], capture_output=True,
                         text=True, check=True).stdout.split()
    return int(out[0]), float(out[1]), int(out[2])
