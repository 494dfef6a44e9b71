"""A service under load."""

from labkit.views.load.panel import LoadPanel
