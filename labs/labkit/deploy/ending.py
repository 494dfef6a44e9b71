"""How processes end: killed with all that they have started, or by themselves, with a word to their owner."""

import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NoReturn

from labkit.agents import AgentError
from labkit.deploy.wire import json_text


def kill(pid: int) -> None:
    """End a process with all that it has started, in the middle of whatever it does."""
    kill_started(pid)
    with suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def kill_started(pid: int) -> None:
    """End what that process has started, and itself, if it leads a group; also when it is gone already."""
    if os.name == "posix":
        with suppress(OSError):  # there is no such group
            os.killpg(pid, signal.SIGKILL)


def alone(channel: Connection) -> None:
    """Let nobody that this process starts hold the pipe, whose end says that the process is gone."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=channel.close)


def broken(agent: str, why: object, channel: Connection) -> NoReturn:
    """Say why, and be gone: half an agent would be worse than none."""
    said = str(why) if isinstance(why, AgentError | str) else f"agent {agent} broke: {type(why).__name__}: {why}"
    with suppress(OSError):
        channel.send_bytes(json_text({"what": "broke", "agent": agent, "why": said}).encode())
    os._exit(1)
