"""An office that shares out tasks: planner keeps the board, workers think, mailer sends what leaves the building.

Board and mailer are classes of the learner's, the workers are the lab's. Promise: what has been mailed stays in the
outbox, whatever crashes, so the properties can count it. Left out: workers that join or leave.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import Agent, Invariant, Sometimes, Works, World
from labkit.engine import Model
from labkit.protocols import TaskQueue
from labkit.topology import build
from labkit.values import brief

PLANNER, MAILER, WORKERS = "planner", "mailer", ("coder", "tester")


@dataclass
class Postbox(Agent, Works):
    """Mails things. A mail that has left cannot be called back, not even by a crash."""

    outbox: tuple[Hashable, ...] = ()  # all that was ever mailed, in order
    durable: ClassVar[tuple[str, ...]] = ("outbox",)

    def __setattr__(self, name: str, value: Any) -> None:
        before = self.__dict__.get("outbox", ())
        if name == "outbox" and value[: len(before)] != before:
            raise ValueError("the outbox only grows: what has left cannot be called back")
        super().__setattr__(name, value)

    def mail(self, what: Hashable) -> None:
        """Put it into the outbox: it has left."""
        self.outbox = (*self.outbox, what)

    @property
    def executed(self) -> tuple[tuple[Hashable, Hashable], ...]:
        return tuple(enumerate(self.outbox))

    @property
    def note(self) -> str:
        return f"mailed {len(self.outbox)}"


def office(
    board: type[Agent] = TaskQueue, mailer: type[Agent] = TaskQueue, tasks: Sequence[Hashable] = ("mail",),
    workers: Sequence[str] = WORKERS,
) -> Model:
    """A model of the office in which clients hand in these tasks; the peers of board and mailer are the workers."""
    workers = tuple(workers)
    names: dict[str, Any] = {"queue": PLANNER, "world": MAILER}
    cast: dict[str, Agent] = {
        PLANNER: board(PLANNER, workers, **(names if issubclass(board, TaskQueue) else {})),
        MAILER: mailer(MAILER, workers, **(names if issubclass(mailer, TaskQueue) else {})),
        **{worker: TaskQueue(worker, (PLANNER, MAILER), **names) for worker in workers},
    }
    return Model(build("mesh", tuple(cast)), cast, OFFICE_PROPERTIES, [(PLANNER, task) for task in tasks])


# ---- what must hold --------------------------------------------------------------------------------------------------


def _counted(world: World) -> tuple[Counter[Hashable], Counter[Hashable], Counter[Hashable]]:
    """How often each task was handed in, mailed, and called done."""
    mailed = [what for agent in world.agents.values() if isinstance(agent, Works) for _, what in agent.executed]
    return (Counter(value for _, value in world.requests), Counter(mailed),
            Counter(reply.request for reply in world.replies if reply.ok))


def _doubled(world: World) -> str | None:
    asked, mailed, _ = _counted(world)
    for what, times in mailed.items():
        if times > asked[what]:
            return f"{_was(what, 'handed in', asked[what])}, and it {_times(times, 'mailed')}"
    return None


def _untrue(world: World) -> str | None:
    asked, mailed, told = _counted(world)
    for what, times in told.items():
        if times > asked[what]:
            said = f"{_was(what, 'handed in', asked[what])}, and a client {_times(times, 'told')} that it is done"
            return said if asked[what] else f"{said}: reply with what, not with the key"
        if 1 < times > mailed[what]:
            mails = _times(mailed[what], "mailed").removeprefix("was ")
            clients = "both" if times == 2 else f"{times}"
            return (f"{_was(what, 'handed in', asked[what])} and {mails}, though {clients} clients were told that it "
                    "is done")
        if times > mailed[what]:
            return f"{_was(what, 'mailed', mailed[what])}, and a client {_times(times, 'told')} that it is done"
    return None


def _was(what: Hashable, done: str, number: int) -> str:
    return f"“{brief(what)}” {_times(number, done)}"


def _times(number: int, done: str) -> str:
    return {0: f"was never {done}", 1: f"was {done} once", 2: f"was {done} twice"}.get(
        number, f"was {done} {number} times")


def all_done(world: World) -> bool:
    """Whether all that clients handed in has been mailed, and each client has been told."""
    asked, mailed, told = _counted(world)
    return bool(asked) and asked == mailed == told


MAILED_ONCE = Invariant(
    "no mail twice", "Nothing is mailed more often than clients handed it in.", _doubled, any_order=True
)
TRUE_WORD = Invariant(
    "done is done", "A client is told once that its task is done, and it is true.", _untrue, any_order=True
)
ALL_DONE = Sometimes("all done", "In some run all tasks are done.", all_done, any_order=True)
OFFICE_PROPERTIES = (MAILED_ONCE, TRUE_WORD, ALL_DONE)
