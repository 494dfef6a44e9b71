"""One measure, many runs."""

from labkit.views.sweeps.sweep import Sweep
