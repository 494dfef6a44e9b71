"""Runs to watch, rewind and branch."""
