"""Happened-before in a run, for any agent class: which events could have caused which, and along which messages.

Lamport 1978. An event is a step in which an agent acts: it receives, its timer expires, a client asks it, it starts.
Steps count as in the diagram: 1 is the first of the trace, 0 the beginning. A start at which nothing is sent is no
event, for nothing can come of it. Agents that only forward a message do not look at it, so it is no event there; a copy
made by the network was sent when the original was. Time and memory grow with steps times agents.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labkit.agents import Send
from labkit.engine import Deliver, Duplicate, Simulator, Step, packet_of, said
from labkit.network import Restart
from labkit.values import AFTER, BEFORE, CONCURRENT, VectorClock, brief, by_name, expect, frozendict, listed

SAME = "same"


@dataclass(frozen=True)
class Happening:
    """An event of an agent, in words."""

    step: int
    time: int
    agent: str
    text: str


@dataclass(frozen=True)
class Link:
    """One link of a chain of causes: a message from step to step, or, without one, an agent that remembers."""

    source: str
    begun: int  # the step in which the message was sent, or from which the agent remembers
    target: str
    ended: int
    packet: Deliver | None = None

    def __str__(self) -> str:
        if self.packet is None:
            return f"{self.source} remembers step {self.begun} in step {self.ended}"
        words = f"“{brief(self.packet.message)}” from {self.source}, sent in step {self.begun}"
        return f"{words}, reaches {self.target} in step {self.ended}"


@dataclass(frozen=True, slots=True, eq=False)
class _Event:
    """The place-th event of its agent; vector: how many events of each agent could be known, itself included."""

    agent: str
    step: int
    place: int
    lamport: int
    vector: tuple[int, ...]
    packet: Deliver | None  # what arrived
    cause: "_Event | None"  # the event in which that was sent


class Causality:
    """Which events of a simulation happened before which; it takes in what has happened since when it is asked."""

    def __init__(self, sim: Simulator) -> None:
        expect(sim, Simulator, "Causality takes a simulation")
        self._sim, self._taken = sim, 0
        self._names = sorted(sim.system.agents, key=by_name)
        self._number = {name: number for number, name in enumerate(self._names)}
        self._lines: dict[str, list[_Event]] = {name: [] for name in self._names}
        self._at: dict[int, _Event] = {}  # by step; those of step 0 are not here
        self._events: list[Happening] = []
        self._sent: dict[int, _Event] = {}  # by number of the message
        for packet in filter(None, (item.packet for item in sim.at(0).pending.values())):
            line = self._lines[packet.source]
            if not line:
                self._happen(packet.source, 0)
            self._sent[packet.number] = line[0]

    # ---- questions ---------------------------------------------------------------------------------------------------

    @property
    def events(self) -> tuple[Happening, ...]:
        """All events after the beginning, in order."""
        self._extend()
        return tuple(self._events)

    def relation(self, step: int, other: int) -> str:
        """Whether the first step is before, after, concurrent with or the same as the other."""
        one, two = self._event(step), self._event(other)
        if one is two:
            return SAME
        return BEFORE if self._knows(two, one) else AFTER if self._knows(one, two) else CONCURRENT

    def path(self, first: int, last: int) -> tuple[Link, ...]:
        """A chain with the fewest messages that makes the first step happen before the last; empty where there is none.

        Links with a message alternate with links in which an agent remembers.
        """
        one, two = self._event(first), self._event(last)
        return self._chain(one, two) if one is not two and self._knows(two, one) else ()

    def sentence(self, step: int, other: int) -> str:
        """How two steps are related, and why, for a caption."""
        match self.relation(step, other):
            case "before":
                chain = "; ".join(map(str, self.path(step, other)))
                return f"Step {step} happened before step {other}: {chain}."
            case "after":
                return self.sentence(other, step)
            case "same":
                return f"Step {step} is one event."
        return f"Steps {step} and {other} are concurrent: no chain of messages leads from one to the other."

    def vector(self, step: int) -> VectorClock:
        """The vector clock of this event: the events of each agent that could be known at it."""
        counts = zip(self._names, self._event(step).vector, strict=True)
        return VectorClock(frozendict((name, count) for name, count in counts if count))

    def lamport(self, step: int) -> int:
        """The Lamport clock of this event: how many events a longest chain up to it has."""
        return self._event(step).lamport

    # ---- the trace ---------------------------------------------------------------------------------------------------

    def _event(self, step: int) -> _Event:
        self._extend()
        if step not in self._at:
            near = sorted(self._at, key=lambda one: (abs(one - step), one))[:2]
            hint = f": near it are steps {listed(map(str, sorted(near)))}" if near else ""
            raise ValueError(f"in step {step!r} no agent acted{hint}")
        return self._at[step]

    def _extend(self) -> None:
        for done in self._sim.trace[self._taken :]:
            self._taken += 1
            self._take(done, self._taken)

    def _take(self, done: Step, step: int) -> None:
        agent, effects = done.transition
        event = None
        silent = isinstance(done.event, Restart) and not any(isinstance(effect, Send) for effect in effects)
        if agent is not None and not silent:
            event = self._happen(agent.id, step, packet_of(done.event))
            self._at[step] = event
            self._events.append(Happening(step, done.time, agent.id, said(done.event)))
        if isinstance(done.event, Duplicate):
            event = self._sent.get(done.event.packet.number)
        for item in done.scheduled:
            if event is not None and item.packet is not None:
                self._sent.setdefault(item.packet.number, event)

    def _happen(self, name: str, step: int, packet: Deliver | None = None) -> _Event:
        line, mine = self._lines[name], self._number[name]
        before = line[-1] if line else None
        cause = self._sent[packet.number] if packet is not None else None
        vector = [*before.vector] if before else [0] * len(self._names)
        if cause is not None:
            vector = [*map(max, vector, cause.vector)]
        vector[mine] = place = len(line) + 1
        lamport = 1 + max(before.lamport if before else 0, cause.lamport if cause else 0)
        event = _Event(name, step, place, lamport, tuple(vector), packet, cause)
        line.append(event)
        return event

    # ---- chains ------------------------------------------------------------------------------------------------------

    def _knows(self, later: _Event, earlier: _Event) -> bool:
        """Whether the earlier event is among those that could be known at the later one."""
        return later.vector[self._number[earlier.agent]] >= earlier.place

    def _chain(self, first: _Event, last: _Event) -> tuple[Link, ...]:
        """Back from the last event, one message further each round, looking at each event at most once."""
        leads: dict[_Event, tuple[_Event, _Event]] = {}  # from a sending to the arrival, and to what that leads to
        looked = dict.fromkeys(self._names, 0)  # up to which place
        front = [last]
        while (found := next((one for one in front if one.agent == first.agent), None)) is None:
            fresh = []
            for event in front:
                line, since = self._lines[event.agent], looked[event.agent]
                looked[event.agent] = max(since, event.place)
                for arrival in reversed(line[since : event.place]):
                    sending = arrival.cause
                    if sending is not None and sending not in leads and self._knows(sending, first):
                        leads[sending] = arrival, event
                        fresh.append(sending)
            front = fresh
        return tuple(_links(first, found, leads))


def _links(first: _Event, sending: _Event, leads: dict[_Event, tuple[_Event, _Event]]) -> Iterator[Link]:
    """The chain from the first event, whose agent sends, to where this leads."""
    here, then = first, sending
    while True:
        if here is not then:
            yield Link(here.agent, here.step, then.agent, then.step)
        if then not in leads:
            return
        here, after = leads[then]
        yield Link(then.agent, then.step, here.agent, here.step, here.packet)
        then = after
