"""What has become of each task: waiting, running, done, redone, doubled, dead or lost, as seen from above.

Works with any agents that have the facet `labkit.agents.Works`; messages that carry work are `labkit.agents.Carries`.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from labkit.agents import DEAD, DONE, RUNNING, WAITING, Carries, Job, Works
from labkit.engine import Snapshot, System, Timeout
from labkit.observe.requests import LOST
from labkit.values import brief, expect

DOUBLED, REDONE = "doubled", "redone"
WORK_STATES = (WAITING, RUNNING, DONE, REDONE, DOUBLED, DEAD, LOST)


@dataclass(frozen=True)
class TaskState:
    """A task at one moment.

    waiting: with nobody. running: handed out to `holder`, until the time `until` if there is a lease and a clock; it
    may be executed by now, but whoever handed it out does not know. done: executed once. redone: the same, but handed
    out more than once. doubled: executed more than once. dead: given up. lost: handed out, not executed, and nobody
    will ever do it. effects: how often it was executed.
    """

    key: Hashable
    name: str
    state: str
    holder: str
    attempts: int
    effects: int
    until: int | None = None


def work_of(state: Snapshot | System) -> list[TaskState]:
    """What has become of each task of this system: one after the other as they were handed in to each agent."""
    expect(state, Snapshot | System, "work_of takes the state of a simulation, sim.present")
    system = state.system if isinstance(state, Snapshot) else state
    agents = {name: agent for name, agent in system.agents.items() if isinstance(agent, Works)}
    effects = [effect for agent in agents.values() for effect in agent.executed]
    times = Counter(key for key, _ in effects)
    carried = {packet.message.key for packet in system.flight.values() if isinstance(packet.message, Carries)}
    hands = {key: name for name, agent in agents.items() if name not in system.down for key in agent.in_hand}
    found = {}
    for name, agent in agents.items():
        for job in agent.jobs:
            timer = Timeout(name, job.timer)
            until = _due(state, timer) if isinstance(state, Snapshot) and job.timer else None
            comes_back = bool(job.timer) and (timer in system.timers or name in system.down)
            what = _state(job, times[job.key], comes_back or job.key in hands or job.key in carried)
            holder = job.holder or (hands.get(job.key, "") if what == RUNNING else "")
            found[job.key] = TaskState(job.key, brief(job.what), what, holder, job.attempts, times[job.key], until)
    for key, task in effects:  # of an agent that has forgotten what it had handed out
        if key not in found:
            found[key] = TaskState(key, brief(task), DOUBLED if times[key] > 1 else DONE, "", 1, times[key])
    return [*found.values()]


def _state(job: Job, effects: int, alive: bool) -> str:
    if effects > 1:
        return DOUBLED
    if job.state in (WAITING, DEAD):
        return job.state
    if effects:
        return job.state if job.state == RUNNING else REDONE if job.attempts > 1 else DONE
    return RUNNING if alive else LOST


def _due(moment: Snapshot, timer: Timeout) -> int | None:
    """When the timer runs out; None if it is not set, as while its agent is down."""
    order = moment.timers.get(timer)
    return None if order is None else moment.pending[order].due
