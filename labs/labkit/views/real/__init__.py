"""Systems that run for real."""

from labkit.views.real.lab import RealLab
from labkit.views.real.store_lab import StoreLab
