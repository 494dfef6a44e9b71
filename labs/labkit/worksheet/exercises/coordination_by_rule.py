"""Exercise 4, two rules as functions: whose write is taken, and in which order notes of several agents are read."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise, permutations, product
from typing import Any

from labkit.engine import Model, Simulator
from labkit.protocols import Locked, Set, Stamped
from labkit.search import explore
from labkit.topology import build
from labkit.values import brief, stable_hash
from labkit.worksheet.exercises.coordination_by_hand import IMPORTS
from labkit.worksheet.refuting import Refuted, Unusable, call
from labkit.worksheet.step import Step

TOKENS = (1, 2, 3, 9, 10)  # that are tried; as texts, 10 would come before 9
Note = tuple[str, int, int, str]  # agent, time on its wall, Lamport clock, text


def _may_write(may_write: Callable[..., Any]) -> None:
    for highest, token in product((0, *TOKENS), TOKENS):
        allowed = call(may_write, token, highest, gives=bool, words="True or False")
        if allowed and token < highest:
            raise Refuted(f"token {token} is taken after token {highest}: its lease had run out, and somebody else had "
                          "written meanwhile", _overwritten(may_write))
        if not allowed and token > highest:
            raise Refuted(f"token {token} is refused, though the highest so far is {highest}: "
                          "its new holder could not write")
        if not allowed and token == highest:
            raise Refuted(f"token {token} is refused after token {highest}: its holder may write several times")


def _overwritten(may_write: Callable[..., Any]) -> Any:
    """A run in which a store with this rule loses the newer write to the older one."""
    class Asking(Locked):
        def accepts(self, token: int) -> bool:
            return bool(may_write(token, self.written[-1][0] if self.written else 0))

    agents = ("planner", "clerk", "coder", "tester")
    requests = [("coder", "old"), ("tester", "new")]
    model = Model(build("mesh", agents), Asking, requests=requests, keeper="planner", store="clerk")
    found = explore(model, timeouts=1, limit=20_000, progress=False)
    return found if found.violated else None


def _in_order(in_order: Callable[..., Any]) -> None:
    for notes in _small():
        _same_in_each_process(in_order, notes)
    for notes, shown in [(_of_a_run(), _run()), *((notes, None) for notes in _small())]:
        first: list[Note] | None = None
        for given in permutations(notes):
            found = list(call(in_order, given, gives=(list, tuple), words="a list of notes"))
            asked = f"given {_told(given)}, the order is {_told(found)}"
            if sorted(map(repr, found)) != sorted(map(repr, given)):
                raise Refuted(f"{asked}: each note must be there once, as it was given", shown)
            for one, other in pairwise(found):
                if one[2] > other[2]:
                    raise Refuted(f"{asked}: {other[3]} has the smaller Lamport clock, so it may be the cause of "
                                  f"{one[3]} and must not come after it", shown)
            first = found if first is None else first
            if found != first:
                raise Refuted(f"{asked}. Another agent that gets the same notes in another order has {_told(first)}: "
                              "all must come to one order", shown)


class _Salted(str):
    """A text as another process has it: equal to the same text, with another hash."""

    def __new__(cls, text: str, process: int = 0) -> "_Salted":
        new = str.__new__(cls, text)
        new.process = process
        return new

    process: int

    def __hash__(self) -> int:
        return stable_hash(f"{self.process} {self}")

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) if isinstance(other, str) else NotImplemented


def _same_in_each_process(in_order: Callable[..., Any], notes: Sequence[Note]) -> None:
    """Refuted if the order depends on Python's hash of texts; what else is wrong is said later, with plain texts."""
    first: list[Any] | None = None
    for process in range(4):
        given = tuple((_Salted(agent, process), wall, clock, _Salted(text, process))
                      for agent, wall, clock, text in notes)
        try:
            found = list(call(in_order, given, gives=(list, tuple)))
        except Unusable:
            return
        first = found if first is None else first
        if found != first:
            raise Refuted(f"given {_told(given)}, the order is {_told(first)} in one process and {_told(found)} in "
                          "another process: hash gives other numbers there, and a set has another order")


