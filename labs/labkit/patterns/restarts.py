"""What a supervisor does about a failed worker: restart it or all of them, and give up when that does not help.

Armstrong, "Making reliable distributed systems in the presence of software errors" (2003), chapter 5; Erlang/OTP's
supervisor, whose "intensity" within a "period" is here a number of restarts until a calm period: the agent sets a timer
at each restart, and when it expires the count begins anew. Left out: rest-for-one, workers that are not restarted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Restarts:
    """most: how many restarts until a calm period. whom: restart only the worker that failed, or all of them."""

    most: int = 3
    whom: Literal["one", "all"] = "one"
    count: int = 0

    def __str__(self) -> str:
        return f"{self.count} of {self.most}"

    @property
    def gives_up(self) -> bool:
        """Whether one more failure is too many: then the supervisor stops, and tells whoever is above it."""
        return self.count >= self.most

    def restarted(self, failed: str, workers: Sequence[str]) -> tuple[str, ...]:
        """The workers to restart, in order: all of them where they depend on each other's state."""
        return (failed,) if self.whom == "one" else tuple(workers)

    def after_restart(self) -> "Restarts":
        """A failure was answered by a restart."""
        return replace(self, count=self.count + 1)

    def after_calm(self) -> "Restarts":
        """No failure for long enough: what was, is forgotten."""
        return replace(self, count=0)
