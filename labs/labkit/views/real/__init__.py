"""A system that runs for real."""

from labkit.views.real.lab import RealLab
