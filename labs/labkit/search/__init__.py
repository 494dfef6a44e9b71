"""Every order of events, nearest first: no run breaks a promise, or here is a shortest one that does."""

from labkit.search.explorer import Exploration, explore

__all__ = ["explore"]
