"""Small numbers for what an exhaustive search meets again and again: agent states, messages, timers.

An agent's answer depends only on its state and its input. So each answer is computed once and then looked up; this
makes the search fast enough to be exhaustive. The first answers, and now and then a later one, are computed twice, the
second time with all sets turned round: an agent that then does something else is refused.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from labkit.agents import (
    Agent,
    AgentError,
    CancelTimer,
    Decide,
    Decision,
    Replied,
    Reply,
    Send,
    SetTimer,
    Transition,
    act,
)
from labkit.engine import Request, System, Timeout
from labkit.search.exact import backwards, backwards_state, exact, exact_state

COPIES = 4  # up to this many equal messages in flight are told apart
TWICE, THEN = 200, 16  # so many answers are computed twice, then one of so many
Flight = frozenset[int]  # copy k of message i is i * COPIES + k
Timers = frozenset[int]
NO_TIMERS: Timers = frozenset()


class Content(NamedTuple):
    """A message without its number: equal ones are interchangeable."""

    source: str
    target: str
    message: Hashable


class Outcome(NamedTuple):
    """An agent's answer in numbers: its new state, messages sent, timers stopped and started, what was said."""

    agent: int
    sent: tuple[int, ...]
    stopped: Timers
    begun: Timers
    said: tuple[Decision | Replied, ...]
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
        self.owner: list[int] = []  # the place of each timer's agent
        self._system, self._requests = system, requests
        self._agent: dict[Hashable, int] = {}
        self._keys: list[dict[str, Hashable]] = []  # of each agent state, by field
        self._content: dict[Hashable, int] = {}
        self._timer: dict[Timeout, int] = {}
        self._outcomes: dict[tuple[int, str, int], Outcome] = {}

    def agent(self, agent: Agent, before: int | None = None) -> int:
        """The number of an agent's state. before: of an earlier state, with which it may share fields."""
        if before is None:
            key = exact_state(agent)
        else:
            old, keys = vars(self.agents[before]), self._keys[before]
            key = tuple([
                (name, keys[name] if name in keys and value is old[name] else exact(value))
                for name, value in vars(agent).items()
            ])
        number = self._agent.setdefault(key, len(self.agents))
        if number == len(self.agents):
            self.agents.append(agent)
            self._keys.append(dict(key))
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
            self.owner.append(self.place[timer.agent])
        return number

    def stopped_by_crash(self, timers: Timers, place: int) -> Timers:
        """The timers that are still set after this agent has crashed."""
        return frozenset([timer for timer in timers if self.owner[timer] != place])

    def receive(self, agent: int, content: int) -> Outcome:
        """What happens when an agent in this state receives that message."""
        if (known := self._outcomes.get((agent, "receive", content))) is not None:
            return known
        source, _, message = self.contents[content]
        return self._answer(agent, "receive", content, self.agents[agent], source, message)

    def timeout(self, agent: int, timer: int) -> Outcome:
        """What happens when that timer of an agent in this state runs out."""
        known = self._outcomes.get((agent, "timeout", timer))
        return known or self._answer(agent, "timeout", timer, self.agents[agent], self.timers[timer].timer)

    def request(self, agent: int, number: int) -> Outcome:
        """What happens when a client makes that request to an agent in this state."""
        known = self._outcomes.get((agent, "request", number))
        return known or self._answer(agent, "request", number, self.agents[agent], self._requests[number].value)

    def restart(self, agent: int) -> Outcome:
        """What happens when an agent that crashed in this state starts again."""
        known = self._outcomes.get((agent, "start", 0))
        return known or self._answer(agent, "start", 0, self._system.risen(self.agents[agent]))

    @property
    def size(self) -> int:
        """How many numbers there are, and answers."""
        return len(self.agents) + len(self.contents) + len(self._outcomes)

    def _answer(self, number: int, handler: str, which: int, agent: Agent, *args: Hashable) -> Outcome:
        transition = self._system.ask(agent, handler, *args)
        count = len(self._outcomes)
        if count < TWICE or not count % THEN:
            _check_again(transition, agent, handler, args)
        outcome = self._outcomes[number, handler, which] = self._encoded(number, transition)
        return outcome

    def _encoded(self, before: int, transition: Transition) -> Outcome:
        agent, effects = transition
        assert agent is not None
        sent: list[int] = []
        said: list[Decision | Replied] = []
        stopped, begun = set(), set()
        for effect in effects:
            match effect:
                case Send(to, message):
                    sent.append(self.content(agent.id, to, message))
                case SetTimer(name, _):
                    begun.add(self.timer(Timeout(agent.id, name)))
                case CancelTimer(name):
                    stopped.add(number := self.timer(Timeout(agent.id, name)))
                    begun.discard(number)
                case Decide(value, about):
                    said.append(Decision(agent.id, value, about))
                case Reply(request, result, ok):
                    said.append(Replied(agent.id, request, result, ok))
        number = self.agent(agent, before)
        nothing = number == before and not effects
        return Outcome(number, tuple(sent), frozenset(stopped), frozenset(begun), tuple(said), nothing)


def _check_again(first: Transition, agent: Agent, handler: str, args: tuple[Hashable, ...]) -> None:
    """AgentError where the agent does something else in the same situation."""
    assert first.agent is not None
    again, effects = act(backwards_state(agent), handler, *map(backwards, args))
    assert again is not None
    if exact_state(again) != exact_state(first.agent):
        differ = [name for name, value in vars(again).items() if exact(value) != exact(vars(first.agent).get(name))]
        what = f"its field {differ[0]!r}" if differ else "its fields"
    elif Counter(map(exact, effects)) != Counter(map(exact, first.effects)):
        what = "what it sends, sets or says"
    else:
        return
    raise AgentError(
        f"agent {agent.id} does not always do the same in {handler}: with the same state and input, {what} came out "
        "differently. Use no clock, no random numbers and nothing outside of the agent, and sort a set before you go "
        "through it"
    )


def added(flight: Flight, content: int) -> Flight | None:
    """The flight with one more of that message; None if it holds COPIES already."""
    for copy in range(content * COPIES, content * COPIES + COPIES):
        if copy not in flight:
            return flight | {copy}
    return None


def taken(flight: Flight, content: int) -> Flight:
    """The flight with one fewer of that message."""
    for copy in range(content * COPIES + COPIES - 1, content * COPIES - 1, -1):
        if copy in flight:
            return flight - {copy}
    raise ValueError("this message is not in flight")


def in_flight(flight: Flight) -> list[int]:
    """The distinct messages of a flight, in the order in which they were first sent."""
    return [number // COPIES for number in sorted(flight) if not number % COPIES]
