"""Edits to merge."""

from labkit.views.merging.bench import MergeBench
