"""Edits to merge."""
