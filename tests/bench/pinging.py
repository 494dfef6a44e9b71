"""Requests to one of two agents, which asks the other: how many a second, and how long one takes; bare nats-py beside.

All have the same servers and cables, as many messages, and as many requests under way at once; requests come from this
process and are answered to it. Bare, that is done twice. Two processes with pipes to this one do the same as agents.
Two clients in this process need no pipe, and nobody else's turn: that is what nats-py can do at best. Neither of them
checks, reports, orders or remembers anything. The processor's time is counted beside, for the machine may be busy.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from types import ModuleType
from typing import Protocol

import nats
from figures import table
from labkit.deploy import Deployed, deploy
from labkit.engine import Model
from labkit.topology import build
from nats.aio.msg import Msg

ROUNDS, MANY, ALONE, AT_ONCE = 7, 3_000, 100, 50
SOON = 60.0
PARTS = "this process", "switchboard", "servers", "asking", "answering"
PINGS = '''
from dataclasses import dataclass
from labkit.agents import Agent, Reply, Send

@dataclass
class Pings(Agent):
    def request(self, value):
        return Send("b", ("ask", value))

    def receive(self, sender, message):
        match message:
            case ("ask", value):
                return Send(sender, ("answer", value))
            case ("answer", value):
                return Reply(value, "ok")
'''


class Rival(Protocol):
    """A way to do the same; pids: its processes, by part."""

    pids: Mapping[int, str]

    def ask(self, count: int, at_once: int) -> None:
        """So many requests, of which so many are under way at once, until all are answered."""


class Agents:
    """Two agents; a request is answered when its reply is told here."""

    def __init__(self, real: Deployed) -> None:
        self.real, self._asked = real, 0
        agents = dict(zip(real.processes.values(), PARTS[3:], strict=True))
        self.pids = {os.getpid(): PARTS[0], **around(real), **agents}

    def ask(self, count: int, at_once: int) -> None:
        """As told above."""
        end = self._asked + count
        while (told := len(self.real.replies)) < end:
            while self._asked < min(end, told + at_once):
                self._asked += 1
                self.real.request("a", self._asked)
            self.wait(told)

    def wait(self, told: int) -> None:
        """Until more than so many replies are told."""
        self.real.until(lambda: len(self.real.replies) > told, SOON)


class Processes:
    """Two bare clients, each in a process, which get lines through pipes."""

    def __init__(self, real: Deployed) -> None:
        self.pids = {os.getpid(): PARTS[0], **alone(real)}
        urls, subjects = addresses(real)
        program = [sys.executable, str(Path(__file__).with_name("bare_client.py"))]
        self._both = [subprocess.Popen([*program, part, url, *subjects], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                      for part, url in zip(("ask", "answer"), urls, strict=True)]
        for one in self._both:
            assert one.stdout and one.stdout.readline() == b"there\n"
        self.pids |= dict(zip([one.pid for one in self._both], PARTS[3:], strict=True))
        self.ask(ALONE, AT_ONCE)

    def ask(self, count: int, at_once: int) -> None:
        """As told above."""
        asked, first = 0, self._both[0]
        assert first.stdin and first.stdout
        for told in range(count):
            while asked < min(count, told + at_once):
                asked += 1
                first.stdin.write(b"%150d\n" % asked)
                first.stdin.flush()
            first.stdout.readline()

    def end(self) -> None:
        """End both."""
        for one in self._both:
            one.kill()
            one.communicate()


class Clients:
    """Two bare clients in this process."""

    def __init__(self, real: Deployed) -> None:
        self.pids = {os.getpid(): PARTS[0], **alone(real)}
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._connect(*addresses(real)))
        self.ask(ALONE, AT_ONCE)

    async def _connect(self, urls: list[str], subjects: tuple[str, str]) -> None:
        self._there, back = subjects
        self._a, self._b = [await nats.connect(url) for url in urls]
        self._told, self._news = 0, asyncio.Event()

        async def answer(message: Msg) -> None:
            await self._b.publish(back, message.data)

        async def arrive(_: Msg) -> None:
            self._told += 1
            self._news.set()

        await self._b.subscribe(self._there, cb=answer)
        await self._a.subscribe(back, cb=arrive)
        await self._a.flush()
        await self._b.flush()

    def ask(self, count: int, at_once: int) -> None:
        """As told above."""
        self._loop.run_until_complete(self._ask(count, at_once))

    async def _ask(self, count: int, at_once: int) -> None:
        asked, before = 0, self._told
        while (told := self._told - before) < count:
            while asked < min(count, told + at_once):
                asked += 1
                await self._a.publish(self._there, b"%150d" % asked)
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), SOON)

    def end(self) -> None:
        """Close both."""
        for one in (self._a, self._b):
            self._loop.run_until_complete(one.close())
        self._loop.close()


def around(real: Deployed) -> dict[int, str]:
    """The processes round the agents: the switchboard, which leads their session, and the servers."""
    board = os.getsid(real.processes["a"])
    found = {board: PARTS[1]}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        if b"server-" in path.read_bytes() and os.getsid(pid := int(path.parent.name)) == board:
            found[pid] = PARTS[2]
    return found


def alone(real: Deployed) -> dict[int, str]:
    """The same, after the agents are killed, so that servers and cables are left to others."""
    found = around(real)
    for name in ("a", "b"):
        real.crash(name)
    return found


def addresses(real: Deployed) -> tuple[list[str], tuple[str, str]]:
    """Where the two servers take clients, and the subjects from a to b and back."""
    urls = []
    for number in (0, 1):
        port = re.search(r"client connections on \S+:(\d+)", (real.folder / f"server-{number}.log").read_text())
        word = re.search(r'password: "(\w+)"', (real.folder / f"server-{number}.conf").read_text())
        assert port and word
        urls.append(f"nats://agent:{word[1]}@127.0.0.1:{port[1]}")
    session = re.search(r"lab\.(\w+)\.", (real.folder / "server-0.conf").read_text())
    assert session
    return urls, (f"lab.{session[1]}.0.1.message", f"lab.{session[1]}.1.0.message")


def worked(pids: Mapping[int, str]) -> dict[str, float]:
    """Seconds of the processor that each part has had so far."""
    found = dict.fromkeys(PARTS, 0.0)
    for pid, part in pids.items():
        for task in Path(f"/proc/{pid}/task").iterdir():
            found[part] += int((task / "schedstat").read_text().split()[0]) / 1e9
    return found


class Figures:
    """What was measured of one rival, round by round."""

    def __init__(self, rival: Rival) -> None:
        self.rival = rival
        self.rates, self.trips, self.work = list[float](), list[float](), list[dict[str, float]]()

    def measure(self) -> None:
        """One round."""
        before, begin = worked(self.rival.pids), perf_counter()
        self.rival.ask(MANY, AT_ONCE)
        self.rates.append(MANY / (perf_counter() - begin))
        self.work.append({part: (now - before[part]) / MANY for part, now in worked(self.rival.pids).items()})
        begin = perf_counter()
        self.rival.ask(ALONE, 1)
        self.trips.append((perf_counter() - begin) / ALONE)

    def row(self) -> list[str]:
        """Requests a second, a request alone, and the processor's time of a request: all of it, and of each part."""
        parts = [median(work[part] for work in self.work) for part in PARTS]
        return [f"{median(self.rates):,.0f}", f"{1_000 * median(self.trips):.2f}",
                *(f"{1e6 * part:.0f}" for part in (sum(parts), *parts))]


