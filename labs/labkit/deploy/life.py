"""One life of an agent outside the simulator: what it does is written down and reported before it has effects.

Promise: at every moment at which the process can be killed, the disk and the reports tell the same story. Handlers run
on copies. `commit` ends a group of events: the durable fields that they have changed go to the disk, in one line with
the reports of the whole group; then the reports are told; only then may messages leave. So an event whose effects
somebody has seen is known, and a durable field never comes back without its cause. Left out: forcing the disk (fsync);
a process that is killed loses nothing of what it has written, a computer without power may.
"""

import json
import os
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from labkit.agents import Agent, AgentError, Codec, Effect, Send, act, check_effects, restarted
from labkit.deploy.wire import Envelope, Told, Wire, effect_texts, json_text, quoted
from labkit.values import blank

Report = dict[str, Any]
Outgoing = tuple[str, bytes]  # the receiver of a message, and its envelope
EVENT = b'{"clock":'  # so begins the text of an event's report, and no other line
BINARY = getattr(os, "O_BINARY", 0)
MOST = 1_000_000  # bytes of a file until it is replaced


class Store:
    """The durable fields of one agent in a file: a line for each change, with the reports of the events that made it.

    A line that a kill has torn is none; its events have had no effects. A file that has grown too long is replaced by
    one with the present fields alone.
    """

    def __init__(self, path: Path, codec: Codec) -> None:
        self._path, self._codec = path, codec
        self._file, self._size = -1, 0
        self._all: dict[str, str] = {}  # the text of each field that was ever changed
        for line in kept(path):
            self._all |= line["fields"]
        self._replace(())

    def values(self) -> dict[str, Any]:
        """What was written last; nothing of fields that were never changed."""
        return {name: self._codec.value(text) for name, text in self._all.items()}

    def write(self, fields: Mapping[str, Hashable], reports: Sequence[str]) -> None:
        """Keep these fields, which have changed, and the texts of the reports of the events that changed them."""
        texts = {name: self._codec.text(value) for name, value in fields.items()}
        self._all |= texts
        left = memoryview(_line(texts, reports))
        self._size += len(left)
        while left:  # the system may take it in pieces
            left = left[os.write(self._file, left) :]
        if self._size > MOST:
            self._replace(reports)

    def _replace(self, reports: Sequence[str]) -> None:
        """One line that holds everything, in a new file that takes the place of the old one."""
        line = _line(self._all, reports)
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
    try:
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        return [{"fields": line["fields"], "reports": line["reports"]} for line in map(json.loads, lines)]
    except (OSError, ValueError, TypeError, KeyError):
        raise AgentError(f"the file {path.name}, in which an agent keeps its durable fields, was changed by somebody "
                         f"else: deploy the model again") from None


def last_reports(path: Path) -> list[Report]:
    """The reports of the events that have changed durable fields last; none where none has in this life."""
    lines = kept(path)
    reports: list[Report] = lines[-1]["reports"] if lines else []
    return reports


def _line(fields: Mapping[str, str], reports: Sequence[str]) -> bytes:
    return f'{{"fields":{json_text(fields)},"reports":[{",".join(reports)}]}}\n'.encode()


def revived(fresh: Agent, store: Store) -> Agent:
    """The agent as a crash leaves it: as it was created, with the durable fields from the disk."""
    before = blank(type(fresh))
    before.__dict__ = fresh.__dict__ | store.values()
    return restarted(before, fresh)


