"""A run as a text."""
