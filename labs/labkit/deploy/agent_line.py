"""The pipe to one agent's process: what is told to it waits here while the agent takes nothing in.

So an agent that is busy for long, or stopped, holds up neither the cables nor the commands for others.
"""

from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread


class AgentLine:
    """A process and the pipe to it, in either direction."""

    def __init__(self, pid: int, pipe: Connection) -> None:
        self.pid = pid
        self._pipe, self._over = pipe, False
        self._words: SimpleQueue[bytes] = SimpleQueue()  # an empty one ends them
        Thread(target=self._speak, daemon=True).start()

    def tell(self, lines: bytes) -> None:
        """Tell it that, as soon as it listens; in vain once it is gone."""
        if not self._over:
            self._words.put(lines)

    def hear(self) -> bytes:
        """What it reports next; EOFError or OSError once it is gone."""
        return self._pipe.recv_bytes()

    def end(self) -> None:
        """It is gone."""
        self._over = True
        self._words.put(b"")

    def _speak(self) -> None:
        with suppress(OSError):
            while lines := self._words.get():
                self._pipe.send_bytes(lines)
        self._over = True
