"""Every order of events, shortest runs first: none breaks a property, or a shortest one that does is shown."""

from labkit.search.exploration import Exploration
from labkit.search.explorer import explore

__all__ = ["explore"]
