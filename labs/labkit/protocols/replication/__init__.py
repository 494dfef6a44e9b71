"""Copies that differ, and come together."""
