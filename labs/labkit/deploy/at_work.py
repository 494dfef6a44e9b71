"""Notices a handler that breaks or does not come back, so that an agent in an endless loop is not silent for ever.

A thread looks on while the agent works. Left out: an endless loop inside of a library in C, which lets no other thread
have a turn.
"""

from collections.abc import Callable
from threading import Thread
from time import sleep

LOOK, LOOKS = 0.5, 20  # seconds from one look to the next; looks at the same event until it has been too long
ENDLESS = ("agent {}: its {} has not come back within {:.0f} s, so its process was ended: is there a loop in it that "
           "never ends, or does it wait for something? Effects wait, handlers do not")
LEFT = "agent {}: its {} ended the process ({}): a handler says what to do by the effects that it returns"


class AtWork:
    """What an agent works on; `broken` hears what goes wrong with it, in another thread if it takes too long."""

    def __init__(self, agent: str, broken: Callable[[object], object]) -> None:
        self._agent, self._broken = agent, broken
        self._event, self._handler = 0, ""
        Thread(target=self._look_on, daemon=True).start()

    def on(self, handler: str) -> "AtWork":
        """In the block that follows it works on an event."""
        self._event += 1
        self._handler = handler
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, wrong: BaseException | None, at: object) -> None:
        if wrong is not None:
            fine = isinstance(wrong, Exception)
            self._broken(wrong if fine else LEFT.format(self._agent, self._handler, type(wrong).__name__))
        self._handler = ""

    def _look_on(self) -> None:
        """Looks are counted, not seconds: a process that was stopped for a while has not worked."""
        event, looks, handler = 0, 0, ""
        while looks < LOOKS:
            sleep(LOOK)
            before, event, handler = event, self._event, self._handler
            looks = looks + 1 if handler and event == before else 0
        self._broken(ENDLESS.format(self._agent, handler, LOOK * LOOKS))
