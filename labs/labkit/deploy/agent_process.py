"""One agent of the lessons in a process of its own: its messages go through NATS, its timers run in real time.

A unit of time lasts `pace` milliseconds. Which delay a timer has in its range comes from the seed, as in the simulator.
All that happens is reported through the pipe to the process that started this one, never over the network, for the
observer must not be cut off with the agent. When that pipe ends, so does this process. Left out: a message that a
server holds back while its agent reconnects keeps its place in line, but may be late.
"""

import asyncio
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from select import select
from threading import Thread
from time import monotonic
from typing import Any, NoReturn

import nats
import nats.errors
import networkx as nx

from labkit.agents import CancelTimer, Codec, SetTimer, codec_of
from labkit.deploy.at_work import AtWork
from labkit.deploy.ending import alone, broken
from labkit.deploy.life import Life, Store, revived
from labkit.deploy.roles import loaded
from labkit.deploy.server import OUTWARD, subject
from labkit.deploy.wire import Envelope, RefusedError, Wire, json_text
from labkit.engine import LATENCY, Deliver, Started, Timeout, Weather
from labkit.values import blank, stable_hash

HELLO, HEARD, MESSAGE = "hello", "heard", "message"
QUIT = "agent {}: the code of its class ends the process when it is loaded ({}): leave that out"
AGAIN = 0.05  # seconds until a neighbour that has not answered is greeted again
AT_ONCE = 50  # pieces of commands that are taken in before anything else is done


@dataclass(frozen=True)
class Role:
    """What a process is told to be; texts of values are the codec's.

    classes: those of all agents, as module:name. fields: the agent's state as it was created. via: as for `Wire`, in
    rows. numbers: agents in subjects. hears: how subjects begin that it hears. loss: the chance for each neighbour.
    """

    agent: str
    life: int
    session: str
    kind: str
    classes: list[str]
    source: str
    fields: dict[str, str]
    numbers: dict[str, int | str]
    neighbours: list[str]
    via: list[list[str]]
    seed: int
    pace: float
    store: str
    url: str = ""
    hears: str = OUTWARD
    loss: dict[str, float] | None = None


def main(text: str, channel: Connection) -> None:
    """Be that agent until the pipe ends."""
    role = Role(**json.loads(text))
    alone(channel)
    try:
        asyncio.run(Process(role, channel).live())
    except (BrokenPipeError, EOFError, KeyboardInterrupt):
        os._exit(0)  # nobody listens any more
    except SystemExit as left:
        broken(role.agent, QUIT.format(role.agent, left), channel)
    except Exception as wrong:  # whatever it is: its owner must hear of it
        broken(role.agent, wrong, channel)


