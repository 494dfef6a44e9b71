"""A run → facts about it."""
