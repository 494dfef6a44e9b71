"""A student's agent in a process of its own, in a class elsewhere: it takes a seat, and tells the class what it does.

What comes from the class is checked like everything else from a network: options are values of the codec, and fit what
the agent's class declares. The same reports go through the pipe to the notebook that has started this process. When the
pipe ends, or the class does, so does the process. Left out: staying without a server for longer than some seconds.
"""

import asyncio
import json
import os
import secrets
from collections.abc import Hashable, Mapping
from contextlib import suppress
from dataclasses import fields
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from labkit.agents import Agent, Codec, Effect, codec_of
from labkit.deploy.agent_process import QUIT, Process, Role
from labkit.deploy.classroom.class_server import OWNER
from labkit.deploy.ending import alone, broken
from labkit.deploy.exchange import connected
from labkit.deploy.life import Life, Store
from labkit.deploy.roles import loaded
from labkit.deploy.server import INWARD, subject
from labkit.deploy.wire import LARGEST, Envelope, json_text
from labkit.protocols import CATALOGUE, described
from labkit.values import brief, frozendict

SOON, BEAT = 5.0, 1.0  # seconds until the class has answered; from one sign of life to the next
PATIENCE = 10  # times that the server is called again, a second apart
NOBODY = "no class answers at {}: is the class open, are you in the same network, and does no firewall stand between?"
NOT_LET_IN = "the class at {} does not know this code: copy the whole line of your invitation, or ask for a new one"
SILENT = "the class has not answered within some seconds: ask your instructor whether it is still open"
GONE = "the class cannot be reached any more: join again when it is there"
STRANGE = "the class has answered with something else than a seat: use the same version of the lab as your instructor"
TOO_LONG = "what your agent tells of itself in one step has {:,} bytes, and {:,} is the most: keep less in its fields"


def main(text: str, channel: Connection) -> None:
    """Take the seat, and be its agent until the pipe or the class ends."""
    told = json.loads(text)
    alone(channel)
    try:
        asyncio.run(sit(told, channel))
    except (BrokenPipeError, EOFError, KeyboardInterrupt):
        os._exit(0)  # nobody listens any more
    except SystemExit as left:
        broken(told["agent"], QUIT.format(told["agent"], left), channel)
    except Exception as wrong:  # whatever it is: the notebook must hear of it
        broken(told["agent"], str(wrong) if isinstance(wrong, ValueError) else wrong, channel)


async def sit(told: dict[str, Any], channel: Connection) -> None:
    """Connect, ask for the seat, and live."""
    kind = loaded(told["classes"], told["source"])[0]
    codec, me, session = codec_of(kind), told["agent"], told["session"]
    news: asyncio.Queue[Msg] = asyncio.Queue()
    client = await connected(told["url"], NOBODY, NOT_LET_IN, _break_on)
    client.options |= {"max_reconnect_attempts": PATIENCE, "reconnect_time_wait": 1}
    await client.subscribe(subject(session, "*", me, "*", INWARD), cb=news.put)
    ticket = secrets.token_hex(8)
    asked = json.dumps({"ticket": ticket, "kind": kind.__name__[:64]}).encode()
    await client.publish(subject(session, me, OWNER, "join"), asked)
    welcome = await _welcome(news, ticket)
    try:
        agent = _seated(kind, me, codec, welcome)
    except ValueError:  # the seat is free again at once, for a better try
        await client.publish(subject(session, me, OWNER, "leave"), ticket.encode() + b"\n")
        await client.flush()
        raise
    store = Store(Path(told["store"]), codec)
    store.write(_kept(agent, codec, welcome["disk"]), ())
    store.close()
    role = Role(
        me, welcome["life"], session, told["classes"][0], told["classes"], told["source"],
        {name: codec.text(value) for name, value in vars(agent).items()}, welcome["numbers"], welcome["neighbours"],
        welcome["via"], welcome["seed"], welcome["pace"], told["store"], hears=INWARD,
    )
    await Seated(role, channel, client, ticket, news).live()


async def _break_on(problem: Exception) -> None:
    if not isinstance(problem, nats.errors.Error | OSError):
        raise problem


async def _welcome(news: "asyncio.Queue[Msg]", ticket: str) -> dict[str, Any]:
    """What the class answers to this ticket; ValueError if it is no."""
    try:
        async with asyncio.timeout(SOON):
            while True:
                message = await news.get()
                _, _, source, _, what = message.subject.split(".")
                told = json.loads(message.data) if source == OWNER else {}  # others speak with who is in the seat
                if what in ("welcome", "refused", "over") and told.get("ticket") == ticket:
                    if what == "welcome":
                        return dict(told)
                    raise ValueError(str(told["why"]))
    except TimeoutError:
        raise ValueError(SILENT) from None


