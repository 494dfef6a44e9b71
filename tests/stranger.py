"""Somebody with a seat's code and a program of their own: what may be said with it, and what is heard."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import nats
import nats.errors


class Stranger:
    """A connection with a seat's code; each verb is done when it returns."""

    def __init__(self, invitation: str) -> None:
        parts = urlsplit(invitation)
        self.name, self.session = parts.username or "", (parts.password or "").split("-")[0]
        self.heard: list[tuple[str, bytes]] = []
        self.complaints: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._client = self._run(nats.connect(invitation, error_cb=self._complain, allow_reconnect=False))

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):
            self._run(self._client.close())
        self._loop.close()

    def listen(self, subject: str) -> None:
        async def hear(message: Any) -> None:
            self.heard.append((message.subject, message.data))

        self._run(self._client.subscribe(subject, cb=hear))
        self.pause()

    def say(self, what: str, data: bytes, to: str = "owner", name: str = "", session: str = "") -> None:
        self.publish(f"lab.{session or self.session}.{name or self.name}.{to}.{what}", data)

    def publish(self, subject: str, data: bytes) -> None:
        self._run(self._client.publish(subject, data))

    def flood(self, subject: str, data: bytes, times: int) -> None:
        """Say it that often, as fast as the server takes it."""
        async def pour() -> None:
            for _ in range(times):
                await self._client.publish(subject, data)
            await self._client.flush(60)

        with suppress(Exception):
            self._run(pour())

    def pause(self, seconds: float = 0.2) -> None:
        with suppress(Exception):
            self._run(self._client.flush())
        self._run(asyncio.sleep(seconds))

    def join(self, ticket: str = "mine") -> dict[str, Any]:
        """Take the seat as an agent's process does; what the class answers."""
        self.listen(f"in.{self.session}.*.{self.name}.*")
        self.say("join", json.dumps({"ticket": ticket, "kind": "Mine"}).encode())
        for _ in range(100):
            self.pause(0.05)
            for subject, data in self.heard:
                if subject.endswith((".welcome", ".refused")):
                    return dict(json.loads(data))
        raise TimeoutError("no answer")

    def report(self, ticket: str = "mine", **fields: object) -> None:
        """Say that this has happened."""
        whole = {"clock": {self.name: 1}, "what": "start", "agent": self.name, "life": 0, "of": None, "at": 0.0,
                 "effects": [], "fields": {}}
        self.say("report", ticket.encode() + b"\n" + json.dumps(whole | fields).encode())

    def _run(self, doing: Any) -> Any:
        return self._loop.run_until_complete(doing)

    async def _complain(self, problem: Exception) -> None:
        self.complaints.append(str(problem).lower())
