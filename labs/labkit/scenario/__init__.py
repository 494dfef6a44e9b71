"""A run as a short text that can be read, changed and played again."""

from labkit.scenario.scenario import Scenario, parse, scenario_of
from labkit.scenario.statements import Line, Slow

__all__ = ["parse"]
