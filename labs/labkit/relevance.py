"""Which messages can still matter: one that its target will ignore for ever is as good as lost.

For each agent by itself we follow every message that anybody might ever send, in any order and any number of times:
more than can happen, never less. A message that changes nothing in all states that the agent can get into from here is
of no account from here on. After the local view of Guerraoui & Yabandeh, "Model Checking a Networked System Without
the Network" (NSDI 2011).
"""

from typing import NamedTuple

from labkit.agent import AgentError
from labkit.codebook import COPIES, Outcome, in_flight
from labkit.configurations import CRASHES, TIMEOUTS, Space, bits

ALL = ((1 << COPIES) - 1)


class Past(NamedTuple):
    """What must have happened before: requests (a bit each) and, for each agent, how many timeouts."""

    asked: int
    timeouts: tuple[int, ...]

    def joined(self, other: "Past") -> "Past":
        return Past(self.asked | other.asked, tuple(map(max, self.timeouts, other.timeouts)))


class Local(NamedTuple):
    """What one agent may know, with the past that it needs; nothing of the others."""

    agent: int
    timers: int
    past: Past
    crashes: int  # that may still come
    down: bool = False


class Relevance:
    """For each state of an agent, the messages that can still matter to it; `known` is False if there were too many."""

    def __init__(self, space: Space, limit: int = 1_000_000) -> None:
        self._space, self._book = space, space.book
        self._own = [
            sum(1 << i for i, request in enumerate(space.requests) if request.agent == name)
            for name in self._book.names
        ]
        self._tries, self._limit = 0, limit
        self._nexts: list[dict[Local, set[Local]]] = [{} for _ in self._book.names]  # each state with where it can go
        self._matters: dict[Local, int] = {}
        self._met: list[dict[tuple[int, Past], None]] = [{} for _ in self._book.names]  # what may reach each agent
        self._fresh: list[tuple[int, Local]] = []  # states not left yet
        self._waiting: list[tuple[int, Local, int, Past]] = []  # messages still to be tried in a state
        self._mask: dict[int, int] = {}
        self.known = self._follow()
        if self.known:
            self._settle()

    def mask(self, agent: int) -> int:
        """The bits of a flight that can matter to an agent in this state."""
        return self._mask[agent]

    def _follow(self) -> bool:
        first, book = self._space.first, self._book
        nothing = Past(0, (0,) * len(book.names))
        for place, agent in enumerate(first.agents):
            timers, down = first.timers & book.owned[place], bool(first.down >> place & 1)
            self._meet_state(place, Local(agent, timers, nothing, first.left[CRASHES], down))
        for content in in_flight(first.flight):
            self._meet_content(content, nothing)
        while self._fresh or self._waiting:
            if self._fresh:
                self._leave(*self._fresh.pop())
                continue
            place, state, content, past = self._waiting.pop()
            self._tries += 1
            if self._tries > self._limit:
                return False
            if past.asked & self._own[place] & ~state.past.asked or past.timeouts[place] > state.past.timeouts[place]:
                continue  # it depends on something that this agent has not done
            both = state.past.joined(past)
            if sum(both.timeouts) > first.left[TIMEOUTS]:
                continue
            try:
                outcome = book.receive(state.agent, content)
            except AgentError:  # a meeting that never happens, else the search itself will say so
                self._matters[state] |= ALL << (content * COPIES)
                continue
            if not outcome.nothing:
                self._matters[state] |= ALL << (content * COPIES)
                self._go(place, state, state._replace(past=both), outcome)
        return True

    def _leave(self, place: int, state: Local) -> None:
        """Where an agent can go from a state that is new, and what it may receive in it."""
        book, past = self._book, state.past
        if state.down:
            self._go(place, state, state._replace(down=False), book.restart(state.agent))
            return
        self._waiting.extend((place, state, *met) for met in self._met[place])
        for i in bits(self._own[place] & ~past.asked):
            asked = state._replace(past=past._replace(asked=past.asked | 1 << i))
            self._go(place, state, asked, book.request(state.agent, self._space.requests[i].value))
        if sum(past.timeouts) < self._space.first.left[TIMEOUTS]:
            spent = tuple(count + (i == place) for i, count in enumerate(past.timeouts))
            for timer in bits(state.timers):
                fired = state._replace(timers=state.timers & ~(1 << timer), past=past._replace(timeouts=spent))
                self._go(place, state, fired, book.timeout(state.agent, timer))
        if state.crashes:
            crashed = state._replace(timers=0, crashes=state.crashes - 1, down=True)
            self._nexts[place][state].add(crashed)
            self._meet_state(place, crashed)

    def _go(self, place: int, old: Local, new: Local, outcome: Outcome) -> None:
        new = new._replace(agent=outcome.agent, timers=new.timers & ~outcome.stopped | outcome.begun)
        self._nexts[place][old].add(new)
        for content in outcome.sent:
            self._meet_content(content, new.past)
        self._meet_state(place, new)

    def _meet_state(self, place: int, state: Local) -> None:
        if state not in self._nexts[place]:
            self._nexts[place][state] = set()
            self._matters[state] = 0
            self._fresh.append((place, state))

    def _meet_content(self, content: int, past: Past) -> None:
        place = self._book.target[content]
        if (content, past) not in self._met[place]:
            self._met[place][content, past] = None
            fresh = {state for where, state in self._fresh if where == place}
            states = self._nexts[place]
            self._waiting.extend((place, state, content, past) for state in states if not state.down | (state in fresh))

    def _settle(self) -> None:
        """What matters later matters now: go backwards until nothing changes."""
        came: dict[Local, list[Local]] = {}
        for states in self._nexts:
            for state, nexts in states.items():
                for later in nexts:
                    came.setdefault(later, []).append(state)
        changed = list(self._matters)
        while changed:
            later = changed.pop()
            for state in came.get(later, ()):
                both = self._matters[state] | self._matters[later]
                if both != self._matters[state]:
                    self._matters[state] = both
                    changed.append(state)
        for state, mask in self._matters.items():
            self._mask[state.agent] = self._mask.get(state.agent, 0) | mask