def against(mine: Figures, other: Figures) -> list[str]:
    """The rate, the time of one request and the processor's time: as parts of the other's, with the range."""
    work = [(sum(one.values()), sum(two.values())) for one, two in zip(mine.work, other.work, strict=True)]
    columns = ([one / two for one, two in zip(mine.rates, other.rates, strict=True)],
               [two / one for one, two in zip(mine.trips, other.trips, strict=True)], [two / one for one, two in work])
    return [f"{median(column):.0%} ({min(column):.0%} to {max(column):.0%})" for column in columns]


def main() -> None:
    """Print rates, times, ratios, and what the replay costs as the run grows."""
    module = sys.modules["answer"] = ModuleType("answer")
    exec(PINGS, vars(module))
    model, replays = Model(build("mesh", 2), module.Pings), list[tuple[int, float]]()
    with deploy(model, source=PINGS) as real, deploy(model, source=PINGS) as one, deploy(model, source=PINGS) as two:
        processes, clients = Processes(one), Clients(two)
        agents, bare, best = Figures(Agents(real)), Figures(processes), Figures(clients)
        agents.rival.ask(ALONE, AT_ONCE)
        for _ in range(ROUNDS):
            for figures in (agents, bare, best):
                figures.measure()
            known, begin = replays[-1][0] if replays else 0, process_time()
            assert real.system.replies
            took = process_time() - begin
            replays.append((len(real.trace()), took / (len(real.trace()) - known)))
        processes.end()
        clients.end()
    say(agents, bare, best, replays)


def say(agents: Figures, bare: Figures, best: Figures, replays: list[tuple[int, float]]) -> None:
    """Three tables: what was measured, the ratios with their ranges, and the replay."""
    table(f"{AT_ONCE} requests under way at once; one alone in ms; the processor's time of a request in microseconds",
          ("", "a second", "alone", "together", *PARTS),
          [["two agents", *agents.row()], ["bare, two processes", *bare.row()], ["bare, this process", *best.row()]])
    table("what agents reach of that", ("of", "a second", "alone", "processor"),
          [["bare, two processes", *against(agents, bare)], ["bare, this process", *against(agents, best)]])
    table("the replay, when the run is asked for: microseconds of the processor for each event",
          ("until event", *(f"{events:,}" for events, _ in replays)),
          [["", *(f"{1e6 * cost:.0f}" for _, cost in replays)]])
