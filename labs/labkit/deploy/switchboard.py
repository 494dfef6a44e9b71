"""The process that owns cables, servers and agents: it does as it is told, and when nobody tells any more all ends.

It is told by lines of JSON on its standard input and answers likewise. It is a process of its own, because a notebook's
kernel that works on a cell would hold up everything on the cables. When its input ends, as it does when the kernel is
killed, it ends everything that it has started and removes their files. Left out: it does not look after a server that
dies by itself; its agent is alone then, as on a computer whose network is down.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from labkit.deploy.agent_process import main as be_agent
from labkit.deploy.cables import Cable
from labkit.deploy.jetstream import padded
from labkit.deploy.life import last_reports
from labkit.deploy.monitoring import Monitoring
from labkit.deploy.nursery import Nursery, kill
from labkit.deploy.roles import own_modules
from labkit.deploy.server import configuration
from labkit.deploy.store_clients import StoreClients
from labkit.deploy.wire import json_text

SOON = 20.0  # seconds within which a server has started
CHUNK = 16_384  # bytes of input that are read at once
Way = tuple[str, str]
Command = dict[str, Any] | tuple[str, bytes]  # what to do, or lines for an agent


def main() -> None:
    """Take the plan as the first line of the input, then commands, until the input ends."""
    first = sys.stdin.buffer.readline()
    if not first.strip():
        return
    plan = json.loads(first)
    nursery = Nursery(be_agent, own_modules(plan["roles"].values()))
    channel, lock = os.fdopen(os.dup(1), "wb", buffering=0), Lock()
    os.dup2(2, 1)  # what is printed must not come between

    def say(line: bytes) -> None:
        with lock, suppress(BrokenPipeError):
            channel.write(line + b"\n")

    asyncio.run(Switchboard(plan, nursery, say).work())


class Switchboard:
    """All that runs, and the commands that change it; `say` sends a line to the owner."""

    def __init__(self, plan: dict[str, Any], nursery: Nursery, say: Callable[[bytes], None]) -> None:
        self._plan, self._nursery, self._send = plan, nursery, say
        self._folder = Path(plan["folder"])
        self._numbers: dict[str, int] = plan["numbers"]
        self._cables: dict[Way, Cable] = {}
        self._servers: dict[str, subprocess.Popen[bytes]] = {}
        self._ports: dict[str, dict[str, int]] = {}
        self._agents: dict[str, tuple[int, Connection]] = {}  # process and pipe of those that were started
        self._gone: dict[str, asyncio.Event] = {}
        self._hearing: list[Thread] = []
        self._loops: dict[str, Cable] = {}  # with a store: from each server to itself
        self._store = StoreClients(self._say)

    async def work(self) -> None:
        """Build everything, then do what is told; the end of the input ends all."""
        self._loop = asyncio.get_running_loop()
        if os.name == "posix":
            self._loop.add_signal_handler(signal.SIGTERM, self._end)
        commands: asyncio.Queue[Command] = asyncio.Queue()
        Thread(target=self._listen, args=(commands,), daemon=True).start()
        try:
            await self._build()
            while True:
                command = await commands.get()
                if isinstance(command, tuple):  # nobody waits for an answer
                    self._tell(*command)
                    continue
                answer = await self._do(**command)
                self._say(what="done", number=command["number"], at=monotonic(), answer=answer)
        except Exception as wrong:  # whatever it is: nothing may be left running
            self._say(what="failed", why=f"{type(wrong).__name__}: {wrong}")
            self._end()

    def _say(self, **news: object) -> None:
        self._send(json_text(news).encode())

    def _listen(self, commands: "asyncio.Queue[Command]") -> None:
        rest = b""
        while piece := sys.stdin.buffer.read1(CHUNK):  # type: ignore[union-attr]
            *lines, rest = (rest + piece).split(b"\n")
            for command in commands_in(lines):
                self._loop.call_soon_threadsafe(commands.put_nowait, command)
        self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        """End everything, and this process."""
        for name in self._agents:
            self._kill(name)
        for server in self._servers.values():
            server.kill()
        for cable in self._cables.values():
            cable.close()
        for hearing in self._hearing:
            hearing.join(1.0)  # what was reported is handed on
        for server in self._servers.values():
            server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(0)

    # ---- building ----------------------------------------------------------------------------------------------------

    async def _build(self) -> None:
        for a, b in self._plan["links"]:
            cable = self._cables[a, b] = Cable()
            await cable.lay()
        for name in self._numbers if self._plan["store"] else ():
            self._loops[name] = Cable()
            await self._loops[name].lay()
        for name in self._numbers:
            self._start_server(name)
        for name in self._numbers:
            self._ports[name] = await self._ports_of(name)
        for (_, b), cable in self._cables.items():
            cable.leads_to(self._ports[b]["cluster"])
        for name, cable in self._loops.items():
            cable.leads_to(self._ports[name]["cluster"])
        self._say(what="servers", pids=[server.pid for server in self._servers.values()])
        for name, role in self._plan["roles"].items():
            await self._start_agent(name, role)
        if self._plan["store"]:
            await self._store.open({name: self._url(name, "store", self._plan["store"]) for name in self._numbers})
            await self._monitoring().all_answer_reads()
            self._say(what="linked", agent="")

    def _start_server(self, name: str) -> None:
        number = self._numbers[name]
        routes = [("lab", cable.port) for (a, _), cable in self._cables.items() if a == name]
        if name in self._loops:
            routes = padded(routes, len(self._numbers), self._loops[name].port)
        path = self._folder / f"server-{number}.conf"
        path.write_text(configuration(number, self._plan["session"], self._plan["passwords"][name], routes,
                                      self._folder, self._plan["secret"], self._plan["store"]), encoding="utf-8")
        self._servers[name] = subprocess.Popen(
            [self._plan["server"], "-c", str(path), "--ports_file_dir", str(self._folder)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def _kill(self, name: str) -> None:
        if not self._gone[name].is_set():  # else its number may be another's by now
            kill(self._agents[name][0])

    async def _ports_of(self, name: str) -> dict[str, int]:
        """The ports that the server has found free: of clients (nats), monitoring, and its cluster."""
        server = self._servers[name]
        path = self._folder / f"{Path(self._plan['server']).name.removesuffix('.exe')}_{server.pid}.ports"
        until = monotonic() + SOON
        while server.poll() is None and monotonic() < until:
            with suppress(OSError, ValueError):
                told = json.loads(path.read_text(encoding="utf-8"))
                return {what: int(urls[0].rsplit(":", 1)[1]) for what, urls in told.items() if urls}
            await asyncio.sleep(0.01)
        raise RuntimeError(f"the server of agent {name} has not started within {SOON:.0f} s")

    async def _start_agent(self, name: str, role: dict[str, Any]) -> None:
        text = json.dumps(role | {"url": self._url(name, "agent", self._plan["passwords"][name])})
        pid, mine = await asyncio.to_thread(self._nursery.start, text)  # for the cables must not wait
        self._agents[name], self._gone[name] = (pid, mine), asyncio.Event()
        self._say(what="process", agent=name, life=role["life"], pid=pid)
        hearing = Thread(target=self._hear, args=(name, role, mine, self._gone[name]), daemon=True)
        hearing.start()
        self._hearing.append(hearing)

    def _url(self, name: str, user: str, password: str) -> str:
        """Where the server of that agent takes clients, with who they are."""
        return f"nats://{user}:{password}@127.0.0.1:{self._ports[name]['nats']}"

    def _hear(self, name: str, role: dict[str, Any], channel: Connection, gone: asyncio.Event) -> None:
        """Hand on what the agent reports until it is gone, and what it had no more time to report."""
        with suppress(EOFError, OSError):
            while True:
                self._send(channel.recv_bytes())
        for report in last_reports(Path(role["store"])):
            self._send(json_text(report).encode())
        self._say(what="ended", agent=name, life=role["life"], at=monotonic())
        self._loop.call_soon_threadsafe(gone.set)

    # ---- commands ----------------------------------------------------------------------------------------------------

    async def _do(self, do: str, **given: Any) -> Any:
        match do:
            case "tell":
                self._tell(given["agent"], json_text(given["line"]).encode())
            case "cut":
                self._cable(given).cut(given["silent"])
            case "heal":
                self._cable(given).heal()
            case "slow":
                self._cable(given).delay = given["seconds"]
            case "crash":
                self._kill(given["agent"])
                await self._gone[given["agent"]].wait()
            case "restart":
                await self._start_agent(given["agent"], given["role"])
            case "links":
                return await self._monitoring().links()
            case "ask":
                self._store.ask(given["call"], given["agent"], given["verb"], given["given"])
            case "groups":
                return await self._monitoring().groups()
        return None

    def _tell(self, agent: str, lines: bytes) -> None:
        with suppress(OSError):  # it has just ended
            self._agents[agent][1].send_bytes(lines)

    def _cable(self, given: dict[str, Any]) -> Cable:
        return self._cables[given["a"], given["b"]]

    def _monitoring(self) -> Monitoring:
        """The pages of the servers."""
        return Monitoring({name: ports["monitoring"] for name, ports in self._ports.items()},
                          {name: f"n{number}" for name, number in self._numbers.items()})


def commands_in(lines: Iterable[bytes]) -> Iterator[Command]:
    """What these lines of the input say; lines for the same agent that follow each other are handed on as one."""
    for agent, group in groupby(lines, lambda line: b"" if line.startswith(b"{") else line.partition(b"\t")[0]):
        if agent:
            yield json.loads(agent), b"\n".join(line.partition(b"\t")[2] for line in group)
        else:
            yield from map(json.loads, group)
