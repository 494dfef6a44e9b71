"""What came of a sweep: the result of each run, in the order of values and seeds, and a summary for each value.

Same measure, values and seeds: same record, whatever made the runs. Left out of a median and the quartiles: runs that
ended without a result, or broke; they are counted beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, quantiles
from typing import Any

from labkit.values import brief, heading

TOLD = 3  # runs that broke are told one by one, so many at most


@dataclass(frozen=True)
class Run:
    """One run: its result, None where it had none; problem: a sentence, where it broke."""

    value: Any
    seed: int
    result: bool | int | float | None
    problem: str = ""


@dataclass(frozen=True)
class Summary:
    """The runs of one value: the results in ascending order, and how many runs had none."""

    label: str
    results: tuple[bool | int | float, ...]
    without: int = 0  # they ended, and had no result
    broken: int = 0

    @property
    def share(self) -> float | None:
        """How many of the results are True, between 0 and 1; None where they are numbers, or where there is none."""
        return mean(self.results) if self.results and all(one.__class__ is bool for one in self.results) else None

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """A quarter of the results is at most the first, half at most the second, three quarters at most the third."""
        if len(self.results) < 2:
            return (float(self.results[0]),) * 3 if self.results else None
        low, middle, high = quantiles(self.results, n=4, method="inclusive")
        return low, middle, high

    @property
    def middle(self) -> float | None:
        """The share of True, or the median."""
        return self.share if self.share is not None else self.quartiles[1] if self.quartiles else None

    @property
    def typical(self) -> str:
        """The middle in words."""
        if self.middle is None:
            return "–"
        return figure(self.middle) if self.share is None else f"{self.share:.0%}"

    @property
    def nothing(self) -> str:
        """How many runs have no result, and how many of them broke; empty where all have one."""
        counts = (self.without, "without result"), (self.broken, "broke")
        return ", ".join(f"{count} {what}" for count, what in counts if count)


@dataclass(frozen=True)
class Swept:
    """What came of a sweep: runs in the order of values and seeds; wanted: how many runs there were to make."""

    measure: str
    values: tuple[Any, ...]
    wanted: int
    runs: tuple[Run, ...]

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """One per value, in the order of the values."""
        return tuple(_summary([run for run in self.runs if run.value is value], value) for value in self.values)

    @property
    def yes_or_no(self) -> bool:
        """Whether the results are True or False."""
        return any(one.results for one in self.summaries) and all(
            one.share is not None for one in self.summaries if one.results)

    @property
    def name(self) -> str:
        """What is measured: Election time for election_time."""
        return heading(self.measure)

    @property
    def trouble(self) -> str:
        """The runs that broke, in words; empty where none did."""
        broken = [run for run in self.runs if run.problem]
        told = [f"Value {label(run.value)}, seed {run.seed}: {run.problem}" for run in broken[:TOLD]]
        return ". ".join(told + ([f"And {len(broken) - TOLD} more"] if len(broken) > TOLD else []))

    def table(self, what: str = "Value") -> tuple[list[str], list[list[str]]]:
        """The head and one row per value; what: the values are."""
        head = ["Yes"] if self.yes_or_no else ["Median", "Middle half", "All"]
        return [what, "Runs", *head, "No result"], [self._row(one) for one in self.summaries]

    def __str__(self) -> str:
        part = "" if len(self.runs) == self.wanted else f" of {self.wanted:,}"
        head, rows = self.table()
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (head, *rows)]
        return "\n".join([f"{self.name}: {len(self.runs):,}{part} runs", *lines, *filter(None, [self.trouble])])

    def _row(self, one: Summary) -> list[str]:
        made = str(len(one.results) + one.without + one.broken)
        spread = [] if self.yes_or_no else ["–", "–"]
        if one.quartiles and not self.yes_or_no:
            low, _, high = one.quartiles
            spread = [f"{figure(low)}–{figure(high)}", f"{figure(one.results[0])}–{figure(one.results[-1])}"]
        return [one.label, made, one.typical, *spread, one.nothing.removesuffix(" without result") or "0"]


def label(value: object) -> str:
    """What a value is called in tables and plots."""
    return str(getattr(value, "__name__", "")) or brief(value, 24)


def figure(value: float) -> str:
    """A number as people read it."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _summary(runs: Sequence[Run], value: object) -> Summary:
    results = sorted(run.result for run in runs if run.result is not None)
    broken = sum(bool(run.problem) for run in runs)
    return Summary(label(value), tuple(results), len(runs) - len(results) - broken, broken)
