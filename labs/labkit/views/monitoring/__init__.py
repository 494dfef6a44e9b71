"""A run on a dashboard."""

from labkit.views.monitoring.dashboard import Dashboard
