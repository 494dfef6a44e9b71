"""A leader that stops: how long until another leads? Raft of the lab for real, beside etcd, with the same timers.

Both beat every 100 ms and wait a second or more before they elect. The leader's process is halted (SIGSTOP), which to
the others is a cable that was pulled. etcd is measured where it is on the path; its members talk directly.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from figures import spell, table
from labkit.deploy import deploy
from labkit.engine import Model
from labkit.protocols import PreVote
from labkit.topology import build

ROUNDS = 5
BEAT, ELECTION = 100, 1_000  # ms


def main() -> None:
    """Print both, or what is missing."""
    rows = [("the lab's Raft with pre-vote", spell(median(ours())))]
    if shutil.which("etcd"):
        rows.append(("etcd", spell(median(theirs()))))
    else:
        print("etcd is not on the path, so not measured.")
    table("from the halt of the leader to the next one, five members", ("", "median of five"), rows)


def ours() -> Iterator[float]:
    """Seconds, in each round."""
    model = Model(build("mesh", 5), PreVote, heartbeat=BEAT, election=(ELECTION, 2 * ELECTION))
    with deploy(model) as real:

        def leader() -> str:
            led = {name: agent.leading for name, agent in real.system.agents.items() if agent.leading is not None}
            return max(led, key=led.__getitem__, default="")

        for _ in range(ROUNDS):
            yield _halted(lambda: real.processes[leader()], leader, real.run)


def theirs() -> Iterator[float]:
    """Seconds, in each round."""
    with tempfile.TemporaryDirectory() as folder, etcds(Path(folder)) as members:

        def leader() -> str:
            """The leader of the latest term that any member names which answers."""
            said = [status for port in members if (status := _status(port))]
            latest = max(said, key=lambda one: int(one.get("raftTerm", 0)), default={})
            return "" if latest.get("leader") in (None, "0") else str(latest["leader"])

        def process() -> int:
            return next(pid for port, pid in members.items() if _id(_status(port)) == leader())

        for _ in range(ROUNDS):
            yield _halted(process, leader, sleep)


def _halted(process: Callable[[], int], leader: Callable[[], str], wait: Callable[[float], None]) -> float:
    """Halt the leader, see another, let it go on, and wait until all agree."""
    while not leader():
        wait(0.01)
    wait(2.0)  # all know it
    old, pid = leader(), process()
    begin = perf_counter()
    os.kill(pid, signal.SIGSTOP)
    try:
        while leader() in ("", old):
            wait(0.01)
        return perf_counter() - begin
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def etcds(folder: Path) -> Iterator[dict[int, int]]:
    """Five members; the process of each by the port for its clients."""
    plugs = [socket.create_server(("127.0.0.1", 0)) for _ in range(10)]  # ports that nobody uses now
    ports = [plug.getsockname()[1] for plug in plugs]
    for plug in plugs:
        plug.close()
    peers = {f"e{number}": f"http://127.0.0.1:{port}" for number, port in enumerate(ports[:5])}
    members: dict[int, subprocess.Popen[bytes]] = {}
    with (folder / "log").open("wb") as log:
        for (name, peer), port in zip(peers.items(), ports[5:], strict=True):
            client = f"http://127.0.0.1:{port}"
            members[port] = subprocess.Popen([
                "etcd", "--name", name, "--data-dir", str(folder / name), "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--listen-client-urls", client,
                "--advertise-client-urls", client, "--initial-cluster",
                ",".join(f"{one}={url}" for one, url in peers.items()), "--pre-vote",
                "--heartbeat-interval", str(BEAT), "--election-timeout", str(ELECTION),
            ], stdout=log, stderr=log)
        try:
            yield {port: member.pid for port, member in members.items()}
        finally:
            for member in members.values():
                member.kill()
                member.wait()


def _id(status: dict[str, Any]) -> str:
    """Which member says this."""
    return str(status["header"]["member_id"]) if status else ""


def _status(port: int) -> dict[str, Any]:
    """What a member says of itself; nothing from one that is halted or has not begun."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/v3/maintenance/status", b"{}")
    with suppress(OSError, ValueError), urllib.request.urlopen(asked, timeout=0.2) as answer:
        return dict(json.load(answer))
    return {}
