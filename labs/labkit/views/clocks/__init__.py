"""Events to compare."""

from labkit.views.clocks.bench import ClockBench
