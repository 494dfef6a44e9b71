"""A run as a short text that anybody can read, change and play again."""

from labkit.scenario.scenario import Scenario, parse, scenario_of
from labkit.scenario.statements import VERBS, Line, Part, Slow

__all__ = ["parse"]