def _seated(kind: type[Agent], me: str, codec: Codec, welcome: Mapping[str, Any]) -> Agent:
    """The agent as the class wants it; ValueError where it is none for it."""
    try:
        names, options = [*welcome["numbers"]], codec.value(welcome["options"])
        fine = (
            all(name.__class__ is str for name in [*names, *welcome["numbers"].values(), *welcome["neighbours"]])
            and all(one.__class__ is str for row in welcome["via"] for one in row)
            and isinstance(options, frozendict) and welcome["life"].__class__ is int
            and welcome["seed"].__class__ is int and 0 < float(welcome["pace"]) < 1e6
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        fine = False
    if not fine:
        raise ValueError(STRANGE)
    wanted = CATALOGUE.get(str(welcome["protocol"]))
    if wanted and not issubclass(kind, wanted.kind):
        raise ValueError(f"this class plays {wanted.name}, and {kind.__name__} is no {wanted.kind.__name__}: join with "
                         f"{wanted.kind.__name__}, or with a class of your own that is derived from it")
    return kind(me, tuple(name for name in names if name != me), **described(kind).checked(options))


def _kept(agent: Agent, codec: Codec, disk: Mapping[str, str]) -> dict[str, Hashable]:
    """The durable fields that an earlier life in this seat has told; the class keeps them for it."""
    return {name: codec.value(disk[name]) for name in agent.durable if name in disk}


class TellingLife(Life):
    """A life that tells how its fields have changed, too; `heard`: what has happened since the last time, in words."""

    _before: Mapping[str, object] = frozendict()
    heard: tuple[str, ...] = ()

    def receive(self, envelope: Envelope) -> tuple[Effect, ...]:
        """A message has arrived."""
        return self._heard_of(super().receive(envelope), envelope.message)

    def request(self, number: int, value: Hashable) -> tuple[Effect, ...]:
        """A client asks for something."""
        return self._heard_of(super().request(number, value), value)

    def start(self) -> tuple[Effect, ...]:
        """Let it begin."""
        return self._heard_of(super().start())

    def timeout(self, timer: str) -> tuple[Effect, ...]:
        """A timer has expired."""
        return self._heard_of(super().timeout(timer))

    def _heard_of(self, effects: tuple[Effect, ...], what: object = "") -> tuple[Effect, ...]:
        self.heard = (*self.heard, brief(what))
        return effects

    def _state_told(self, after: Agent) -> str:
        now, texts = vars(after), {}
        for name in (field.name for field in fields(after) if field.name not in ("id", "peers")):
            if name not in self._before or now[name] is not self._before[name]:
                with suppress(ValueError):  # a field of its own that cannot be sent is its own business
                    texts[name] = self._codec.text(now[name])
        self._before = dict(now)
        return f',"fields":{json_text(texts)}'


class Seated(Process):
    """The agent in its seat; `news` holds what comes from the class."""

    kind_of_life = TellingLife
    _life: TellingLife

    def __init__(
        self, role: Role, channel: Connection, client: Client, ticket: str, news: "asyncio.Queue[Msg]"
    ) -> None:
        super().__init__(role, channel)
        self._client, self._ticket, self._inbox = client, ticket, news

    async def live(self) -> None:
        """Begin, and go on until the process ends."""
        self._prepare()
        self._heed()
        self._tell(what="linked", agent=self._role.agent, life=self._role.life, at=monotonic())
        self._begin()
        await asyncio.gather(self._post(self._client), self._attend(), self._beat())

    async def _attend(self) -> None:
        """What comes from the class."""
        while True:
            message = await self._inbox.get()
            _, _, source, _, what = message.subject.split(".")
            if source != OWNER:
                await self._arrived(message)
                continue
            told = json.loads(message.data)
            if what == "request":
                value = self._codec.value(told["value"])
                self._tell(what="asked", agent=self._role.agent, value=told["value"])
                self._do(self._life.request, told["number"], value)
            elif what == "over" and told["ticket"] == self._ticket:
                self._break(told["why"])

    async def _beat(self) -> None:
        """Signs of life; without a server for long there is none to live for."""
        reached = True
        while not self._client.is_closed:
            if self._client.is_connected != reached:
                reached = not reached
                self._tell(what="reached", agent=self._role.agent, reached=reached)
            self._to_the_class("alive")
            await asyncio.sleep(BEAT)
        self._break(GONE)

    async def _post(self, client: Client) -> None:
        try:
            await super()._post(client)
        except nats.errors.ConnectionClosedError:
            self._break(GONE)

    def _told(self, lines: bytes) -> None:
        for command in map(json.loads, lines.split(b"\n")):
            if command["do"] == "leave":
                self._to_the_class("leave")
            elif command["do"] == "ask":
                self._send("ask", command["value"].encode())

    def _report(self, lines: bytes) -> None:
        """To the notebook, and to the class before any message leaves."""
        super()._report(lines)
        self._tell(what="heard", agent=self._role.agent, texts=self._life.heard)
        self._life.heard = ()
        for text in lines.split(b"\n"):
            if len(text) > LARGEST:
                broken(self._role.agent, TOO_LONG.format(len(text), LARGEST), self._channel)
            self._to_the_class("report", text)

    def _to_the_class(self, what: str, data: bytes = b"") -> None:
        """It says so in this life: the ticket tells it from others in this seat."""
        self._send(what, self._ticket.encode() + b"\n" + data)

    def _send(self, what: str, data: bytes) -> None:
        self._outbox.append((subject(self._role.session, self._role.agent, OWNER, what), data))
        self._news.set()
