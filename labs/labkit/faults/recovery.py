"""Cut a cluster along a line, write on both sides, heal, and see what each strategy makes of it: a report.

`recover` does it all in one call; `report` judges any run that has been cut and healed. Both work with any agent class
(`labkit.agents.facets` says what they look at).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from labkit.agents import Agent, Holds, Properties, Send, as_properties, create, first_violation, suspects_of
from labkit.engine import Request, Simulator, Step
from labkit.network import Cut, Heal
from labkit.observe import ACKNOWLEDGED, CONFLICT, LOST, OPEN, REFUSED, Holdings, Requests
from labkit.protocols import described
from labkit.topology import build
from labkit.values import by_name, expect, listed, plain_arguments

LONGEST = 100_000  # units of time that a report looks at
NOT_JUDGED = (
    "  not judged: define what an agent holds, class Mine(Agent, Holds) with\n"
    "      @property\n      def holds(self):\n          return frozenset(self.table.items())"
)
Ask = Callable[[str, int], Hashable]


@dataclass(frozen=True)
class Recovery:
    """What came of one partition. Times in units; requests as the clients made them, in order.

    noticed: from the cut until an agent changes its role or suspects somebody. recovered: from the heal until all
    agents first hold the same of what had been asked for or held by then. refused: answered with a no; open: never
    answered, so nobody may say what became of them.
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
    violated: str = ""  # the invariant that did not hold, with its reason
    judged: bool = True  # whether the agents can tell what they hold, so that something could be found lost
    seed: int | None = None

    @property
    def took(self) -> tuple[str, str]:
        """How long it took to notice and to recover, in words."""
        noticed = "never" if self.noticed is None else f"after {self.noticed}"
        recovered = "never" if self.recovered is None else f"after {self.recovered}"
        return noticed, recovered if self.judged else "not judged"

    @property
    def sentence(self) -> str:
        """All of it in a line or two."""
        noticed, recovered = self.took
        lost = f" Lost: {listed(map(str, self.lost), most=5)}." if self.lost else ""
        broken = f" ✘ Broken: {self.violated}." if self.violated else ""
        return (f"{self.strategy}: noticed {noticed}, recovered {recovered}, {self.messages} messages; "
                f"{self._requests()}.{lost}{broken}")

    def __str__(self) -> str:
        noticed, recovered = self.took
        lines = [
            f"{self.strategy}: noticed {noticed}, recovered {recovered}, {self.messages} messages",
            f"  {self._requests()}",
        ]
        if not self.judged:
            lines.append(NOT_JUDGED)
        if self.lost:
            lines.append(f"  lost: {listed(map(str, self.lost))}")
        if self.violated:
            lines.append(f"  broken: {self.violated}")
        return "\n".join(lines)

    def _requests(self) -> str:
        if not self.acknowledged + self.refused + self.open:
            return "no client asked for anything"
        what = f"{len(self.lost)} of them lost" if self.judged else "not judged whether lost"
        what += f", {len(self.conflicts)} in conflict" if self.judged else ""
        return f"{len(self.acknowledged)} acknowledged ({what}), {len(self.refused)} refused, {len(self.open)} open"


@plain_arguments
def recover(
    kind: Callable[..., Agent],
    sides: Sequence[str | Sequence[str]] = ("ab", "cde"),
    *,
    ask: Ask | None = None,
    cut: int = 500,
    heal: int = 1_500,
    until: int = 4_000,
    ask_every: int = 100,
    topology: str = "mesh",
    seed: int = 0,
    loss: float = 0.0,
    properties: Properties | None = None,
    name: str = "",
    **options: object,
) -> Recovery:
    """Run one cluster through one partition.

    sides: the agents of each side, all of them. On each side a client asks the first agent every `ask_every` units,
    from half the time to the cut until the heal. ask: what it asks for, from the side's first agent and a number; left
    out: what the clients of this protocol ask for. options go to the agents.
    """
    expect(kind, Callable, "recover takes a class of agents, recover(Raft)")
    expect(sides, (list, tuple), "sides names the agents of each side, ('ab', 'cde')")
    expect(ask, (Callable, type(None)), "ask is a function of an agent's name and a number")
    for side in sides:
        expect(side, (str, list, tuple), "a side is the names of its agents, 'abc' or ('a1', 'a2')")
    if until > LONGEST:
        raise ValueError(f"until is at most {LONGEST:,} units, not {until:,}")
    groups = [tuple(side) for side in sides]
    names = sorted((agent for group in groups for agent in group), key=by_name)
    if len(groups) < 2 or not all(groups) or len(set(names)) != len(names):
        raise ValueError(f"sides names each agent once on two sides or more, as ('ab', 'cde'), not {sides!r}")
    if ask_every.__class__ is not int or ask_every < 1:
        raise ValueError(f"ask_every is a whole number of units, at least 1, not {ask_every!r}")
    if not 0 < cut < heal < until:
        raise ValueError(f"the times come in the order cut < heal < until, not {cut}, {heal}, {until}")
    cast = cast_with(kind, names, options)
    sim = Simulator(build(topology, names), cast, seed=seed, loss=loss)
    _plan(sim, groups, cut, heal, ask_every, ask or described(type(cast[names[0]])).ask)
    sim.run(until=until)
    return report(sim, cut, heal, properties=properties, name=name or strategy_of(sim))