class Life:
    """An agent in a process, with its vector clock; `tell` takes the reports of a group of events, a line for each.

    life: how often it had been restarted; each life counts its own events in the clock, under `process`.
    """

    def __init__(
        self, agent: Agent, life: int, known: Collection[str], wire: Wire, codec: Codec, store: Store,
        tell: Callable[[bytes], None],
    ) -> None:
        self.agent, self.life = agent, life
        self.process = process_of(agent.id, life)
        self._me = f'"agent":{quoted(agent.id)},"life":{life}'
        self._clock: dict[str, int] = {}  # changed in place, for it is written out with each event
        self._events, self._sent, self._known = 0, 0, known
        self._wire, self._codec, self._store, self._tell = wire, codec, store, tell
        self._heard: dict[str, tuple[int, int]] = {}
        self._changed: dict[str, Hashable] = {}  # durable fields, since the last commit
        self._reports: list[str] = []
        self._leaving: list[Outgoing] = []

    def start(self) -> tuple[Effect, ...]:
        """Let it begin, and say what follows at once; messages wait for `commit`. So do the three others."""
        return self._happen("start", "null", "start")

    def receive(self, envelope: Envelope) -> tuple[Effect, ...]:
        """A message has arrived."""
        for process, count in envelope.clock.items():
            if count > self._clock.get(process, 0):
                self._clock[process] = count
        of = f"[{quoted(envelope.sender)},{envelope.life},{envelope.number}]"
        return self._happen("receive", of, "receive", envelope.sender, envelope.message)

    def timeout(self, timer: str) -> tuple[Effect, ...]:
        """A timer has expired."""
        return self._happen("timeout", quoted(timer), "timeout", timer)

    def request(self, number: int, value: Hashable) -> tuple[Effect, ...]:
        """A client asks for something; the number tells equal requests apart."""
        return self._happen("request", str(number), "request", value)

    def note(self, report: Report) -> None:
        """Report something else, in its place among the events."""
        self._reports.append(json_text(report))

    def commit(self) -> list[Outgoing]:
        """Write down and report what has happened since the last time; the result are the messages that may leave."""
        reports, self._reports = self._reports, []
        leaving, self._leaving = self._leaving, []
        if self._changed:
            changed, self._changed = self._changed, {}
            self._store.write(changed, reports)
        if reports:
            self._tell("\n".join(reports).encode())
        return leaving

    def is_late(self, envelope: Envelope) -> bool:
        """Whether a later message of the same sender has arrived already; then this one is as good as lost."""
        place = envelope.life, envelope.number
        late = place <= self._heard.get(envelope.sender, (-1, 0))
        if not late:
            self._heard[envelope.sender] = place
        return late

    def _happen(self, what: str, of: str, handler: str, *args: object) -> tuple[Effect, ...]:
        before = self.agent
        after, effects = act(before, handler, *args)
        assert after is not None
        check_effects(before, handler, effects, self._known)
        self._events += 1
        self._clock[self.process] = self._events
        clock = "{" + ",".join([f"{quoted(process)}:{count}" for process, count in self._clock.items()]) + "}"
        try:
            told = effect_texts(self._codec, effects)
            self._leaving += [*self._enveloped(effects, told, clock)]
        except ValueError as wrong:
            raise AgentError(f"agent {before.id}: {wrong}") from None
        self._reports.append(
            f'{{"clock":{clock},"what":"{what}",{self._me},"of":{of},"at":{monotonic()},"effects":'
            f'[{",".join(map(_written, told))}]{self._state_told(after)}}}')
        for name in before.durable:
            if (value := getattr(after, name)) is not getattr(before, name):
                self._changed[name] = value
        self.agent = after
        return effects

    def _state_told(self, after: Agent) -> str:
        """What a report says of the fields: nothing, for whoever has the class can work them out."""
        return ""

    def _enveloped(self, effects: Sequence[Effect], told: Sequence[Told], clock: str) -> Iterator[Outgoing]:
        for effect, text in zip(effects, told, strict=True):
            if isinstance(effect, Send):
                self._sent += 1
                yield effect.to, self._wire.sealed(self.life, effect.to, self._sent, clock, text[1])


def _written(told: Told) -> str:
    return quoted(told) if isinstance(told, str) else f"[{quoted(told[0])},{quoted(told[1])}]"


def process_of(agent: str, life: int) -> str:
    """What a life of an agent is called in vector clocks: b, then b#1, b#2 … after restarts."""
    return f"{agent}#{life}" if life else agent
