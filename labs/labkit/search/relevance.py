"""Which messages can still matter: one that its target will always ignore is as good as lost.

For each agent separately we follow every message that any agent might ever send, in any order and any number of times:
this covers everything that can happen, and more. A message that changes nothing in any state that the agent can still
reach no longer matters. After the local view of Guerraoui & Yabandeh, "Model Checking a Networked System Without the
Network" (NSDI 2011).
"""

from collections import deque
from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple

from labkit.agents import AgentError
from labkit.search.encoding import NO_TIMERS, Outcome, Timers, in_flight
from labkit.search.space import CRASHES, TIMEOUTS, Space
from labkit.values import bits

STATES = 20_000  # the analysis gives up beyond this many states of agents, each kept with its past
STEPS = 40  # and beyond this distance: the agent's state may grow without end


class Past(NamedTuple):
    """What must have happened before: requests (one bit each) and the number of timeouts of each agent."""

    asked: int
    timeouts: tuple[int, ...]

    def joined(self, other: "Past") -> "Past":
        return Past(self.asked | other.asked, tuple(map(max, self.timeouts, other.timeouts)))

    def within(self, other: "Past") -> bool:
        """Whether all of this has happened if the other has."""
        return not self.asked & ~other.asked and all(map(int.__le__, self.timeouts, other.timeouts))

    @property
    def size(self) -> int:
        return self.asked.bit_count() + sum(self.timeouts)


class Local(NamedTuple):
    """A state that one agent may be in, with the past that it requires; nothing about the others."""

    place: int
    agent: int
    timers: Timers
    past: Past
    crashes: int  # that may still happen
    down: bool = False

    def dominates(self, other: "Local") -> bool:
        """Whether this can do all that the other can, if the agent itself has done the same in both."""
        return self.timers >= other.timers and self.crashes >= other.crashes and self.past.within(other.past)


