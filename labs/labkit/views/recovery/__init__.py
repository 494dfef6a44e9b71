"""Partitions to live through."""
