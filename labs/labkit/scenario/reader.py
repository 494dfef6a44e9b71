"""The language of scenarios, and its reader. `labkit.scenario.scenario` runs what it reads.

    # What to look for, in any number of lines
    topology mesh 5                     or names: topology ring ann bob cid; or options: topology tree 7 branching=3
    protocol paxos                      options go to all agents: protocol raft heartbeat=100
    agent c Contrary                    this agent is of another class, or has options of its own: agent c will=no
    seed 7
    latency 5 15                        for all links; latency a b 40 60 for one, latency a → b 40 60 for one direction
    capacity a 4 6 queue=20             agent a needs 4 to 6 units for a message; without queue= any number may wait
    loss 0.05
    duplication 0.1
    at 0 request a red                  likewise: cut a b, cut a → b, heal a b, heal a → b, heal all, isolate a b,
                                        preset halve, crash c, restart c, pause c 100
    run until 500                       without it, the run ends when nothing is due

By hand, in order and without a clock: `do` instead of `at 0`, and also `do deliver a b MESSAGE`, `do drop a b MESSAGE`,
`do duplicate a b MESSAGE` and `do timeout a TIMER`. -> means →, and # begins a comment.
"""

import re
from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any

import networkx as nx

from labkit.engine import Capacity
from labkit.network import Crash, Cut, Network
from labkit.scenario.statements import ARROW, Busy, Line, Options, Part, Slow, read_line
from labkit.topology import build, kinds
from labkit.values import agent_names, no_such, read, rest, unquoted, words

_OPTION = re.compile(r"[A-Za-z_]\w*=")


def read_scenario(text: str) -> dict[str, Any]:
    """The fields of the scenario; ValueError with the number and text of a line that cannot be read."""
    reading = Reading()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            reading.take(line.strip(), number)
        except ValueError as problem:
            raise ValueError(f"line {number} ({line.strip()}): {problem}") from None
    for needed, example in (("topology", "topology mesh 5"), ("protocol", "protocol paxos")):
        if needed not in reading.said:
            raise ValueError(f"a scenario needs a {needed}: add a line such as '{example}'")
    about = "\n".join(reading.about).strip("\n")
    return {"about": about, "lines": tuple(reading.lines), "network": reading.network, **reading.said}


