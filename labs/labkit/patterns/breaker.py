"""A circuit breaker: after some failures in a row calls fail at once, until a trial call succeeds.

Nygard, "Release it!" (2007), chapter 5. Closed: calls go out, and failures in a row are counted. Open: no call goes
out. Half-open: one call may try. There is no clock here: the agent sets a timer when the breaker opens, and when that
expires the breaker is half-open. Left out: failure rates over a window of time, several trials at once.
"""

from dataclasses import dataclass, replace

CLOSED, OPEN, HALF_OPEN, TRYING = "closed", "open", "half-open", "trying"


@dataclass(frozen=True)
class Breaker:
    """most: failures in a row until it opens; 0: it never does."""

    most: int = 5
    state: str = CLOSED
    failures: int = 0

    def __str__(self) -> str:
        return self.state

    @property
    def allows(self) -> bool:
        """Whether a call may go out."""
        return self.state in (CLOSED, HALF_OPEN)

    @property
    def is_closed(self) -> bool:
        """Whether all is well."""
        return self.state == CLOSED

    @property
    def is_open(self) -> bool:
        """Whether it rests, until the agent's timer expires."""
        return self.state == OPEN

    def after_call(self) -> "Breaker":
        """A call goes out; a half-open breaker waits for its end."""
        return replace(self, state=TRYING) if self.state == HALF_OPEN else self

    def after_success(self) -> "Breaker":
        """An answer has come: the other side is well. A late answer does not close a breaker that rests."""
        return self if self.is_open else Breaker(self.most)

    def after_failure(self) -> "Breaker":
        """A call has failed; the last of too many in a row opens the breaker, and so does a failed trial."""
        if not self.most or self.is_open:
            return self
        failures = self.failures + 1
        opens = self.state == TRYING or failures >= self.most
        return replace(self, state=OPEN if opens else self.state, failures=failures)

    def after_rest(self) -> "Breaker":
        """It has been open for long enough: let one call try."""
        return replace(self, state=HALF_OPEN) if self.is_open else self
