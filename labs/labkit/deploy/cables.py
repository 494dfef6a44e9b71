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
MOST = 250  # pieces that are on the cable at most, in one direction
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
        self._server: asyncio.Server | None = None

    async def lay(self) -> None:
        """Begin to listen, on a free port of this computer."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Call(self).near, HERE, 0)
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

    async def far(self) -> int:
        """The far end's port; TimeoutError if it is not known soon."""
        return await asyncio.wait_for(asyncio.shield(self._far), STARTING)

    def began(self, call: "_Call") -> None:
        """A server has called."""
        self._open.add(call)

    def ended(self, call: "_Call") -> None:
        """The call is over."""
        self._open.discard(call)

    def _reset(self) -> None:
        for call in [*self._open]:
            call.reset()


class _Call:
    """One connection over a cable: two ends, of which each passes on to the other what it is told."""

    def __init__(self, cable: Cable) -> None:
        self.cable, self.over = cable, False
        self.near, self.far = _End(self), _End(self)
        self.near.other, self.far.other = self.far, self.near
        self._connecting: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """A server has called: connect it, unless the cable is cut."""
        if self.cable.state == "reset":
            self.reset()
        else:
            self.cable.began(self)
            self._connecting = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        try:
            port = await self.cable.far()
            while self.cable.state == "silent" and not self.over:  # it rings, and nobody hears it
                await asyncio.sleep(0.02)
            if not self.over:
                await asyncio.get_running_loop().create_connection(lambda: self.far, HERE, port)
        except (OSError, TimeoutError):
            self.reset()

    def reset(self) -> None:
        """Both ends are told at once that the connection is gone."""
        if not self.over:
            self.over = True
            self.near.abort()
            self.far.abort()
            self.cable.ended(self)


class _End(asyncio.Protocol):
    """One end of a connection: pieces that come in leave at the other in the same order, each after the cable's delay.

    Without a delay a piece goes straight through. Where the other end takes no more, or too much is on the cable, this
    one is not read from.
    """

    other: "_End"

    def __init__(self, call: _Call) -> None:
        self._call, self._loop = call, asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._line: deque[tuple[float, bytes]] = deque()  # on the way to the other end
        self._ended = self._full = self._waiting = False

    # ---- what happens to it ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Its connection is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._call.over:
            self.abort()
        elif self is self._call.near:
            self._call.begin()
        else:
            self.other.give()

    def data_received(self, data: bytes) -> None:
        """A piece has come in."""
        cable, out = self._call.cable, self.other._transport
        if not self._line and not cable.delay and cable.state == "whole" and out is not None:
            out.write(data)
            return
        self._line.append((self._loop.time() + cable.delay, data))
        self._read()
        self.give()

    def eof_received(self) -> bool:
        """Nothing more will come in; what is on the way still arrives."""
        self._ended = True
        self.give()
        return True

    def connection_lost(self, _: Exception | None) -> None:
        """Its connection is gone, and so is the whole."""
        self._call.reset()

    def pause_writing(self) -> None:
        """It takes no more for now."""
        self._full = True
        self.other._read()

    def resume_writing(self) -> None:
        """It takes more again."""
        self._full = False
        self.other._read()
        self.other.give()

    # ---- what it does ------------------------------------------------------------------------------------------------

    def give(self) -> None:
        """Hand over to the other end what is due, and come back for what is not."""
        cable, out = self._call.cable, self.other._transport
        if self._waiting or self._call.over or out is None:
            return
        while self._line and not self.other._full:
            early = self._line[0][0] - self._loop.time()
            if early > 0 or cable.state == "silent":  # then it stays on the cable, until that is mended or gone
                self._waiting = True
                self._loop.call_later(max(early, 0.02 if cable.state == "silent" else 0.0), self._again)
                return
            out.write(self._line.popleft()[1])
            self._read()
        if self._ended and not self._line:
            self._call.reset()

    def abort(self) -> None:
        """End the connection with a reset, so that the other side notices at once."""
        if self._transport is not None:
            with suppress(OSError):
                if (plug := self._transport.get_extra_info("socket")) is not None:
                    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self._transport.abort()

    def _again(self) -> None:
        self._waiting = False
        self.give()

    def _read(self) -> None:
        """Read from it, or do not for now."""
        if self._transport is not None and not self._transport.is_closing():
            if self.other._full or len(self._line) >= MOST:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()
