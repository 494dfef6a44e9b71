"""The way of one request through many agents: the chain of messages and waits from its arrival to its answer.

From the answer back: what an agent did was set off by a message, if that message has to do with the request at all,
that is, if whoever sent it could know of the request; else by a timer, else the agent had waited since it last did
something. So the links follow each other without a gap. `labkit.observe.causality` says of any two steps whether one
could have caused the other; this says which way it really went. Left out: work that goes on beside the way or after
the answer.
"""

from dataclasses import dataclass

from labkit.engine import Deliver, Duplicate, Request, Step, Timeout
from labkit.observe.causality import Link


@dataclass(slots=True, eq=False)
class _Act:
    """A step in which an agent acts; knows: one bit per request that it could know of."""

    step: int
    agent: str
    before: "_Act | None"  # what this agent did last
    packet: Deliver | None  # what arrived
    cause: "_Act | None"  # in which that was sent
    armed: "_Act | None"  # in which the timer was set that has run out
    knows: int


class Ways:
    """The ways of all requests of a run, which is taken in step by step."""

    def __init__(self) -> None:
        self._last: dict[str, _Act] = {}  # by agent
        self._sent: dict[int, _Act] = {}  # by the number of the message
        self._set: dict[Timeout, _Act] = {}
        self._acts: dict[int, _Act] = {}  # by step
        self._bits: dict[int, int] = {}  # of the step in which the agent heard the request

    def take(self, done: Step, step: int) -> None:
        """Take in the step of that number; the first is 1."""
        agent, event = done.transition.agent, done.event
        act = None
        if agent is not None:
            act = self._act(step, agent.id, event)
        elif isinstance(event, Duplicate):
            act = self._sent.get(event.packet.number)  # a copy was sent when the original was
        for item in done.scheduled:
            if act is None:
                break
            if isinstance(item.event, Timeout):
                self._set[item.event] = act
            elif item.packet is not None:
                self._sent.setdefault(item.packet.number, act)

    def way(self, first: int, last: int) -> tuple[Link, ...]:
        """From the step in which an agent heard a request to the step in which it answered."""
        root, act, bit = self._acts[first], self._acts[last], self._bits[first]
        links: list[Link] = []
        while act is not root:
            before, packet = self._set_off(act, bit)
            links.append(Link(before.agent, before.step, act.agent, act.step, packet))
            act = before
        return tuple(reversed(links))

    def _act(self, step: int, name: str, event: object) -> _Act:
        packet = event if isinstance(event, Deliver) else None
        cause = self._sent.get(packet.number) if packet is not None else None
        armed = self._set.pop(event, None) if isinstance(event, Timeout) else None
        before = self._last.get(name)
        knows = (before.knows if before else 0) | (cause.knows if cause else 0)
        if isinstance(event, Request):
            self._bits[step] = 1 << len(self._bits)
            knows |= self._bits[step]
        act = self._last[name] = self._acts[step] = _Act(step, name, before, packet, cause, armed, knows)
        return act

    def _set_off(self, act: _Act, bit: int) -> tuple[_Act, Deliver | None]:
        """What led to this, among all that knows of the request, and the message that brought it."""
        if act.cause is not None and act.cause.knows & bit:
            return act.cause, act.packet
        if act.armed is not None and act.armed.knows & bit:
            return act.armed, None
        assert act.before is not None  # who knows of the request has it from a message or from before
        return act.before, None
