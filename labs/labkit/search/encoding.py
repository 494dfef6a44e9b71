"""Small numbers for what an exhaustive search meets again and again: agent states, messages, timers, things said.

An agent's answer depends only on its state and its input. So each answer is computed once and then looked up; this
makes the search fast enough to be exhaustive.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import NamedTuple

from labkit.agents import Agent, CancelTimer, Decide, Decision, Replied, Reply, Send, SetTimer, Transition
from labkit.engine import Request, System, Timeout

COPIES = 4  # up to this many equal messages in flight are counted


class Content(NamedTuple):
    """A message without its number: equal ones are interchangeable."""

    source: str
    target: str
    message: Hashable


class Outcome(NamedTuple):
    """An agent's answer in numbers: its new state, messages sent, timers stopped and started, what was said."""

    agent: int
    sent: tuple[int, ...]
    stopped: int  # one bit per timer
    begun: int
    said: frozenset[Decision | Replied]
    nothing: bool  # no change of state and no effects


class Encoding:
    """Numbers for the states of one system; `agents[i]`, `contents[i]` and `timers[i]` are what number i stands for."""

    def __init__(self, system: System, requests: Sequence[Request]) -> None:
        self.names = tuple(system.agents)
        self.place = {name: i for i, name in enumerate(self.names)}
        self.agents: list[Agent] = []
        self.contents: list[Content] = []
        self.target: list[int] = []  # the place of each content's target
        self.timers: list[Timeout] = []
        self.owned = [0] * len(self.names)  # the timers of each agent, one bit per timer
        self.said: list[frozenset[Decision | Replied]] = []
        self._system, self._requests = system, requests
        self._agent: dict[Hashable, int] = {}
        self._content: dict[Hashable, int] = {}
        self._timer: dict[Timeout, int] = {}
        self._said: dict[frozenset[Decision | Replied], int] = {}
        self._outcomes: dict[tuple[int, str, int], Outcome] = {}

    def agent(self, agent: Agent) -> int:
        """The number of an agent's state."""
        key = tuple([(name, exact(value)) for name, value in vars(agent).items()])
        number = self._agent.setdefault(key, len(self.agents))
        if number == len(self.agents):
            self.agents.append(agent)
        return number

    def content(self, source: str, target: str, message: Hashable) -> int:
        number = self._content.setdefault((source, target, exact(message)), len(self.contents))
        if number == len(self.contents):
            self.contents.append(Content(source, target, message))
            self.target.append(self.place[target])
        return number

    def timer(self, timer: Timeout) -> int:
        number = self._timer.setdefault(timer, len(self.timers))
        if number == len(self.timers):
            self.timers.append(timer)
            self.owned[self.place[timer.agent]] |= 1 << number
        return number

    def saying(self, before: int, more: frozenset[Decision | Replied]) -> int:
        """The number of everything said so far, `more` included."""
        both = self.said[before] | more if self.said else more
        number = self._said.setdefault(both, len(self.said))
        if number == len(self.said):
            self.said.append(both)
        return number

    def receive(self, agent: int, content: int) -> Outcome:
        """What happens when an agent in this state receives that message."""
        key = (agent, "receive", content)
        if (known := self._outcomes.get(key)) is not None:
            return known
        source, _, message = self.contents[content]
        return self._keep(key, self._system.ask(self.agents[agent], "receive", source, message))

    def timeout(self, agent: int, timer: int) -> Outcome:
        """What happens when that timer of an agent in this state runs out."""
        key = (agent, "timeout", timer)
        known = self._outcomes.get(key)
        return known or self._keep(key, self._system.ask(self.agents[agent], "timeout", self.timers[timer].timer))

    def request(self, agent: int, number: int) -> Outcome:
        """What happens when a client makes that request to an agent in this state."""
        key = (agent, "request", number)
        known = self._outcomes.get(key)
        return known or self._keep(key, self._system.ask(self.agents[agent], "request", self._requests[number].value))

    def restart(self, agent: int) -> Outcome:
        """What happens when an agent that crashed in this state starts again."""
        key = (agent, "start", 0)
        known = self._outcomes.get(key)
        return known or self._keep(key, self._system.ask(self._system.risen(self.agents[agent]), "start"))

    def _keep(self, key: tuple[int, str, int], transition: Transition) -> Outcome:
        agent, effects = transition
        assert agent is not None
        sent: list[int] = []
        said: set[Decision | Replied] = set()
        stopped = begun = 0
        for effect in effects:
            match effect:
                case Send(to, message):
                    sent.append(self.content(agent.id, to, message))
                case SetTimer(name, _):
                    begun |= 1 << self.timer(Timeout(agent.id, name))
                case CancelTimer(name):
                    bit = 1 << self.timer(Timeout(agent.id, name))
                    stopped, begun = stopped | bit, begun & ~bit
                case Decide(value, about):
                    said.add(Decision(agent.id, value, about))
                case Reply(request, result, ok):
                    said.add(Replied(agent.id, request, result, ok))
        number = self.agent(agent)
        nothing = number == key[0] and not effects
        outcome = self._outcomes[key] = Outcome(number, tuple(sent), stopped, begun, frozenset(said), nothing)
        return outcome


def exact(value: object) -> Hashable:
    """A key that differs wherever an agent can see a difference, even for 1 and True, which are equal in Python.

    It ignores the order of a set or a table, on which no agent may depend. It is not `canonical`, which makes a text:
    with that a search of Paxos and Raft took 1.5 times as long.
    """
    kind = value.__class__
    if kind in ATOMS:
        return kind, value
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple([field.name for field in fields(kind)]) if is_dataclass(kind) else ()
    if names:
        return kind, tuple([exact(getattr(value, name)) for name in names])
    if isinstance(value, tuple):
        return kind, tuple([exact(part) for part in value])
    if isinstance(value, frozenset):
        return kind, frozenset([exact(part) for part in value])
    if isinstance(value, dict):
        return kind, frozenset([(exact(name), exact(part)) for name, part in value.items()])
    return kind, value


ATOMS = {str, int, bool, float, type(None)}
_FIELDS: dict[type, tuple[str, ...]] = {}  # by class; empty if it is not a dataclass


def added(flight: int, content: int) -> int | None:
    """The flight with one more of that message; None if it holds COPIES already."""
    base = content * COPIES
    for copy in range(COPIES):
        if not flight >> (base + copy) & 1:
            return flight | 1 << (base + copy)
    return None


def taken(flight: int, content: int) -> int:
    """The flight with one fewer of that message."""
    base = content * COPIES
    for copy in reversed(range(COPIES)):
        if flight >> (base + copy) & 1:
            return flight & ~(1 << (base + copy))
    raise ValueError("this message is not in flight")


def in_flight(flight: int) -> list[int]:
    """The distinct messages of a flight, in the order in which they were first sent."""
    found = []
    while flight:
        content = ((flight & -flight).bit_length() - 1) // COPIES
        found.append(content)
        flight &= ~(ones(COPIES) << (content * COPIES))
    return found


def bits(mask: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask &= ~low


def ones(count: int) -> int:
    """A mask with the lowest `count` bits set."""
    return (1 << count) - 1