def report(
    sim: Simulator, cut: int, heal: int, *, properties: Properties | None = None, name: str = "this run"
) -> Recovery:
    """What came of a run whose network broke at the time `cut` and was whole again from the time `heal` on."""
    expected = sim.properties if properties is None else as_properties(properties)
    operations, moment = Requests(sim), sim.at(0)
    told = operations.at(sim.at(len(sim)))
    judge = _Judge(sim, cut, heal)
    broken = None
    for done in sim.trace:
        moment.redo(done)
        if done.transition.agent is not None:
            judge.see(done, done.transition.agent)
            broken = broken or first_violation(expected, moment.system)

    def those(*outcomes: str) -> tuple[Hashable, ...]:
        return tuple(operation.request for operation in told if operation.outcome in outcomes)

    return Recovery(
        name,
        judge.noticed,
        judge.recovered,
        those(ACKNOWLEDGED, LOST, CONFLICT),
        those(REFUSED),
        those(OPEN),
        those(LOST),
        those(CONFLICT),
        sum(effect.__class__ is Send for done in sim.trace for effect in done.transition.effects),
        f"{broken[0].name}: {broken[1]}" if broken is not None else "",
        all(isinstance(agent, Holds) for agent in moment.system.agents.values()),
        sim.weather.seed,
    )


def cast_with(kind: Callable[..., Agent], names: Sequence[str], options: Mapping[str, object]) -> dict[str, Agent]:
    """Agents of that class with these options; ValueError for an option that there is not, or of the wrong type."""
    if isinstance(kind, type) and issubclass(kind, Agent):
        described(kind).checked(options)
    return create(kind, names, **options)


def strategy_of(sim: Simulator) -> str:
    """What these agents are called, with the options in which they differ from the defaults: CheckQuorum lease=40."""
    cast = list(sim.at(0).system.agents.values())
    options = [
        f"{option.name}={value}" for option in described(type(cast[0])).options
        if len(values := {getattr(agent, option.name, option.default) for agent in cast}) == 1
        and (value := next(iter(values))) != option.default
    ]
    return " ".join([type(cast[0]).__name__, *options])


def _plan(sim: Simulator, groups: list[tuple[str, ...]], cut: int, heal: int, ask_every: int, ask: Ask) -> None:
    side = {agent: number for number, group in enumerate(groups) for agent in group}
    crossing = sorted((a, b) for a, b in sim.system.network.graph.edges if side[a] != side[b])
    for a, b in crossing:
        for way in ((a, b), (b, a)):
            sim.plan(cut, Cut(*way))
            sim.plan(heal, Heal(*way))
    for number, time in enumerate(range(cut // 2, heal, ask_every), 1):
        for group in groups:
            if (wish := ask(group[0], number)) is not None:
                sim.plan(time, Request(group[0], wish))


class _Judge:
    """When somebody noticed, and when all first held the same of what there was at the heal."""

    def __init__(self, sim: Simulator, cut: int, heal: int) -> None:
        self._cut, self._heal = cut, heal
        system = sim.at(0).system
        self._holdings = Holdings(system)
        self._looks = {name: (agent.role, suspects_of(agent)) for name, agent in system.agents.items()}
        self._old = {done.event.value for done in sim.trace if isinstance(done.event, Request) and done.time < heal}
        self._healed = False
        self.noticed: int | None = None
        self.recovered: int | None = None

    def see(self, done: Step, agent: Agent) -> None:
        """An agent has changed."""
        if done.time >= self._heal and not self._healed:
            self._healed = True
            self._old = self._old | self._holdings.all()
            self._compare(self._heal)
        if self._holdings.follow(done) != self._holdings.of[agent.id]:
            self._compare(done.time)
        look = agent.role, suspects_of(agent)
        if look != self._looks[agent.id]:
            self._looks[agent.id] = look
            if done.time >= self._cut and self.noticed is None:
                self.noticed = done.time - self._cut

    def _compare(self, time: int) -> None:
        if self._healed and self.recovered is None:
            same = len({held & self._old for held in self._holdings.of.values()}) == 1
            self.recovered = time - self._heal if same else None