class Relevance:
    """For each state of an agent, the messages that can still matter to it, once `follow` has finished."""

    def __init__(self, space: Space) -> None:
        self._space, self._encoding = space, space.encoding
        self._own = [
            sum(1 << i for i, request in enumerate(space.requests) if request.agent == name)
            for name in self._encoding.names
        ]
        self._timeouts, self._tries = space.first.budget[TIMEOUTS], 0
        self._nexts: dict[Local, set[Local]] = {}  # each state with its successors
        self._steps: dict[Local, int] = {}  # the distance of each from its agent's first state
        self._matters: dict[Local, set[int]] = {}
        self._alike: dict[tuple[int, ...], list[Local]] = {}  # states of which none dominates another
        self._left: list[list[Local]] = [[] for _ in self._encoding.names]  # each agent's expanded states
        self._met: list[dict[int, list[Past]]] = [{} for _ in self._encoding.names]  # what may reach each agent
        # Work left, by the size of its past: states that require least come first, because they dominate the others.
        self._todo: list[deque[tuple[Local, int | None, Past]]] = []
        self._by_agent: dict[int, set[int]] = {}
        self.gave_up = False
        self._begin()

    def matters(self, agent: int) -> Collection[int]:
        """The messages that can matter to an agent in this state."""
        return self._by_agent[agent]

    @property
    def size(self) -> int:
        """How many states are kept, with what matters to them."""
        return len(self._nexts)

    def follow(self, tries: int) -> bool:
        """Go on until `tries` have been made in all; True once all is known, which it never is after giving up."""
        while (todo := next(filter(None, self._todo), None)) is not None:
            self.gave_up |= len(self._nexts) > STATES
            if self._tries >= tries or self.gave_up:
                return False
            self._tries += 1
            state, content, past = todo.popleft()
            if content is None:
                self._leave(state)
            else:
                self._receive(state, content, past)
        self._settle()
        return True

    def _begin(self) -> None:
        """Begin with the first state of each agent and the messages in flight."""
        first, encoding = self._space.first, self._encoding
        nothing = Past(0, (0,) * len(encoding.names))
        for place, agent in enumerate(first.agents):
            timers = frozenset([timer for timer in first.timers if encoding.owner[timer] == place])
            down = bool(first.down >> place & 1)
            self._meet_state(Local(place, agent, timers, nothing, first.budget[CRASHES], down))
        for sent in in_flight(first.flight):
            self._meet_content(sent, nothing)

    def _leave(self, state: Local) -> None:
        """Expand a new state: everything that can happen to the agent in it."""
        encoding, past, place = self._encoding, state.past, state.place
        if state.down:
            self._go(state, state._replace(down=False), lambda: encoding.restart(state.agent))
            return
        self._left[place].append(state)
        for content, pasts in self._met[place].items():
            for before in pasts:
                self._try(state, content, before)
        for i in bits(self._own[place] & ~past.asked):
            asked = state._replace(past=past._replace(asked=past.asked | 1 << i))
            self._go(state, asked, partial(encoding.request, state.agent, i))
        if sum(past.timeouts) < self._timeouts:
            spent = tuple(count + (i == place) for i, count in enumerate(past.timeouts))
            for timer in sorted(state.timers):
                fired = state._replace(timers=state.timers - {timer}, past=past._replace(timeouts=spent))
                self._go(state, fired, partial(encoding.timeout, state.agent, timer))
        if state.crashes:
            down = state._replace(timers=NO_TIMERS, crashes=state.crashes - 1, down=True)
            self._nexts[state].add(self._meet_state(down, self._steps[state] + 1))

    def _try(self, state: Local, content: int, past: Past) -> None:
        """Let it receive this message, if that can happen."""
        self._tries += 1
        mine, place = state.past, state.place
        if past.asked & self._own[place] & ~mine.asked or past.timeouts[place] > mine.timeouts[place]:
            return  # the message depends on something that this agent has not done
        both = mine.joined(past)
        if sum(both.timeouts) <= self._timeouts:
            self._do(state, content, both)

    def _receive(self, state: Local, content: int, past: Past) -> None:
        outcome = self._go(state, state._replace(past=past), lambda: self._encoding.receive(state.agent, content))
        if outcome is None or not outcome.nothing:
            self._matters[state].add(content)

    def _go(self, old: Local, new: Local, answer: Callable[[], Outcome]) -> Outcome | None:
        """Follow an answer; None if the agent raises: then it cannot happen, or the search itself will report it."""
        try:
            outcome = answer()
        except AgentError:
            return None
        if not outcome.nothing:
            new = new._replace(agent=outcome.agent, timers=new.timers - outcome.stopped | outcome.begun)
            for content in outcome.sent:
                self._meet_content(content, new.past)
        self._nexts[old].add(self._meet_state(new, self._steps[old] + 1))
        return outcome

    def _meet_state(self, state: Local, steps: int = 0) -> Local:
        """The state, or a known one that dominates it."""
        own = state.past.asked & self._own[state.place], state.past.timeouts[state.place]
        alike = self._alike.setdefault((state.agent, state.down, *own), [])
        for other in alike:
            if other.dominates(state):
                return other
        alike.append(state)
        self._nexts[state] = set()
        self._steps[state] = steps
        self.gave_up |= steps > STEPS
        self._matters[state] = set()
        self._do(state, None, state.past)
        return state

    def _meet_content(self, content: int, past: Past) -> None:
        place = self._encoding.target[content]
        pasts = self._met[place].setdefault(content, [])
        if not any(other.within(past) for other in pasts):
            pasts.append(past)
            for state in self._left[place]:
                self._try(state, content, past)

    def _do(self, state: Local, content: int | None, past: Past) -> None:
        while len(self._todo) <= past.size:
            self._todo.append(deque())  # first in, first out, so that a state that grows without end grows slowly
        self._todo[past.size].append((state, content, past))

    def _settle(self) -> None:
        """What matters later matters now: propagate backwards until nothing changes."""
        came: dict[Local, list[Local]] = {}
        for state, nexts in self._nexts.items():
            for later in nexts:
                came.setdefault(later, []).append(state)
        changed = list(self._matters)
        while changed:
            later = changed.pop()
            for state in came.get(later, ()):
                if not self._matters[later] <= self._matters[state]:
                    self._matters[state] |= self._matters[later]
                    changed.append(state)
        for state, contents in self._matters.items():
            self._by_agent.setdefault(state.agent, set()).update(contents)
