"""A supervisor restarts workers that fall silent, one or all of them; when that does not help, it gives up and says so.

Armstrong, "Making reliable distributed systems in the presence of software errors" (2003), chapter 5: a worker that
meets what it cannot handle fails, and another agent puts it right. Promise: no more restarts than allowed until a calm
period; a worker begins each life once, and none that was not ordered; what it said is done stays done. Left out: trees
of more than two levels, workers that are started or removed later, links between workers.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from labkit.agents import (
    CancelTimer,
    Decide,
    Effect,
    Effects,
    Invariant,
    Reply,
    Send,
    SetTimer,
    Sometimes,
    Suspects,
    World,
)
from labkit.patterns import Restarts
from labkit.protocols.protocol import Protocol
from labkit.protocols.service.supervisor_messages import Alarm, Beat, Begin, Heard, Stop
from labkit.protocols.service.worker import DONE, Worker
from labkit.values import canonical, frozendict

CALM, ALARM, SILENCE = "calm", "alarm", "silence of "


@dataclass
class Supervised(Worker, Suspects):
    """The agent by the name in `supervisor` watches all others, except its `boss`, if any; those work for clients.

    whom: restart the worker that fell silent, or all. most: restarts until a calm period. patience: the silence that
    makes a worker count as failed. calm: how long without a failure until earlier ones are forgotten.
    """

    boss: str = ""
    whom: Literal["one", "all"] = "one"
    most: int = 3
    patience: tuple[int, int] = (80, 100)
    calm: tuple[int, int] = (600, 600)
    policy: Restarts = field(init=False)
    begun: frozendict[str, int] = field(default_factory=frozendict)  # the supervisor's: which life each should lead
    silent: frozenset[str] = frozenset()  # the supervisor's: from whom no beat of that life has come
    asked: tuple[Hashable, ...] = ()  # the supervisor's: by clients that want to know how it ends
    ended: str = ""  # the supervisor's: why it gave up; the boss's: the alarm that it has heard
    durable: ClassVar[tuple[str, ...]] = (*Worker.durable, "policy", "begun", "asked", "ended")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("life", "Life"), ("policy", "Restarts"), ("ended", "Gave up"), ("inbox", "To do"), ("done", "Done"),
        ("aside", "Set aside"), ("session", "Done in this life"),
    )

    def __post_init__(self) -> None:
        self.policy = Restarts(self.most, self.whom)

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def has_enough(self) -> bool:
        """A supervisor that restarts for ever hides that something is wrong."""
        return self.policy.gives_up

    def is_sign_of_life(self, worker: str, life: int) -> bool:
        """A beat from before the restart does not show that it has helped."""
        return life >= self.begun.get(worker, 0)

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        if self.role == "worker":
            return super().start()
        if self.role == "boss":
            return None
        if self.ended:
            return self.escalate()
        calm = [SetTimer(CALM, self.calm)] if self.policy.count else []
        return [*calm, *map(self.listen, self.workers)]

    def request(self, value: Hashable) -> Effects:
        if self.role == "worker":
            return super().request(value)
        if self.role == "boss":
            return Reply(value, f"refused: {self.id} takes no requests", ok=False)
        self.asked = (*self.asked, value)
        return self.tell_clients() if self.ended else None

    def timeout(self, timer: str) -> Effects:
        if self.role == "worker":
            return super().timeout(timer)
        if timer == CALM:
            self.policy = self.policy.after_calm()
            return None
        return self.escalate() if timer == ALARM else self.react(timer.removeprefix(SILENCE))

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case Beat() if self.ended:
                return Send(sender, Stop(self.life))  # the first one was lost
            case Beat(life) if self.is_sign_of_life(sender, life):
                self.silent -= {sender}
                return self.listen(sender)
            case Alarm(why):
                self.ended = why
                return [Decide(why, about=f"alarm of {sender}"), Send(sender, Heard())]
            case Heard():
                return CancelTimer(ALARM)
        return super().receive(sender, message)

    # ---- the supervisor ----------------------------------------------------------------------------------------------

    @property
    def workers(self) -> tuple[str, ...]:
        """Those whom the supervisor watches."""
        return tuple(peer for peer in self.peers if peer != self.boss)

    def listen(self, worker: str) -> Effect:
        """For so long it may be silent."""
        return SetTimer(SILENCE + worker, self.patience)

    def react(self, worker: str) -> list[Effect]:
        """The worker has fallen silent."""
        self.silent |= {worker}
        if self.has_enough():
            return self.give_up(worker)
        self.policy, self.life = self.policy.after_restart(), self.life + 1
        again = self.policy.restarted(worker, self.workers)
        self.begun = self.begun | dict.fromkeys(again, self.life)
        orders: list[Effect] = [Send(one, Begin(self.life)) for one in again]
        return [*orders, *map(self.listen, again), SetTimer(CALM, self.calm)]

    def give_up(self, worker: str) -> list[Effect]:
        """Stop them all, and let somebody else decide."""
        self.ended, self.life = f"gave up on {worker} after {self.policy.count} restarts", self.life + 1
        quiet = [CancelTimer(timer) for timer in (CALM, *(SILENCE + one for one in self.workers))]
        stop = [Send(one, Stop(self.life)) for one in self.workers]
        return [*quiet, *stop, Decide(self.ended, about="workers"), *self.tell_clients(), *self.escalate()]

    def tell_clients(self) -> list[Effect]:
        """How it ended, to each that wanted to know."""
        told, self.asked = [Reply(value, self.ended, ok=False) for value in self.asked], ()
        return [*told]

    def escalate(self) -> list[Effect]:
        """Tell the boss, again and again until it has heard."""
        return [Send(self.boss, Alarm(self.ended)), SetTimer(ALARM, self.patience)] if self.boss else []

    # ---- what it can tell --------------------------------------------------------------------------------------------

    @property
    def suspects(self) -> frozenset[str]:
        return self.silent

    @property
    def role(self) -> str:
        return {self.supervisor: "supervisor", self.boss: "boss"}.get(self.id, "worker")

    @property
    def note(self) -> str:
        if self.role == "worker":
            return super().note
        return self.ended or ("boss" if self.role == "boss" else f"{self.policy} restarts")


# ---- what must hold --------------------------------------------------------------------------------------------------


def _agents(world: World) -> list[Supervised]:
    return [agent for agent in world.agents.values() if isinstance(agent, Supervised)]


def _too_often(world: World) -> str | None:
    for agent in _agents(world):
        if agent.policy.count > agent.most:
            return f"{agent.id} has ordered {agent.policy.count} restarts in a row, but {agent.most} are allowed"
    return None


def _unordered(world: World) -> str | None:
    ordered = max((agent.life for agent in _agents(world) if agent.role == "supervisor"), default=0)
    for agent in _agents(world):
        if agent.life > ordered:
            return f"{agent.id} leads life {agent.life}, but only {ordered} were ordered"
        if agent.starts > agent.life:
            return f"{agent.id} was restarted {agent.starts} times up to life {agent.life}: it began one life twice"
    return None


def _untrue(world: World) -> str | None:
    done = Counter(value for agent in _agents(world) for value in agent.done)
    told = Counter(reply.request for reply in world.replies if reply.result == DONE)
    asked = Counter(value for _, value in world.requests)
    for value in told | done:
        if not told[value] <= done[value] <= asked[value]:
            return (f"{canonical(value)} was asked for {asked[value]} times and done {done[value]} times, and clients "
                    f"were told so {told[value]} times")
    return None


def _some(rule: str) -> Sometimes:
    seen = {"restarted": lambda agent: agent.starts > 0, "stopped": lambda agent: agent.stopped}[rule]
    return Sometimes(
        f"a worker is {rule}", f"In some run a worker is {rule}.", lambda world: any(map(seen, _agents(world))),
        any_order=True,
    )


BOUNDED = Invariant("bounded restarts", "No more restarts than allowed without a calm period.", _too_often,
                    any_order=True)
ONE_LIFE_AT_A_TIME = Invariant(
    "one life at a time", "A worker begins each life once, and none that was not ordered.", _unordered, any_order=True
)
DONE_ONCE = Invariant("done once", "What is done is done once, and stays done.", _untrue, any_order=True)
RESTARTS, STOPS = _some("restarted"), _some("stopped")
SUPERVISOR_PROPERTIES = (BOUNDED, ONE_LIFE_AT_A_TIME, DONE_ONCE, RESTARTS)

Supervised.expected = SUPERVISOR_PROPERTIES
PROTOCOL = Protocol(
    "supervisor", Supervised,
    "Workers that fall silent are restarted, one or all; after too many restarts the supervisor gives up and says so.",
    settings=("supervisor", "boss", "whom", "most", "every", "patience", "calm", "work", "drop"),
    example="paint", place=220,
)
