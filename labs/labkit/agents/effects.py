"""What an agent may answer with: a message, a timer, a decision, a reply to a client.

Effects are not frozen: a simulation makes little else, and freezing would triple the price.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Send:
    """Put a message on its way to a peer; it may arrive late, twice or never."""

    to: str
    message: Hashable


@dataclass(slots=True)
class SetTimer:
    """Ask for a timeout after a delay out of this range (low, high), in units of simulated time.

    The driver draws the delay. A timer of the same name that was already set starts afresh.
    """

    name: str
    after: tuple[int, int]


@dataclass(slots=True)
class CancelTimer:
    """Ask for no timeout after all; nothing happens if the timer is not set."""

    name: str


@dataclass(slots=True)
class Decide:
    """Say for good: this is what we agreed. `about` names the question where an agent decides more than one."""

    value: Hashable
    about: str = ""


@dataclass(slots=True)
class Reply:
    """Tell the client how its request ended; from now on the client relies on it. ok=False: it was refused."""

    request: Hashable
    result: Hashable
    ok: bool = True


Effect = Send | SetTimer | CancelTimer | Decide | Reply
Effects = Iterable[Effect] | Effect | None
EFFECTS = frozenset((Send, SetTimer, CancelTimer, Decide, Reply))
