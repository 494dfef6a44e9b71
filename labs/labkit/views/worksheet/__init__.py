"""Answers to check, hints, solutions, progress."""
