"""One life of an agent outside the simulator: what it does is written down and reported before it has effects.

Promise: at every moment at which the process can be killed, the disk and the reports tell the same story. First the
handler runs on a copy; then the durable fields go to the disk, together with the report of the event that changed them;
then the report is told; only then may messages leave. So an event whose effects somebody has seen is known, and a
durable field never comes back without its cause. Left out: forcing the disk (fsync); a process that is killed loses
nothing of what it has written, a computer without power may.
"""

import json
import os
from collections.abc import Callable, Collection, Hashable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from labkit.agents import Agent, AgentError, Codec, Effect, Send, act, check_effects, restarted
from labkit.deploy.wire import Clock, Envelope, Wire, effect_texts
from labkit.values import blank, frozendict, larger

Report = dict[str, Any]
Outgoing = tuple[Effect, bytes]  # with the envelope of a message; empty for other effects


class Store:
    """The durable fields of one agent in a file, which is always whole: a new one replaces the old."""

    def __init__(self, path: Path, codec: Codec) -> None:
        self._path, self._codec = path, codec

    def write(self, fields: Mapping[str, Hashable], report: Report) -> None:
        """Keep the fields, and the report of the event that changed them."""
        table = {"fields": {name: self._codec.text(value) for name, value in fields.items()}, "report": report}
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        os.replace(beside, self._path)

    def read(self) -> dict[str, Any]:
        """What was written last; nothing if the agent has changed no durable field yet."""
        table = kept(self._path)
        return {name: self._codec.value(text) for name, text in table["fields"].items()} if table else {}


def kept(path: Path) -> dict[str, Any] | None:
    """What is in the file of an agent: its durable fields and the last report, as texts."""
    try:
        table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return table


def revived(fresh: Agent, store: Store) -> Agent:
    """The agent as a crash leaves it: as it was created, with the durable fields from the disk."""
    before = blank(type(fresh))
    before.__dict__ = fresh.__dict__ | store.read()
    return restarted(before, fresh)


class Life:
    """An agent in a process, with its vector clock; `tell` takes the report of each event.

    life: how often it had been restarted; each life counts its own events in the clock, under `process`.
    """

    def __init__(
        self, agent: Agent, life: int, known: Collection[str], wire: Wire, codec: Codec, store: Store,
        tell: Callable[[Report], None],
    ) -> None:
        self.agent, self.life = agent, life
        self.process = process_of(agent.id, life)
        self._clock: Clock = frozendict()
        self._events, self._sent, self._known = 0, 0, known
        self._wire, self._codec, self._store, self._tell = wire, codec, store, tell
        self._heard: dict[str, tuple[int, int]] = {}

    def start(self) -> list[Outgoing]:
        """Let it begin, and say what leaves; so do the three others."""
        return self._happen("start", None, "start")

    def receive(self, envelope: Envelope) -> list[Outgoing]:
        """A message has arrived."""
        self._clock = larger(self._clock, envelope.clock)
        return self._happen("receive", list(envelope.key), "receive", envelope.sender, envelope.message)

    def timeout(self, timer: str) -> list[Outgoing]:
        """A timer has expired."""
        return self._happen("timeout", timer, "timeout", timer)

    def request(self, number: int, value: Hashable) -> list[Outgoing]:
        """A client asks for something; the number tells equal requests apart."""
        return self._happen("request", number, "request", value)

    def is_late(self, envelope: Envelope) -> bool:
        """Whether a later message of the same sender has arrived already; then this one is as good as lost."""
        place = envelope.life, envelope.number
        late = place <= self._heard.get(envelope.sender, (-1, 0))
        if not late:
            self._heard[envelope.sender] = place
        return late

    def _happen(self, what: str, of: object, handler: str, *args: object) -> list[Outgoing]:
        before = self.agent
        after, effects = act(before, handler, *args)
        assert after is not None
        check_effects(before, handler, effects, self._known)
        self._events += 1
        self._clock = self._clock | {self.process: self._events}
        outgoing = [*map(self._enveloped, effects)]
        report = {"what": what, "agent": before.id, "life": self.life, "of": of, "clock": dict(self._clock),
                  "at": monotonic(), "effects": self._texts(effects)}
        fields = {name: getattr(after, name) for name in before.durable}
        if any(value is not getattr(before, name) for name, value in fields.items()):
            self._store.write(fields, report)
        self.agent = after
        self._tell(report)
        return outgoing

    def _enveloped(self, effect: Effect) -> Outgoing:
        if not isinstance(effect, Send):
            return effect, b""
        self._sent += 1
        name = self.agent.id
        envelope = Envelope(name, self.life, effect.to, self._sent, self._clock, effect.message)
        try:
            return effect, self._wire.written(envelope)
        except ValueError as wrong:
            raise AgentError(f"agent {name}: {wrong}") from None

    def _texts(self, effects: tuple[Effect, ...]) -> list[str]:
        try:
            return effect_texts(self._codec, effects)
        except ValueError as wrong:
            raise AgentError(f"agent {self.agent.id}: {wrong}") from None


def process_of(agent: str, life: int) -> str:
    """What a life of an agent is called in vector clocks: b, then b#1, b#2 … after restarts."""
    return f"{agent}#{life}" if life else agent
