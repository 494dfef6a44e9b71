"""A student's end of a class: the agent runs in a process of its own, and ends with the notebook.

An invitation is an address with a seat and its code: nats://c:CODE@10.0.0.5:4222. Nothing but messages of the agent,
and what it tells of itself, leaves this computer; nothing that comes in is run. Left out: a second agent in one seat.
"""

import json
import re
from collections import deque
from collections.abc import Hashable
from contextlib import suppress
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from labkit.agents import Agent, check_immutable, codec_of
from labkit.deploy.classroom.asking import Answered, Question, answered, numbered
from labkit.deploy.classroom.class_server import SEAT, checked_size
from labkit.deploy.classroom.fitting import EVENTS
from labkit.deploy.owner import SOON, News, owning
from labkit.deploy.replies import Replies
from labkit.deploy.roles import reference, written_in_cells
from labkit.deploy.server import check_client
from labkit.notebook import end_with_cell
from labkit.protocols import find
from labkit.values import blank

CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{16}")
NO_INVITATION = ("an invitation is a line such as nats://c:0123abcd-0123456789abcdef@10.0.0.5:4222: copy the whole "
                 "line that your instructor has given you")
MOST = 200  # lines of the log


def take_seat(invitation: str, kind: str | type[Agent], source: str = "") -> "Joined":
    """Bring an agent of this class, or of the protocol of that name, into the class.

    source: the text of the cells that define the agents' class, where that is neither in a module nor found in the
    notebook. ValueError with the remedy where the class is not there, or does not take it.
    """
    return Joined(invitation, find(kind).kind if isinstance(kind, str) else kind, source)


class Joined:
    """An agent in its seat; made by `take_seat`."""

    def __init__(self, invitation: str, kind: type[Agent], source: str) -> None:
        parts = _parts(invitation)
        if not (isinstance(kind, type) and issubclass(kind, Agent)):
            raise ValueError("join takes a class of agents or the name of a protocol: join(invitation, 'raft')")
        check_client()
        self.name, self.kind = parts.username or "", kind
        self.life, self.over = -1, ""  # how often the seat was taken before; why it has ended
        self.reached = True  # whether its connection with the class is there
        # Seconds since it has joined, what happened, and how often in a row.
        self.log: deque[tuple[float, str, int]] = deque(maxlen=MOST)
        self.agent: Agent | None = None  # as it is now
        self._questions: list[Question] = []  # of all its clients, the instructor's too
        self._asked, self._sent = 0, list[Hashable]()  # by the own client; what of that has not come to the agent
        self._codec, self._seen = codec_of(kind), 0
        self._began, self._reports, self._replies = monotonic(), list[News](), Replies(self._codec)
        source = source or written_in_cells([kind])
        role = {"agent": self.name, "life": 0, "session": (parts.password or "").split("-")[0], "source": source,
                "classes": [reference(kind, source)], "url": invitation.strip()}
        with owning(self._hear) as self._owner:
            end_with_cell(self.leave)
            role["store"] = str(self._owner.folder / "agent.json")
            self._owner.write({"folder": str(self._owner.folder), "numbers": {}, "links": [], "seat": True,
                               "store": "", "elsewhere": "", "roles": {self.name: role}})
            self._owner.wait(lambda: self.life >= 0 or bool(self.over))
            if self.life < 0:
                raise ValueError(self.over or f"the agent's process has not started within {SOON:.0f} s: this computer "
                                              f"is too busy")

    @property
    def number(self) -> int:
        """The number of the own client's next request, which tells it from those of others in the class."""
        return numbered(self._asked, self.life)

    @property
    def answered(self) -> list[Answered]:
        """What all its clients asked for, in order, each with what it was told."""
        none = "" if self.running else "your agent is no longer in the class"
        return answered(self._questions, [(self.life, one) for one in self._replies.told], lambda _: none)

    @property
    def running(self) -> bool:
        """Whether the agent is in its seat."""
        return not self._owner.ended and not self.over

    def look(self) -> None:
        """Take in what has happened by now."""
        self._owner.take()
        if self.over and not self._owner.ended:
            self._owner.end()

    def wait(self, seconds: float) -> bool:
        """Wait until the agent is in no class any more, that long at most; the result is whether it is in none."""
        end = monotonic() + seconds
        while not self.over and monotonic() < end:
            self._owner.take(0.05)
        self.look()
        return bool(self.over)

    def ask(self, value: Hashable) -> None:
        """Let a client ask the agent for something; the class hears of it."""
        self.look()
        if not self.running:
            raise ValueError("your agent is in no class any more: join again")
        check_immutable(value, "the request")
        self._owner.tell(self.name, {"do": "ask", "value": checked_size(self._codec.text(value))})
        self._asked += 1
        self._sent.append(value)
        self._questions.append(Question(self.name, value, self.life))

    def leave(self) -> None:
        """Leave the class; the seat can be taken again."""
        try:
            if self.running:
                with suppress(ValueError):  # its process was killed
                    self._owner.tell(self.name, {"do": "leave"})
                    self._owner.wait(lambda: bool(self.over))
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process."""
        self.over = self.over or "it has left"
        self._owner.end()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _hear(self, line: bytes) -> None:
        news: News = json.loads(line)
        match news["what"]:
            case "linked":
                self.life, self._began = news["life"], news["at"]
            case "reached":
                self.reached = news["reached"]
            case "broke" | "failed":
                self.over = self.over or news["why"]
            case "ended":
                self.over = self.over or "its process has ended"
            case "heard":  # so it is not what its disk repeats at the end
                for report, text in zip(self._reports, news["texts"], strict=True):
                    self._note(report, text)
                self._reports = []
            case "asked":
                self._heard(self._codec.value(news["value"]))
            case what if what in EVENTS:
                self._reports.append(news)
                self._replies.take(line)

    def _heard(self, request: Hashable) -> None:
        """A request has come to the agent: from the own client, or from the instructor's."""
        if request in self._sent:
            self._sent.remove(request)
        else:
            self._questions.append(Question(self.name, request, self.life))

    def _note(self, report: News, heard: str) -> None:
        """What has happened, in words, and the agent as it is now."""
        agent = self.agent or blank(self.kind)
        new = blank(self.kind)
        new.__dict__ = {"id": self.name, "peers": (), **vars(agent)}
        new.__dict__ |= {name: self._codec.value(text) for name, text in report["fields"].items()}
        self.agent = new
        text, times = _in_words(report, heard), 1
        if self.log and self.log[-1][1] == text:
            times += self.log.pop()[2]
        self.log.append((report["at"] - self._began, text, times))


def _in_words(report: News, heard: str) -> str:
    match report["what"], report["of"]:
        case "receive", [sender, *_]:
            return f"{sender} sent: {heard}"
        case "timeout", timer:
            return f"the timer “{timer}” has expired"
        case "request", _:
            return f"a client asked: {heard}"
    return "it has begun"


def _parts(invitation: object) -> Any:
    """The parts of an invitation; ValueError for what is none."""
    if isinstance(invitation, str):
        parts = urlsplit(invitation.strip())
        try:
            if parts.scheme == "nats" and parts.hostname and parts.port and CODE.fullmatch(parts.password or "") \
                    and SEAT.fullmatch(parts.username or ""):
                return parts
        except ValueError:  # a port that is no number
            pass
    raise ValueError(NO_INVITATION)
