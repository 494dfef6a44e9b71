"""How good a failure detector is: how soon it notices a crash, how often it is wrong, how much it says.

The measures of Chen, Toueg & Aguilera, "On the quality of service of failure detectors" (2002), §2: detection time and
mistakes. Works with any agent class that inherits Suspects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labkit.agents import Agent, Send, create, suspects_of
from labkit.engine import LATENCY, Range, Simulator
from labkit.network import Crash, Restart
from labkit.topology import build
from labkit.values import by_name


@dataclass(frozen=True)
class Suspicion:
    """At that time `agent` began to suspect `about`, who was up if it is `mistaken`."""

    time: int
    agent: str
    about: str
    mistaken: bool


@dataclass(frozen=True)
class Quality:
    """What a run, or the mean of several, shows of a detector; times in units since the crash, None: not noticed."""

    first: float | None  # until somebody suspects
    everyone: float | None  # until all who are up suspect
    mistakes: float  # suspicions of agents that were up
    messages: float  # of each agent, in 1,000 units


def suspicions(sim: Simulator) -> list[Suspicion]:
    """Every suspicion that began in this run, in order."""
    believed: dict[str, frozenset[str]] = {}
    down: set[str] = set()
    found: list[Suspicion] = []
    for done in sim.trace:
        if isinstance(done.event, Crash):
            down.add(done.event.agent)
        elif isinstance(done.event, Restart):
            down.discard(done.event.agent)
        agent = done.transition.agent
        if agent is not None:
            now = suspects_of(agent)
            new = now - believed.get(agent.id, frozenset())
            found += [Suspicion(done.time, agent.id, about, about not in down) for about in sorted(new, key=by_name)]
            believed[agent.id] = now
    return found


def quality(
    kind: Callable[..., Agent], agents: int = 5, *, crash: int = 2_000, until: int = 4_000, loss: float = 0.0,
    latency: Range = LATENCY, topology: str = "mesh", seed: int = 0, **options: object,
) -> Quality:
    """Run a detector, crash the last agent at that time, and measure.

    until: the end of the run. options go to the agents: silence=100, say.
    """
    graph = build(topology, agents)
    victim = max(graph, key=by_name)
    sim = Simulator(graph, create(kind, sorted(graph, key=by_name), **options), seed=seed, loss=loss, latency=latency)
    sim.plan(crash, Crash(victim))
    sim.run(until, steps=10_000_000)
    since: dict[str, int] = {}
    for suspicion in suspicions(sim):
        if suspicion.about == victim and not suspicion.mistaken:
            since.setdefault(suspicion.agent, suspicion.time - crash)
    # Who suspected the victim by mistake when it crashed has noticed at once.
    for name, agent in sim.system.agents.items():
        if name != victim and victim in suspects_of(agent):
            since.setdefault(name, 0)
    sent = sum(effect.__class__ is Send for done in sim.trace for effect in done.transition.effects)
    return Quality(
        min(since.values(), default=None),
        max(since.values()) if len(since) == agents - 1 else None,
        sum(suspicion.mistaken for suspicion in suspicions(sim)),
        1_000 * sent / (agents * until),
    )


def averaged(runs: Sequence[Quality]) -> Quality:
    """The mean of several runs; what was not noticed in one of them counts as not noticed."""

    def over(values: list[float | None]) -> float | None:
        seen = [value for value in values if value is not None]
        return sum(seen) / len(seen) if len(seen) == len(values) else None

    return Quality(
        over([run.first for run in runs]),
        over([run.everyone for run in runs]),
        sum(run.mistakes for run in runs) / len(runs),
        sum(run.messages for run in runs) / len(runs),
    )
