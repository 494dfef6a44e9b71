"""The state of everything: agents, network, messages in flight, timers. One verb changes it: `apply(event)`.

A system has no clock and no randomness: the driver chooses the next event. `apply` has two halves: `evaluate` asks the
agent (and may fail, with nothing changed), `commit` makes the change. With the results of both kept, a run can be
repeated.
"""

from collections.abc import Hashable, Mapping
from copy import copy
from typing import Any, NamedTuple

import networkx as nx

from labkit.agents import (
    NOTHING,
    Agent,
    Asked,
    CancelTimer,
    Decide,
    Decision,
    Replied,
    Said,
    Send,
    SetTimer,
    Transition,
    act,
    check_effects,
    check_immutable,
    checked,
    look_over,
    restarted,
)
from labkit.engine.events import (
    Deliver,
    Drop,
    Duplicate,
    Event,
    Forward,
    Pause,
    Request,
    Timeout,
    Wait,
    kind_of_message,
)
from labkit.network import Crash, Cut, Heal, Network, Restart
from labkit.values import brief, canonical, listed, quick


class Started(NamedTuple):
    """A timer that was set; nth: how often it had been set before."""

    timer: Timeout
    after: tuple[int, int]
    nth: int


ToSchedule = list[Deliver | Started | CancelTimer]


