"""The network of a class: an exchange on a server of its own, where each agent is brought by a student's computer.

Promise: nothing that comes in is believed. A report must be one that the seat's agent can make at this moment, and a
message one that its sender has reported, word by word; so nobody can speak for another, tell of a future, or send what
breaks an agent of the others by its form. What is refused is counted. A seat whose report does not fit, or which sends
more than anybody needs, has lost its life in the class, and nobody else is hurt. Left out: lies. An agent may vote
twice, for protocols of the lab trust what agents say.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import networkx as nx
from nats.aio.msg import Msg

from labkit.agents import Agent, codec_of
from labkit.deploy.agent_process import MESSAGE
from labkit.deploy.cabled import ports_of
from labkit.deploy.classroom.class_server import OWNER, TOO_LARGE, configuration, sent_size, start, why_not
from labkit.deploy.classroom.fitting import Report, report_of, request_of
from labkit.deploy.classroom.telling import Bare, Key, Script, Telling, key_of, told_agents
from labkit.deploy.exchange import Exchange, connected
from labkit.deploy.roles import loaded, pairs_of
from labkit.deploy.server import INWARD, ports_file, subject
from labkit.deploy.wire import LARGEST, RefusedError, fields_of, json_text
from labkit.engine import Model, System
from labkit.values import blank

LOST = 4.0  # seconds without a sign of life
RATE, BURST = 1_000.0, 4_000.0  # messages of a seat in a second, and at once; one of a kilobyte counts twice
MUTE = 3.0  # seconds that a seat is not heard which sends more
NOT_ALIVE = "the class has not heard of your agent for some seconds: join again"
TAKEN = ("seat {} is taken: use the invitation that is yours, or leave in the notebook that has it; if that was just "
         "interrupted, try again in some seconds")
TOO_MUCH = ("what the agent in seat {} must be told has {:,} bytes, and {:,} is the most: the last agent in it told "
            "too much, or the class has too many seats; take another seat, or open a smaller class")


class Seats(Exchange):
    """Seats as the plan has them; `say` hands news on, in the order in which they happened."""

    def __init__(
        self, plan: Mapping[str, Any], refused: Callable[[str, str], None], say: Callable[..., None]
    ) -> None:
        super().__init__({**plan, "elsewhere": ""}, refused)
        self._plan, self._say = plan, say
        self._roles: dict[str, dict[str, Any]] = plan["seats"]
        self._tickets: dict[str, str] = {}  # of those who have a seat
        self._lives = dict.fromkeys(self._roles, -1)
        self._disks: dict[str, dict[str, str]] = {name: {} for name in self._roles}
        self._seen: dict[str, float] = {}
        self._allowed = dict.fromkeys(self._roles, BURST)
        self._since = dict.fromkeys(self._roles, monotonic())
        self._ears: dict[str, Any] = {}
        self._handed: dict[Key, bytes] = {}  # messages that have left their sender
        self._requests = 0
        self._hops = {(source, target, name, after) for name, role in self._roles.items()
                      for source, target, _, after in role["via"] if after}

    async def build(self) -> None:
        """Start the server and connect with it."""
        plan = self._plan
        text = configuration(plan["session"], plan["codes"], plan["secret"], plan["host"], plan["port"])
        folder = Path(plan["folder"])
        self._server = start(plan["server"], folder, text, self._refused)
        self.pids = (self._server.pid,)
        try:
            port = (await ports_of(self._server, ports_file(folder, plan["server"], self._server.pid)))["nats"]
        except ValueError as wrong:
            raise ValueError(why_not(plan["host"], plan["port"]) or str(wrong)) from None
        self._client = await connected(f"nats://{OWNER}:{plan['secret']}@{plan['host']}:{port}")
        self._tell = self._telling()
        for name in self._roles:
            await self._hear(name)
        self._tasks.add(asyncio.create_task(self._look_after()))
        self._say(what="open", port=port)

    def end(self) -> None:
        """Kill the server."""
        self._server.kill()
        self._server.wait()

    async def over(self, why: str) -> None:
        """Tell all who have a seat that the class has ended; what follows from that is no part of its run."""
        self._say(what="over")
        for name in [*self._tickets]:
            await self._leave(name, why)
        await self._client.flush()

    async def request(self, agent: str, value: str) -> None:
        """A client asks the agent for something; value: as text."""
        self._requests += 1
        self._happened({"what": "asked", "agent": agent, "number": self._requests, "value": value})
        if agent in self._tickets:
            await self._to(agent, "request", number=self._requests, value=value)

    def cut(self, a: str, b: str, silent: bool) -> None:
        """Nothing passes between the two from now on."""
        super().cut(a, b, silent)
        self._happened({"what": "cut", "link": [a, b]})

    def heal(self, a: str, b: str) -> None:
        """The two hear each other again."""
        super().heal(a, b)
        self._happened({"what": "heal", "link": [a, b]})

    # ---- what comes in -----------------------------------------------------------------------------------------------

    async def _arrived(self, message: Msg) -> None:
        _, _, name, target, what = message.subject.split(".")
        if not self._may(name, len(message.data)):
            await self._mute(name)
            return
        try:
            if target != OWNER:
                await self._message(name, target, what, message.data)
            elif what == "join":
                await self._join(name, message.data)
            elif what == "ask" and name in self._tickets:
                await self._asks(name, message.data)
            elif what in ("alive", "leave", "report"):
                await self._of_a_life(name, what, message.data)
            else:
                raise RefusedError("it said what no agent says")
        except RefusedError as wrong:
            self._refused(name, str(wrong))

    async def _of_a_life(self, name: str, what: str, data: bytes) -> None:
        ticket, _, rest = data.partition(b"\n")
        if name not in self._tickets or ticket.decode(errors="replace") != self._tickets[name]:
            await self._to(name, "over", ticket=ticket.decode(errors="replace")[:64], why=NOT_ALIVE)
            raise RefusedError("it has no seat")
        self._seen[name] = monotonic()
        if what == "leave":
            await self._leave(name, "it has left")
        elif what == "report":
            await self._report(name, rest)

    async def _join(self, name: str, data: bytes) -> None:
        try:
            asked = json.loads(data)
            ticket, kind = asked["ticket"], asked["kind"]
            if not (isinstance(ticket, str) and isinstance(kind, str) and 0 < len(ticket) <= 64 and len(kind) <= 64):
                raise ValueError
        except (ValueError, TypeError, KeyError, RecursionError):
            raise RefusedError("it wanted to join, and did not say how") from None
        if name in self._tickets and ticket != self._tickets[name]:
            await self._to(name, "refused", ticket=ticket, why=TAKEN.format(name))
            raise RefusedError("somebody wanted a seat that is taken")
        if name in self._tickets:
            return
        life, role = self._lives[name] + 1, self._roles[name]
        told = {one: role[one] for one in ("numbers", "neighbours", "via", "seed", "pace")} | {
            "life": life, "options": self._plan["options"], "protocol": self._plan["protocol"],
            "disk": self._disks[name]}
        if (size := sent_size(told)) > LARGEST:
            await self._to(name, "refused", ticket=ticket, why=TOO_MUCH.format(name, size, LARGEST))
            raise RefusedError("its agent must be told too much")
        self._tickets[name], self._seen[name], self._lives[name] = ticket, monotonic(), life
        self._happened({"what": "joined", "agent": name, "life": life, "kind": "".join(filter(str.isprintable, kind))})
        await self._to(name, "welcome", ticket=ticket, **told)

    async def _asks(self, name: str, data: bytes) -> None:
        text = data.decode(errors="replace")
        request_of(text, self._codec)
        if sent_size(text) > LARGEST:
            raise RefusedError(TOO_LARGE)
        await self.request(name, text)

    async def _report(self, name: str, data: bytes) -> None:
        try:
            report = report_of(data) | {"at": monotonic()}
            if report["agent"] != name:
                raise RefusedError("it reports in the name of another")
            if report["what"] == "receive" and (*report["of"],) not in self._handed:
                raise RefusedError("it reports a message that was not handed to it")
            self._happened(report)
        except Exception as wrong:  # whatever it is: only this seat may suffer
            await self._leave(name, f"it does not fit: {wrong}")
            raise RefusedError(str(wrong)) from None
        if report["what"] == "receive":
            del self._handed[(*report["of"],)]
        self._disks[name] |= report["fields"]

    # ---- messages ----------------------------------------------------------------------------------------------------

    async def _message(self, a: str, b: str, what: str, data: bytes) -> None:
        """Hand a message on, if its sender has reported it and it is on its way."""
        if (a, b) not in self._links or what != MESSAGE or a not in self._tickets:
            raise RefusedError("it spoke where there is no link")
        table = fields_of(data)
        key = (table["sender"], table["life"], table["number"])
        told = self._tell.sent.get(key)
        fine = (
            told is not None and (table["sender"], table["receiver"], a, b) in self._hops
            and told.packet.target == table["receiver"] and table["session"] == self._session
            and told.text == table["message"] and told.clock == table["clock"]
            and self._handed.get(key) == (None if a == table["sender"] else data)
        )
        if not fine:
            raise RefusedError("it sent a message that it has not reported, or that is another's")
        self._handed[key] = data
        if (a, b) in self._cut or b not in self._tickets:
            self._lost((a, b), data)
        else:
            await self._pass((a, b), subject(self._session, a, b, MESSAGE, INWARD), data)

    async def _publish(self, to: str, data: bytes) -> None:
        """What was lost with the agent that it was for is not for the next one in that seat."""
        if not to.endswith(MESSAGE) or key_of(data) in self._handed:
            await super()._publish(to, data)

    def _lost(self, link: tuple[str, str], data: bytes) -> None:
        a, b = link
        key = key_of(data)
        self._handed.pop(key, None)
        why = f"the link {a} → {b} is cut" if link in self._cut else f"{b} is down"
        self._happened({"what": "dropped", "of": key, "why": why})

    # ---- lives -------------------------------------------------------------------------------------------------------

    async def _leave(self, name: str, why: str) -> None:
        """The life of this seat's agent ends; another may begin."""
        ticket = self._tickets.pop(name)
        for key in [key for key in self._tell.sent if key[0] == name and key not in self._handed]:
            self._happened({"what": "dropped", "of": key, "why": f"{name} is down"})
        self._happened({"what": "ended", "agent": name, "why": why})
        self._handed = {key: data for key, data in self._handed.items() if key in self._tell.sent}
        await self._to(name, "over", ticket=ticket, why=why)

    async def _look_after(self) -> None:
        """Whoever is not heard of is not there."""
        while True:
            await asyncio.sleep(LOST / 8)
            for name in [name for name in self._tickets if monotonic() - self._seen[name] > LOST]:
                await self._leave(name, "its connection is lost")

    def _may(self, name: str, size: int) -> bool:
        """Whether the seat has not sent more than anybody needs."""
        now = monotonic()
        self._allowed[name] = min(BURST, self._allowed[name] + RATE * (now - self._since[name])) - 1 - size / 1_000
        self._since[name] = now
        return self._allowed[name] >= 0

    async def _mute(self, name: str) -> None:
        """Hear nothing of it for a while; the server throws away what it sends."""
        if (ear := self._ears.pop(name, None)) is None:
            return  # what was under way
        with suppress(Exception):
            await ear.unsubscribe()
        self._refused(name, "it sent more than anybody needs")
        if name in self._tickets:
            await self._leave(name, "it does not fit: it sent more than anybody needs")
        self._tasks.add(asyncio.create_task(self._hear_later(name)))

    async def _hear_later(self, name: str) -> None:
        await asyncio.sleep(MUTE)
        self._allowed[name] = BURST
        await self._hear(name)

    async def _hear(self, name: str) -> None:
        self._ears[name] = await self._client.subscribe(subject(self._session, name, "*", "*"), cb=self._arrived)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _happened(self, news: Report) -> None:
        """Take it in, if it can be, and hand it on."""
        news = {"at": monotonic(), **news}
        self._tell.take(news | {"value": request_of(news["value"], self._codec)} if "value" in news else news)
        self._say(**news)

    async def _to(self, name: str, what: str, **told: Any) -> None:
        text = json_text(told).encode()
        await self._publish(subject(self._session, OWNER, name, what, INWARD), text)

    def _telling(self) -> Telling:
        """The run as it is told, without its history."""
        role = next(iter(self._roles.values()))
        kinds = dict(zip(role["classes"], loaded(role["classes"], role["source"]), strict=True))
        self._codec = codec_of(*kinds.values())
        agents = dict[str, Agent]()
        for name, one in self._roles.items():
            agents[name] = blank(kinds[one["kind"]])
            agents[name].__dict__ = {field: self._codec.value(text) for field, text in one["fields"].items()}
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self._roles)
        graph.add_edges_from(self._plan["links"])
        model, script = Model(graph, agents), Script()
        world = Bare(System(graph, told_agents(model, script)))
        return Telling(model, self._codec, world, script, pairs_of(self._roles), lambda at: 0)
