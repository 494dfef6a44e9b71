"""What all benchmarks share: measure in turns, say a time or a size in words, print a plain table."""

import gc
from collections.abc import Callable, Sequence
from math import log
from statistics import median
from time import perf_counter

Seconds = float


def timed(act: Callable[[], object]) -> tuple[Seconds, object]:
    """How long one call takes, and what it gives."""
    start = perf_counter()
    result = act()
    return perf_counter() - start, result


def in_turns(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, Seconds]:
    """The median time of each, measured one after the other in every round, so that a busy moment meets all."""
    times: dict[str, list[Seconds]] = {name: [] for name in runs}
    gc.collect()
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(timed(run)[0])
    return {name: median(taken) for name, taken in times.items()}


def growth(small: float | None, large: float | None, factor: float = 10) -> str:
    """The power of n that a value follows from n to factor · n: 1.00 means in step with n."""
    return f"{log(large / small, factor):.2f}" if small and large else "–"


def spell(seconds: Seconds) -> str:
    """A time with three figures and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def weigh(size: float) -> str:
    """Bytes with a unit (1 kB = 1000 bytes)."""
    for unit, one in (("MB", 1e6), ("kB", 1e3)):
        if size >= one:
            return f"{size / one:.1f} {unit}"
    return f"{size:.0f} B"


def times(ratio: float) -> str:
    """A ratio: 12x, 0.42x."""
    return f"{ratio:.0f}x" if ratio >= 100 else f"{ratio:.3g}x"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a title and aligned columns; the first is a name, the others are figures."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    print(f"\n{title}\n" + "─" * (sum(widths) + 2 * len(widths) - 2))
    for first, *others in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]).rstrip())
