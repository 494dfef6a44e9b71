"""Five agents as processes: start, requests, a new leader after a cut, memory."""

import os
from pathlib import Path
from statistics import median
from time import perf_counter

from figures import table
from labkit.deploy import Deployed, deploy
from labkit.engine import Model
from labkit.protocols import BlankEntry, FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build

TIMES = 5
SOON = 60.0


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
            real.until(lambda: real.replies, SOON)
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
                asked = len(real.replies)
                real.request(leader(real) or "a", f"w{asked}")
                real.until(lambda: len(real.replies) > asked, SOON)  # noqa: B023
            took = (perf_counter() - begin) / many
            real.until(lambda: leader(real), SOON)
            old, cut = leader(real), perf_counter()
            real.isolate(old)
            real.until(lambda: leader(real) not in ("", old), SOON)  # noqa: B023
            elected, heal = perf_counter() - cut, perf_counter()
            real.heal_all()
            real.until(lambda: real.system.agents[old].leading is None, SOON)  # noqa: B023
            found.append((marks[1] - marks[0], took, elected, perf_counter() - heal))
    return found


def main() -> None:
    """Print all of it; the middle one of five."""
    rows = [f"{median(column):.2f} s" for column in zip(*starting(), strict=True)]
    table("five agents", ("begun", "first reply", "all decided"), [rows])
    rows = [f"{1_000 * median(column):.0f} ms" for column in zip(*electing(), strict=True)]
    heads = "first leader", "a request", "cut to new leader", "heal to one"
    table("Raft with blank entries, 1 ms a unit", heads, [rows])