class System:
    """Agents on a network; `agents` by name, `flight` by message number, `timers` by their timeout."""

    __slots__ = ("_counts", "_fresh", "_sent", "_told", "agents", "flight", "history", "network", "timers")

    def __init__(self, graph: "nx.Graph[str]", agents: Mapping[str, Agent]) -> None:
        if set(agents) != set(graph):
            odd = listed(sorted(set(agents) ^ set(graph)))
            raise ValueError(f"agents and topology differ in {odd}: give each agent of the topology its own agent")
        for kind in {type(agent): None for agent in agents.values()}:
            look_over(kind)
        self.network = Network(graph)
        self.agents = {name: checked(agents[name]) for name in graph}
        self.flight: dict[int, Deliver] = {}
        self.timers: dict[Timeout, tuple[int, int]] = {}
        self.history: list[Said] = []
        self._told: set[tuple[str, str, str]] = set()  # the decisions in it, so that each stands there once
        self._fresh = dict(self.agents)
        self._sent = 0
        self._counts: dict[tuple[str, ...], int] = {}  # messages by way and kind, timers by agent and name

    def copy(self) -> "System":
        """A separate system in the same state; agents are shared, because they never change in place."""
        new = copy(self)
        new.agents, new.flight, new.timers = self.agents.copy(), self.flight.copy(), self.timers.copy()
        new.history, new._told, new._counts = self.history.copy(), self._told.copy(), self._counts.copy()
        return new

    @property
    def down(self) -> frozenset[str]:
        """Agents that have crashed."""
        return self.network.crashed

    @property
    def requests(self) -> list[Asked]:
        """What clients asked whom for, in order."""
        return [said for said in self.history if said.__class__ is Asked]

    @property
    def decisions(self) -> list[Decision]:
        """What agents have decided, in order; a repeated decision stands once."""
        return [said for said in self.history if said.__class__ is Decision]

    @property
    def replies(self) -> list[Replied]:
        """What clients were told, in order."""
        return [said for said in self.history if said.__class__ is Replied]

    def start(self, name: str) -> ToSchedule:
        """Start an agent; the result is that of `commit`."""
        return self._settle(self.ask(self.agents[name], "start"))

    def apply(self, event: Event) -> ToSchedule:
        """Let the event happen. AgentError if an agent breaks a rule; then nothing has changed."""
        return self.commit(event, self.evaluate(event))

    def evaluate(self, event: Event) -> Transition:
        """What the event would do to the agent that it concerns; changes nothing."""
        if isinstance(event, Deliver):  # as nearly all events are
            number, source, target, message, _ = event
            if number not in self.flight:
                raise ValueError(f"“{brief(message)}” from {source} is not in flight: it has arrived or been lost")
            if target in self.network.crashed:
                raise ValueError(f"agent {target} is down and receives nothing: restart it first")
            return self.ask(self.agents[target], "receive", source, message)
        match event:
            case Timeout(agent, timer):
                if event not in self.timers:
                    raise ValueError(f"timer {timer!r} of agent {agent} is not set")
                return self.ask(self.agents[agent], "timeout", timer)
            case Request(agent, value):
                check_immutable(value, f"the request to {agent}")
                self._known(agent)
                return NOTHING if agent in self.down else self.ask(self.agents[agent], "request", value)
            case Pause(agent, units):
                self._known(agent)
                if agent in self.down:
                    raise ValueError(f"agent {agent} is down and cannot pause: restart it first")
                if units.__class__ is not int or units < 1:
                    raise ValueError(f"a pause is a whole number of units, 1 at least, not {units!r}")
            case Restart(agent) if agent in self.down:
                return self.ask(self.risen(self.agents[agent]), "start")
        return NOTHING

    def commit(self, event: Event, transition: Transition) -> ToSchedule:
        """Make the change; the result is the messages sent and the timers set or cancelled, in order."""
        if isinstance(event, Deliver):
            del self.flight[event[0]]
            return self._settle(transition)
        match event:
            case Timeout():
                del self.timers[event]
            case Request(agent, value):
                self.history.append(Asked(agent, value))
            case Drop(packet, _):
                self.flight.pop(packet.number, None)
            case Duplicate(packet):
                return [self._send(packet.source, packet.target, packet.message, "copy")]
            case Crash() | Restart() | Cut() | Heal():
                self.network = self.network.after(event)
                self.timers = {key: after for key, after in self.timers.items() if key.agent not in self.down}
            case Forward() | Wait() | Pause():
                pass
            case _:
                raise ValueError(f"{event!r} is not an event: use Request, Crash, Restart, Cut, Heal, Drop …")
        return self._settle(transition)

    def ask(self, agent: Agent, handler: str, *args: Any) -> Transition:
        """Run a handler of the agent and check that its effects are possible here; changes nothing."""
        transition = act(agent, handler, *args)
        if transition.effects:
            check_effects(agent, handler, transition.effects, self.agents)
        return transition

    def risen(self, agent: Agent) -> Agent:
        """What is left of an agent in this state after a crash."""
        return restarted(agent, self._fresh[agent.id])

    def _settle(self, transition: Transition) -> ToSchedule:
        agent, effects = transition
        if agent is None:
            return []
        name = agent.id
        self.agents[name] = agent
        begun: ToSchedule = []
        for effect in effects:
            if isinstance(effect, Send):
                begun.append(self._send(name, effect.to, effect.message))
            elif isinstance(effect, SetTimer):
                timer = quick(Timeout, (name, effect.name))
                self.timers[timer] = effect.after
                begun.append(quick(Started, (timer, effect.after, self._count(timer))))
            elif isinstance(effect, CancelTimer):
                self.timers.pop(Timeout(name, effect.name), None)
                begun.append(effect)
            elif isinstance(effect, Decide):
                if (told := (name, canonical(effect.value), effect.about)) not in self._told:
                    self._told.add(told)
                    self.history.append(Decision(name, effect.value, effect.about))
            else:
                self.history.append(Replied(name, effect.request, effect.result, effect.ok))
        return begun

    def _send(self, source: str, target: str, message: Hashable, *copy: str) -> Deliver:
        self._sent += 1
        nth = self._count((source, target, kind_of_message(message), *copy))
        sent = (self._sent, source, target, message, -1 - nth if copy else nth)
        packet = self.flight[self._sent] = quick(Deliver, sent)
        return packet

    def _count(self, what: tuple[str, ...]) -> int:
        nth = self._counts.get(what, 0)
        self._counts[what] = nth + 1
        return nth

    @property
    def size(self) -> int:
        """How many entries a copy holds."""
        return len(self.agents) + len(self.flight) + 2 * len(self.history) + len(self._counts)

    def _known(self, name: str) -> None:
        if name not in self.agents:
            raise ValueError(f"there is no agent {name!r}: the agents are {listed(self.agents, most=12)}")
