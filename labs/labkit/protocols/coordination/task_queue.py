"""A queue that hands out tasks under leases: each is done at least once, or it ends among the dead letters.

After Gray & Reuter, "Transaction processing" (1993), chapter 10 (recoverable queues); leases on tasks as in Amazon SQS
(visibility time-out, dead-letter queue). Promise: a task that is not acknowledged in time is handed out again, so a
crash, a cut or a lost message loses none. The price: a worker that thinks longer than its lease does it beside
another one, and only whoever executes can help that, with a memory of keys. Left out: a queue of several agents,
leases that a worker renews, priorities, tasks that wait for others.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from labkit.agents import (
    DEAD,
    DONE,
    RUNNING,
    WAITING,
    Agent,
    CancelTimer,
    Effect,
    Effects,
    Holds,
    Invariant,
    Job,
    Reply,
    Send,
    SetTimer,
    Sometimes,
    Works,
    World,
)
from labkit.patterns import Once
from labkit.protocols.coordination.task_messages import Ack, Execute, Executed, Task
from labkit.protocols.protocol import Protocol
from labkit.values import brief, by_name, frozendict

THINKING = "thinking"


@dataclass
class TaskQueue(Agent, Holds, Works):
    """The agent by the name in `queue` hands out tasks, `world` executes them (sends, pays), all others are workers."""

    queue: str = "a"
    world: str = "b"
    lease: int = 150  # for how long a task is a worker's
    attempts: int = 3  # how often a task is handed out before it is given up
    thinking: tuple[int, int] = (20, 60)  # how long a worker thinks about a task
    tasks: frozendict[int, Job] = field(default_factory=frozendict)  # the queue's, by number
    line: tuple[str, ...] = ()  # the queue's: the workers without a lease, in order
    silent: frozenset[str] = frozenset()  # the queue's: the workers not heard of since a lease of theirs ran out
    todo: tuple[tuple[int, Hashable], ...] = ()  # a worker's: number and task; it thinks about the first
    sent: frozendict[int, Hashable] = field(default_factory=frozendict)  # a worker's: to the world, not answered yet
    done: tuple[tuple[int, Hashable], ...] = ()  # the world's: every effect there has been
    once: Once = field(default_factory=Once)  # the world's: which keys it knows
    durable: ClassVar[tuple[str, ...]] = ("tasks", "done", "once")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("line", "Next in line"), ("silent", "Silent"), ("todo", "To do: number, task"), ("sent", "Sent, not answered"),
        ("done", "Executed"),
    )

    # ---- the rules: forget one, and work is lost or done twice -------------------------------------------------------

    def is_known(self, key: int) -> bool:
        """The world executes each key once: the second time it only says again that it is done."""
        return self.once.knows(key)

    def acks_before_work(self) -> bool:
        """A worker acknowledges when all is done: whatever happens before that, the task is handed out again."""
        return False

    def takes_back(self, job: Job) -> bool:
        """A task whose lease has run out is no longer its worker's, whether that one is dead or slow."""
        return job.state == RUNNING

    def may_try_again(self, job: Job) -> bool:
        """Not without end: a task that no worker can do must not keep all of them busy."""
        return job.attempts < self.attempts

    def next_worker(self) -> str:
        """The one without a lease for longest; those that have let one run out come last."""
        return next((worker for worker in self.line if worker not in self.silent), self.line[0])

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        """A queue that comes back from a crash lets all leases begin again."""
        if self.id != self.queue:
            return None
        out = [job for job in self.tasks.values() if job.state == RUNNING]
        busy = {self.world, *(job.holder for job in out)}
        self.line = tuple(peer for peer in sorted(self.peers, key=by_name) if peer not in busy)
        return [*(SetTimer(job.timer, (self.lease, self.lease)) for job in out), *self._hand_out()]

    def request(self, value: Hashable) -> list[Effect]:
        if self.id != self.queue:
            return [Reply(value, f"{self.id} takes no tasks, ask {self.queue}", ok=False)]
        key = len(self.tasks) + 1
        self.tasks = self.tasks | {key: Job(key, value)}
        return self._hand_out()

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Task(key, what) if (key, what) not in self.todo:
                self.todo = (*self.todo, (key, what))
                now = [Send(sender, Ack(key))] if self.acks_before_work() else []
                return [*now, *(self._think() if len(self.todo) == 1 else [])]
            case Execute(key, what):
                if not self.is_known(key):
                    self.done, self.once = (*self.done, (key, what)), self.once.with_answer(key, DONE)
                return [Send(sender, Executed(key))]
            case Executed(key):
                self.sent = frozendict({other: what for other, what in self.sent.items() if other != key})
                return [] if self.acks_before_work() else [Send(self.queue, Ack(key))]
            case Ack(key):
                self.silent -= {sender}
                return self._done(self.tasks[key]) if key in self.tasks else []
        return []

    def timeout(self, timer: str) -> list[Effect]:
        if timer != THINKING:
            return self._run_out(next(job for job in self.tasks.values() if job.timer == timer))
        (key, what), self.todo = self.todo[0], self.todo[1:]
        self.sent = self.sent | {key: what}
        return [Send(self.world, Execute(key, what)), *self._think()]

    def _think(self) -> list[Effect]:
        return [SetTimer(THINKING, self.thinking)] if self.todo else []

    # ---- the queue ---------------------------------------------------------------------------------------------------

    def _hand_out(self) -> list[Effect]:
        """The oldest task that waits to the next worker, and so on."""
        effects: list[Effect] = []
        for key, job in self.tasks.items():
            if job.state == WAITING and self.line:
                worker = self.next_worker()
                self.line = tuple(other for other in self.line if other != worker)
                out = replace(job, state=RUNNING, holder=worker, attempts=job.attempts + 1, timer=f"lease {key}")
                self.tasks = self.tasks | {key: out}
                effects += [Send(worker, Task(key, job.what, out.attempts)), SetTimer(out.timer, (self.lease,) * 2)]
        return effects

    def _run_out(self, job: Job) -> list[Effect]:
        """The worker goes to the end of the line, the task to the next worker, or to the dead letters."""
        if not self.takes_back(job):
            return []
        again, self.silent = self.may_try_again(job), self.silent | {job.holder}
        self._free(replace(job, state=WAITING if again else DEAD))
        tries = f"{job.attempts} attempt{'s' if job.attempts > 1 else ''}"
        given_up = [] if again else [Reply(job.what, f"given up after {tries}", ok=False)]
        return [*given_up, *self._hand_out()]

    def _done(self, job: Job) -> list[Effect]:
        """Whoever says so first; of one that was given up the client has been told already."""
        if job.state == DONE:
            return []
        told = [] if job.state == DEAD else [Reply(job.what, DONE)]
        stop = [CancelTimer(job.timer)] if job.timer else []
        self._free(replace(job, state=DONE))
        return [*told, *stop, *self._hand_out()]

    def _free(self, job: Job) -> None:
        """The lease has ended, its holder gets in line."""
        self.line = (*self.line, job.holder) if job.holder else self.line
        self.tasks = self.tasks | {job.key: replace(job, holder="", timer="")}

    # ---- what it can tell --------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(self.tasks.values())

    @property
    def in_hand(self) -> frozenset[Hashable]:
        return frozenset([key for key, _ in self.todo])

    @property
    def executed(self) -> tuple[tuple[Hashable, Hashable], ...]:
        return self.done

    @property
    def holds(self) -> frozenset[Hashable]:
        kept = [job.what for job in self.tasks.values() if job.state != DONE]
        return frozenset([*kept, *self.sent.values(), *(what for _, what in (*self.todo, *self.done))])

    @property
    def role(self) -> str:
        return {self.queue: "queue", self.world: "world"}.get(self.id, "worker")

    @property
    def note(self) -> str:
        if self.id == self.queue:
            count = Counter(job.state for job in self.tasks.values())
            return f"queue: {count[WAITING]} waiting, {count[RUNNING]} out, {count[DEAD]} dead"
        if self.id == self.world:
            return f"executed {len(self.done)}, last {brief(self.done[-1][1], 20)}" if self.done else "world"
        if self.todo:
            return f"thinks about {brief(self.todo[0][1], 20)}"
        return f"waits for {self.world}" if self.sent else "idle"


