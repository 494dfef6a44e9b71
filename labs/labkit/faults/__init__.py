"""Experiments: presets, a gallery of faults, recovery."""
