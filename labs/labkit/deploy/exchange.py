"""The network of agents over one server elsewhere: all messages go through this exchange, which is what can be cut.

An agent publishes under `lab.…`, which the exchange alone hears; it hands each message on under `in.…`, where the
receiver hears it, unless the link is cut or there is none. So nobody goes round a cut. Cuts are silent here: an agent
is connected with the server, and never with another agent. Left out: what is on a slow link when the exchange ends.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import nats
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from labkit.deploy.server import INWARD, OUTWARD, subject, without_password
from labkit.deploy.wire import LARGEST, ROOM

Link = tuple[str, str]
Line = deque[tuple[float, str, bytes]]  # on a slow link: when each is due, where it goes, and what
SOON = 5  # seconds within which a server has answered
AGAIN = 0.1  # seconds from one try to connect to the next
MOST = 10_000  # messages on a slow link
NOBODY_ANSWERS = ("no NATS server answers at {}: start one there (nats-server), or look at the address and whether a "
                  "firewall is in between")
NOT_LET_IN = "the NATS server at {} does not let us in: look at the user's name and the password in the address"
NOT_ALLOWED = ("the NATS server at {} does not allow this user to publish and subscribe under {}.> and {}.>: ask its "
               "owner for these permissions")
TOO_SMALL = "the NATS server at {} takes {:,} bytes at most, agents need {:,}: ask its owner for a larger max_payload"


class Exchange:
    """Links between agents as the plan has them, over the server that it names."""

    pids: tuple[int, ...] = ()  # of servers here

    def __init__(self, plan: Mapping[str, Any], refused: Callable[[str, str], None]) -> None:
        self._url, self._session = plan["elsewhere"], plan["session"]
        self._refused = refused
        self._names = {str(number): name for name, number in plan["numbers"].items()}
        self._numbers = plan["numbers"]
        self._links = {(a, b) for one in plan["links"] for a, b in (one, one[::-1])}
        self._cut = set[Link]()
        self._delay: dict[Link, float] = {}
        self._lines: dict[Link, Line] = {}
        self._tasks = set[asyncio.Task[None]]()
        self._client = Client()

    async def build(self) -> None:
        """Connect with the server; ValueError with the remedy where that cannot be."""
        self._client = await connected(self._url)
        for number in self._names:
            await self._client.subscribe(subject(self._session, number, "*", "*"), cb=self._arrived)
        await self._try()

    def url(self, name: str) -> str:
        """Where this agent connects."""
        return str(self._url)

    def cut(self, a: str, b: str, silent: bool) -> None:
        """Nothing passes between the two from now on; either kind of cut is silent here."""
        self._cut |= {(a, b), (b, a)}

    def heal(self, a: str, b: str) -> None:
        """The two hear each other again."""
        self._cut -= {(a, b), (b, a)}

    def slow(self, a: str, b: str, seconds: float) -> None:
        """Everything takes that much longer between the two, in either direction."""
        self._delay[a, b] = self._delay[b, a] = seconds

    async def links(self) -> list[tuple[str, dict[str, float]]]:
        """For each agent: with whom it is connected, and how many milliseconds longer there and back take."""
        whole = sorted(self._links - self._cut) if self._client.is_connected else []  # else no message passes
        return [(name, {b: 2_000 * self._delay.get((a, b), 0.0) for a, b in whole if a == name})
                for name in self._numbers]

    def end(self) -> None:
        """The connection ends with the process."""

    async def _try(self) -> None:
        """Send what agents and exchange will send, and hear it; ValueError if the server lets it not pass."""
        for begin in (OUTWARD, INWARD):
            name = subject(self._session, "probe", "probe", "probe", begin)
            heard = await self._client.subscribe(name, max_msgs=1)
            await self._client.publish(name)
            try:
                await heard.next_msg(1 + SOON / 5)
            except nats.errors.TimeoutError:
                raise ValueError(NOT_ALLOWED.format(without_password(self._url), OUTWARD, INWARD)) from None

    # ---- messages ----------------------------------------------------------------------------------------------------

    async def _arrived(self, message: Msg) -> None:
        """An agent has sent something: hand it on, if it may pass."""
        _, _, source, target, what = message.subject.split(".")
        a, b = self._names[source], self._names.get(target, "")
        if (a, b) not in self._links:
            self._refused(a, f"{a} has sent it to an agent with which it has no link")
        elif len(message.data) > LARGEST:
            self._refused(a, f"it has {len(message.data):,} bytes, and {LARGEST:,} is the most")
        elif (a, b) not in self._cut:
            await self._pass((a, b), subject(self._session, source, target, what, INWARD), message.data)

    async def _pass(self, link: Link, to: str, data: bytes) -> None:
        """At once, or after all others on a slow link."""
        delay, line = self._delay.get(link, 0.0), self._lines.get(link)
        if line is None and not delay:
            await self._publish(to, data)
        elif line is None:
            self._lines[link] = deque([(monotonic() + delay, to, data)])
            self._tasks.add(task := asyncio.create_task(self._deliver(link)))
            task.add_done_callback(self._tasks.discard)
        elif len(line) < MOST:
            line.append((monotonic() + delay, to, data))
        else:
            self._lost(link, data)

    def _lost(self, link: Link, data: bytes) -> None:
        """It has not passed; here nobody needs to know."""

    async def _deliver(self, link: Link) -> None:
        """What is on a slow link arrives in its order; what is there when it is cut, does not."""
        line = self._lines[link]
        while line:
            due, to, data = line[0]
            await asyncio.sleep(max(0.0, due - monotonic()))
            line.popleft()
            if link not in self._cut:
                await self._publish(to, data)
            else:
                self._lost(link, data)
        del self._lines[link]

    async def _publish(self, to: str, data: bytes) -> None:
        with suppress(nats.errors.Error):  # the server is away: it is lost
            await self._client.publish(to, data)


async def _ignored(problem: Exception) -> None:
    """The client connects again by itself."""


async def connected(
    url: str, nobody: str = NOBODY_ANSWERS, refused: str = NOT_LET_IN,
    hear: Callable[[Exception], Awaitable[None]] = _ignored,
) -> Client:
    """A connection with the server; ValueError with the remedy if there is none. hear: what goes wrong later.

    nobody, refused: the sentence if no server answers, or does not let us in.
    """
    complaints: list[str] = []

    async def complain(problem: Exception) -> None:
        if "uthorization" in str(problem):
            complaints.append(str(problem))
        if client.is_connected:
            await hear(problem)

    client, place = Client(), without_password(url)
    try:
        async with asyncio.timeout(SOON):
            await client.connect(url, error_cb=complain, connect_timeout=SOON, max_reconnect_attempts=1,
                                 reconnect_time_wait=0)
    except (nats.errors.Error, OSError, TimeoutError):
        raise ValueError((refused if complaints else nobody).format(place)) from None
    client.options |= {"max_reconnect_attempts": -1, "reconnect_time_wait": AGAIN}  # it is there: wait, if it goes
    if client.max_payload < LARGEST + ROOM:
        raise ValueError(TOO_SMALL.format(place, client.max_payload, LARGEST + ROOM))
    return client
