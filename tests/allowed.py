"""Is a run one that these agents, cables and timers allow? A second judge, which uses no simulator.

It reads the steps of the run in order, asks the agents itself, and keeps in its own way what is under way, which timers
are set and which cables a message can have crossed by now. What a step says of its agent must be what that answers.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from labkit.agents import Agent, CancelTimer, Effect, Send, SetTimer, act
from labkit.engine import Deliver, Drop, Event, Model, Request, Step, Timeout
from labkit.network import Crash, Cut, Heal, Restart

Letter = tuple[str, str, Hashable]  # sender, receiver, message
Near = dict[str, list[str]]


def not_allowed(model: Model, steps: Iterable[Step]) -> Iterator[str]:
    """What in this run cannot have happened; it ends with the first such event, for the rest follows from it."""
    judge = Judge(model)
    for number, (_, event, (agent, effects), *_) in enumerate(steps, 1):
        try:
            answer = judge.happens(event)
        except ValueError as wrong:
            yield f"event {number}: {wrong}"
            return
        if answer != ((agent and vars(agent)), effects):
            yield f"event {number}: the agent answers it otherwise, or comes to another state"
            return


def too_early(steps: Iterable[Step], tolerance: int = 5) -> Iterator[str]:
    """Timers that expire before their time; late they may be. tolerance: its place may move the time of an event."""
    earliest: dict[Timeout, int] = {}
    for number, (time, event, (agent, effects), *_) in enumerate(steps, 1):
        if isinstance(event, Timeout) and time + tolerance < earliest.get(event, 0):
            yield f"event {number}: {event.timer} of {event.agent} expires {earliest[event] - time} units early"
        for effect in effects:
            if agent and isinstance(effect, SetTimer):
                earliest[Timeout(agent.id, effect.name)] = time + effect.after[0]


@dataclass
class Judge:
    """What is the case after the events so far."""

    model: Model
    agents: dict[str, Agent] = field(init=False)
    flight: dict[Letter, list[set[str]]] = field(default_factory=dict)  # the agents that each can have come to by now
    timers: set[Timeout] = field(default_factory=set)
    cut: set[tuple[str, str]] = field(default_factory=set)
    down: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.agents = {name: self.model.agents[name] for name in self.model.topology}
        for name in self.agents:
            self.act(name, "start")

    def happens(self, event: Event) -> tuple[object, tuple[Effect, ...]]:
        """Let it happen: the fields of the agent that acts, None where none does, and the effects; or ValueError."""
        match event:
            case Deliver(_, source, target, message):
                self.take((source, target, message), target)
                return self.act(target, "receive", source, message)
            case Timeout(agent, timer):
                if event not in self.timers:
                    raise ValueError(f"the timer {timer} of {agent} expires, which is not set")
                self.timers.remove(event)
                return self.act(agent, "timeout", timer)
            case Request(agent, value):
                return (None, ()) if agent in self.down else self.act(agent, "request", value)
            case Restart(agent) if agent in self.down:
                self.down.remove(agent)
                self.agents[agent] = self.risen(agent)
                self.go_on()
                return self.act(agent, "start")
            case Drop(packet, _):
                self.take((packet.source, packet.target, packet.message), "")
            case Crash(agent) if agent not in self.down:
                self.down.add(agent)
                self.timers = {timer for timer in self.timers if timer.agent != agent}
            case Cut(a, b):
                self.cut.add((a, b))
            case Heal(a, b):
                self.cut.discard((a, b))
                self.go_on()
            case _:
                raise ValueError(f"{event} does not happen to a process")
        return None, ()

    def take(self, letter: Letter, target: str) -> None:
        """It arrives there, or nowhere."""
        places = self.flight.get(letter, [])
        where = [place for place in places if target in place] if target else places
        if target in self.down:
            raise ValueError(f"a message arrives at {target}, which is down")
        if not where:
            raise ValueError("a message has crossed no cable that was whole" if places else "a message was never sent")
        places.remove(min(where, key=len))

    def act(self, name: str, handler: str, *given: object) -> tuple[object, tuple[Effect, ...]]:
        """Let the agent act, and note what follows."""
        after, effects = act(self.agents[name], handler, *given)
        assert after is not None
        self.agents[name] = after
        near, sent = self.near(), list[set[str]]()
        for effect in effects:
            if isinstance(effect, Send):
                sent.append({name})
                self.flight.setdefault((name, effect.to, effect.message), []).append(sent[-1])
            elif isinstance(effect, SetTimer):
                self.timers.add(Timeout(name, effect.name))
            elif isinstance(effect, CancelTimer):
                self.timers.discard(Timeout(name, effect.name))
        for place in sent:
            spread(place, near)
        return vars(after), effects

    def risen(self, name: str) -> Agent:
        """What is left of it after a crash."""
        old, fresh = self.agents[name], self.model.agents[name]
        agent = object.__new__(type(fresh))
        agent.__dict__ = vars(fresh) | {durable: getattr(old, durable) for durable in fresh.durable}
        return agent

    def near(self) -> Near:
        """To whom each agent that is up can hand a message on."""
        return {here: [there for there in self.model.topology[here] if (here, there) not in self.cut]
                for here in self.agents if here not in self.down}

    def go_on(self) -> None:
        """A cable or an agent works again: what is under way goes on."""
        near = self.near()
        for places in self.flight.values():
            for place in places:
                spread(place, near)


def spread(place: set[str], near: Near) -> None:
    """Add all agents to which a message can come that has come here."""
    far = [*place]
    while far:
        new = {*near.get(far.pop(), ())} - place
        place |= new
        far += new
