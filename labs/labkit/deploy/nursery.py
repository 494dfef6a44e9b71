"""Where agents' processes come from: one process that has imported everything and does nothing but fork.

Importing takes half a second of work, and a fork of what has imported it a millisecond; so five agents are there at
once, and one that was killed is back before anybody has missed it. The nursery is forked from the switchboard before
that has a thread, a cable or a server, so its children inherit none of them. Where there is no fork, each agent is a
process that imports for itself. Left out: waiting for dead children; the system forgets them by itself.
"""

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, NoReturn

Be = Callable[[str, Connection], object]  # what a process does, with the text of its role and its pipe
SIZE = 8  # bytes of a length or a process number
FORKS = hasattr(os, "fork") and hasattr(socket, "send_fds")


class Nursery:
    """Starts processes that do `be`; `modules` are imported before. To be made while the process has one thread."""

    def __init__(self, be: Be, modules: Iterable[str]) -> None:
        self._be, self._line = be, None
        if FORKS:
            for module in modules:
                with suppress(Exception, SystemExit):  # the agent will say it
                    import_module(module)
            self._line, its = socket.socketpair()
            if os.fork() == 0:
                self._line.close()
                _fork_for_ever(be, its)
            its.close()

    def start(self, text: str) -> tuple[int, Connection]:
        """A process with that role: its number, and the pipe to it, which ends when it does."""
        mine, its = multiprocessing.Pipe()
        if self._line is None:
            process: Any = multiprocessing.get_context("spawn").Process(target=self._be, args=(text, its), daemon=True)
            process.start()
            pid: int = process.pid
        else:
            data = text.encode()
            socket.send_fds(self._line, [len(data).to_bytes(SIZE, "big")], [its.fileno()])
            self._line.sendall(data)
            pid = int.from_bytes(_read(self._line, SIZE), "big")
        its.close()
        return pid, mine


def _fork_for_ever(be: Be, line: socket.socket) -> NoReturn:
    """The nursery's own life: a child for each role, until nobody holds the other end of the line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)  # the owner's pipes are not for agents
    while True:
        size, (end, *_) = socket.recv_fds(line, SIZE, 1)[:2] if _is_asked(line) else (b"", (-1,))
        if not size:
            os._exit(0)
        os.set_inheritable(end, False)  # else a program that the agent starts would hold the pipe
        text = _read(line, int.from_bytes(size, "big")).decode()
        if (pid := os.fork()) == 0:
            os.setpgid(0, 0)  # what it starts ends with it
            line.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                be(text, Connection(end))
            finally:
                os._exit(1)
        with suppress(OSError):  # the child has done it, or is gone
            os.setpgid(pid, pid)
        os.close(end)
        line.sendall(pid.to_bytes(SIZE, "big"))


def _is_asked(line: socket.socket) -> bool:
    """Wait for a role; False if there will be none."""
    return bool(line.recv(1, socket.MSG_PEEK))


def _read(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        if not piece:
            raise EOFError("the nursery has ended")
        data += piece
    return data
