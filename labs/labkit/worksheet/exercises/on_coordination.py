"""Exercise 4: share out tasks so that none is lost and no effect is had twice, judged by search and by faults."""

from typing import Any

from labkit.agents import Agent, Job
from labkit.protocols import TaskQueue
from labkit.worksheet.exercises import coordination_by_hand as by_hand, coordination_by_rule as by_rule
from labkit.worksheet.exercises.coordination_by_hand import IMPORTS
from labkit.worksheet.exercises.office_faults import (
    a_dead_worker,
    a_loss,
    a_loss_and_a_dead_worker,
    agent_class,
    comes_back,
    every_order,
    hand_outs,
    late_copies,
    no_worker,
    one_fault,
    quiet_days,
)
from labkit.worksheet.mailing import MAILER, PLANNER, Postbox, office
from labkit.worksheet.step import Step

TWO_ALIKE = ("mail", "mail")


class Patient(TaskQueue):
    """A board that never gives up."""

    def may_try_again(self, job: Job) -> bool:
        return True


def _mailer(answer: Any) -> None:
    kind = agent_class(answer, Postbox)
    kept = type(kind.__name__, (kind,), {  # what has left has left, and is counted, whatever the answer says of it
        "durable": tuple(dict.fromkeys((*kind.durable, "outbox"))), "executed": Postbox.executed,
    })
    made = lambda tasks: office(mailer=kept, tasks=tasks)  # noqa: E731, a name for what is passed on
    quiet_days(made)
    every_order(made, ("mail",), timeouts=2, duplicates=1)
    every_order(made, ("mail",), timeouts=3, crashes=1)
    every_order(made, TWO_ALIKE, timeouts=2)
    one_fault(made, a_loss, comes_back(MAILER))
    late_copies(lambda tasks: office(Patient, kept, tasks))


def _board(answer: Any) -> None:
    kind = agent_class(answer, Agent)
    made = lambda tasks: office(board=kind, tasks=tasks)  # noqa: E731
    quiet_days(made, hand_outs)
    every_order(made, ("mail",), timeouts=3)
    every_order(made, ("mail",), timeouts=2, duplicates=1)
    every_order(made, TWO_ALIKE, timeouts=2)
    one_fault(made, a_loss, a_dead_worker, a_loss_and_a_dead_worker, no_worker, rule=hand_outs)
    late_copies(made, hand_outs)


def _lasting_board(answer: Any) -> None:
    _board(answer)
    made = lambda tasks: office(board=answer, tasks=tasks)  # noqa: E731
    every_order(made, ("mail",), timeouts=3, crashes=1)
    one_fault(made, comes_back(PLANNER), rule=hand_outs)


MAILER_STEP = Step(
    "mailer", 4,
    "Write the agent that has the effect: it mails what workers order. An order has a key and a text, `order.key` and "
    "`order.what`. The same order may arrive several times, from one worker or from two, and is to be mailed once; "
    "another key is another mail, even with the same text. `self.mail(text)` mails it at once and for good; it is no "
    "effect, so you need not return it. Return a `Send` to the worker with `Executed(order.key)` for every order, else "
    "the worker waits. The mailer may crash at any moment and come back; `durable` "
    "names the fields that survive.", "code",
    blank='''@dataclass
class Mailer(Postbox):
    done: tuple = ()  # the keys of what has been mailed
    durable = ("outbox",)

    def receive(self, worker, order):
        ...''',
    solution='''@dataclass
class Mailer(Postbox):
    done: tuple = ()  # the keys of what has been mailed
    durable = ("outbox", "done")

    def receive(self, worker, order):
        if order.key not in self.done:
            self.done += (order.key,)
            self.mail(order.what)
        return Send(worker, Executed(order.key))''',
    because="The key makes two copies of an order recognisable, and it is remembered in the same step in which the "
    "mail goes out. The memory is durable, or a crash would forget what was mailed. The answer goes out each time: the "
    "first one may have been lost.",
    hints=("Which of key and text tells you that an order is a copy?",
           "What does a worker do that gets no answer? So what do you answer to a copy?",
           "The memory of keys must survive a crash, beside the outbox."),
    judge=_mailer, imports=IMPORTS,
)

