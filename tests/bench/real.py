"""Five agents as processes: start, requests, a new leader after a cut, memory; bare nats-py on the same servers."""

import asyncio
import os
import re
import sys
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from types import ModuleType

import nats
from figures import table
from labkit.deploy import Deployed, deploy
from labkit.engine import Model, Request
from labkit.protocols import BlankEntry, FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build

TIMES, MANY, AT_ONCE = 5, 1_000, 50
SOON = 60.0
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


def leader(real: Deployed) -> str:
    """The leader of the latest term; '' where none leads."""
    led = {name: agent.leading for name, agent in real.system.agents.items() if agent.leading is not None}
    return max(led, key=led.__getitem__, default="")


def memory(process: int) -> tuple[int, int]:
    """Megabytes of all processes of the session of this one: counted each, and what is shared once."""
    session, whole, shared = os.getsid(process), 0, 0
    for pid in [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]:
        if os.getsid(pid) == session:
            said = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
            whole, shared = whole + int(said["Rss"].split()[0]), shared + int(said["Pss"].split()[0])
    return whole // 1024, shared // 1024


def starting() -> list[tuple[float, float, float]]:
    """Seconds until all have begun, until the first reply, until all five have decided; then megabytes."""
    found = []
    for number in range(TIMES):
        begin = perf_counter()
        with deploy(Model(build("mesh", 5), FirstComeVoting, requests=[("a", Propose("p", "red"))])) as real:
            begun = perf_counter() - begin
            real.until(lambda: real.system.replies, SOON)
            answered = perf_counter() - begin
            real.until(lambda: len({one.agent for one in real.system.decisions}) == 5, SOON)
            found.append((begun, answered, perf_counter() - begin))
            if number == 0:
                print("memory of 5 servers, 5 agents, switchboard and nursery: {} MB each counted, {} MB with what is "
                      "shared counted once".format(*memory(real.processes["a"])))
    return found


def electing() -> list[tuple[float, float, float, float]]:
    """Seconds: to the first leader, of a request, from a cut to the next leader, from the heal to one leader alone."""
    found = []
    for seed in range(TIMES):
        with deploy(Model(build("mesh", 5), BlankEntry), seed=seed) as real:
            marks, many = [perf_counter()], 50
            real.until(lambda: leader(real), SOON)
            marks.append(perf_counter())
            real.run(0.5)
            begin = perf_counter()
            for _ in range(many):
                asked = len(real.system.replies)
                real.request(leader(real) or "a", f"w{asked}")
                real.until(lambda: len(real.system.replies) > asked, SOON)  # noqa: B023
            took = (perf_counter() - begin) / many
            old, cut = leader(real), perf_counter()
            real.isolate(old)
            real.until(lambda: leader(real) not in ("", old), SOON)  # noqa: B023
            elected, heal = perf_counter() - cut, perf_counter()
            real.heal_all()
            real.until(lambda: real.system.agents[old].leading is None, SOON)  # noqa: B023
            found.append((marks[1] - marks[0], took, elected, perf_counter() - heal))
    return found


def pinging() -> None:
    """A round trip between two agents and the same between two bare clients, and how many go through in a second."""
    module = sys.modules["answer"] = ModuleType("answer")
    exec(PINGS, vars(module))
    with deploy(Model(build("mesh", 2), module.Pings), source=PINGS, pace=0.001) as real:  # times in microseconds
        for number in range(200):
            real.request("a", number)
            real.until(lambda: len(real.system.replies) > number, SOON)  # noqa: B023
        mine = [step for step in real.trace().trace if step.transition.agent and step.transition.agent.id == "a"]
        trips = [(two.time - one.time) / 1_000 for one, two in pairwise(mine) if isinstance(one.event, Request)]
        begin, done, sent = perf_counter(), len(real.system.replies), 0
        while len(real.system.replies) < done + MANY:
            while sent < MANY and sent - len(real.system.replies) + done < AT_ONCE:
                sent += 1
                real.request("a", 1_000 + sent)
            real.run(0.002)
        rate = MANY / (perf_counter() - begin)
        bare_trips, bare_rate = asyncio.run(bare(real.folder))
    table("round trips of two agents, milliseconds", ("", "median", "95 of 100", "a second"), [
        ["agents", f"{median(trips):.2f}", f"{quantiles(trips, n=20)[-1]:.2f}", f"{rate:,.0f}"],
        ["bare nats-py", f"{median(bare_trips):.2f}", f"{quantiles(bare_trips, n=20)[-1]:.2f}", f"{bare_rate:,.0f}"],
    ])


async def bare(folder: Path) -> tuple[list[float], float]:
    """Two clients of the same two servers, in one process, which neither check, trace nor remember anything."""
    clients = []
    for number in (0, 1):
        port = re.search(r"client connections on \S+:(\d+)", (folder / f"server-{number}.log").read_text())
        word = re.search(r'password: "(\w+)"', (folder / f"server-{number}.conf").read_text())
        assert port and word
        clients.append(await nats.connect(f"nats://agent:{word[1]}@127.0.0.1:{port[1]}"))
    session = re.search(r"lab\.(\w+)\.", (folder / "server-0.conf").read_text())
    assert session
    there, back = f"lab.{session[1]}.0.1.bench", f"lab.{session[1]}.1.0.bench"
    a, b = clients
    came, news = [0], asyncio.Event()

    async def answer(message: nats.aio.msg.Msg) -> None:
        await b.publish(back, message.data)

    async def arrive(_: nats.aio.msg.Msg) -> None:
        came[0] += 1
        news.set()

    await b.subscribe(there, cb=answer)
    await a.subscribe(back, cb=arrive)
    await a.flush()
    await b.flush()
    await asyncio.sleep(0.5)
    trips = []
    for _ in range(200):
        news.clear()
        begin = perf_counter()
        await a.publish(there, b"x" * 150)
        await news.wait()
        trips.append(1_000 * (perf_counter() - begin))
    begin, done, sent = perf_counter(), came[0], 0
    while came[0] < done + MANY:
        while sent < MANY and sent - came[0] + done < AT_ONCE:
            sent += 1
            await a.publish(there, b"x" * 150)
        await asyncio.sleep(0)
    return trips, MANY / (perf_counter() - begin)


def main() -> None:
    """Print all of it; the middle one of five."""
    rows = [f"{median(column):.2f} s" for column in zip(*starting(), strict=True)]
    table("five agents", ("begun", "first reply", "all decided"), [rows])
    rows = [f"{1_000 * median(column):.0f} ms" for column in zip(*electing(), strict=True)]
    heads = "first leader", "a request", "cut to new leader", "heal to one"
    table("Raft with blank entries, 1 ms a unit", heads, [rows])
    pinging()
