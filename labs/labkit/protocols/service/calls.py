"""Calls to one server by many callers, with all that a caller can do about a call that is not answered in time.

Promise: a call has its effect once, however often it is tried, and what a client is told is true: done means done,
refused means never to be done; a caller that gives up says that it does not know. Each call has a key, the caller's
name with a number, and the server keeps the keys of the calls that it has carried out (Birrell & Nelson, "Implementing
remote procedure calls", 1984). Without the patterns it shows the retry storm that outlasts its cause: Bronson et al.,
"Metastable failures in distributed systems" (HotOS 2021). Left out: several servers, deadlines that travel with a call.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from labkit.agents import Agent, CancelTimer, Effect, Effects, Holds, Invariant, Reply, Send, SetTimer, Sometimes, World
from labkit.patterns import Breaker, Budget, Once, retry_policy
from labkit.protocols.protocol import Protocol
from labkit.protocols.service.call_messages import Answer, Call, Pending
from labkit.values import canonical

READ = "read"  # asks for nothing that would have to be done once
DONE, BUSY, REFUSED = "done", "refused: too many calls are open", "refused: the breaker is open"
UNKNOWN = "no answer: it may have been done or not"
NEXT, REST = "next call", "rest"


@dataclass
class Service(Agent, Holds):
    """The agent by the name in `server` carries out calls; all others call it, for clients or by themselves.

    every: how long a caller waits between two calls of its own; (0, 0): it makes none. patience: how long it waits for
    an answer. retry: the name of a policy. budget: one retry for so many calls; 0: no limit. breaker: after so many
    failures in a row it opens; 0: never. rest: for how long. window: how many calls may be open; 0: any number.
    memory: how many keys the server remembers; 0: none.
    """

    server: str = "a"
    every: tuple[int, int] = (0, 0)
    patience: tuple[int, int] = (100, 100)
    retry: Literal["none", "at once", "fixed", "backoff", "backoff+jitter"] = "backoff+jitter"
    budget: int = 0
    breaker: int = 0
    rest: tuple[int, int] = (300, 500)
    window: int = 0
    memory: int = 1_000
    served: int = 0  # the server's: how many calls it has worked on
    effects: tuple[Hashable, ...] = ()  # the server's: what it has done, in order
    once: Once = field(init=False)  # the server's: the keys of what it has done
    calls: int = 0  # a caller's: the number of its last call
    open: tuple[Pending, ...] = ()
    answered: int = 0
    failed: int = 0
    circuit: Breaker = field(init=False)
    purse: Budget = field(init=False)
    durable: ClassVar[tuple[str, ...]] = ("effects", "once", "calls")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("served", "Served"), ("effects", "Done"), ("calls", "Calls"), ("answered", "Answered"), ("failed", "Failed"),
        ("open", "Open"), ("circuit", "Breaker"),
    )

    def __post_init__(self) -> None:
        retry_policy(self.retry)  # raises ValueError for an unknown name
        for name in ("budget", "breaker", "window", "memory"):
            if (number := getattr(self, name)).__class__ is not int or number < 0:
                raise ValueError(f"{name}={number!r}: take a whole number, 0 or more")
        self.circuit, self.purse, self.once = Breaker(self.breaker), Budget(self.budget), Once(max(1, self.memory))

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def is_repeated(self, caller: str, number: int) -> bool:
        """What has this key is done already: answer, and do nothing."""
        return self.memory > 0 and self.once.knows((caller, number))

    def pause(self, attempt: int) -> tuple[int, int] | None:
        """How long to wait after that attempt has failed; None: give up."""
        return retry_policy(self.retry).wait(attempt)

    def may_retry(self) -> bool:
        """Retries are paid for by calls, and an open breaker lets none through."""
        return self.purse.allows and self.circuit.allows

    def refusal(self) -> str:
        """Why a new call is refused at once; "" where it may go out."""
        if self.window and len(self.open) >= self.window:
            return BUSY
        return "" if self.circuit.allows else REFUSED

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        """The first call of its own comes at any moment, so that callers do not begin together."""
        _, high = self.every
        return SetTimer(NEXT, (1, high)) if high and self.id != self.server else None

    def request(self, value: Hashable) -> list[Effect]:
        if self.id == self.server:
            return [Reply(value, f"refused: {self.id} takes no requests", ok=False)]
        return self.call(value, asked=True)

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Call(number, value):
                self.served += 1
                if value != READ and not self.is_repeated(sender, number):
                    self.effects, self.once = (*self.effects, value), self.once.with_answer((sender, number), DONE)
                return [Send(sender, Answer(number))]
            case Answer(number):
                return [effect for one in self.open if one.number == number for effect in self.succeed(one)]
        return []

    def timeout(self, timer: str) -> list[Effect]:
        if timer == NEXT:
            return [SetTimer(NEXT, self.every), *self.call(READ)]
        if timer == REST:
            self.circuit = self.circuit.after_rest()
        due = [one for one in self.open if one.timer == timer]
        return [effect for one in due for effect in (self.try_again(one) if one.rests else self.miss(one))]

    # ---- a caller ----------------------------------------------------------------------------------------------------

    def call(self, value: Hashable, *, asked: bool = False) -> list[Effect]:
        """Begin a call, or refuse it at once. asked: by a client."""
        self.calls += 1
        if why := self.refusal():
            self.failed += 1
            return [Reply(value, why, ok=False)] if asked else []
        taken = {one.slot for one in self.open}
        slot = next(slot for slot in range(1, len(taken) + 2) if slot not in taken)
        self.purse = self.purse.after_call()
        return self.attempt(Pending(self.calls, value, slot, asked))

    def attempt(self, one: Pending) -> list[Effect]:
        """Send it, and wait for the answer only so long."""
        self.circuit = self.circuit.after_call()
        self.keep(one)
        return [Send(self.server, Call(one.number, one.value, one.attempt)), SetTimer(one.timer, self.patience)]

    def succeed(self, one: Pending) -> list[Effect]:
        """An answer to any attempt answers the call."""
        self.answered, self.circuit = self.answered + 1, self.circuit.after_success()
        return [CancelTimer(one.timer), *self.close(one, DONE)]

    def miss(self, one: Pending) -> list[Effect]:
        """No answer in time: try again after a pause, or give up."""
        self.circuit, before = self.circuit.after_failure(), self.circuit
        opens = [SetTimer(REST, self.rest)] if self.circuit.is_open and not before.is_open else []
        pause = self.pause(one.attempt)
        if pause is None or not self.may_retry():
            return [*opens, *self.give_up(one)]
        rests = replace(one, rests=True)
        self.keep(rests)
        return [*opens, SetTimer(rests.timer, pause)]

    def try_again(self, one: Pending) -> list[Effect]:
        """The pause is over."""
        if not self.may_retry():
            return self.give_up(one)
        self.purse = self.purse.after_retry()
        return self.attempt(replace(one, attempt=one.attempt + 1, rests=False))

    def give_up(self, one: Pending) -> list[Effect]:
        """Silence is no refusal: the call may be on its way, or done and its answer lost."""
        self.failed += 1
        return self.close(one, UNKNOWN)

    def keep(self, one: Pending) -> None:
        """Remember this of the call, and no longer what was remembered of it before."""
        self.open = (*(other for other in self.open if other.number != one.number), one)

    def close(self, one: Pending, result: str) -> list[Effect]:
        """The call has ended; tell the client, if it has one."""
        self.open = tuple(other for other in self.open if other.number != one.number)
        return [Reply(one.value, result, ok=result == DONE)] if one.asked else []

    # ---- what it can tell --------------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Hashable]:
        return frozenset(self.effects)

    @property
    def role(self) -> str:
        return "server" if self.id == self.server else "caller"

    @property
    def note(self) -> str:
        if self.id == self.server:
            return f"server, served {self.served}"
        told = [f"answered {self.answered} of {self.calls}" if self.calls else "caller"]
        told += [f"{len(self.open)} open"] * bool(self.open)
        told += [f"breaker {self.circuit}"] * (not self.circuit.is_closed)
        return ", ".join(told)


# ---- what must hold --------------------------------------------------------------------------------------------------


def _counted(world: World) -> tuple[Counter[Hashable], Counter[Hashable]]:
    """How often clients asked for each value, and how often it was done."""
    done = [value for agent in world.agents.values() if isinstance(agent, Service) for value in agent.effects]
    return Counter(value for _, value in world.requests), Counter(done)


def _twice(world: World) -> str | None:
    asked, done = _counted(world)
    for value in done:
        if done[value] > asked[value]:
            wanted = {0: "never", 1: "once"}.get(asked[value], f"{asked[value]} times")
            return f"{canonical(value)} was done {done[value]} times, but asked for {wanted}"
    return None


def _untrue(world: World) -> str | None:
    asked, done = _counted(world)
    told = Counter((reply.request, reply.result) for reply in world.replies)
    for value, result in told:
        if value != READ and result == DONE and told[value, DONE] > done[value]:
            return f"a client was told that {canonical(value)} is done, but it is not"
        if result in (BUSY, REFUSED) and told[value, result] + done[value] > asked[value]:
            return f"a client was told that {canonical(value)} was refused, but it is done"
    return None


EFFECT_ONCE = Invariant("effect once", "What a client asked for is done once at most.", _twice, any_order=True)
TRUE_ANSWERS = Invariant(
    "true answers", "Done means done, and what was refused is never done.", _untrue, any_order=True
)
SOMETHING_DONE = Sometimes(
    "something is done", "In some run a client is told that it is done.",
    lambda world: any(reply.ok for reply in world.replies), any_order=True,
)
SERVICE_PROPERTIES = (EFFECT_ONCE, TRUE_ANSWERS, SOMETHING_DONE)

Service.expected = SERVICE_PROPERTIES
PROTOCOL = Protocol(
    "calls", Service,
    "Many callers call one server, with time-outs, retries, a breaker and a bounded window; each call is done once.",
    settings=("server", "every", "patience", "retry", "budget", "breaker", "rest", "window", "memory"), place=200,
)
