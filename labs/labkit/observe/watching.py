"""A simulation watched as a monitoring system watches a service: five metrics, a log, and a trace for each request.

Works with any agents, because it looks at events, messages and replies only. A task is a request of a client.
Utilisation needs more: it is told of agents with a capacity (busy while a message waits or is served), and of agents
with the facet `labkit.agents.Works` (busy while they have work in hand); of others it is not judged.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from labkit.agents import Decide, Effect, Reply, Send, Works
from labkit.engine import Deliver, Drop, Pause, Request, Simulator, Step, Timeout, Wait, said
from labkit.network import Crash, Cut, Heal, Restart
from labkit.observe.causality import Link
from labkit.observe.monitoring import COMPLETION, ERRORS, OVERHEAD, THROUGHPUT, UTILISATION, MonitoringSystem
from labkit.observe.tracing import Ways
from labkit.observe.transcript import decision
from labkit.values import brief, canonical, expect, kind

WIDTH = 100  # units from one reading of throughput and utilisation to the next
Part = tuple[str, int, int, str, str]  # of a trace: what, begin, end, which agent, and to whom if it is a message


@dataclass(slots=True)
class _Task:
    """A request that was not answered yet; step: in which its agent heard it."""

    number: int
    agent: str
    wish: Hashable
    asked: int
    step: int | None = None
    waits: bool = False  # the agent pauses, and will hear of it later


def watch(sim: Simulator, every: int = WIDTH) -> MonitoringSystem:
    """Metrics, log and traces of a simulation, up to the moment at which they are read.

    every: units of time from one reading of throughput and utilisation to the next.
    """
    expect(sim, Simulator, "watch takes a simulation")
    if every.__class__ is not int or every < 1:
        raise ValueError(f"every is a whole number of units of time, at least 1, not {every!r}")
    return _Feed(sim, every).monitoring


class _Feed:
    """Takes in what has happened since it was last asked, and writes it down."""

    def __init__(self, sim: Simulator, every: int) -> None:
        self.monitoring = MonitoringSystem(self.extend)
        self._sim, self._every, self._step = sim, every, 0
        self._moment, self._ways = sim.at(0), Ways()  # the moment goes through the run beside the simulation
        self._clock = 0
        self._tasks = 0
        self._open: list[_Task] = []
        self._arrived: dict[int, int] = {}  # since when a message waits at a busy agent, by its number
        self._times = [0]  # of each step
        self._messages = len(self._moment.system.flight)  # sent since the last task was finished
        self._finished = 0  # tasks, in this reading
        self._busy = {name: 0 for name, agent in self._moment.system.agents.items()
                      if name in sim.capacity or isinstance(agent, Works)}

    def extend(self) -> None:
        for done in self._sim.trace[self._step :]:
            self._step += 1
            self._pass(done.time)
            self._times.append(done.time)
            self._ways.take(done, self._step)
            self._take(done)
            self._moment.redo(done)
        self._pass(self._sim.now)

    # ---- readings ----------------------------------------------------------------------------------------------------

    def _pass(self, until: int) -> None:
        """Time goes by while nothing happens."""
        busy = [name for name in self._busy if self._is_busy(name)]
        while self._clock < until:
            end = min(until, self._clock - self._clock % self._every + self._every)
            for name in busy:
                self._busy[name] += end - self._clock
            self._clock = end
            if end % self._every == 0:
                self._read()

    def _is_busy(self, name: str) -> bool:
        moment = self._moment
        agent = moment.system.agents[name]
        works = isinstance(agent, Works) and bool(agent.in_hand)
        return name not in moment.system.down and (works or name in moment.waiting)

    def _read(self) -> None:
        """A reading is over."""
        record = self.monitoring.record_metric
        record(THROUGHPUT, 100 * self._finished / self._every, self._clock)
        self._finished = 0
        for name, time in self._busy.items():
            record(UTILISATION, time / self._every, self._clock, name)
            self._busy[name] = 0

    # ---- events ------------------------------------------------------------------------------------------------------

    def _take(self, done: Step) -> None:
        agent, effects = done.transition
        match done.event:
            case Wait(Request(name, wish)):
                self._ask(name, wish, done.time).waits = True
            case Request(name, wish):
                self._hear(name, wish, done.time, up=agent is not None)
            case Wait(Deliver(number)):
                self._arrived[number] = done.time
            case Crash(name) | Restart(name) | Pause(name):
                self._log(type(done.event).__name__.lower(), said(done.event), name)
            case Cut() | Heal() | Drop():
                word = "lost" if isinstance(done.event, Drop) else type(done.event).__name__.lower()
                self._log(word, said(done.event))
        if agent is not None:
            for effect in effects:
                self._come(agent.id, effect, done.time)

    def _come(self, agent: str, effect: Effect, time: int) -> None:
        match effect:
            case Send():
                self._messages += 1
            case Decide(value, about):
                self._log("decides", f"{agent} {decision(value, about)}", agent)
            case Reply():
                self._answer(agent, effect, time)

    def _log(self, word: str, text: str, agent: str = "") -> None:
        self.monitoring.log_event(word, text, self._times[-1], agent)

    def _ask(self, agent: str, wish: Hashable, time: int) -> _Task:
        self._tasks += 1
        task = _Task(self._tasks, agent, wish, time)
        self._open.append(task)
        self.monitoring.start_trace(task.number, brief(wish), time, agent)
        self._log("request", f"a client asks {agent}: {brief(wish)}", agent)
        return task

    def _hear(self, agent: str, wish: Hashable, time: int, *, up: bool) -> None:
        """A request comes to an agent; it may have waited there while the agent paused."""
        late = [task for task in self._open if task.waits and (task.agent, task.wish) == (agent, wish)]
        task = late[0] if late else self._ask(agent, wish, time)
        task.waits, task.step = False, self._step if up else None

    def _answer(self, agent: str, reply: Reply, time: int) -> None:
        """It ends the oldest open request of these words to this agent."""
        task = next((task for task in self._open if task.agent == agent and task.step is not None
                     and canonical(task.wish) == canonical(reply.request)), None)
        if task is None:
            return
        self._open.remove(task)
        record, took = self.monitoring.record_metric, time - task.asked
        for part in self._spans(task):
            self.monitoring.add_span(task.number, *part)
        self.monitoring.end_trace(task.number, time, reply.ok)
        record(ERRORS, 0.0 if reply.ok else 1.0, time, agent)
        word = "answered" if reply.ok else "refused"
        self._log(word, f"{agent} answers {brief(task.wish)} with {'yes' if reply.ok else 'no'} after {took}", agent)
        if reply.ok:
            record(COMPLETION, took, time, agent)
            record(OVERHEAD, self._messages, time)
            self._messages, self._finished = 0, self._finished + 1

    def _spans(self, task: _Task) -> Iterator[Part]:
        """All parts of the way of a request that is answered in this step, but those that take no time."""
        assert task.step is not None
        parts = [("pauses", task.asked, self._times[task.step], task.agent, "")]
        for link in self._ways.way(task.step, self._step):
            parts += self._parts(link)
        yield from (part for part in parts if part[1] < part[2])

    def _parts(self, link: Link) -> list[Part]:
        begin, end = self._times[link.begun], self._times[link.ended]
        if link.packet is None:
            event = self._sim[link.ended - 1].event
            return [(f"timer {event.timer}" if isinstance(event, Timeout) else "waits", begin, end, link.target, "")]
        there = self._arrived.get(link.packet.number, end)
        return [(kind(link.packet.message), begin, there, link.source, link.target),
                ("waits its turn", there, end, link.target, "")]
