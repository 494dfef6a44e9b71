"""A lease in NATS's own store: who has written the entry holds it, until it is not renewed and the store forgets it.

Promise: no two clients believe at one time that they hold it, if their clocks run equally fast. The store forgets an
entry TTL seconds after it was written; the holder counts from the moment at which it began to ask, which is earlier,
and gives up a little before that time is over. Each holder has a higher number than the one before, so work that
carries the number can be fenced off. Source: Gray and Cheriton, "Leases", 1989. Left out: giving it back; a holder that
wants no more would stop renewing.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from labkit.deploy.store.jetstream import TTL

MARGIN = 0.3  # seconds before the end at which a holder gives up
RENEWED = 1.0  # seconds after which a holder renews
TRY = 0.5  # seconds for one try
AGAIN = 0.1  # seconds until the next
Told = dict[str, Any]


class Candidate:
    """One agent's client, which may take the lease, renews it by itself, and gives it up by its own clock.

    write and read: the entry, as in store_clients. tell: when it holds the lease, and when it no longer does.
    """

    def __init__(
        self, agent: str, write: Callable[..., Awaitable[Told]], read: Callable[[float], Awaitable[Told]],
        tell: Callable[..., None],
    ) -> None:
        self._agent, self._write, self._read, self._tell = agent, write, read, tell
        self._number = 0  # the revision with which it took the lease
        self._end = 0.0  # until when the lease is its own
        self._renewing: asyncio.Task[None] | None = None

    async def take(self, seconds: float) -> Told:
        """Try until it holds the lease, or the time is over; what the last try came to."""
        until = monotonic() + seconds
        told: Told = {"outcome": "no answer"}
        while (left := until - monotonic()) > 0:
            if self._renewing and not self._renewing.done():
                if monotonic() < self._end:
                    return {"outcome": "held", "revision": self._number}
                await self._renewing  # it has lost the lease, and is about to say so
            asked = monotonic()
            told = await self._write(value=self._agent, seconds=min(left, TRY), expecting=0)
            if told["outcome"] == "written" and monotonic() < asked + TTL - MARGIN:
                self._begin(asked, told["revision"])
            elif told["outcome"] == "refused":
                await asyncio.sleep(AGAIN)
        return await self._why_not(told)

    async def _why_not(self, told: Told) -> Told:
        if told.get("other") and (found := await self._read(TRY)).get("value"):
            return told | {"why": f"{found['value']} holds it"}
        return told

    def _begin(self, asked: float, revision: int) -> None:
        self._number, self._end = revision, asked + TTL - MARGIN
        self._tell(agent=self._agent, number=revision, since=monotonic())
        self._renewing = asyncio.create_task(self._renew(asked, revision))

    async def _renew(self, asked: float, revision: int) -> None:
        """Write the entry again and again, until that fails for too long; the number of the lease stays."""
        while (left := self._end - monotonic()) > 0:
            await asyncio.sleep(min(asked + RENEWED - monotonic(), left))
            asked, same = monotonic(), secrets.token_hex(8)
            told = await self._written(revision, same)
            if told["outcome"] != "written":
                break
            revision, self._end = told["revision"], max(self._end, asked + TTL - MARGIN)
        self._tell(agent=self._agent, number=self._number, until=min(monotonic(), self._end))

    async def _written(self, revision: int, same: str) -> Told:
        """Write it once, in as many tries as there is time for; the store makes one of them, by `same`, their id."""
        told: Told = {"outcome": "no answer"}
        while (left := self._end - monotonic()) > 0:
            told = await self._write(value=self._agent, seconds=min(left, TRY), expecting=revision, message_id=same)
            if told["outcome"] == "written" or told.get("other"):
                break
            if told["outcome"] == "refused":
                await asyncio.sleep(min(left, AGAIN))
        return told
