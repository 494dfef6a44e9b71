"""What an answer prints while it is judged: the beginning of its first run is kept, and a flood is stopped.

A judge runs an answer many times. It says where a run ends; the first one that prints anything is the one that is kept.
"""

import io
import sys

KEPT, MOST = 1_000, 100_000  # characters


class Flood(BaseException):
    """Too much was printed. No Exception, so that `except Exception` in an answer does not stop it."""


class Capped(io.TextIOBase):
    """Takes the place of the screen; raises Flood when more than MOST characters were written to it."""

    def __init__(self) -> None:
        self._beginning, self._cut, self._written = "", False, 0
        self.flooded, self.ended = False, False

    def write(self, text: str) -> int:
        self._written += len(text)
        if not self.ended:
            self._cut = self._cut or len(self._beginning) + len(text) > KEPT
            self._beginning = (self._beginning + text)[:KEPT]
        if self._written > MOST:
            self.flooded = True
            raise Flood
        return len(text)

    def end_run(self) -> None:
        """What is printed from now on is of a later run, if this one has printed anything."""
        self.ended = bool(self._beginning.strip())

    def beginning(self) -> str:
        """What the first run has printed that printed anything, with a mark where it is cut short."""
        return self._beginning + ("…" if self._cut else "")


def end_of_run() -> None:
    """A run of the answer has ended here: said by a judge."""
    if isinstance(sys.stdout, Capped):
        sys.stdout.end_run()