@dataclass
class AtMostOnce(TaskQueue):
    """Acknowledged before the work, and never handed out again: none is done twice, a crash loses what is in hand."""

    def acks_before_work(self) -> bool:
        return True

    def may_try_again(self, job: Job) -> bool:
        return False


# ---- what must hold --------------------------------------------------------------------------------------------------


def _parts(world: World) -> tuple[Counter[Hashable], list[Job]]:
    """How often each task was executed, and the tasks as the queue knows them."""
    agents = [agent for agent in world.agents.values() if isinstance(agent, TaskQueue)]
    return Counter(key for one in agents for key, _ in one.executed), [job for one in agents for job in one.jobs]


def _doubled(world: World) -> str | None:
    done, _ = _parts(world)
    return next((f"task {key} was executed {times} times" for key, times in done.items() if times > 1), None)


def _not_done(world: World) -> str | None:
    done, jobs = _parts(world)
    false = [job for job in jobs if job.state == DONE and not done[job.key]]
    return f"the queue counts task {false[0].key} as done, but it was never executed" if false else None


def _lost(world: World) -> str | None:
    done, jobs = _parts(world)
    up = [one for name, one in world.agents.items() if isinstance(one, TaskQueue) and name not in world.down]
    held = {key for agent in up for key in (*agent.in_hand, *agent.sent)}
    gone = [job for job in jobs if job.state == DONE and not done[job.key] and job.key not in held]
    return f"task {gone[0].key} counts as done, but was never executed, and nobody has it" if gone else None


def _all_done(world: World) -> bool:
    _, jobs = _parts(world)
    return bool(jobs) and all(job.state == DONE for job in jobs)


EACH_ONCE = Invariant("no effect twice", "No task is executed twice.", _doubled)
DONE_IS_DONE = Invariant("done is done", "What the queue counts as done has been executed.", _not_done)
NOTHING_LOST = Invariant(
    "nothing lost", "What counts as done has been executed, or a worker that is up has it in hand.", _lost
)
ALL_DONE = Sometimes("all done", "In some run all tasks are done.", _all_done)
TASK_QUEUE_PROPERTIES = (EACH_ONCE, DONE_IS_DONE, NOTHING_LOST, ALL_DONE)
AT_MOST_ONCE_PROPERTIES = (EACH_ONCE, ALL_DONE)

TaskQueue.expected, AtMostOnce.expected = TASK_QUEUE_PROPERTIES, AT_MOST_ONCE_PROPERTIES
PROTOCOL = Protocol(
    "task queue", TaskQueue,
    "A queue hands out tasks under leases: each is done at least once, and effects have keys so that none is doubled.",
    settings=("queue", "world", "lease", "attempts", "thinking"), example="mail", others=(AtMostOnce,), place=156,
)
