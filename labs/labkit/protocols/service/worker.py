"""A worker under a supervisor: does tasks one after the other, and hangs over one that it cannot handle.

It is up then, and silent: neither its clients nor its supervisor hear of it, until it is told to begin a new life.
What it has still to do and what it has done is durable; its session, as a cache would be, is not.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import Agent, CancelTimer, Effect, Effects, Holds, Reply, Send, SetTimer
from labkit.protocols.service.supervisor_messages import Beat, Begin, Stop

DONE, ASIDE, STOPPED = "done", "set aside: the worker fails over it", "refused: the worker was stopped"
BEAT, WORK = "beat", "work"
POISON, FLAKY = "poison", "flaky"  # how a task begins over which a worker fails: each time, or the first time


@dataclass
class Worker(Agent, Holds):
    """Says now and then to its supervisor that it works, unless it hangs or was stopped.

    every: from one beat to the next. work: what a task takes. drop: after so many failures over a task it is set aside;
    0: never.
    """

    supervisor: str = "a"
    every: tuple[int, int] = (20, 30)
    work: tuple[int, int] = (10, 20)
    drop: int = 0
    life: int = 0  # which of its lives it leads
    starts: int = 0  # how often it was restarted
    hangs: bool = False
    stopped: bool = False
    inbox: tuple[Hashable, ...] = ()
    tries: int = 0  # how often the first of them was begun
    done: tuple[Hashable, ...] = ()
    aside: tuple[Hashable, ...] = ()
    session: int = 0  # tasks done in this life
    durable: ClassVar[tuple[str, ...]] = ("life", "starts", "stopped", "inbox", "tries", "done", "aside")

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def is_new(self, life: int) -> bool:
        """It begins no life twice, and none that is over: the order may be a copy, or late."""
        return life > self.life

    def sets_aside(self) -> bool:
        """Whether the next task has made it fail often enough."""
        return 0 < self.drop <= self.tries

    def fails_over(self, task: Hashable) -> bool:
        """Poison is a task that no restart makes harmless; a flaky one succeeds when it is tried again."""
        text = str(task)
        return text.startswith(POISON) or (text.startswith(FLAKY) and self.tries == 1)

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        return None if self.stopped else self.go_to_work()

    def request(self, value: Hashable) -> Effects:
        if self.stopped:
            return Reply(value, STOPPED, ok=False)
        if self.hangs:
            return None
        self.inbox = (*self.inbox, value)
        return SetTimer(WORK, self.work) if len(self.inbox) == 1 else None

    def timeout(self, timer: str) -> Effects:
        if timer == BEAT:
            return [Send(self.supervisor, Beat(self.life)), SetTimer(BEAT, self.every)]
        return self.do_next()

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case Begin(life) if self.is_new(life):
                self.life, self.starts, self.hangs, self.session = life, self.starts + 1, False, 0
                return [Send(self.supervisor, Beat(life)), *self.go_to_work()]
            case Stop(life) if self.is_new(life):
                self.life, self.stopped, self.hangs = life, True, False
                refused = [Reply(value, STOPPED, ok=False) for value in self.inbox]
                self.inbox = ()
                return [CancelTimer(BEAT), CancelTimer(WORK), *refused]
        return None

    def go_to_work(self) -> list[Effect]:
        """Show signs of life, and go on with what is to be done."""
        return [SetTimer(BEAT, self.every), *([SetTimer(WORK, self.work)] if self.inbox else [])]

    def do_next(self) -> list[Effect]:
        """Do the first task, hang over it, or set it aside."""
        task, result = self.inbox[0], DONE
        if self.sets_aside():
            self.aside, result = (*self.aside, task), ASIDE
        else:
            self.tries += 1
            if self.fails_over(task):
                self.hangs = True
                return [CancelTimer(BEAT)]
            self.done, self.session = (*self.done, task), self.session + 1
        self.inbox, self.tries = self.inbox[1:], 0
        more = [SetTimer(WORK, self.work)] if self.inbox else []
        return [Reply(task, result, ok=result == DONE), *more]

    # ---- what it can tell --------------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Hashable]:
        return frozenset(self.done)

    @property
    def role(self) -> str:
        return "worker"

    @property
    def note(self) -> str:
        state = "stopped" if self.stopped else "hangs" if self.hangs else f"life {self.life}"
        return f"{state}, {len(self.done)} done" + (f", {len(self.inbox)} to do" if self.inbox else "")