@cache
def _run() -> Simulator:
    """Two agents write, and the wall clock of the first is 80 units ahead: the second has seen what it replaces."""
    names = ("coder", "tester", "clerk")
    cast = {name: Stamped(name, tuple(peer for peer in names if peer != name), skew=80 * (name == "coder"))
            for name in names}
    sim = Model(build("mesh", names), cast).simulate(seed=1)
    sim.run(until=100)
    sim.request("coder", Set("red", 100))
    sim.run(until=150)
    sim.request("tester", Set("blue", 150))
    sim.run()
    return sim


def _of_a_run() -> tuple[Note, ...]:
    clerk = _run().system.agents["clerk"]
    writes = clerk.writes if isinstance(clerk, Stamped) else ()
    return tuple((one.writer, one.wall, one.lamport.time, str(one.value)) for one in writes)


def _small() -> list[tuple[Note, ...]]:
    """Notes of up to three agents with small clocks; walls that run against them; one agent writes two of four.

    And notes with equal clocks that are equal in more: in the wall, in the text, in all but the agent.
    """
    found: list[tuple[Note, ...]] = []
    for number in range(4):
        agents = ("coder", "tester", "mailer")[:number]
        for clocks in product((1, 2, 10), repeat=number):
            found.append(tuple((agent, 90 - 10 * place, clock, "zyx"[place])
                               for place, (agent, clock) in enumerate(zip(agents, clocks, strict=True))))
    for walls, texts in product(((50, 50, 50), (50, 40, 60)), ("zyx", "aaa", "bab")):
        found.append(tuple(zip(("coder", "tester", "mailer"), walls, (2, 2, 2), texts, strict=True)))
    return [*found, (("coder", 50, 1, "d"), ("tester", 40, 2, "c"), ("coder", 60, 3, "b"), ("tester", 30, 3, "a"))]


def _told(notes: Sequence[Any]) -> str:
    whole = [type(note) in (tuple, list) and len(note) == 4 for note in notes]
    parts = [f"{note[3]} ({note[0]}, clock {note[2]})" if told else brief(note)
             for note, told in zip(notes, whole, strict=True)]
    return ", ".join(parts) or "nothing"


MAY_WRITE = Step(
    "may write", 4,
    "A lock gives each holder a token, 1, 2, 3 and so on, and a lease that runs out. A store remembers the highest "
    "token under which it has taken a write, 0 before the first. Write `may_write(token, highest_seen)`: True if the "
    "store takes a write with that token. A holder may write several times. A holder whose lease ran out while it "
    "slept must not overwrite what its successor wrote.", "code",
    blank="def may_write(token, highest_seen):\n    ...",
    solution="def may_write(token, highest_seen):\n    return token >= highest_seen",
    because="The lock cannot wake a sleeping holder, and the holder cannot know that its write arrives too late. The "
    "store can tell: it has seen a higher token. Equal tokens come from the same holder. Terms of Raft and epochs of "
    "an election are the same idea.",
    hints=("Which of two tokens was given out later?",
           "What is allowed if the token is the highest one seen? And before the first write?"),
    judge=_may_write, imports=IMPORTS, stretch=True,
)

IN_ORDER = Step(
    "one order for all", 4,
    "Each agent keeps notes, and all notes are gathered to be read one after the other. A note is a tuple "
    "`(agent, wall, clock, text)`: who wrote it, the time on the wall of that agent, its Lamport clock and the text. "
    "Write `in_order(notes)`: a list of the same notes in an order in which no effect comes before its cause. Every "
    "agent that has the same notes must come to the same order, however it got them. An agent never uses a clock "
    "twice.",
    "code",
    blank="def in_order(notes):\n    ...",
    solution="def in_order(notes):\n    return sorted(notes, key=lambda note: (note[2], note[0]))",
    because="What could have caused a note has a smaller Lamport clock, so sorting by it puts no effect before its "
    "cause. Notes with equal clocks are concurrent: any order would do, but it must be one that all agree on, so the "
    "name decides. Clocks on the wall may be off and prove nothing.",
    hints=("Of the two clocks, which one is larger after a message than before it, on whatever machine?",
           "Two notes with the same clock: what can decide that is the same for all readers?",
           "sorted(…, key=…) with a pair: the clock first, then the name."),
    judge=_in_order, imports=IMPORTS, stretch=True,
)