class Reading:
    """A scenario as far as it has been read: `said` holds its fields."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}
        self.about: list[str] = []
        self.lines: list[Line] = []
        self.network: Network  # from the first line on, which is the topology

    def take(self, line: str, number: int) -> None:
        """Read the next line; ValueError, without its number, if it cannot be read."""
        match words(line):
            case [] if line.startswith("#") and not self.said:
                self.about.append(line[1:].strip())
            case [keyword, *_] if keyword not in _STATEMENTS:
                raise no_such("statement", keyword, _STATEMENTS)
            case ["topology", *_] if self.said:
                raise ValueError("there is a topology already: one scenario has one network")
            case [keyword, *_] if not self.said and keyword != "topology":
                raise ValueError("begin with the topology, so that all agents are known: topology mesh 5")
            case _ if line and "until" in self.said:
                raise ValueError("the scenario has ended with 'run until …': put this line before it")
            case [keyword, *said]:
                _STATEMENTS[keyword](self, said, line, number)

    def _once(self, key: str, value: Any) -> None:
        if key in self.said:
            raise ValueError("this was set on an earlier line: set it once")
        self.said[key] = value

    def _topology(self, said: list[str], *_: object) -> None:
        (kind, *agents), options = _apart(said, "topology mesh 5")
        if kind not in kinds():
            raise no_such("topology", kind, kinds())
        if len(agents) < 2:
            graph = build(kind, _whole(" ".join(agents), "topology mesh 5"), **dict(options))
        else:
            graph = build(kind, tuple(map(unquoted, agents)), **dict(options))
        self.network = Network(graph)
        self.said |= {"topology": kind, "agents": number_or_names(graph), "shape": options}

    def _protocol(self, said: list[str], *_: object) -> None:
        named, options = _apart(said, "protocol paxos")
        self._once("protocol", " ".join(named))
        self.said["options"] = options

    def _agent(self, said: list[str], *_: object) -> None:
        (agent, *named), options = _apart(said, "agent c will=no")
        if not named and not options:
            raise ValueError("write how this agent differs from the others: agent c will=no")
        part = Part(unquoted(agent), " ".join(named), options)
        self.network.after(Crash(part.agent))  # raises ValueError for an unknown agent
        if part.agent in [other.agent for other in self.said.get("parts", ())]:
            raise ValueError(f"agent {part.agent} has a line already: put everything on one line")
        self.said["parts"] = (*self.said.get("parts", ()), part)

    def _seed(self, said: list[str], *_: object) -> None:
        self._once("seed", _whole(" ".join(said), "seed 7"))

    def _latency(self, said: list[str], *_: object) -> None:
        match list(map(unquoted, said)):
            case [low, high]:
                self._once("latency", _range(low, high))
            case [a, b, low, high]:
                self._slow(Slow(a, b, _range(low, high)))
            case [a, "→" | "->", b, low, high]:
                self._slow(Slow(a, b, _range(low, high), ARROW))
            case _:
                raise ValueError("write it like this: latency 5 15, latency a b 40 60 or latency a → b 40 60")

    def _slow(self, slow: Slow) -> None:
        self.network.after(Cut(slow.source, slow.target))  # raises ValueError for an unknown link
        self.said["slow"] = (*self.said.get("slow", ()), slow)

    def _capacity(self, said: list[str], *_: object) -> None:
        named, options = _apart(said, "capacity a 4 6 queue=20")
        if len(named) != 3 or any(key != "queue" for key, _ in options):
            raise ValueError("write it like this: capacity a 4 6, or capacity a 4 6 queue=20")
        agent, low, high = map(unquoted, named)
        self.network.after(Crash(agent))  # raises ValueError for an unknown agent
        if agent in [other.agent for other in self.said.get("busy", ())]:
            raise ValueError(f"agent {agent} has a capacity already: write one line for it")
        service = (_whole(low, "capacity a 4 6"), _whole(high, "capacity a 4 6"))
        limit = Capacity(service, **dict(options))  # type: ignore[arg-type]
        self.said["busy"] = (*self.said.get("busy", ()), Busy(agent, limit))

    def _chance(self, said: list[str], line: str, _: int) -> None:
        keyword, chance = words(line)[0], read(" ".join(said))
        if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
            raise ValueError(f"a chance is a number from 0 to 1: {keyword} 0.05")
        self._once(keyword, float(chance))

    def _at(self, said: list[str], line: str, number: int) -> None:
        if len(said) < 2:
            raise ValueError("write a time and an event: at 20 cut a b")
        time = _whole(said[0], "at 20 cut a b")
        if time < 0:
            raise ValueError("time begins at 0: at 0 cut a b")
        self._line(read_line(rest(line, 2), time, number))

    def _do(self, said: list[str], line: str, number: int) -> None:
        if not said:
            raise ValueError("write an event: do crash a")
        self._line(read_line(rest(line, 1), None, number))

    def _line(self, line: Line) -> None:
        line.faults(self.network)
        if self.lines and (line.time is None) != (self.lines[0].time is None):
            raise ValueError("'at' and 'do' do not mix: use only one of them in a scenario")
        self.lines.append(line)

    def _run(self, said: list[str], *_: object) -> None:
        if said[:1] != ["until"] or len(said) != 2:
            raise ValueError("write it like this: run until 500")
        until = _whole(said[1], "run until 500")
        if late := [line for line in self.lines if (line.time or 0) > until]:
            raise ValueError(f"'{late[0]}' comes after the end: run longer")
        self._once("until", until)


def number_or_names(graph: "nx.Graph[str]") -> int | tuple[str, ...]:
    """The number of agents if they have the default names, else their names."""
    return len(graph) if tuple(graph) == agent_names(len(graph)) else tuple(graph)


def _apart(said: list[str], example: str) -> tuple[list[str], Options]:
    """The words before the options, and the options."""
    named = list(takewhile(lambda text: not _OPTION.match(text), said))
    options = [text.partition("=") for text in said[len(named) :]]
    keys = [key for key, _, _ in options]
    if not named or len(set(keys)) < len(keys) or not all(map(_OPTION.match, said[len(named) :])):
        raise ValueError(f"write the names first, then each option once as key=value: {example}")
    return named, tuple((key, read(value)) for key, _, value in options)


def _whole(text: str, example: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise ValueError(f"{text!r} is not a whole number: {example}" if text else f"write it like this: {example}")
    return int(text)


def _range(low: str, high: str) -> tuple[int, int]:
    bounds = (_whole(low, "latency 5 15"), _whole(high, "latency 5 15"))
    if not 0 < bounds[0] <= bounds[1]:
        raise ValueError("a latency is two whole numbers above 0, the lower one first: latency 5 15")
    return bounds


_STATEMENTS: Mapping[str, Callable[[Reading, list[str], str, int], None]] = {
    "topology": Reading._topology, "protocol": Reading._protocol, "agent": Reading._agent, "seed": Reading._seed,
    "latency": Reading._latency, "capacity": Reading._capacity, "loss": Reading._chance,
    "duplication": Reading._chance, "at": Reading._at, "do": Reading._do, "run": Reading._run,
}
