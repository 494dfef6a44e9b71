"""The network of agents on this computer: a server beside each agent, and cables between the servers.

A server that dies by itself is started again at the same ports, so that its agent and the cables find it. Left out:
what it had not delivered is lost.
"""

import asyncio
import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from labkit.deploy.cables import Cable
from labkit.deploy.monitoring import Monitoring
from labkit.deploy.server import ANY_PORTS, CHOICE, configuration, hidden_window, ports_file
from labkit.deploy.store.jetstream import padded

SOON = 20.0  # seconds within which a server has started
EVERY = 0.5  # seconds from one look at the servers to the next
Link = tuple[str, str]


class Cabled:
    """Servers and cables as the plan has them, and what can be done to them."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan
        self._folder = Path(plan["folder"])
        self._numbers: dict[str, int] = plan["numbers"]
        self._cables: dict[Link, Cable] = {}
        self._loops: dict[str, Cable] = {}  # with a store: from each server to itself
        self._servers: dict[str, subprocess.Popen[bytes]] = {}
        self._ports: dict[str, dict[str, int]] = {}

    async def build(self) -> None:
        """Lay the cables and start the servers; when this returns, agents can connect."""
        for a, b in self._plan["links"]:
            cable = self._cables[a, b] = Cable()
            await cable.lay()
        for name in self._numbers if self._plan["store"] else ():
            self._loops[name] = Cable()
            await self._loops[name].lay()
        for name in self._numbers:
            self._start_server(name)
        for name in self._servers:
            self._ports[name] = await self._ports_of(name)
        for (_, b), cable in self._cables.items():
            cable.leads_to(self._ports[b]["cluster"])
        for name, cable in self._loops.items():
            cable.leads_to(self._ports[name]["cluster"])

    async def look_after(self, again: Callable[[str], None]) -> None:
        """For ever: start a server again that has died; `again` is told whose it is, once it is there."""
        while True:
            await asyncio.sleep(EVERY)
            for name, server in [*self._servers.items()]:
                if server.poll() is not None:
                    self._start_server(name)
                    with suppress(ValueError):  # it has died at once, and the next look finds that
                        await self._ports_of(name)
                        again(name)

    @property
    def pids(self) -> list[int]:
        """The servers' processes."""
        return [server.pid for server in self._servers.values()]

    def url(self, name: str) -> str:
        """Where this agent connects."""
        return self._url(name, "agent", self._plan["passwords"][name])

    def store_urls(self) -> dict[str, str]:
        """Where the store's clients connect, by agent."""
        return {name: self._url(name, "store", self._plan["store"]) for name in self._numbers}

    @property
    def monitoring(self) -> Monitoring:
        """The pages of the servers."""
        return Monitoring({name: ports["monitoring"] for name, ports in self._ports.items()},
                          {name: f"n{number}" for name, number in self._numbers.items()})

    def cut(self, a: str, b: str, silent: bool) -> None:
        """Cut a cable: by a reset, of which both ends are told, or silently."""
        self._cables[a, b].cut(silent)

    def heal(self, a: str, b: str) -> None:
        """Mend a cable."""
        self._cables[a, b].heal()

    def slow(self, a: str, b: str, seconds: float) -> None:
        """Everything takes that much longer over the cable, in either direction."""
        self._cables[a, b].delay = seconds

    async def links(self) -> list[tuple[str, dict[str, float]]]:
        """For each agent: with whose servers its own is connected, and how many milliseconds there and back take."""
        return await self.monitoring.links()

    def end(self) -> None:
        """Kill the servers and take the cables away."""
        for server in self._servers.values():
            server.kill()
        for cable in self._cables.values():
            cable.close()
        for server in self._servers.values():
            server.wait()

    def _start_server(self, name: str) -> None:
        number = self._numbers[name]
        routes = [("lab", cable.port) for (a, _), cable in self._cables.items() if a == name]
        if name in self._loops:
            routes = padded(routes, len(self._numbers), self._loops[name].port)
        path = self._folder / f"server-{number}.conf"
        path.write_text(configuration(number, self._plan["session"], self._plan["passwords"][name], routes,
                                      self._folder, self._plan["secret"], self._plan["store"],
                                      self._ports.get(name, ANY_PORTS)), encoding="utf-8")
        self._servers[name] = started(self._plan["server"], path, self._folder)

    async def _ports_of(self, name: str) -> dict[str, int]:
        server = self._servers[name]
        return await ports_of(server, ports_file(self._folder, self._plan["server"], server.pid))

    def _url(self, name: str, user: str, password: str) -> str:
        return f"nats://{user}:{password}@127.0.0.1:{self._ports[name]['nats']}"


def started(program: str, path: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """A server with that configuration; it writes its ports into a file in the folder."""
    try:
        return subprocess.Popen(
            [program, "-c", str(path), "--ports_file_dir", str(folder)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, creationflags=hidden_window(),
        )
    except OSError as wrong:
        raise ValueError(f"{program} cannot be started ({wrong.strerror}): name another server in {CHOICE}") from None


async def ports_of(server: "subprocess.Popen[bytes]", path: Path) -> dict[str, int]:
    """The ports that a server has found free and written there: of clients (nats), monitoring, and its cluster."""
    until = monotonic() + SOON
    while server.poll() is None and monotonic() < until:
        with suppress(OSError, ValueError):
            told: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
            return {what: int(urls[0].rsplit(":", 1)[1]) for what, urls in told.items() if urls}
        await asyncio.sleep(0.01)
    program = path.name.rpartition("_")[0]
    if server.poll() is None:
        raise ValueError(f"the messaging server {program} has not started within {SOON:.0f} s: this computer is busy")
    raise ValueError(f"the messaging server {program} has not started, but ended: is it a NATS server? {CHOICE} names "
                     f"another")
