"""NATS's own store, as clients see it: each call goes to the server of one agent, and what it came to is told apart.

Written or read: the store has said so. Refused: it certainly did not happen. No answer: nobody knows, and a write may
still be made. The servers keep the values equal by a Raft of their own; `groups` says what that does. The clients run
where the cables are, so a cell that works does not hold them up. Left out: watching a key, deleting one.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Literal

from labkit.deploy.owner import News
from labkit.values import listed, plain_arguments

Outcome = Literal["waiting", "written", "read", "held", "refused", "no answer"]
KEY = re.compile(r"[-\w]+", re.ASCII)
LONGEST = 60.0  # seconds that a call may take
MOST = 1_000  # characters of a value


@dataclass(frozen=True, repr=False)
class Answer:
    """A call, through the server of `agent`, and what it came to after that many seconds.

    at: when it was made, in seconds of this computer's clock. revision: of the entry; of a lease its number. again: a
    write with this message id had been made before, and was not made twice. other: the key had another revision.
    """

    agent: str
    asked: str
    at: float
    outcome: Outcome = "waiting"
    seconds: float = 0.0
    revision: int = 0
    value: str = ""
    why: str = ""
    again: bool = False
    other: bool = False

    @property
    def said(self) -> str:
        """What it came to, in words."""
        match self.outcome:
            case "written" if self.again:
                return f"written already, as revision {self.revision}: it was not written twice"
            case "written":
                return f"written, as revision {self.revision}"
            case "read" if not self.revision:
                return "there is no value"
            case "read":
                return f"{self.value}, revision {self.revision}"
            case "held":
                return f"{self.agent} holds the lease, number {self.revision}"
            case "refused":
                return f"refused: {self.why}"
            case "no answer" if self.asked.startswith("put"):
                return "no answer: it may be written, now or later, or never"
            case "no answer":
                return "no answer"
        return "waiting …"

    def __str__(self) -> str:
        after = "" if self.outcome == "waiting" else f" (after {self.seconds:.2f} s)"
        return f"{self.agent}: {self.asked} → {self.said}{after}"

    __repr__ = __str__


@dataclass(frozen=True)
class Hold:
    """From when to when an agent's client believed that it holds the lease; until is None while it does.

    number: grows from one holder to the next. Times are seconds of this computer's clock.
    """

    agent: str
    number: int
    since: float
    until: float | None = None


@dataclass(frozen=True)
class Member:
    """What a server says of one Raft group that it is in: names of servers are those of their agents.

    group: "values", "lease", or "servers", which decides where buckets are. committed and applied: how many entries.
    leader: "" where it knows of none.
    """

    server: str
    group: str
    role: str
    term: int
    leader: str
    committed: int
    applied: int


class SharedStore:
    """The store of a running system, `deploy(model, store=True).store`; agents: those with a part of it, or none."""

    def __init__(
        self, agents: Collection[str], command: Callable[..., News], until: Callable[..., bool]
    ) -> None:
        self.answers: list[Answer] = []  # of all calls, in the order in which they were made
        self.holds: list[Hold] = []
        self._agents, self._command, self._until = agents, command, until

    # ---- calls -------------------------------------------------------------------------------------------------------

    @plain_arguments
    def put(
        self, agent: str, key: str, value: str, *, seconds: float = 2.0, expecting: int | None = None,
        message_id: str = "",
    ) -> Answer:
        """Write a value through the agent's server.

        expecting: only if the key has this revision, 0: only if there is no such key. message_id: of several writes
        with the same one, only one is made.
        """
        return self._wait(self.begin_put(agent, key, value, seconds=seconds, expecting=expecting,
                                         message_id=message_id))

    @plain_arguments
    def get(self, agent: str, key: str, *, stale: bool = False, seconds: float = 2.0) -> Answer:
        """Read a value through the server that leads, or believes so; stale: from the agent's own, whatever it has."""
        return self._wait(self.begin_get(agent, key, stale=stale, seconds=seconds))

    @plain_arguments
    def take_lease(self, agent: str, *, seconds: float = 2.0) -> Answer:
        """Let the agent's client try to get the lease; it renews it by itself, and gives it up where it cannot."""
        return self._wait(self.begin_lease(agent, seconds=seconds))

    @plain_arguments
    def begin_put(
        self, agent: str, key: str, value: str, *, seconds: float = 2.0, expecting: int | None = None,
        message_id: str = "",
    ) -> int:
        """As `put`, without waiting: the place in `answers` where the answer will be."""
        if len(value) > MOST:
            raise ValueError(f"value has {len(value):,} characters, and {MOST:,} is the most")
        if message_id != message_id.strip() or not message_id.isprintable():
            raise ValueError(f"message_id is one line without a blank at its beginning or end, not {message_id!r}")
        given = {"key": _key(key), "value": value, "expecting": expecting, "message_id": message_id}
        return self._begin(agent, f"put {key} = {value}", "put", seconds, given)

    @plain_arguments
    def begin_get(self, agent: str, key: str, *, stale: bool = False, seconds: float = 2.0) -> int:
        """As `get`, without waiting."""
        asked = f"read {key} here" if stale else f"read {key} through the leader"
        return self._begin(agent, asked, "get", seconds, {"key": _key(key), "stale": stale})

    @plain_arguments
    def begin_lease(self, agent: str, *, seconds: float = 2.0) -> int:
        """As `take_lease`, without waiting."""
        return self._begin(agent, "take the lease", "take", seconds, {})

    # ---- what can be seen --------------------------------------------------------------------------------------------

    @property
    def holder(self) -> str:
        """The agent whose client believes that it holds the lease, as far as it has been reported; "" for nobody."""
        return next((one.agent for one in self.holds if one.until is None), "")

    def leader(self, group: str = "values") -> str:
        """The agent whose server leads that group by its own word, in the highest term; "" where none does."""
        led = [(one.term, one.server) for one in self.groups() if one.group == group and one.role == "leader"]
        return max(led, default=(0, ""))[1]

    def groups(self) -> list[Member]:
        """What each server says of its Raft groups; a server that says nothing, or says it otherwise, is left out."""
        self._check()
        return [Member(*row) for row in self._command("groups")["answer"]]

    # ---- inside ------------------------------------------------------------------------------------------------------

    def hear(self, news: News) -> None:
        """Take in what the clients have reported."""
        if news["what"] == "hold":
            self._note(news)
        else:
            number = news["call"]
            self.answers[number] = replace(self.answers[number], seconds=news["seconds"], **news["told"])

    def _note(self, news: News) -> None:
        if "since" in news:
            self.holds.append(Hold(news["agent"], news["number"], news["since"]))
            return
        self.holds = [replace(one, until=news["until"]) if one.number == news["number"] else one for one in self.holds]

    def _begin(self, agent: str, asked: str, verb: str, seconds: float, given: dict[str, Any]) -> int:
        self._check()
        if agent not in self._agents:
            raise ValueError(f"there is no agent {agent!r}: the agents are {listed(self._agents, most=12)}")
        if not 0 < seconds <= LONGEST:
            raise ValueError(f"seconds is how long to wait for an answer, more than 0 and at most {LONGEST:.0f}, "
                             f"not {seconds!r}")
        number = len(self.answers)
        self.answers.append(Answer(agent, asked, monotonic()))
        try:
            self._command("ask", call=number, agent=agent, verb=verb, given=given | {"seconds": seconds})
        except ValueError:  # nothing runs any more
            self.answers.pop()
            raise
        return number

    def _check(self) -> None:
        if not self._agents:
            raise ValueError("this system keeps no store: deploy it with store=True")

    def _wait(self, number: int) -> Answer:
        self._until(lambda: self.answers[number].outcome != "waiting", 2 * LONGEST)
        return self.answers[number]


def _key(text: str) -> str:
    if not KEY.fullmatch(text):
        raise ValueError(f"a key consists of letters without accents, digits, - and _, not {text!r}")
    return text
