"""What an answer prints while it is judged: its beginning is kept, and a flood is stopped."""

import io

KEPT, MOST = 1_000, 100_000  # characters


class Flood(BaseException):
    """Too much was printed. No Exception, so that `except Exception` in an answer does not stop it."""


class Capped(io.TextIOBase):
    """Takes the place of the screen; raises Flood when more than MOST characters were written to it."""

    def __init__(self) -> None:
        self._beginning, self._written = "", 0
        self.flooded = False

    def write(self, text: str) -> int:
        self._written += len(text)
        if len(self._beginning) < KEPT:
            self._beginning = (self._beginning + text)[:KEPT]
        if self._written > MOST:
            self.flooded = True
            raise Flood
        return len(text)

    def beginning(self) -> str:
        """What was printed first, and that more was printed, if so."""
        return self._beginning + ("…" if self._written > KEPT else "")