class Process:
    """The agent, its connection with its own server, its timers, and the pipe."""

    kind_of_life: type[Life] = Life

    def __init__(self, role: Role, channel: Connection) -> None:
        self._role, self._channel = role, channel
        kinds = loaded(role.classes, role.source)
        self._codec: Codec = codec_of(*kinds)
        fresh = blank(kinds[role.classes.index(role.kind)])
        fresh.__dict__ = {name: self._codec.value(text) for name, text in role.fields.items()}
        store = Store(Path(role.store), self._codec)
        self._via = {(source, target): (before, after) for source, target, before, after in role.via}
        self._wire = Wire(role.session, role.agent, self._codec, self._via)
        self._life = self.kind_of_life(
            revived(fresh, store), role.life, role.numbers, self._wire, self._codec, store, self._report
        )
        near: nx.Graph[str] = nx.Graph([(role.agent, other) for other in role.neighbours])
        near.add_node(role.agent)
        seed = stable_hash(f"{role.seed}#{role.life}") if role.life else role.seed
        self._weather = Weather(near, seed, LATENCY, 0, 0)
        self._loss = {**(role.loss or {})}
        self._names = {str(number): name for name, number in role.numbers.items()}
        self._unheard = {*role.neighbours}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._set: dict[str, int] = {}
        self._outbox, self._news = list[tuple[str, bytes]](), asyncio.Event()
        self._begun, self._early, self._ready, self._untold = False, list[tuple[str, bytes]](), False, list[bytes]()

    async def live(self) -> None:
        """Connect, greet the neighbours, begin when told to, and go on until the process ends."""
        self._prepare()
        self._heed()  # at once: the end of the pipe ends the process, whatever else it waits for
        client = await nats.connect(
            self._role.url, name=self._role.agent, max_reconnect_attempts=-1, reconnect_time_wait=0.1,
            error_cb=self._went_wrong, connect_timeout=20,
        )
        me = self._role.numbers[self._role.agent]
        await client.subscribe(subject(self._role.session, "*", me, "*", self._role.hears), cb=self._arrived)
        await client.flush()
        posting = asyncio.create_task(self._post(client))
        if self._role.life:
            self._begin()
        self._ready = True
        for lines in self._untold:
            self._told(lines)
        if not self._role.life:
            await self._greet()
            self._tell(what="linked", agent=self._role.agent)
        await posting

    def _prepare(self) -> None:
        """Whatever goes wrong in a callback is told, and so is a handler that does not come back."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _, what: self._break(what.get("exception") or what["message"]))
        self._work = AtWork(self._role.agent, self._break)

    # ---- what it is told through the pipe ----------------------------------------------------------------------------

    def _heed(self) -> None:
        """From now on, take commands."""
        if os.name == "posix":
            self._loop.add_reader(self._channel.fileno(), self._hear)
        else:  # where a loop cannot wait for pipes
            Thread(target=self._listen, daemon=True).start()

    def _hear(self) -> None:
        """Take the commands that have come; the end of the pipe ends the process."""
        try:
            for _ in range(AT_ONCE):
                self._told(self._channel.recv_bytes())
                if not select([self._channel], [], [], 0)[0]:
                    break
        except (EOFError, OSError):
            os._exit(0)

    def _listen(self) -> None:
        """The same in a thread of its own, again and again."""
        try:
            while True:
                self._loop.call_soon_threadsafe(self._told, self._channel.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)

    def _told(self, lines: bytes) -> None:
        if not self._ready:
            self._untold.append(lines)
            return
        for command in map(json.loads, lines.split(b"\n")):
            match command["do"]:
                case "begin":
                    self._begin()
                case "request":
                    self._do(self._life.request, command["number"], self._codec.value(command["value"]))
                case "lose":
                    self._loss[command["from"]] = command["chance"]
                    self._tell(**command, what="losing", agent=self._role.agent)

    def _report(self, lines: bytes) -> None:
        self._channel.send_bytes(lines)

    def _tell(self, **report: object) -> None:
        self._channel.send_bytes(json_text(report).encode())

    # ---- what happens ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._begun = True
        self._do(self._life.start)
        for neighbour, text in self._early:
            self._take(neighbour, text)
        self._early.clear()

    def _do(self, handler: Any, *args: object) -> None:
        """Let the agent act; what leaves does so after the report. An agent that breaks says so and is gone."""
        with self._work.on(handler.__name__):
            effects = handler(*args)
        for effect in effects:
            if isinstance(effect, SetTimer):
                self._set_timer(effect)
            elif isinstance(effect, CancelTimer):
                self._cancel(effect.name)
        self._news.set()

    def _break(self, why: object) -> NoReturn:
        with suppress(OSError):
            self._life.commit()  # what happened before is told
        broken(self._role.agent, why, self._channel)

    async def _went_wrong(self, problem: Exception) -> None:
        """A server that is gone for a while is no news, for the client reconnects by itself; all else is."""
        if not isinstance(problem, nats.errors.Error | OSError):
            self._break(problem)

    def _set_timer(self, effect: SetTimer) -> None:
        name = effect.name
        self._cancel(name)
        nth = self._set[name] = self._set.get(name, -1) + 1
        units = self._weather.timer(Started(Timeout(self._role.agent, name), effect.after, nth))
        self._timers[name] = self._loop.call_later(units * self._role.pace / 1_000, self._expired, name)

    def _cancel(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()

    def _expired(self, name: str) -> None:
        del self._timers[name]
        self._do(self._life.timeout, name)

    async def _arrived(self, message: Any) -> None:
        """Something came from a neighbour: the subject, which its server has checked, says which."""
        _, _, number, _, what = message.subject.split(".")
        neighbour = self._names.get(number, "")
        if what == HELLO:
            self._hand_to(neighbour, HEARD, b"")
        elif what == HEARD:
            self._unheard.discard(neighbour)
        else:
            self._take(neighbour, message.data)

    def _take(self, neighbour: str, text: bytes) -> None:
        if not self._begun:  # others have: it waits
            self._early.append((neighbour, text))
            return
        try:
            envelope = self._wire.read(text, neighbour)
            passes = envelope.receiver != self._role.agent
            if not passes and self._life.is_late(envelope):
                raise RefusedError("it came after a later one of the same sender")
        except RefusedError as wrong:
            self._tell(what="refused", agent=self._role.agent, why=str(wrong))
            return
        if self._is_lost(neighbour, envelope):
            self._life.note({"what": "lost", "agent": self._role.agent, "life": self._role.life, "of": envelope.key,
                             "clock": envelope.clock, "at": monotonic()})
            self._news.set()
        elif passes:
            self._pass_on(envelope.sender, envelope.receiver, text)
        else:
            self._do(self._life.receive, envelope)

    def _is_lost(self, neighbour: str, envelope: Envelope) -> bool:
        """By chance, on the link over which it has come."""
        if not (chance := self._loss.get(neighbour, 0.0)):
            return False
        self._weather.loss = chance
        me, count = self._role.agent, envelope.number
        return self._weather.travel(Deliver(count, envelope.sender, me, envelope.message, count), neighbour, me)[1]

    # ---- what leaves -------------------------------------------------------------------------------------------------

    def _pass_on(self, source: str, target: str, text: bytes) -> None:
        """Hand it to the next agent on its way; without a way it is lost."""
        if after := self._via.get((source, target), ("", ""))[1]:
            self._hand_to(after, MESSAGE, text)

    def _hand_to(self, neighbour: str, what: str, text: bytes) -> None:
        me, other = self._role.numbers[self._role.agent], self._role.numbers[neighbour]
        self._outbox.append((subject(self._role.session, me, other, what), text))
        self._news.set()

    async def _post(self, client: Any) -> None:
        """What has happened at once is reported at once, then leaves in the order in which it was sent."""
        while True:
            await self._news.wait()
            for receiver, text in self._life.commit():
                self._pass_on(self._role.agent, receiver, text)
            leaving, self._outbox = self._outbox, []
            self._news.clear()
            for to, text in leaving:
                with suppress(nats.errors.OutboundBufferLimitError):  # the server has been away for long: it is lost
                    await client.publish(to, text)

    async def _greet(self) -> None:
        """Until each neighbour has answered: now all cables, servers and agents are there."""
        while self._unheard:
            for neighbour in sorted(self._unheard):
                self._hand_to(neighbour, HELLO, b"")
            await asyncio.sleep(AGAIN)
