"""Cables: connections between two servers that can be cut, slowed down and mended while they are in use.

There are two ways to cut one, and they teach different things. Reset: both ends are told at once, as by a router that
refuses. Silence: nothing arrives and nobody is told, as when a cable is pulled; the ends find out by their own timers.
A cable keeps the order of bytes in each direction. Left out: loss, for a stream of bytes cannot lose some (agents lose
whole messages); cutting one direction only, which a connection would not survive.
"""

import asyncio
import os
import socket
import struct
from collections import deque
from contextlib import suppress
from typing import Literal

State = Literal["whole", "reset", "silent"]
CHUNK, MOST = 65_536, 1_000  # bytes read at once; pieces that are on the cable at most
HERE = "127.0.0.1"
NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
STARTING = 10.0  # seconds that a call is held while the far end has no port yet


class Cable:
    """One link: it listens at `port`, and what calls there is connected with the far end's port, once that is known."""

    def __init__(self) -> None:
        self.port = 0
        self.state: State = "whole"
        self.delay = 0.0  # seconds, for each direction
        self._far: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._open: set[_Call] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def lay(self) -> None:
        """Begin to listen, on a free port of this computer."""
        self._server = await asyncio.start_server(self._called, HERE, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def leads_to(self, port: int) -> None:
        """Now the far end's port is known; calls that came earlier are connected."""
        if not self._far.done():
            self._far.set_result(port)

    def cut(self, silent: bool = False) -> None:
        """Nothing passes from now on; silent: and neither end is told."""
        self.state = "silent" if silent else "reset"
        if not silent:
            self._reset()

    def heal(self) -> None:
        """Calls pass again. What was on a silent cable is lost with its connections, which begin afresh."""
        if self.state == "silent":
            self._reset()
        self.state = "whole"

    def close(self) -> None:
        """Take the cable away."""
        if self._server is not None:
            self._server.close()
        self._reset()

    def _reset(self) -> None:
        for call in [*self._open]:
            call.reset()
        self._open.clear()

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A server calls: connect it, unless the cable is cut."""
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        try:
            if self.state == "reset":
                _abort(writer)
                return
            call = _Call(self)
            self._open.add(call)
            await call.connect(reader, writer, self._far)
            self._open.discard(call)
        finally:
            self._calls.discard(task)


class _Call:
    """One connection over a cable: two directions, each with its own line of pieces that are under way."""

    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._ends: list[asyncio.StreamWriter] = []
        self._over = False

    async def connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, far: "asyncio.Future[int]"
    ) -> None:
        self._ends.append(writer)
        with suppress(OSError, TimeoutError):
            port = await asyncio.wait_for(asyncio.shield(far), STARTING)
            while self._cable.state == "silent" and not self._over:  # it rings, and nobody hears it
                await asyncio.sleep(0.02)
            if not self._over:
                back, forth = await asyncio.open_connection(HERE, port)
                self._ends.append(forth)
                await asyncio.gather(_Direction(self._cable, reader, forth, self).pass_on(),
                                     _Direction(self._cable, back, writer, self).pass_on())
        self.reset()

    def reset(self) -> None:
        """Both ends are told at once that the connection is gone."""
        self._over = True
        for end in self._ends:
            _abort(end)

    @property
    def over(self) -> bool:
        return self._over


class _Direction:
    """One direction of a connection: pieces leave in the order in which they came, each after the cable's delay."""

    def __init__(
        self, cable: Cable, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, call: _Call
    ) -> None:
        self._cable, self._reader, self._writer, self._call = cable, reader, writer, call
        self._line: deque[tuple[float, bytes]] = deque()
        self._news = asyncio.Event()
        self._ended = False

    async def pass_on(self) -> None:
        """Until one end is gone."""
        await asyncio.gather(self._take(), self._give())

    async def _take(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while not self._call.over:
                if len(self._line) >= MOST:
                    await asyncio.sleep(0.005)
                    continue
                piece = await self._reader.read(CHUNK)
                if not piece:
                    break
                self._line.append((clock() + self._cable.delay, piece))
                self._news.set()
        except OSError:
            pass
        self._ended = True
        self._news.set()

    async def _give(self) -> None:
        clock = asyncio.get_running_loop().time
        with suppress(OSError):
            while not self._call.over:
                if not self._line:
                    if self._ended:
                        break
                    self._news.clear()
                    await self._news.wait()
                    continue
                due, piece = self._line[0]
                if (early := due - clock()) > 0:
                    await asyncio.sleep(early)
                elif self._cable.state == "silent":  # it stays on the cable, until that is mended or gone
                    await asyncio.sleep(0.02)
                else:
                    self._line.popleft()
                    self._writer.write(piece)
                    await self._writer.drain()
        self._call.reset()


def _abort(writer: asyncio.StreamWriter) -> None:
    """End the connection with a reset, so that the other side notices at once."""
    with suppress(OSError):
        if (plug := writer.get_extra_info("socket")) is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()
