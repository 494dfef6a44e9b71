"""What clients asked for, and what has become of it at any step of a run: open, acknowledged, refused, lost …

Works with any agent class. An answer belongs to the agent that was asked. Whether a request is lost can be judged only
where its agent can tell what it holds: define the facet `labkit.agents.Holds`, three lines:

    @property
    def holds(self):
        return frozenset(self.table.items())
"""

from collections.abc import Hashable
from copy import copy
from dataclasses import dataclass, replace

from labkit.agents import Holds, Reply
from labkit.engine import Request, Simulator, Snapshot, Step, Wait
from labkit.observe.holdings import Holdings, conflicts_in
from labkit.values import canonical

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
    waits: bool = False  # the agent pauses, and will hear of it later


class Requests:
    """The requests of a simulation with their outcomes; looks at each step once."""

    def __init__(self, sim: Simulator) -> None:
        self._sim, self._step = sim, 0
        self._asked: list[_Asked] = []
        self._overwritten: dict[Hashable, int] = {}  # since which step
        self._holdings = Holdings(sim.at(0).system)

    def branch(self, sim: Simulator) -> "Requests":
        """The requests of a branch that has just begun."""
        new, step = copy(self), min(self._step, len(sim))
        new._sim, new._step, new._holdings = sim, step, Holdings(sim.at(step).system)
        new._asked = [
            replace(asked, answered=asked.answered if asked.answered and asked.answered[0] <= step else None)
            for asked in self._asked
            if asked.step <= step
        ]
        new._overwritten = {value: since for value, since in self._overwritten.items() if since <= step}
        return new

    def at(self, moment: Snapshot) -> list[ClientRequest]:
        """All that had been asked by that moment, in order."""
        self.extend()
        agents, holdings = moment.system.agents, Holdings(moment.system)
        held, conflicts = holdings.all() | holdings.stored(), set(conflicts_in(moment.system))
        found = []
        for asked in self._asked:
            if asked.step > moment.step:
                break
            answered = asked.answered if asked.answered and asked.answered[0] <= moment.step else None
            outcome = OPEN
            if answered is not None:
                safe = asked.request in held or self._overwritten.get(asked.request, 1 << 60) <= moment.step
                lost = not safe and isinstance(agents[asked.agent], Holds)
                outcome = REFUSED if not answered[2] else LOST if lost else ACKNOWLEDGED
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
        match done.event:
            case Wait(Request(name, value)):
                self._asked.append(_Asked(self._step, done.time, name, value, waits=True))
            case Request(name, value):
                late = [asked for asked in self._asked if asked.waits and (asked.agent, asked.request) == (name, value)]
                if late:
                    late[0].waits = False
                else:
                    self._asked.append(_Asked(self._step, done.time, name, value))
        agent, effects = done.transition
        if agent is None:
            return
        for effect in effects:
            if isinstance(effect, Reply):
                self._answer(agent.id, effect, done.time)
        before = self._holdings.follow(done)
        if isinstance(done.event, Request):  # whoever asked has seen what was there, and wrote over it
            for value in before - self._holdings.of[agent.id]:
                self._overwritten.setdefault(value, self._step)

    def _answer(self, agent: str, reply: Reply, time: int) -> None:
        """It ends the oldest open request of these words to this agent; a second answer to one request ends nothing."""
        for asked in self._asked:
            if asked.answered is None and asked.agent == agent and canonical(asked.request) == canonical(reply.request):
                asked.answered = self._step, time, reply.ok
                return
