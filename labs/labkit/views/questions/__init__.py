"""Predictions to make."""
