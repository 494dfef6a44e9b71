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
from labkit.deploy.wire import Clock, Envelope, Told, Wire, effect_texts
from labkit.values import blank, frozendict, larger

Report = dict[str, Any]
Outgoing = tuple[Effect, bytes]  # with the envelope of a message; empty for other effects
BINARY = getattr(os, "O_BINARY", 0)
MOST = 1_000_000  # bytes of a file until it is replaced


class Store:
    """The durable fields of one agent in a file: a line for each change, with the report of the event that made it.

    A line that a kill has torn is none; its event has had no effects. A file that has grown too long is replaced by one
    with the present fields alone.
    """

    def __init__(self, path: Path, codec: Codec) -> None:
        self._path, self._codec = path, codec
        self._file, self._size = -1, 0
        self._all: dict[str, str] = {}  # the text of each field that was ever changed
        for line in kept(path):
            self._all |= line["fields"]
        self._replace({})

    def values(self) -> dict[str, Any]:
        """What was written last; nothing of fields that were never changed."""
        return {name: self._codec.value(text) for name, text in self._all.items()}

    def write(self, fields: Mapping[str, Hashable], report: Report) -> None:
        """Keep these fields, which have changed, and the report of the event that changed them."""
        texts = {name: self._codec.text(value) for name, value in fields.items()}
        self._all |= texts
        self._size += os.write(self._file, _line(texts, report))
        if self._size > MOST:
            self._replace(report)

    def _replace(self, report: Report) -> None:
        """One line that holds everything, in a new file that takes the place of the old one."""
        line = _line(self._all, report)
        self.close()
        beside = self._path.with_suffix(".new")
        beside.write_bytes(line)
        os.replace(beside, self._path)
        self._file, self._size = os.open(self._path, os.O_WRONLY | os.O_APPEND | BINARY), len(line)

    def close(self) -> None:
        """Leave the file as it is."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def kept(path: Path) -> list[dict[str, Any]]:
    """The lines in the file of an agent, as plain data; none if there is no file yet."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in lines]


def last_report(path: Path) -> Report:
    """The report of the event that has changed a durable field last; empty where none has in this life."""
    lines = kept(path)
    report: Report = lines[-1]["report"] if lines else {}
    return report


def _line(fields: Mapping[str, str], report: Report) -> bytes:
    return json.dumps({"fields": fields, "report": report}, ensure_ascii=False).encode() + b"\n"


def revived(fresh: Agent, store: Store) -> Agent:
    """The agent as a crash leaves it: as it was created, with the durable fields from the disk."""
    before = blank(type(fresh))
    before.__dict__ = fresh.__dict__ | store.values()
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
        try:
            told = effect_texts(self._codec, effects)
            outgoing = [*map(self._enveloped, effects, told)]
        except ValueError as wrong:
            raise AgentError(f"agent {before.id}: {wrong}") from None
        report = {"what": what, "agent": before.id, "life": self.life, "of": of, "clock": dict(self._clock),
                  "at": monotonic(), "effects": told}
        durable = {name: getattr(after, name) for name in before.durable}
        if changed := {name: value for name, value in durable.items() if value is not getattr(before, name)}:
            self._store.write(changed, report)
        self.agent = after
        self._tell(report)
        return outgoing

    def _enveloped(self, effect: Effect, told: Told) -> Outgoing:
        if not isinstance(effect, Send):
            return effect, b""
        self._sent += 1
        envelope = Envelope(self.agent.id, self.life, effect.to, self._sent, self._clock, effect.message)
        return effect, self._wire.written(envelope, told[1])


def process_of(agent: str, life: int) -> str:
    """What a life of an agent is called in vector clocks: b, then b#1, b#2 … after restarts."""
    return f"{agent}#{life}" if life else agent
