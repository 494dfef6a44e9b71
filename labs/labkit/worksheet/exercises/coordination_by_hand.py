"""Exercise 4, before any code: how often a mail goes out, what a turn costs, and which effects may be had again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from labkit.agents import create
from labkit.engine import Drop, Model, Simulator
from labkit.observe import sent
from labkit.protocols import Ack, AtMostOnce, RicartAgrawala, TaskQueue
from labkit.topology import build
from labkit.values import listed
from labkit.worksheet.exercises.topology_by_hand import numbers
from labkit.worksheet.mailing import MAILER, PLANNER, WORKERS
from labkit.worksheet.moment import at_rest
from labkit.worksheet.refuting import Refuted, Unusable, one_of, plain
from labkit.worksheet.step import Step
from labkit.worksheet.team import TEAM

IMPORTS = """from dataclasses import dataclass

from labkit.agents import Agent, CancelTimer, Reply, Send, SetTimer
from labkit.protocols import Executed, Task
from labkit.worksheet import Postbox
"""
LOST, KNOWN, EARLY = "no memory of keys", "a memory of keys", "acknowledged first"
TURNS = ("one agent, once", "all eight, once each", "once, while clerk is down")


class Forgetful(TaskQueue):
    """The mailer remembers no keys."""

    def is_known(self, key: int) -> bool:
        return False


def _mails(answer: Any) -> None:
    mails = numbers(answer, (LOST, KNOWN, EARLY))
    for case in (LOST, KNOWN, EARLY):
        sim = _with_a_fault(case)
        agent = sim.system.agents[MAILER]
        if isinstance(agent, TaskQueue) and mails[case] != len(agent.executed):
            raise Refuted(f"in the case “{case}” the number of mails is not {mails[case]}: press “Show it” and "
                          f"count in the run what {MAILER} sends", at_rest(sim))


def _with_a_fault(case: str) -> Simulator:
    """One task under a lease; its acknowledgement is lost, or the worker crashes after it has acknowledged."""
    names = (PLANNER, MAILER, *WORKERS)
    kind = {LOST: Forgetful, KNOWN: TaskQueue, EARLY: AtMostOnce}[case]
    cast = create(kind, names, queue=PLANNER, world=MAILER)
    sim = Model(build("mesh", names), cast, requests=[(PLANNER, "mail")]).simulate(seed=1)
    while not (acks := [packet for packet in sim.system.flight.values() if isinstance(packet.message, Ack)]):
        sim.step()
    if case == EARLY:
        sim.crash(acks[0].source)
    else:
        sim.do(Drop(acks[0]))
    sim.run(until=1_000)
    return sim


def _turns(answer: Any) -> None:
    messages = numbers(answer, TURNS)
    for case, asking, down in zip(TURNS, (("planner",), TEAM, ("planner",)), ((), (), ("clerk",)), strict=True):
        sim = _turn(asking, down)
        total = sent(sim).total()
        if messages[case] != total:
            way = "more" if messages[case] < total else "fewer"
            raise Refuted(f"in the case “{case}” {way} than {messages[case]} messages are sent: press “Show it” "
                          "and count them in the run", sim)


@cache
def _turn(asking: tuple[str, ...], down: tuple[str, ...]) -> Simulator:
    sim = Model(build("mesh", TEAM), RicartAgrawala).simulate(seed=1)
    for agent in down:
        sim.crash(agent)
    for agent in asking:
        sim.request(agent, "report")
    sim.run()
    return sim


@dataclass(frozen=True)
class Order:
    """What is known of an order that the team works on."""

    status: str = "new"
    labels: frozenset[str] = frozenset()
    reviews: int = 0
    version: int = 1
    mails: tuple[str, ...] = ()


Effect = Callable[[Order], Order]
EFFECTS: dict[str, tuple[Effect, Effect]] = {  # each as it is asked for, and as somebody else has it meanwhile
    "set the status to reviewed": (lambda order: replace(order, status="reviewed"),
                                   lambda order: replace(order, status="sent")),
    "add the label urgent": (lambda order: replace(order, labels=order.labels | {"urgent"}),
                             lambda order: replace(order, labels=order.labels | {"legal"})),
    "count one more review": (lambda order: replace(order, reviews=order.reviews + 1),
                              lambda order: replace(order, reviews=order.reviews + 1)),
    "raise the version to 7 if it is lower": (lambda order: replace(order, version=max(7, order.version)),
                                              lambda order: replace(order, version=max(9, order.version))),
    "mail the customer": (lambda order: replace(order, mails=(*order.mails, "customer")),
                          lambda order: replace(order, mails=(*order.mails, "boss"))),
}
ALWAYS, AT_ONCE, NEVER = "always", "at once", "never"


def _repeated(answer: Any) -> None:
    if type(plain(answer)) is not dict or set(answer) != set(EFFECTS):
        names = listed(f"“{name}”" for name in EFFECTS)
        raise Unusable(f"the answer is no table with one word for each of these: {names}")
    for name, (effect, meanwhile) in EFFECTS.items():
        word = one_of(answer[name], (ALWAYS, AT_ONCE, NEVER), f"the word for “{name}”")
        once = effect(Order())
        later = meanwhile(once)
        twice_is_harmless, late_is_harmless = effect(once) == once, effect(later) == later
        if not twice_is_harmless and word != NEVER:
            raise Refuted(f"after “{name}” {_told(once)}, and after the copy {_told(effect(once))}")
        if twice_is_harmless and word == NEVER:
            raise Refuted(f"after “{name}” {_told(once)}, and after the copy it is the same")
        meanwhile_so = f"somebody else has had an effect since “{name}”, so {_told(later)}"
        if word == ALWAYS and not late_is_harmless:
            raise Refuted(f"{meanwhile_so}; after a late copy {_told(effect(later))} again")
        if word == AT_ONCE and late_is_harmless:
            raise Refuted(f"{meanwhile_so}; a late copy changes nothing of that")


def _told(order: Order) -> str:
    """What is not as it was in the beginning."""
    told = {
        f"the status is {order.status}": order.status != "new",
        f"the labels are {listed(sorted(order.labels))}": bool(order.labels),
        f"the count is {order.reviews}": order.reviews > 0,
        f"the version is {order.version}": order.version > 1,
        f"{listed(order.mails)} got a mail": bool(order.mails),
    }
    return listed(words for words, so in told.items() if so)


LOST_ACK = Step(
    "a lost acknowledgement", 4,
    "One task, to send a mail, is handed out under a lease. The worker has it sent and acknowledges it, but the "
    "acknowledgement is lost. Nobody crashes, nobody is slow. How often is the mail sent if the mailer has no memory "
    "of keys, and how often if it has one? Third case: the worker acknowledges first, as *at most once* wants it, and "
    "crashes before it works.", "prediction",
    blank='mails = {"no memory of keys": ..., "a memory of keys": ..., "acknowledged first": ...}',
    solution='mails = {"no memory of keys": 2, "a memory of keys": 1, "acknowledged first": 0}',
    because="Without the acknowledgement the lease ends and the task goes out again, so the mail is ordered twice. "
    "Only a mailer that knows the key sends it once. Whoever acknowledges first loses what it has in hand. The moment "
    "of the acknowledgement decides between at least once and at most once; exactly once takes a memory.",
    hints=("What does the board see when an acknowledgement is lost? Can it tell that from a dead worker?",
           "The task goes out a second time. Who is able to notice that it is the same one?",
           "In the third case the board has crossed the task off, and nobody has it."),
    judge=_mails, imports=IMPORTS,
)

TURNS_BY_HAND = Step(
    "the price of a turn", 4,
    "The eight take turns by the algorithm of Ricart and Agrawala. How many messages are sent if one agent enters "
    "once? If all eight ask at the same moment, and each enters once? And if one agent asks while clerk is down, so "
    "that it never gets in?", "figure",
    blank='messages = {"one agent, once": ..., "all eight, once each": ..., "once, while clerk is down": ...}',
    solution='messages = {"one agent, once": 14, "all eight, once each": 112, "once, while clerk is down": 13}',
    because="An entry costs 2(n − 1): seven questions and seven go-aheads. The eight do not help each other, so it is "
    "eight times that. While clerk is down there are still seven questions, but only six go-aheads, and the seventh "
    "is waited for without end. A question to an agent that is down is sent all the same.",
    hints=("To enter, an agent asks all others, and each answers once.",
           "An answer may be put off until its sender leaves. It is still one message.",
           "The agent does not know that clerk is down. To how many does it send, and how many answer?"),
    judge=_turns, imports=IMPORTS, stretch=True,
)

REPEATED = Step(
    "may it be repeated", 4,
    "Tasks are done at least once, so an effect may be had twice, at once or much later. In the meantime others may "
    "have had effects of the same kind: another status, another label, another review, version 9, another mail. Choose "
    'for each effect: "always" if even a late copy does no harm, "at once" if only a copy that follows at once is '
    'harmless, "never" if a copy always does harm. (Labels are never taken away.)', "choice",
    blank='''copies = {
    "set the status to reviewed": ...,
    "add the label urgent": ...,
    "count one more review": ...,
    "raise the version to 7 if it is lower": ...,
    "mail the customer": ...,
}''',
    solution='''copies = {
    "set the status to reviewed": "at once",
    "add the label urgent": "always",
    "count one more review": "never",
    "raise the version to 7 if it is lower": "always",
    "mail the customer": "never",
}''',
    because="An effect is idempotent if a second time at once changes nothing. That is not enough: a late copy of "
    "“set” overwrites what others wrote meanwhile. Adding to a set and raising to a maximum are safe at any time. What "
    "counts or leaves the building needs a key, and what overwrites needs a token that tells old from new.",
    hints=("Write down the order before, after the effect, and after the same effect once more.",
           "Now let somebody else change the same thing in between, and let the copy arrive after that.",
           "A late copy of “set the status” brings back an old status. What does it do to a label, what to a maximum?"),
    judge=_repeated, imports=IMPORTS, stretch=True,
)
