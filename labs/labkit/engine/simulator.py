"""A clock and a seed choose the next event; every step is kept, so time can be rewound and a run can branch.

Messages travel hop by hop (`labkit.network.routes`); each hop chooses the route anew. A message is lost at once if
there is no route, and on arrival if its link has been cut or the agent at the end is down. An agent has time for
everything unless it is given a capacity. Left out: bandwidth; a link carries any number of messages at once.
"""

import gc
import warnings
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from heapq import heapify, heappop, heappush
from itertools import count

import networkx as nx

from labkit.agents import Agent, Properties, as_properties, cast_of, kind_of
from labkit.engine.capacity import Capacity, after_pause, check_capacity
from labkit.engine.events import Deliver, Drop, Duplicate, Event, Forward, Pause, Request, Wait
from labkit.engine.snapshot import Scheduled, Snapshot, Step
from labkit.engine.system import Started, System, ToSchedule
from labkit.engine.verbs import Verbs
from labkit.engine.weather import LATENCY, Range, Weather
from labkit.network import Routes, Way, check_topology
from labkit.values import Growing, plain_arguments, quick

ENOUGH = 100_000  # steps of a run that is told no end
NO_LIMITS: Mapping[str, Capacity] = {}


class Simulator(Verbs):
    """Agents on a topology under a clock and a seed: same seed, same story.

    topology: as from `labkit.topology.build`. agents: an Agent class, or one agent per name. latency: the range of time
    that a message may need for a link, or {(from, to): range}; links not listed have (5, 15). loss: the chance that a
    hop loses a message. duplication: the chance that a message is sent twice. properties: what is expected to hold, by
    default the promises of the protocol; they do not influence the run. capacity: {agent: Capacity} for those agents
    that have only so much time.
    """

    skipped: tuple[tuple[Event, str], ...] = ()  # of a replay: the events that could not happen, and why

    def __init__(
        self,
        topology: "nx.Graph[str]",
        agents: Callable[..., Agent] | Mapping[str, Agent],
        *,
        seed: int = 0,
        latency: Range | Mapping[Way, Range] = LATENCY,
        loss: float = 0.0,
        duplication: float = 0.0,
        properties: Properties | None = None,
        capacity: Mapping[str, Capacity] = NO_LIMITS,
    ) -> None:
        check_topology(topology)
        cast = cast_of(agents, topology)
        self.capacity = check_capacity(capacity, cast)
        self.weather = Weather(topology, seed, latency, loss, duplication)
        self.properties = kind_of(cast).expected if properties is None else as_properties(properties)
        self._stand(Snapshot(System(topology, cast)), Growing(), [])
        for name in self.system.agents:
            self._schedule(name, self.system.start(name))
        self._keep()

    # ---- the past and the present ------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The current time."""
        return self._present.time

    @property
    def trace(self) -> Sequence[Step]:
        """All steps so far."""
        return self._trace.branch(len(self._trace))

    def __len__(self) -> int:
        return len(self._trace)

    def __getitem__(self, number: int) -> Step:
        """One step, counted from 0."""
        return self._trace[number]

    @property
    def present(self) -> Snapshot:
        """The current state of everything; each step changes it, and only the simulator may."""
        return self._present

    def watch(self, see: Callable[[Step], None]) -> None:
        """Call this after each step from now on; an observer need not apply the step again."""
        self._watching.append(see)

    def at(self, step: int) -> Snapshot:
        """The state of everything after that many steps, as a copy that the caller may change."""
        if step.__class__ is not int or not 0 <= step <= len(self._trace):
            raise ValueError(f"there is no step {step!r}: the history has steps 0 to {len(self._trace)}")
        near = bisect_right(self._kept, step, key=lambda moment: moment.step) - 1
        moment = self._kept[near].copy()
        for done in self._trace[moment.step : step]:
            moment.redo(done)
        if step == len(self._trace):
            moment.time = self.now  # which may be later than the last step
        return moment

    @plain_arguments
    def branch(self, step: int | None = None) -> "Simulator":
        """A separate simulator that goes on from that step; the two share the history up to there."""
        step = len(self._trace) if step is None else step
        new = Simulator.__new__(Simulator)  # also where this one is recorded
        vars(new).update(vars(self), weather=copy(self.weather))
        kept = bisect_right(self._kept, step, key=lambda moment: moment.step)
        new._stand(self.at(step), self._trace.branch(step), self._kept[:kept])
        return new

    # ---- what happens next -------------------------------------------------------------------------------------------

    def step(self) -> Step | None:
        """Let the next event happen; None if nothing is due. An AgentError leaves everything unchanged."""
        return None if self.next_due() is None else self._next()

    def run(self, until: int | None = None, steps: int | None = None) -> None:
        """Step until that time, or until nothing is due, or that many times.

        With neither it stops after 100,000 steps, and warns that it does.
        """
        if until is not None and (until.__class__ is not int or until < self.now):
            raise ValueError(f"until is a time from now on, a whole number of at least {self.now}, not {until!r}")
        if steps is not None and (steps.__class__ is not int or steps < 0):
            raise ValueError(f"steps is a whole number of at least 0, not {steps!r}")
        collecting = gc.isenabled()
        gc.disable()  # the history has no cycles, and looking for them would double the time
        try:
            for done in count() if steps is None else range(steps):
                due = self.next_due()
                if due is None or (until is not None and due > until):
                    self._present.time = until or self.now
                    break
                if done == ENOUGH and until is None and steps is None:
                    warnings.warn(f"still busy after {ENOUGH:,} steps: say run(until=…) or run(steps=…)", stacklevel=2)
                    break
                self._next()
        finally:
            if collecting:
                gc.enable()

    def next_due(self) -> int | None:
        """When the next event will happen; None if nothing is due."""
        heap, pending = self._heap, self._present.pending
        while heap and heap[0].order not in pending:  # cancelled meanwhile
            heappop(heap)
        return heap[0].due if heap else None

    def do(self, event: Event, time: int | None = None, order: int = 0) -> Step:
        """Let this event happen by hand, now or at a later `time`, before anything that is due.

        order: of the pending item of this message, if it is known; else that is looked for among all.
        """
        if time is not None and time < self.now:
            raise ValueError(f"time {time} has passed: it is {self.now} now")
        due = self.now if time is None else time
        return self._happen(due, self._present.load.in_turn(event, due, self.capacity), order)

    @plain_arguments
    def plan(self, time: int, event: Event) -> None:
        """Schedule this event for that time."""
        if time < self.now:
            raise ValueError(f"time {time} has passed: it is {self.now} now")
        self._plan(time, event)

    def begin_with(self, *events: Event) -> None:
        """Let these happen now, before anything that is due; a branch from before them lets them happen, too."""
        for item in [self._plan(self.now, event) for event in events]:
            self._happen(self.now, item.event, item.order)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _stand(self, moment: Snapshot, trace: Growing[Step], kept: list[Snapshot]) -> None:
        """Go on from this snapshot, which the simulator now owns."""
        self._present, self._trace, self._kept = moment, trace, kept
        self._watching: list[Callable[[Step], None]] = []
        self.system, self._routes = moment.system, Routes(moment.system.network)
        self._heap = list(moment.pending.values())
        heapify(self._heap)
        self._enough = moment.step + 64

    def _next(self) -> Step:
        """Let the first event in the heap happen."""
        item = self._heap[0]
        due, order, event, _, _, to = item
        if to and (self.system.network.cut or self.system.network.crashed):
            event = self._arrival(item)
        now, load = max(due, self._present.time), self._present.load
        if (self.capacity or load.paused or load.busy) and not item.waits_at:
            event = load.in_turn(event, now, self.capacity)
        return self._happen(now, event, order)

    def _happen(self, time: int, event: Event, order: int) -> Step:
        moment, system = self._present, self.system
        transition = system.evaluate(event)
        moved = moment.take(event, time, order)
        begun = system.commit(event, transition)
        items: tuple[Scheduled, ...] = ()
        if system.network is not self._routes.network:
            self._routes = Routes(system.network)
        if begun:
            items = self._schedule(transition.agent.id if transition.agent else "", begun)
        elif isinstance(event, Forward):
            items = (self._send(event.packet, event.relay),)
        elif isinstance(event, Wait):
            items = (self._queue(event.event),)
        elif moved:
            items = tuple([self._moved(item, event) for item in moved])
        moment.step += 1
        done = quick(Step, (time, event, transition, order, items))
        self._trace.append(done)
        if moment.step >= self._enough:
            self._keep()
        for see in self._watching:
            see(done)
        return done

    def _schedule(self, owner: str, begun: ToSchedule) -> tuple[Scheduled, ...]:
        """Schedule each message and timer, and return what is due."""
        items: list[Scheduled] = []
        moment = self._present
        cancelled = False
        for thing in begun:
            if isinstance(thing, Deliver):
                items.append(self._send(thing, thing.source))
                if self.weather.copies(thing):
                    items.append(self._place(moment.time, Duplicate(thing)))
            elif isinstance(thing, Started):
                items.append(self._place(moment.time + self.weather.timer(thing), thing.timer))
                cancelled = True  # it may replace a timer that was set just before
            else:
                moment.cancel(owner, thing.name)
                cancelled = True
        return tuple([item for item in items if item.order in moment.pending] if cancelled else items)

    def _send(self, packet: Deliver, at: str) -> Scheduled:
        """Send a message that is at this agent over the next link of its route."""
        to = self._routes.hop(at, packet.target)
        now = self._present.time
        if to is None:
            return self._place(now, Drop(packet, f"no way from {at} to {packet.target}"), at)
        delay, lost = self.weather.travel(packet, at, to)
        due = now + delay
        if lost:
            return self._place(due, Drop(packet, "lost by chance"), at, to)
        return self._place(due, packet if to == packet.target else Forward(packet, to), at, to)

    def _queue(self, event: Deliver | Request) -> Scheduled:
        """It waits until the agent has time, and a message for its own service, too."""
        load, now = self._present.load, self._present.time
        if isinstance(event, Request):
            return self._place(load.paused[event.agent], event)
        limit = self.capacity.get(event.target)
        service = self.weather.service(event, limit.service) if limit else 0
        return self._place(load.free_at(event.target, now) + service, event)

    def _moved(self, item: Scheduled, why: Event) -> Scheduled:
        """What was due at an agent that pauses or has crashed."""
        now = self._present.time
        if isinstance(why, Pause):
            return self._place(after_pause(item.event, item.due, now, now + why.units), item.event)
        assert item.packet is not None  # of a crashed agent, only messages that wait are moved
        return self._place(now, Drop(item.packet, f"{item.waits_at} crashed while it waited"))

    def _arrival(self, item: Scheduled) -> Event:
        """What happens to a message at the end of its link."""
        event, network = item.event, self._routes.network
        if not isinstance(event, Deliver | Forward):
            return event
        if item.to in network.crashed:
            lost = f"{item.to} is down"
        elif (item.at, item.to) in network.cut:
            lost = f"the link {item.at} → {item.to} is cut"
        else:
            return event
        return Drop(event if isinstance(event, Deliver) else event.packet, lost)

    def _plan(self, due: int, event: Event) -> Scheduled:
        """Schedule this by hand: the copy of this moment must know it, too."""
        item = self._place(due, event)
        if self._kept[-1].step == len(self):
            self._kept.pop()
        self._keep()
        return item

    def _place(self, due: int, event: Event, at: str = "", to: str = "") -> Scheduled:
        item = quick(Scheduled, (due, self._present.order + 1, event, self._present.time, at, to))
        self._present.place(item)
        heappush(self._heap, item)
        return item

    def _keep(self) -> None:
        """Keep a copy of everything, so rarely that the cost per step stays constant."""
        self._kept.append(self._present.copy())
        self._enough = self._present.step + max(64, self._present.size)
