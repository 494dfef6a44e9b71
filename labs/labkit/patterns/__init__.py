"""Patterns round an agent or a call, as values: when to try again, when to stop, who is responsible for a key."""

__all__: list[str] = []
