"""A member of a team that shares a board of tasks: all that is sent and remembered, with three rules left open.

A client asks an agent to take a task. The agent asks all others to promise the task to it, and takes it when the rule
`may_go_on` says that enough have; else the client hears a no. The board travels with each sign of life, so that what a
cut kept apart comes together afterwards. Promise, with sound rules: no task is taken by two agents, and what a client
was told is on the board of all, once they have heard each other. Left out: doing the task, and tasks that are given
back: a task whose promises were split between two agents is never taken.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import AgentError, CancelTimer, Decides, Effect, Holds, Invariant, Reply, Send, SetTimer, World
from labkit.values import brief, expect, frozendict
from labkit.worksheet.beating import BEAT, SILENCE, Beating
from labkit.worksheet.open_rules import returned, yes_or_no

ANSWER = "answers about "
ANSWER_WITHIN = 100  # units that a client waits at most
Tasks = frozendict[Hashable, str]
NONE: frozendict[Hashable, Any] = frozendict()


@dataclass(frozen=True)
class Claim:
    """The sender wants this task: will you promise it?"""

    task: Hashable

    def __str__(self) -> str:
        return f"claim, {brief(self.task)}"


@dataclass(frozen=True)
class Promised:
    """It is yours, as far as I am concerned."""

    task: Hashable

    def __str__(self) -> str:
        return f"promise, {brief(self.task)}"


@dataclass(frozen=True)
class Board:
    """A sign of life, with all tasks that the sender knows to be taken."""

    tasks: Tasks

    def __str__(self) -> str:
        return f"board, with {len(self.tasks)} task{'s' * (len(self.tasks) != 1)}"


@dataclass
class Teammate(Beating, Holds, Decides):
    """Takes tasks for its clients if the team allows it. board: task → who has it. promised: task → to whom by me."""

    board: Tasks = NONE
    promised: Tasks = NONE
    votes: frozendict[Hashable, frozenset[str]] = NONE  # task → who has promised it to me; its client waits
    durable: ClassVar[tuple[str, ...]] = ("board", "promised")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("board", "Board"), ("promised", "Has promised"), ("suspects", "Suspects"),
    )

    # ---- the rules: override them ------------------------------------------------------------------------------------

    def may_go_on(self, together: frozenset[str]) -> bool:
        """Whether these agents, myself among them, are enough to take a task."""
        raise AgentError("the rule may_go_on is missing: write it")

    def promises(self, task: Hashable, asker: str) -> bool:
        """Whether I may promise this task to that agent, which may be myself."""
        raise AgentError("the rule promises is missing: write it")

    def merged(self, theirs: Tasks) -> Mapping[Hashable, str]:
        """The board that I have after I have read that of a peer."""
        raise AgentError("the rule merged is missing: write it")

    # ---- what happens ------------------------------------------------------------------------------------------------

    @property
    def reachable(self) -> frozenset[str]:
        """Myself and all that I do not suspect."""
        return frozenset(self.everyone) - self.suspects

    def request(self, task: Any) -> Iterator[Effect]:
        if task in self.board:
            yield Reply(task, f"{self.board[task]} has it", ok=False)
        elif not self.enough(self.reachable):
            yield Reply(task, "too few of the team are in reach", ok=False)
        elif not self.promise(task, self.id):
            yield Reply(task, f"promised to {self.promised.get(task, 'nobody')}", ok=False)
        else:
            self.votes |= {task: frozenset({self.id})}
            yield SetTimer(f"{ANSWER}{task}", (ANSWER_WITHIN, ANSWER_WITHIN))
            yield from (Send(peer, Claim(task)) for peer in self.peers)
            yield from self.take_if_enough(task)

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        self.suspects -= {sender}
        yield self.wait_for(sender)
        match message:
            case Claim(task) if task not in self.board and self.promise(task, sender):
                yield Send(sender, Promised(task))
            case Promised(task) if task in self.votes:  # else it comes too late
                self.votes |= {task: self.votes[task] | {sender}}
                yield from self.take_if_enough(task)
            case Board(tasks):
                board = returned("merged", self.merged(tasks), "no board")
                expect(board, Mapping, "the rule `merged` returns a board, {task: agent}")
                self.board = frozendict(board)

    def timeout(self, timer: str) -> Iterator[Effect]:
        if timer == BEAT:
            yield from self.beat()
        elif timer.startswith(SILENCE):
            self.suspects |= {timer.removeprefix(SILENCE)}
        for task in [task for task in self.votes if timer == f"{ANSWER}{task}"]:
            self.votes = frozendict({other: votes for other, votes in self.votes.items() if other != task})
            yield Reply(task, "too few have promised it in time", ok=False)

    def sign_of_life(self) -> Board:
        return Board(self.board)

    def promise(self, task: Hashable, asker: str) -> bool:
        """Promise the task if the rule allows it."""
        if allowed := yes_or_no("promises", self.promises(task, asker)):
            self.promised |= {task: asker}
        return allowed

    def enough(self, together: frozenset[str]) -> bool:
        """Whether these are enough by the rule."""
        return yes_or_no("may_go_on", self.may_go_on(together))

    def take_if_enough(self, task: Hashable) -> Iterator[Effect]:
        """Take the task if enough have promised it, and tell the client and all others."""
        if self.enough(self.votes[task]):
            self.board |= {task: self.id}
            self.votes = frozendict({other: votes for other, votes in self.votes.items() if other != task})
            yield CancelTimer(f"{ANSWER}{task}")
            yield Reply(task, f"{self.id} has taken it")
            yield from (Send(peer, Board(self.board)) for peer in self.peers)

    # ---- what others may ask -----------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Hashable]:
        """All tasks on its board."""
        return frozenset(self.board)

    def decides_with(self, together: Collection[str]) -> bool:
        """Whether it could take a task with these."""
        return self.enough(frozenset(together))


def _taken_twice(world: World) -> str | None:
    taken: dict[Hashable, str] = {}
    for reply in world.replies:
        if reply.ok and taken.setdefault(reply.request, reply.agent) != reply.agent:
            return f"{reply.agent} took {brief(reply.request)}, which {taken[reply.request]} had taken before"
    return None


ONE_TAKER = Invariant("one taker", "No task is taken by two agents.", _taken_twice, any_order=True)
Teammate.expected = (ONE_TAKER,)
