"""A run at the moment at which something is wrong in it, and ways to find that moment in a run.

A run that goes on after a fault is healed in the end, so its end shows nothing of what was wrong. Left out: more than
one moment of the same run.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from labkit.agents import Agent, Properties, Reply
from labkit.engine import Simulator, Timeout
from labkit.observe import Monitor
from labkit.values import frozendict

NOTHING: Mapping[str, str] = frozendict()


@dataclass(frozen=True)
class Moment:
    """A run, and the time at which it shows what is wrong. marks: agent → what is wrong with it all the time."""

    sim: Simulator
    time: int
    marks: Mapping[str, str] = NOTHING


def states(sim: Simulator) -> Iterator[tuple[int, Mapping[str, Agent]]]:
    """All agents at the beginning and after each step, with its time: one table, which changes from step to step."""
    agents = dict(sim.at(0).system.agents)
    yield 0, agents
    for done in sim.trace:
        if (agent := done.transition.agent) is not None:
            agents[agent.id] = agent
        yield done.time, agents


def broken_at(sim: Simulator, properties: Properties) -> int:
    """When the first of these properties that does not hold at the end was broken; the end if all of them hold."""
    since = [verdict.since for verdict in Monitor(sim, properties).verdicts(len(sim)) if verdict.bad]
    return min((sim[step - 1].time for step in since if step), default=sim.now)


def refused_at(sim: Simulator, begin: int, end: int) -> int:
    """When a client last heard a no in this span of time; its last moment if no client did."""
    times = [done.time for done in sim.trace if begin <= done.time < end
             and any(isinstance(effect, Reply) and not effect.ok for effect in done.transition.effects)]
    return times[-1] if times else end - 1


def at_rest(sim: Simulator) -> Moment:
    """When something last happened but time-outs: from then on the agents only wait."""
    return Moment(sim, max((done.time for done in sim.trace if not isinstance(done.event, Timeout)), default=0))


def undecided(sim: Simulator, among: Iterable[str] = ()) -> Moment:
    """The end of the run, with those of these agents marked, or of all, that are up and have decided nothing."""
    told = {decision.agent for decision in sim.system.decisions} | set(sim.system.down)
    silent = [name for name in among or sim.system.agents if name not in told]
    return Moment(sim, sim.now, dict.fromkeys(silent, "never decides"))
