"""The contract net: a manager announces a task, others bid, the best bid gets it. Smith 1980.

"The contract net protocol: high-level communication and control in a distributed problem solver". Each agent is manager
of what its client asks for and contractor for the others. Promise: with no fault each task is done once, by the agent
with the lowest bid, for 2n messages at most. The price: a task is lost with its contractor, for the manager waits for a
report that never comes; `Reannouncing` asks again after a time, and then a task may be done twice. A bid takes no
account of other bids that are still open, so tasks announced at the same time all go to one agent. Left out:
subcontracts, directed awards, reports before the end, contractors that refuse an award.
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
from labkit.protocols.coordination.contract_messages import Announcement, Award, Bid, Report
from labkit.protocols.protocol import Protocol
from labkit.values import brief, by_name, frozendict

WORK = "work"


@dataclass
class ContractNet(Agent, Holds, Works):
    """A manager of contracts, and a contractor that works on one task at a time."""

    skills: tuple[str, ...] = ()  # the first words of the tasks that it can do; none named: all
    effort: tuple[int, int] = (40, 80)  # how long it works on a task
    deadline: int = 60  # how long a manager waits for bids
    contracts: frozendict[str, Job] = field(default_factory=frozendict)  # a manager's
    bids: frozendict[str, frozendict[str, int]] = field(default_factory=frozendict)  # a manager's, of open contracts
    todo: tuple[tuple[str, str, Hashable], ...] = ()  # a contractor's: manager, contract and task
    done: tuple[tuple[str, Hashable], ...] = ()  # a contractor's: contract and task
    durable: ClassVar[tuple[str, ...]] = ("contracts", "done")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("skills", "Skills"), ("bids", "Bids"), ("todo", "To do: for, contract, task"), ("done", "Done"),
    )

    # ---- the rules: forget one, and work is lost or done twice -------------------------------------------------------

    def may_bid(self, task: Hashable) -> bool:
        """Only for what I can do: the task begins with one of my skills."""
        return not self.skills or str(task).replace(":", " ").split()[:1] in [[skill] for skill in self.skills]

    def price(self) -> int:
        """When I would be done with one more task, on average: whoever is busy or slow bids high."""
        return (len(self.todo) + 1) * sum(self.effort) // 2

    def is_open(self, key: str) -> bool:
        """A bid that comes after the deadline is too late."""
        return key in self.contracts and self.contracts[key].state == WAITING

    def winners(self, bids: frozendict[str, int]) -> list[str]:
        """One, and no more: the lowest bid, and of equal ones the first by name."""
        return sorted(bids, key=lambda name: (bids[name], by_name(name)))[:1]

    def has_done(self, key: str) -> bool:
        """An award that comes twice is one award."""
        return any(key == known for known, _ in self.done)

    # ---- the manager -------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        """A manager that comes back announces what it had not awarded; the bids are forgotten."""
        return [effect for job in self.contracts.values() for effect in self._resume(job)]

    def request(self, value: Hashable) -> list[Effect]:
        key = f"{self.id}{len(self.contracts) + 1}"
        self.contracts = self.contracts | {key: Job(key, value)}
        return self._announce(key)

    def watch(self, job: Job) -> tuple[Job, list[Effect]]:
        """What a manager does to see whether an award is kept: nothing, it waits for the report."""
        return job, []

    def _resume(self, job: Job) -> list[Effect]:
        if job.state == WAITING:
            return self._announce(str(job.key))
        return self.watch(job)[1] if job.state == RUNNING else []

    def _announce(self, key: str) -> list[Effect]:
        self.bids = self.bids | {key: frozendict()}
        call = [Send(peer, Announcement(key, self.contracts[key].what)) for peer in self.peers]
        return [*call, SetTimer(f"deadline {key}", (self.deadline, self.deadline))]

    def _award(self, key: str) -> list[Effect]:
        job, winners = self.contracts[key], self.winners(self.bids[key])
        self.bids = frozendict({other: bids for other, bids in self.bids.items() if other != key})
        if not winners:
            self.contracts = self.contracts | {key: replace(job, state=DEAD)}
            return [Reply(job.what, "nobody can do it", ok=False)]
        job, watched = self.watch(replace(job, state=RUNNING, holder=winners[0], attempts=job.attempts + 1))
        self.contracts = self.contracts | {key: job}
        return [*(Send(winner, Award(key, job.what)) for winner in winners), *watched]

    def _reported(self, key: str, sender: str) -> list[Effect]:
        job = self.contracts[key]
        self.contracts = self.contracts | {key: replace(job, state=DONE, holder=sender, timer="")}
        return [] if job.state in (DONE, DEAD) else [Reply(job.what, f"done by {sender}")]

    # ---- what happens ------------------------------------------------------------------------------------------------

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Announcement(key, task) if self.may_bid(task):
                return [Send(sender, Bid(key, self.price()))]
            case Bid(key, price) if self.is_open(key):
                self.bids = self.bids | {key: self.bids.get(key, frozendict()) | {sender: price}}
            case Award(key) if self.has_done(key):
                return [Send(sender, Report(key))]  # the first report may have been lost
            case Award(key, task) if (sender, key, task) not in self.todo:
                self.todo = (*self.todo, (sender, key, task))
                return self._work() if len(self.todo) == 1 else []
            case Report(key) if key in self.contracts:
                return self._reported(key, sender)
        return []

    def timeout(self, timer: str) -> list[Effect]:
        if timer != WORK:
            return self.is_due(*timer.split())
        (manager, key, task), self.todo = self.todo[0], self.todo[1:]
        self.done = (*self.done, (key, task))
        return [Send(manager, Report(key)), *self._work()]

    def is_due(self, what: str, key: str) -> list[Effect]:
        """The time is over that a contract had: its deadline."""
        return self._award(key) if self.is_open(key) else []

    def _work(self) -> list[Effect]:
        return [SetTimer(WORK, self.effort)] if self.todo else []

    # ---- what it can tell --------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(self.contracts.values())

    @property
    def in_hand(self) -> frozenset[Hashable]:
        return frozenset([key for _, key, _ in self.todo])

    @property
    def executed(self) -> tuple[tuple[Hashable, Hashable], ...]:
        return self.done

    @property
    def holds(self) -> frozenset[Hashable]:
        kept = [job.what for job in self.contracts.values() if job.state != DONE]
        return frozenset([*kept, *(task for _, _, task in self.todo), *(task for _, task in self.done)])

    @property
    def role(self) -> str:
        return "works" if self.todo else "free"

    @property
    def note(self) -> str:
        if self.todo:
            return f"works on {brief(self.todo[0][2], 20)}" + (f", {len(self.todo) - 1} more" if self.todo[1:] else "")
        out = [job.holder for job in self.contracts.values() if job.state == RUNNING]
        if self.bids:
            return f"counts bids, contract {next(iter(self.bids))}"
        return f"waits for {out[0]}" if out else "free"


@dataclass
class Reannouncing(ContractNet):
    """A manager that hears nothing of a task announces it again: a crash loses none, a slow contractor doubles one."""

    overdue: int = 300  # how long to wait for a report
    attempts: int = 3  # how often to award a task

    def watch(self, job: Job) -> tuple[Job, list[Effect]]:
        timer = f"overdue {job.key}"
        return replace(job, timer=timer), [SetTimer(timer, (self.overdue, self.overdue))]

    def is_due(self, what: str, key: str) -> list[Effect]:
        job = self.contracts[key]
        if job.state != RUNNING or what != "overdue":
            return super().is_due(what, key)
        again = job.attempts < self.attempts
        self.contracts = self.contracts | {key: replace(job, state=WAITING if again else DEAD, holder="", timer="")}
        tries = f"{job.attempts} award{'s' if job.attempts > 1 else ''}"
        return self._announce(key) if again else [Reply(job.what, f"given up after {tries}", ok=False)]


# ---- what must hold --------------------------------------------------------------------------------------------------


def _parts(world: World) -> tuple[Counter[str], list[tuple[str, Job]]]:
    """How often each contract was carried out, and the contracts with their managers."""
    agents = [agent for agent in world.agents.values() if isinstance(agent, ContractNet)]
    done = Counter(key for agent in agents for key, _ in agent.done)
    return done, [(agent.id, job) for agent in agents for job in agent.jobs]


def _twice(world: World) -> str | None:
    done, _ = _parts(world)
    return next((f"contract {key} was carried out {times} times" for key, times in done.items() if times > 1), None)


def _not_done(world: World) -> str | None:
    done, jobs = _parts(world)
    false = [job for _, job in jobs if job.state == DONE and not done[str(job.key)]]
    return f"contract {false[0].key} counts as done, but nobody has carried it out" if false else None


def _at_the_dead(world: World) -> str | None:
    done, jobs = _parts(world)
    for manager, job in jobs:
        waits = manager not in world.down and job.state == RUNNING and not job.timer
        if waits and job.holder in world.down and not done[str(job.key)]:
            return f"{manager} waits for {job.holder}, which is down, and asks nobody else"
    return None


def _all_done(world: World) -> bool:
    _, jobs = _parts(world)
    return bool(jobs) and all(job.state == DONE for _, job in jobs)


EACH_ONCE = Invariant("no task twice", "No contract is carried out twice.", _twice)
DONE_IS_DONE = Invariant("done is done", "What a manager counts as done has been carried out.", _not_done)
NO_TASK_AT_THE_DEAD = Invariant(
    "no task at the dead", "No manager waits for ever for a contractor that is down.", _at_the_dead
)
ALL_DONE = Sometimes("all done", "In some run all contracts are carried out.", _all_done)
CONTRACT_NET_PROPERTIES = (EACH_ONCE, DONE_IS_DONE, ALL_DONE)
REANNOUNCING_PROPERTIES = (DONE_IS_DONE, NO_TASK_AT_THE_DEAD, ALL_DONE)

ContractNet.expected, Reannouncing.expected = CONTRACT_NET_PROPERTIES, REANNOUNCING_PROPERTIES
PROTOCOL = Protocol(
    "contract net", ContractNet,
    "A manager announces a task, the others bid, the best bid gets it; a task is lost with its contractor.",
    settings=("skills", "effort", "deadline"), example="translate: page 3", others=(Reannouncing,), place=154,
)
