"""The process that owns cables, servers and agents: it does as it is told, and when nobody tells any more all ends.

It is told by lines of JSON on its standard input and answers likewise. It is a process of its own, because a notebook's
kernel that works on a cell would hold up everything on the cables. When its input ends, as it does when the kernel is
killed, it ends everything that it has started and removes their files.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

from labkit.deploy.agent_line import AgentLine
from labkit.deploy.agent_process import main as be_agent
from labkit.deploy.cabled import Cabled
from labkit.deploy.classroom.seat_process import main as be_seat
from labkit.deploy.classroom.seats import Seats
from labkit.deploy.ending import kill, kill_started
from labkit.deploy.exchange import Exchange
from labkit.deploy.life import last_reports
from labkit.deploy.nursery import Nursery
from labkit.deploy.roles import own_modules
from labkit.deploy.store.store_clients import StoreClients
from labkit.deploy.wire import json_text

CHUNK = 16_384  # bytes of input that are read at once
PATIENCE = 5.0  # seconds within which the loop has ended everything
Order = dict[str, Any]
Command = Order | tuple[str, bytes]  # what to do, or lines for an agent


def main() -> None:
    """Take the plan as the first line of the input, then commands, until it ends."""
    folder, *places = sys.argv[1:]
    sys.path += [place for place in places if place not in sys.path]
    first = sys.stdin.buffer.readline()
    if not first.strip():
        shutil.rmtree(folder, ignore_errors=True)
        return
    plan = json.loads(first)
    nursery = Nursery(be_seat if "seat" in plan else be_agent, own_modules(plan["roles"].values()))
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
        self._agents: dict[str, AgentLine] = {}  # those that were started
        self._gone: dict[str, asyncio.Event] = {}
        self._hearing: list[Thread] = []
        self._store = StoreClients(self._say)

    async def work(self) -> None:
        """Build everything, then do what is told; the end of the input ends all."""
        self._loop = asyncio.get_running_loop()
        self._network = self._planned()
        if os.name == "posix":
            self._loop.add_signal_handler(signal.SIGTERM, self._end)
        commands: asyncio.Queue[Order] = asyncio.Queue()
        Thread(target=self._until_the_owner_ends, args=(commands,), daemon=True).start()
        Thread(target=self._watch_the_owner, args=(os.getppid(),), daemon=True).start()
        try:
            await self._build()
            while True:
                command = await commands.get()
                answer = await self._do(**command)
                self._say(what="done", number=command["number"], at=monotonic(), answer=answer)
        except Exception as wrong:  # whatever it is: nothing may be left running
            why = str(wrong) if isinstance(wrong, ValueError) else f"{type(wrong).__name__}: {wrong}"
            self._say(what="failed", why=why)
            self._end()

    def _say(self, **news: object) -> None:
        self._send(json_text(news).encode())

    def _until_the_owner_ends(self, commands: "asyncio.Queue[Order]") -> None:
        self._listen(commands)
        self._end_all()

    def _watch_the_owner(self, owner: int) -> None:
        """It may have been killed and left a child that holds our input open."""
        while os.name != "posix" or os.getppid() == owner:
            sleep(1.0)
        self._end_all()

    def _end_all(self) -> None:
        """In a thread: end everything in the loop, or without it if that hangs."""
        self._loop.call_soon_threadsafe(self._end)
        sleep(PATIENCE)
        self._end()

    def _listen(self, commands: "asyncio.Queue[Order]") -> None:
        rest = b""
        while piece := sys.stdin.buffer.read1(CHUNK):  # type: ignore[union-attr]
            *lines, rest = (rest + piece).split(b"\n")
            for command in commands_in(lines):
                if isinstance(command, tuple):  # nobody waits for an answer
                    self._agents[command[0]].tell(command[1])
                elif command["do"] == "end":
                    return
                else:
                    self._loop.call_soon_threadsafe(commands.put_nowait, command)

    def _end(self) -> None:
        """End everything, and this process."""
        for name in self._agents:
            self._kill(name)
        self._network.end()
        for hearing in self._hearing:
            hearing.join(1.0)  # what was reported is handed on
        shutil.rmtree(self._plan["folder"], ignore_errors=True)
        os._exit(0)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _planned(self) -> Cabled | Exchange:
        if "seats" in self._plan:
            return Seats(self._plan, self._refused, self._say)
        return Exchange(self._plan, self._refused) if self._plan["elsewhere"] else Cabled(self._plan)

    async def _build(self) -> None:
        network = self._network
        await network.build()
        self._say(what="servers", pids=[*network.pids], again=[])
        if isinstance(network, Cabled):
            self._looking = asyncio.create_task(network.look_after(self._started_again))
        keeping = network if self._plan["store"] and isinstance(network, Cabled) else None
        if keeping:  # before agents need the processor: an election that is disturbed takes ten seconds
            await self._store.open(keeping.store_urls())
        for name, role in self._plan["roles"].items():
            await self._start_agent(name, role)
        if keeping:
            await keeping.monitoring.all_answer_reads()
            self._say(what="linked", agent="")

    def _started_again(self, agent: str) -> None:
        self._say(what="servers", pids=[*self._network.pids], again=[agent])

    def _refused(self, agent: str, why: str) -> None:
        self._say(what="refused", agent=agent, why=why)

    def _kill(self, name: str) -> None:
        if not self._gone[name].is_set():  # else its number may be another's by now
            kill(self._agents[name].pid)

    async def _start_agent(self, name: str, role: dict[str, Any]) -> None:
        text = json.dumps(role if "url" in role else role | {"url": self._network.url(name)})
        line = AgentLine(*await asyncio.to_thread(self._nursery.start, text))  # for the cables must not wait
        self._agents[name], self._gone[name] = line, asyncio.Event()
        self._say(what="process", agent=name, life=role["life"], pid=line.pid)
        hearing = Thread(target=self._hear, args=(name, role, line, self._gone[name]), daemon=True)
        hearing.start()
        self._hearing.append(hearing)

    def _hear(self, name: str, role: dict[str, Any], line: AgentLine, gone: asyncio.Event) -> None:
        """Hand on what the agent reports until it is gone, and what it had no more time to report."""
        with suppress(EOFError, OSError):
            while True:
                self._send(line.hear())
        line.end()
        kill_started(line.pid)
        for report in last_reports(Path(role["store"])):
            self._send(json_text(report).encode())
        self._say(what="ended", agent=name, life=role["life"], at=monotonic())
        self._loop.call_soon_threadsafe(gone.set)

    # ---- commands ----------------------------------------------------------------------------------------------------

    async def _do(self, do: str, number: int, **given: Any) -> Any:
        network = self._network
        match do:
            case "tell":
                self._agents[given["agent"]].tell(json_text(given["line"]).encode())
            case "cut":
                network.cut(**given)
            case "heal":
                network.heal(**given)
            case "slow":
                network.slow(**given)
            case "crash":
                self._kill(given["agent"])
                await self._gone[given["agent"]].wait()
            case "restart":
                await self._start_agent(given["agent"], given["role"])
            case "links":
                return await network.links()
            case "ask":
                self._store.ask(given["call"], given["agent"], given["verb"], given["given"])
            case "groups" if isinstance(network, Cabled):
                return await network.monitoring.groups()
            case "request" | "over" if isinstance(network, Seats):
                await (network.request(**given) if do == "request" else network.over(**given))
        return None


def commands_in(lines: Iterable[bytes]) -> Iterator[Command]:
    """What these lines of the input say; lines for the same agent that follow each other are handed on as one."""
    for agent, group in groupby(lines, lambda line: b"" if line.startswith(b"{") else line.partition(b"\t")[0]):
        if agent:
            yield json.loads(agent), b"\n".join(line.partition(b"\t")[2] for line in group)
        else:
            yield from map(json.loads, group)
