"""When to try a failed call again: at once, after a pause, after pauses that grow and are drawn, or not at all.

A policy answers how long to wait after an attempt has failed; the agent sets the timer, the driver draws the delay.
Exponential back-off with full jitter: Brooker, "Exponential backoff and jitter", AWS Architecture Blog (2015). Retry
budget: Beyer et al., "Site reliability engineering" (2016), chapter 21. Left out: decorrelated jitter, hedged requests.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

from labkit.values import no_such

Range = tuple[int, int]


@dataclass(frozen=True)
class Retry:
    """attempts: of one call in all, the first one too. first: the pause after the first of them, in units of time.

    factor: each further pause is that many times as long. cap: no pause is longer; 0: no limit. jitter: draw the pause
    between 1 and its length, so that callers that failed together do not return together.
    """

    attempts: int = 1
    first: int = 1
    factor: int = 1
    cap: int = 0
    jitter: bool = False

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < 1 or self.factor < 1 or self.cap < 0:
            raise ValueError("attempts, first and factor are whole numbers of at least 1, cap is one of at least 0")

    def pause(self, attempt: int) -> int:
        """The longest pause after that attempt, counted from 1."""
        pause: int = self.first * self.factor ** (attempt - 1)
        return min(pause, self.cap) if self.cap else pause

    def wait(self, attempt: int) -> Range | None:
        """The range of the pause after that attempt has failed; None: give up."""
        if attempt >= self.attempts:
            return None
        pause = self.pause(attempt)
        return (1 if self.jitter else pause), pause


BACKOFF = Retry(attempts=5, first=50, factor=2, cap=400)
RETRIES = MappingProxyType({
    "none": Retry(),
    "at once": Retry(attempts=5),
    "fixed": Retry(attempts=5, first=50),
    "backoff": BACKOFF,
    "backoff+jitter": replace(BACKOFF, jitter=True),
})


def retry_policy(name: str) -> Retry:
    """The policy of that name; ValueError with the names there are."""
    if name not in RETRIES:
        raise no_such("retry policy", name, RETRIES)
    return RETRIES[name]


@dataclass(frozen=True)
class Budget:
    """Retries may be one for every `calls` first attempts, however many calls fail; 0: as many as the policy wants.

    saved: first attempts since the last retry, at most `most` retries' worth, so that a calm day pays for no storm.
    """

    calls: int = 0
    most: int = 3
    saved: int = 0

    @property
    def allows(self) -> bool:
        """Whether a retry is paid for."""
        return self.saved >= self.calls

    def after_call(self) -> "Budget":
        """A first attempt was made."""
        return replace(self, saved=min(self.saved + 1, self.calls * self.most)) if self.calls else self

    def after_retry(self) -> "Budget":
        """A retry was made."""
        return replace(self, saved=max(0, self.saved - self.calls)) if self.calls else self
