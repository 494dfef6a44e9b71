"""labkit: networks, faults and agents for the Day 13 lab. Everything without a screen works without a browser too.

Each folder is a chapter and is imported by its name: `from labkit.topology import build`, `from labkit.engine import
Model`, `from labkit.views import Player`. labs/NAMES.md lists the names that a learner needs.
"""
