"""Failure detectors to tune."""

from labkit.views.detector.tuner import DetectorTuner
