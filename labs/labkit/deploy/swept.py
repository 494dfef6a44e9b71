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

HEAD = ("Value", "Runs", "Median", "Half of them", "All of them", "Without result")
TOLD = 3  # runs that broke which are told one by one


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
        """How many of the results are True, between 0 and 1; None where they are numbers, or none."""
        return mean(self.results) if self.results and all(one.__class__ is bool for one in self.results) else None

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """A quarter of the results is at most the first, half at most the second, three quarters at most the third."""
        if not self.results:
            return None
        if len(self.results) == 1:
            return (self.results[0],) * 3
        low, middle, high = quantiles(self.results, n=4, method="inclusive")
        return low, middle, high

    @property
    def cells(self) -> list[str]:
        """It as a row under HEAD."""
        made = str(len(self.results) + self.without + self.broken)
        nothing = ", ".join(filter(None, [str(self.without) if self.without or not self.broken else "",
                                          f"{self.broken} broke" if self.broken else ""]))
        if self.share is not None:
            yes = f"{self.share:.0%} yes"
            return [self.label, made, yes, "–", f"{sum(self.results)} of {len(self.results)}", nothing]
        if self.quartiles is None:
            return [self.label, made, "–", "–", "–", nothing]
        low, middle, high = map(figure, self.quartiles)
        least, most = figure(self.results[0]), figure(self.results[-1])
        return [self.label, made, middle, f"{low} to {high}", f"{least} to {most}", nothing]


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
        return tuple(self._summary([run for run in self.runs if run.value is value], value) for value in self.values)

    @property
    def broken(self) -> tuple[Run, ...]:
        """The runs that broke."""
        return tuple(run for run in self.runs if run.problem)

    @property
    def trouble(self) -> str:
        """The runs that broke, in words; empty where none did."""
        told = [f"value {label(run.value)}, seed {run.seed}: {run.problem}" for run in self.broken[:TOLD]]
        more = len(self.broken) - len(told)
        return ". ".join(told + ([f"And {more} more"] if more else []))

    def __str__(self) -> str:
        part = "" if len(self.runs) == self.wanted else f" of {self.wanted:,}"
        rows = [[*HEAD], *(one.cells for one in self.summaries)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([f"{self.name}: {len(self.runs):,}{part} runs", *lines, *filter(None, [self.trouble])])

    @property
    def name(self) -> str:
        """What is measured: Election time for election_time."""
        return heading(self.measure)

    @staticmethod
    def _summary(runs: Sequence[Run], value: object) -> Summary:
        results = sorted(run.result for run in runs if run.result is not None)
        broken = sum(bool(run.problem) for run in runs)
        return Summary(label(value), tuple(results), len(runs) - len(results) - broken, broken)


def label(value: object) -> str:
    """What a value is called in tables and plots."""
    return str(getattr(value, "__name__", "")) or brief(value, 24)


def figure(value: float) -> str:
    """A number as people read it."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"

