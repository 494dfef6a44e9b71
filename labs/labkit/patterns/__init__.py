"""Patterns round an agent or a call, as values: when to try again, when to stop, who is responsible for a key."""

from labkit.patterns.breaker import Breaker
from labkit.patterns.hash_ring import HashRing, Placement, Remainder
from labkit.patterns.once import Once
from labkit.patterns.restarts import Restarts
from labkit.patterns.retry import RETRIES, Budget, Retry, retry_policy

__all__ = ["HashRing", "Remainder"]
