"""What NATS's servers say of themselves: whom they are connected with, how far that is, and what their Raft does.

Source: the monitoring pages of NATS 2.15, /routez, /raftz, /jsz and /subsz. All but the first are hardly documented, so
what is not found there is left out, and nothing else depends on it.
"""

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPException
from time import monotonic
from typing import Any

SOON, AT_ONCE = 20.0, 3.0  # seconds within which an answer has come; the second where somebody looks on
RAFT = ("raftz", "raftz?acc=$G", "jsz?streams=1&accounts=1&raft=1")
READS = "$JS.API.DIRECT.GET.KV_values."  # what a server listens to that answers reads by itself
READERS = f"subsz?subs=1&test={READS}x"
META, SERVERS = "_meta_", "servers"  # the group that decides where buckets are, and what it is called here
BUCKET = "KV_"  # before the name of a bucket, in the name of its stream
UNITS = {"µs": 1e-3, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6, "ns": 1e-6}  # in milliseconds
Row = tuple[str, str, str, int, str, int, int]  # see Member of shared_store
Told = Mapping[str, Any]


class Monitoring:
    """The servers' pages. ports: where each agent's server has them; servers: what servers are called, by agent."""

    def __init__(self, ports: Mapping[str, int], servers: Mapping[str, str]) -> None:
        self._ports = ports
        self._agents = {server: agent for agent, server in servers.items()}

    async def links(self) -> list[tuple[str, dict[str, float]]]:
        """For each agent: with whose servers its own is connected, and how many milliseconds there and back take.

        A server that does not answer is connected with none.
        """
        pages = await asyncio.gather(*(self._routes(name) for name in self._ports))
        return [(name, {self._agents[one["remote_name"]]: milliseconds(one.get("rtt", "")) for one in page["routes"]})
                for name, page in zip(self._ports, pages, strict=True)]

    async def groups(self) -> list[Row]:
        """What each server says of its Raft groups; one that does not answer is left out."""
        pages = await asyncio.gather(*map(self._raft, self._ports))
        return rows_of({name: told for name, told in zip(self._ports, pages, strict=True) if told})

    async def all_answer_reads(self) -> None:
        """Wait until each server answers reads by itself: else another one would, and nobody could tell."""
        until = monotonic() + SOON
        left = [*self._ports]
        while left and monotonic() < until:
            if answers_reads(await self._page(left[0], READERS)):
                left.pop(0)
            else:
                await asyncio.sleep(0.05)

    async def _routes(self, name: str) -> Told:
        with suppress(OSError, ValueError, HTTPException):
            return await self._page(name, "routez", AT_ONCE)
        return {"routes": ()}

    async def _raft(self, name: str) -> list[Told]:
        with suppress(OSError, ValueError, HTTPException):
            return await asyncio.gather(*(self._page(name, page) for page in RAFT))
        return []

    async def _page(self, name: str, page: str, seconds: float = SOON) -> Told:
        return await asyncio.to_thread(_fetched, f"http://127.0.0.1:{self._ports[name]}/{page}", seconds)


def milliseconds(text: str) -> float:
    """A duration as Go writes it, such as 1.2ms or 1m3s."""
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)(ns|us|µs|ms|s|m|h)", text))


def answers_reads(page: Told) -> bool:
    """Whether a server that says this on READERS answers reads by itself, which it does a second after the start."""
    return any(one["subject"].startswith(READS) for one in page.get("subscriptions_list", ()))


def rows_of(pages: Mapping[str, list[Told]]) -> list[Row]:
    """A row for each server and group; pages: what the server of each agent says on the pages RAFT."""
    groups = {name: _groups(told) for name, told in pages.items()}
    names = {group["id"]: name for name, found in groups.items() for _, group in found if "id" in group}
    return [
        (name, what, str(one["state"]).lower(), one["term"], names.get(one.get("leader", ""), ""), one["committed"],
         one["applied"])
        for name, found in groups.items() for what, one in found
        if {"state", "term", "committed", "applied"} <= one.keys()
    ]


def _groups(told: list[Told]) -> list[tuple[str, Told]]:
    """The groups of one server, with what they are called here."""
    called = {META: SERVERS} | dict(_buckets(told[-1]))
    found = {group: about for page in told[:-1] for account in page.values() for group, about in account.items()}
    return [(called[group], about) for group, about in found.items() if group in called]


def _buckets(storage: Told) -> Iterator[tuple[str, str]]:
    """The Raft group of each bucket, with its name."""
    for account in storage.get("account_details", ()):
        for stream in account.get("stream_detail", ()):
            yield stream.get("stream_raft_group", ""), stream["name"].removeprefix(BUCKET)


def _fetched(url: str, seconds: float) -> Any:
    with urllib.request.urlopen(url, timeout=seconds) as answer:
        return json.load(answer)
