"""Failure detectors to tune."""
