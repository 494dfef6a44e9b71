"""Clients of NATS's own store, in the switchboard's process: one per server, and what each is told by it.

Promise: what a call comes to is told apart. Written or read: the store has said so. Refused: it certainly did not
happen. No answer: nobody knows; a write may have been made, or be made later. Each call ends at its time limit.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error, NoRespondersError
from nats.js.api import Header, KeyValueConfig, StorageType
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from labkit.deploy.store.jetstream import INBOX, LEASE, TTL, VALUES
from labkit.deploy.store.lease import Candidate

Told = dict[str, Any]  # what a call came to: its outcome, why, revision, value, again
Say = Callable[..., None]
WRONG_REVISION = (10071, 10164)  # codes of errors: the key has another revision than the one expected
SOON = 40.0  # seconds until the first elections must be over; each takes up to ten
PATIENCE = 0.3  # seconds for one try at start; a request that no leader has heard is not answered
NO_LEADER = "no leader of the store has answered this server"
OTHER = "the key has another revision by now"
SAYS = "the server says “{}”"
NO_ANSWER: Told = {"outcome": "no answer"}


class StoreClients:
    """A connection to the server of each agent; `ask` makes a call over one, and reports through `say`."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._clients: dict[str, Client] = {}
        self._candidates: dict[str, Candidate] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, urls: Mapping[str, str]) -> None:
        """Connect, and make both buckets; RuntimeError if the servers have elected no leader in time."""
        for agent, url in urls.items():
            self._clients[agent] = await nats.connect(
                url, name=f"store of {agent}", inbox_prefix=INBOX, max_reconnect_attempts=-1,
                reconnect_time_wait=0.1, error_cb=_ignored, connect_timeout=SOON,
            )
        until = monotonic() + SOON
        for name, seconds in ((VALUES, None), (LEASE, TTL)):
            await self._make(KeyValueConfig(name, ttl=seconds, replicas=len(urls), direct=True,
                                            storage=StorageType.FILE), until)

    async def _make(self, bucket: KeyValueConfig, until: float) -> None:
        client = next(iter(self._clients.values()))
        while monotonic() < until:
            try:
                await client.jetstream(timeout=PATIENCE).create_key_value(bucket)
                return
            except Error:  # there is no leader yet
                await asyncio.sleep(0.02)
        raise RuntimeError(f"the servers have elected no leader for their store within {SOON:.0f} s")

    def ask(self, call: int, agent: str, verb: str, given: Told) -> None:
        """Begin a call; the report has its number."""
        task = asyncio.create_task(self._answer(call, agent, verb, given))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, call: int, agent: str, verb: str, given: Told) -> None:
        began = monotonic()
        match verb:
            case "put":
                answer = put(self._clients[agent], VALUES, **given)
            case "get":
                answer = get(self._clients[agent], VALUES, **given)
            case _:
                answer = self._candidate(agent).take(**given)
        told = await answer
        self._say(what="answered", call=call, told=told, seconds=monotonic() - began)

    def _candidate(self, agent: str) -> Candidate:
        if agent not in self._candidates:
            client = self._clients[agent]
            self._candidates[agent] = Candidate(
                agent, lambda **given: put(client, LEASE, key="holder", **given),
                lambda seconds: get(client, LEASE, key="holder", seconds=seconds, stale=False),
                lambda **given: self._say(what="hold", **given),
            )
        return self._candidates[agent]


async def put(
    client: Client, bucket: str, key: str, value: str, seconds: float, expecting: int | None = None,
    message_id: str = "",
) -> Told:
    """Write; with `expecting` only if the key has that revision (0: only if there is none)."""
    headers = {} if expecting is None else {Header.EXPECTED_LAST_SUBJECT_SEQUENCE.value: str(expecting)}
    headers |= {Header.MSG_ID.value: message_id} if message_id else {}
    try:
        message = await client.request(f"$KV.{bucket}.{key}", value.encode(), timeout=seconds, headers=headers or None)
    except NoRespondersError:
        return _refused(NO_LEADER)
    except Error:  # whatever went wrong, it may have been heard
        return NO_ANSWER
    told = json.loads(message.data)
    if wrong := told.get("error"):
        if wrong.get("err_code") in WRONG_REVISION:
            return _refused(OTHER) | {"other": True}
        return _refused(SAYS.format(wrong["description"]))
    return {"outcome": "written", "revision": told["seq"], "again": bool(told.get("duplicate"))}


async def get(client: Client, bucket: str, key: str, seconds: float, stale: bool) -> Told:
    """Read: from the server itself (stale), or from the one that leads the bucket."""
    stream, subject = f"KV_{bucket}", f"$KV.{bucket}.{key}"
    try:
        found = await client.jetstream(timeout=seconds).get_msg(stream, subject=subject, direct=stale)
    except NotFoundError:
        return {"outcome": "read", "revision": 0, "value": ""}
    except (NoRespondersError, ServiceUnavailableError):
        return _refused(NO_LEADER)
    except APIError as wrong:
        return _refused(SAYS.format(wrong.description))
    except Error:
        return NO_ANSWER
    return {"outcome": "read", "revision": found.seq, "value": (found.data or b"").decode()}


def _refused(why: str) -> Told:
    return {"outcome": "refused", "why": why}


async def _ignored(problem: Exception) -> None:
    """The client connects again by itself; a call that this has cost ends at its time limit."""
