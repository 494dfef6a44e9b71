"""What clients asked for, and what has become of it at any step of a run: open, acknowledged, refused, lost …

Works with any agent class. What an agent keeps is its `holds` (the clients' requests that it can give back) or, where
the class has none, what it has decided. `conflicts` is used where a class has it.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

from labkit.agents import Agent, Decide, Reply
from labkit.engine import Request, Simulator, Snapshot, Step
from labkit.protocols import NO_LEADER

OPEN, ACKNOWLEDGED, REFUSED, LOST, CONFLICT = "open", "acknowledged", "refused", "lost", "in conflict"
OUTCOMES = (ACKNOWLEDGED, REFUSED, OPEN, LOST, CONFLICT)


@dataclass(frozen=True)
class ClientRequest:
    """One request: who was asked when, when it was answered (None: not yet), and what has become of it.

    open: never answered, so nobody may say what became of it. refused: answered with a no. lost: acknowledged, but held
    by nobody, and nobody who had seen it wrote over it. in conflict: it stands beside another write.
    """

    agent: str
    request: Hashable
    asked: int
    answered: int | None
    outcome: str


@dataclass(slots=True)
class _Asked:
    step: int
    time: int
    agent: str
    request: Hashable
    answered: tuple[int, int, bool] | None = None  # step, time, and whether it was a yes


class Requests:
    """The requests of a simulation with their outcomes; looks at each step once."""

    def __init__(self, sim: Simulator) -> None:
        self._sim, self._step = sim, 0
        self._asked: list[_Asked] = []
        self._overwritten: dict[Hashable, int] = {}  # since which step
        self._decided: dict[str, frozenset[Hashable]] = {}
        self._held = {name: kept(agent, ()) for name, agent in sim.at(0).system.agents.items()}

    def at(self, moment: Snapshot) -> list[ClientRequest]:
        """All that had been asked by that moment, in order."""
        self.extend()
        agents = moment.system.agents
        decided: dict[str, set[Hashable]] = {}
        for decision in moment.system.decisions:
            decided.setdefault(decision.agent, set()).add(decision.value)
        held = {value for name, agent in agents.items() for value in kept(agent, decided.get(name, ()))}
        conflicts = {value for agent in agents.values() for value in getattr(agent, "conflicts", ())}
        found = []
        for asked in self._asked:
            if asked.step > moment.step:
                break
            answered = asked.answered if asked.answered and asked.answered[0] <= moment.step else None
            outcome = OPEN
            if answered is not None:
                safe = asked.request in held or self._overwritten.get(asked.request, 1 << 60) <= moment.step
                outcome = REFUSED if not answered[2] else ACKNOWLEDGED if safe else LOST
            if asked.request in conflicts and outcome == ACKNOWLEDGED:
                outcome = CONFLICT
            found.append(ClientRequest(asked.agent, asked.request, asked.time, answered and answered[1], outcome))
        return found

    def extend(self) -> None:
        """Take in what has happened since."""
        for done in self._sim.trace[self._step :]:
            self._step += 1
            self._take(done)

    def _take(self, done: Step) -> None:
        if isinstance(done.event, Request):
            self._asked.append(_Asked(self._step, done.time, done.event.agent, done.event.value))
        agent, effects = done.transition
        if agent is None:
            return
        for effect in effects:
            if isinstance(effect, Decide):
                self._decided[agent.id] = self._decided.get(agent.id, frozenset()) | {effect.value}
            elif isinstance(effect, Reply):
                self._answer(effect, done.time)
        held = kept(agent, self._decided.get(agent.id, ()))
        if isinstance(done.event, Request):  # who asked has seen what stood there, and wrote over it
            for value in self._held[agent.id] - held:
                self._overwritten.setdefault(value, self._step)
        self._held[agent.id] = held

    def _answer(self, reply: Reply, time: int) -> None:
        """It ends the oldest open request of these words; a second answer to one request ends nothing."""
        for asked in self._asked:
            if asked.answered is None and asked.request == reply.request:
                asked.answered = self._step, time, is_yes(reply.result)
                return


def is_yes(result: Hashable) -> bool:
    """Whether an answer is more than a refusal."""
    return result != NO_LEADER and not str(result).startswith("refused")


def kept(agent: Agent, decided: Collection[Hashable]) -> frozenset[Hashable]:
    """What this agent holds of the clients' requests; `decided`: what it has decided so far."""
    return frozenset(getattr(agent, "holds", decided))