BOARD = Step(
    "board", 4,
    """Write the agent that hands out tasks under leases. `self.peers` are its workers.

- `request(what)`: a client hands in a task. Give it a key of its own, for two clients may hand in the same text. Send
  `Task(key, what, attempt)` to a worker and set a timer of `(150, 150)` units. Attempts of a task count 1, 2, 3, …
- `receive(worker, ack)`: the task `ack.key` is done. Tell its client with `Reply(what, "done")`, once.
- `timeout(timer)`: a lease is over. Hand out the task again, and to another worker, for this one may be dead.
  Never give up: all workers may be down for a time.

The handlers return effects. The name of a timer is a text, such as `str(key)`. Add fields and methods as you like.""",
    "code",
    blank='''@dataclass
class Board(Agent):
    tasks: tuple = ()  # what was handed in; the place in it may be the key
    done: tuple = ()  # the keys of the tasks that are done

    def request(self, what):
        ...
    def receive(self, worker, ack):
        ...
    def timeout(self, timer):
        ...''',
    solution='''@dataclass
class Board(Agent):
    tasks: tuple = ()  # what was handed in; the place in it may be the key
    done: tuple = ()  # the keys of the tasks that are done
    out: tuple = ()  # the key of each task, as often as it was handed out

    def request(self, what):
        self.tasks += (what,)
        return self.hand_out(len(self.tasks) - 1)

    def hand_out(self, key):
        worker = self.peers[(key + self.out.count(key)) % len(self.peers)]
        self.out += (key,)
        task = Task(key, self.tasks[key], self.out.count(key))
        return [Send(worker, task), SetTimer(str(key), (150, 150))]

    def receive(self, worker, ack):
        if ack.key in self.done:
            return []
        self.done += (ack.key,)
        return [CancelTimer(str(ack.key)), Reply(self.tasks[ack.key], "done")]

    def timeout(self, timer):
        return self.hand_out(int(timer))''',
    because="A task belongs to a worker only for the time of its lease, so a crash or a lost message costs time and "
    "loses nothing. Each task goes round the workers by its own count of attempts, so no dead worker keeps it. A "
    "slow worker and its successor may both do the task: the key stays the same, so the mailer mails it once, and the "
    "second acknowledgement tells no client again. "
    "Checked in every order of events, with one task and three time-outs, or a doubled message and two, or two tasks "
    "and two time-outs; and with a lost message, a dead worker, both, or no worker for four leases, at any moment.",
    hints=("Begin with one method that hands out the task of a given key: it sends, and it sets the timer. request and "
           "timeout both return what it returns.",
           "Go round the workers: self.peers[n % len(self.peers)] with an n that grows by one with each attempt of the "
           "task. Counted over all tasks, two tasks that are out would each go back to the worker they had.",
           "An acknowledgement may come twice, if two workers did the task. Cancel the timer at the first one."),
    judge=_board, imports=IMPORTS,
)

LASTING_BOARD = Step(
    "lasting board", 4,
    "The board itself may crash and come back, and its timers are lost then. Copy your Board, call it LastingBoard, "
    "and let no task be lost and no client be told twice. start(self) is called at the beginning and after each crash.",
    "code",
    blank='''@dataclass
class LastingBoard(Agent):
    durable = ()  # the names of the fields that survive a crash

    def start(self):
        ...''',
    solution='''@dataclass
class LastingBoard(Agent):
    tasks: tuple = ()
    done: tuple = ()
    out: tuple = ()
    durable = ("tasks", "done", "out")

    def start(self):
        left = [key for key in range(len(self.tasks)) if key not in self.done]
        return [effect for key in left for effect in self.hand_out(key)]

    def request(self, what):
        self.tasks += (what,)
        return self.hand_out(len(self.tasks) - 1)

    def hand_out(self, key):
        worker = self.peers[(key + self.out.count(key)) % len(self.peers)]
        self.out += (key,)
        task = Task(key, self.tasks[key], self.out.count(key))
        return [Send(worker, task), SetTimer(str(key), (150, 150))]

    def receive(self, worker, ack):
        if ack.key in self.done:
            return []
        self.done += (ack.key,)
        return [CancelTimer(str(ack.key)), Reply(self.tasks[ack.key], "done")]

    def timeout(self, timer):
        return self.hand_out(int(timer))''',
    because="What clients handed in and what is done survives. Timers do not, so after a crash every task that is not "
    "done must go out again, under its old key. Checked beside all of the step before: every order of events with a "
    "crash of anybody, and a crash of the board at any moment.",
    hints=("Which fields would you miss after a crash? Name them in durable, as texts.",
           "After a crash no timer is running. Who hands out the tasks that were out?",
           "start returns effects, as the other handlers do: hand out each task that is not in done."),
    judge=_lasting_board, imports=IMPORTS, stretch=True,
)

STEPS = (
    by_hand.LOST_ACK, MAILER_STEP, BOARD,
    by_hand.REPEATED, by_rule.MAY_WRITE, LASTING_BOARD, by_hand.TURNS_BY_HAND, by_rule.IN_ORDER,
)
