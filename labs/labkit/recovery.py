"""Cut a cluster along a line, write on both sides, heal, and see what each strategy makes of it: a report.

Works with any agent class. What an agent holds at the end is its `holds` (the clients' requests it can give back),
or, where the class has none, what it has decided. `conflicts` and `suspects` are used where a class has them.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

from labkit.agent import Agent, Send, create
from labkit.events import Request
from labkit.invariants import Property, first_broken
from labkit.names import by_name, listed
from labkit.network import Cut, Heal
from labkit.protocols.raft_messages import NO_LEADER
from labkit.simulator import Simulator
from labkit.topology import build

Ask = Callable[[str, int], Hashable]


@dataclass(frozen=True)
class Recovery:
    """What came of one partition. Times in units; requests as the clients made them, in order.

    noticed: from the cut until an agent changes its role or suspects somebody. recovered: from the heal until all
    agents hold the same. refused: answered with a no; open: never answered, so nobody may say what became of them.
    """

    strategy: str
    noticed: int | None
    recovered: int | None
    acknowledged: tuple[Hashable, ...]
    refused: tuple[Hashable, ...]
    open: tuple[Hashable, ...]
    lost: tuple[Hashable, ...]  # acknowledged, but held by nobody, and nobody who had seen it wrote over it
    conflicts: tuple[Hashable, ...]  # side by side at the end
    messages: int
    broken: str = ""  # the invariant that did not hold, with its reason

    def __str__(self) -> str:
        def after(time: int | None) -> str:
            return "never" if time is None else f"after {time}"

        lines = [
            f"{self.strategy}: noticed {after(self.noticed)}, recovered {after(self.recovered)}, "
            f"{self.messages} messages",
            f"  {len(self.acknowledged)} acknowledged, {len(self.refused)} refused, {len(self.open)} open, "
            f"{len(self.lost)} lost, {len(self.conflicts)} in conflict",
        ]
        if self.lost:
            lines.append(f"  lost: {listed(map(str, self.lost))}")
        if self.broken:
            lines.append(f"  broken: {self.broken}")
        return "\n".join(lines)


def recover(
    kind: Callable[..., Agent],
    sides: Sequence[str | Sequence[str]] = ("ab", "cde"),
    *,
    ask: Ask = lambda side, number: f"{side}{number}",
    cut: int = 500,
    heal: int = 1_500,
    until: int = 4_000,
    every: int = 100,
    topology: str = "mesh",
    seed: int = 0,
    loss: float = 0.0,
    properties: Iterable[Property] = (),
    name: str = "",
    **options: object,
) -> Recovery:
    """Run one cluster through one partition.

    sides: the agents of each side, all of them. On each side a client asks the first agent every so many units, from
    half the time to the cut until the heal. ask: what it asks for, from the side's first agent and a
    number. options go to the agents.
    """
    groups = [tuple(side) for side in sides]
    names = sorted((agent for group in groups for agent in group), key=by_name)
    if len(groups) < 2 or not all(groups) or len(set(names)) != len(names):
        raise ValueError(f"sides names each agent once on two sides or more, as ('ab', 'cde'), not {sides!r}")
    if not 0 < cut < heal < until:
        raise ValueError(f"the times come in the order cut < heal < until, not {cut}, {heal}, {until}")
    sim = Simulator(build(topology, names), create(kind, names, **options), seed=seed, loss=loss)
    _plan(sim, groups, cut, heal, every, ask)
    return _Observer(sim, cut, heal, tuple(properties)).watch(until, name or getattr(kind, "__name__", "agents"))


def _plan(sim: Simulator, groups: list[tuple[str, ...]], cut: int, heal: int, every: int, ask: Ask) -> None:
    side = {agent: number for number, group in enumerate(groups) for agent in group}
    crossing = sorted((a, b) for a, b in sim.system.network.graph.edges if side[a] != side[b])
    for a, b in crossing:
        for way in ((a, b), (b, a)):
            sim.plan(cut, Cut(*way))
            sim.plan(heal, Heal(*way))
    for number, time in enumerate(range(cut // 2, heal, every), 1):
        for group in groups:
            sim.plan(time, Request(group[0], ask(group[0], number)))


class _Observer:
    """Goes through a run step by step and writes down what the report needs."""

    def __init__(self, sim: Simulator, cut: int, heal: int, properties: tuple[Property, ...]) -> None:
        self._sim, self._cut, self._heal, self._properties = sim, cut, heal, properties
        self._held = {name: self._holds(agent) for name, agent in sim.system.agents.items()}
        self._looks = {name: (agent.role, agent.suspects) for name, agent in sim.system.agents.items()}
        self._overwritten: set[Hashable] = set()
        self._noticed: int | None = None
        self._same: int | None = 0  # since when all hold the same
        self._broken = ""

    def watch(self, until: int, name: str) -> Recovery:
        """Run on to that time, and report."""
        sim = self._sim
        while (due := sim.next_due()) is not None and due <= until:
            done = sim.step()
            if done is not None and done.change[0] is not None:
                self._changed(done.change[0], done.time, isinstance(done.event, Request))
        asked = [value for _, value in sim.system.requests]
        told = {answer.request: answer.result for answer in reversed(sim.system.answers)}  # the first answer counts
        good = {request for request, result in told.items() if result != NO_LEADER}
        safe = self._overwritten.union(*self._held.values())
        conflicts = {value for agent in sim.system.agents.values() for value in getattr(agent, "conflicts", ())}
        return Recovery(
            name,
            self._noticed,
            None if self._same is None else max(0, self._same - self._heal),
            tuple(value for value in asked if value in good),
            tuple(value for value in asked if value in told and value not in good),
            tuple(value for value in asked if value not in told),
            tuple(value for value in asked if value in good and value not in safe),
            tuple(value for value in asked if value in conflicts),
            sum(effect.__class__ is Send for done in sim.trace for effect in done.change[1]),
            self._broken,
        )

    def _changed(self, agent: Agent, time: int, asked: bool) -> None:
        held, look = self._holds(agent), (agent.role, agent.suspects)
        if held != self._held[agent.id]:
            if asked:  # who asked has seen what stood there, and wrote over it
                self._overwritten |= self._held[agent.id] - held
            self._held[agent.id] = held
            same = len(set(self._held.values())) == 1
            self._same = (time if self._same is None else self._same) if same else None
        if look != self._looks[agent.id]:
            self._looks[agent.id] = look
            if time >= self._cut and self._noticed is None:
                self._noticed = time - self._cut
        broken = None if self._broken else first_broken(self._properties, self._sim.system)
        if broken is not None:
            self._broken = f"{broken[0].name}: {broken[1]}"

    def _holds(self, agent: Agent) -> frozenset[Hashable]:
        found: Collection[Hashable] | None = getattr(agent, "holds", None)
        if found is None:
            found = {decision.value for decision in self._sim.system.decisions if decision.agent == agent.id}
        return frozenset(found)
