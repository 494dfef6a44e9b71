"""A saga: a long transaction in steps at several agents; if a step fails, those before it are undone, last one first.

Garcia-Molina & Salem, "Sagas" (1987): backward recovery with a compensation for each step, a durable log, and
steps that are tried again. Promise: a saga that has ended is all done or all undone, however often its coordinator and
its participants crash. The price: no isolation, others see a saga that is half done. Left out: save points, sagas in
parallel steps, nested sagas, a client that aborts.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from labkit.agents import (
    Agent,
    CancelTimer,
    Decide,
    Effect,
    Holds,
    Invariant,
    Reply,
    Send,
    SetTimer,
    Sometimes,
    World,
)
from labkit.protocols.protocol import Protocol
from labkit.protocols.service.saga_messages import DONE, UNDONE, VOID, Did, Do, Record, Undid, Undo
from labkit.values import brief, frozendict


@dataclass
class Saga(Agent, Holds):
    """The agent by the name in `coordinator` leads sagas that clients ask it for; all others take part, a step each.

    steps: the participants in order; by default all peers. will: whether this participant does its step. patience: how
    long the coordinator waits for an answer before it asks again. tries: how often it asks for a step before it turns
    back; 0: for ever.
    """

    coordinator: str = "a"
    steps: tuple[str, ...] = ()
    will: Literal["yes", "no"] = "yes"
    patience: tuple[int, int] = (60, 90)
    tries: int = 5
    log: frozendict[str, Record] = field(default_factory=frozendict)  # the coordinator's
    ledger: frozendict[str, str] = field(default_factory=frozendict)  # a participant's: what became of its step
    deeds: tuple[tuple[str, str], ...] = ()  # a participant's: what it has done and undone, in order
    durable: ClassVar[tuple[str, ...]] = ("log", "ledger", "deeds")
    columns: ClassVar[tuple[tuple[str, str], ...]] = (
        ("log", "Log of sagas"), ("ledger", "Own steps"), ("will", "Does its step"),
    )

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def may_do(self, saga: str) -> bool:
        """Do it once; and what was undone before it came is not done any more."""
        return self.will == "yes" and saga not in self.ledger

    def must_undo(self, saga: str) -> bool:
        """Compensate only what was done, and once."""
        return self.ledger.get(saga) == DONE

    def begun(self, left: tuple[str, ...], *, refused: bool) -> tuple[str, ...]:
        """The steps that may have been done: if the one in hand was not refused, nobody knows, so it is one of them."""
        order = self.order
        return order[: len(order) - len(left) + (not refused)]

    def to_undo(self, begun: tuple[str, ...]) -> tuple[str, ...]:
        """The last one first: an earlier step stays until nothing that was built on it is left."""
        return begun[::-1]

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> list[Effect]:
        """After a crash: go on with what is open, where it was."""
        return [effect for saga, record in self.log.items() if record.left for effect in self.ask(saga)]

    def request(self, saga: Hashable) -> list[Effect]:
        if self.id != self.coordinator:
            return [Reply(saga, f"refused: {self.id} leads no sagas, ask {self.coordinator}", ok=False)]
        if not isinstance(saga, str) or not saga:
            return [Reply(saga, f"refused: {brief(saga)} is no name, take a text such as 'trip'", ok=False)]
        if saga in self.log:
            return [] if self.log[saga].left else [self.reply(saga)]
        return self.write(saga, Record(True, self.order))

    def timeout(self, saga: str) -> list[Effect]:
        """No answer: ask again, or after too many tries turn back."""
        record = self.log[saga]
        if record.forward and self.tries and record.tries >= self.tries:
            return self.turn_back(saga, refused=False)
        return self.write(saga, replace(record, tries=record.tries + 1))

    def receive(self, sender: str, message: Any) -> list[Effect]:
        match message:
            case Do(saga):
                if self.may_do(saga):
                    self.enter(saga, DONE, "did")
                return [Send(sender, Did(saga, self.ledger.get(saga) == DONE))]
            case Undo(saga):
                if self.must_undo(saga):
                    self.enter(saga, UNDONE, "undid")
                elif saga not in self.ledger:
                    self.ledger = self.ledger | {saga: VOID}
                return [Send(sender, Undid(saga))]
            case Did(saga, True) if self.awaits(saga, sender, forward=True):
                return self.go_on(saga)
            case Did(saga, False) if self.awaits(saga, sender, forward=True):
                return self.turn_back(saga, refused=True)
            case Undid(saga) if self.awaits(saga, sender, forward=False):
                return self.go_on(saga)
        return []

    # ---- the coordinator ---------------------------------------------------------------------------------------------

    @property
    def order(self) -> tuple[str, ...]:
        """The participants in the order of their steps."""
        return self.steps or self.peers

    def awaits(self, saga: str, sender: str, *, forward: bool) -> bool:
        """Whether this is the answer that comes next; all others are late or copies."""
        record = self.log.get(saga)
        return record is not None and record.forward == forward and record.left[:1] == (sender,)

    def go_on(self, saga: str) -> list[Effect]:
        """The step in hand has ended."""
        record = self.log[saga]
        return self.write(saga, replace(record, left=record.left[1:], tries=1))

    def turn_back(self, saga: str, *, refused: bool) -> list[Effect]:
        """From now on undo."""
        begun = self.begun(self.log[saga].left, refused=refused)
        return self.write(saga, Record(False, self.to_undo(begun)))

    def write(self, saga: str, record: Record) -> list[Effect]:
        """Write first, then act on it."""
        self.log = self.log | {saga: record}
        if record.left:
            return self.ask(saga)
        return [CancelTimer(saga), Decide(str(record), about=saga), self.reply(saga)]

    def ask(self, saga: str) -> list[Effect]:
        """Ask the participant whose turn it is; each saga has its timer."""
        record = self.log[saga]
        message = Do(saga) if record.forward else Undo(saga)
        return [Send(record.left[0], message), SetTimer(saga, self.patience)]

    def reply(self, saga: str) -> Effect:
        """Tell the client how its saga ended; one that is undone was refused."""
        return Reply(saga, str(self.log[saga]), ok=self.log[saga].forward)

    # ---- a participant -----------------------------------------------------------------------------------------------

    def enter(self, saga: str, state: str, deed: str) -> None:
        """The effect and the note of it go into durable storage in one step."""
        self.ledger, self.deeds = self.ledger | {saga: state}, (*self.deeds, (deed, saga))

    # ---- what it can tell --------------------------------------------------------------------------------------------

    @property
    def holds(self) -> frozenset[Hashable]:
        """The sagas that are all done, of the coordinator; of a participant those whose step is done."""
        ended = {saga for saga, record in self.log.items() if str(record) == DONE}
        return frozenset(ended | {saga for saga, state in self.ledger.items() if state == DONE})

    @property
    def role(self) -> str:
        return "coordinator" if self.id == self.coordinator else "participant"

    @property
    def note(self) -> str:
        """What became of the last two sagas."""
        told = self.log if self.id == self.coordinator else self.ledger
        return ", ".join(f"{saga}: {state}" for saga, state in [*told.items()][-2:]) or self.role


# ---- what must hold --------------------------------------------------------------------------------------------------


def _sagas(world: World) -> Iterator[tuple[str, Record, list[tuple[str, str | None]]]]:
    """Each saga with what its coordinator has written, and what its participants have, in the order of the steps."""
    agents = {name: agent for name, agent in world.agents.items() if isinstance(agent, Saga)}
    for agent in agents.values():
        for saga, record in agent.log.items():
            yield saga, record, [(name, agents[name].ledger.get(saga)) for name in agent.order if name in agents]


def _mixed(world: World) -> str | None:
    for saga, record, steps in _sagas(world):
        for name, state in steps if not record.left else ():
            if (state == DONE) != record.forward:
                return f"saga {saga} has ended {record}, but the step of {name} is {state or 'not done'}"
    return None


def _unpaired(world: World) -> str | None:
    for name, agent in world.agents.items():
        deeds = agent.deeds if isinstance(agent, Saga) else ()
        for number, (deed, saga) in enumerate(deeds):
            before = [earlier for earlier, of in deeds[:number] if of == saga]
            if before != ([] if deed == "did" else ["did"]):
                return f"{name} {deed} its step of {saga} after {' and '.join(before) or 'nothing'}"
    return None


def _out_of_order(world: World) -> str | None:
    for saga, record, steps in _sagas(world):
        undone = ""
        for name, state in steps:
            if undone and state == DONE and not record.forward:
                return f"in saga {saga} the step of {undone} is undone while that of {name}, a later one, is not"
            undone = name if state == UNDONE else undone
    return None


def _forgotten(world: World) -> str | None:
    known = {saga for saga, _, _ in _sagas(world)}
    for name, agent in world.agents.items():
        for saga in agent.ledger if isinstance(agent, Saga) else ():
            if saga not in known:
                return f"{name} has done its step of {saga}, and no coordinator knows of that saga"
    return None


def _half(world: World) -> str | None:
    for saga, _, steps in _sagas(world):
        did = [name for name, state in steps if state == DONE]
        if did and len(did) < len(steps):
            return f"of saga {saga} only {len(did)} of {len(steps)} steps are to be seen"
    return None


def _ends(forward: bool) -> Sometimes:
    name = f"a saga is {DONE if forward else UNDONE}"
    return Sometimes(
        name, f"In some run {name}.",
        lambda world: any(not record.left and record.forward == forward for _, record, _ in _sagas(world)),
        any_order=True,
    )


ENDS_WHOLE = Invariant("ends whole", "A saga that has ended is all done or all undone.", _mixed, any_order=True)
PAIRED = Invariant("paired", "A step is done once at most, and undone only if it was done.", _unpaired, any_order=True)
IN_REVERSE = Invariant("in reverse", "A step is undone only when all later ones are.", _out_of_order, any_order=True)
REMEMBERED = Invariant("remembered", "What is done belongs to a saga in some log.", _forgotten, any_order=True)
SOME_DONE, SOME_UNDONE = _ends(True), _ends(False)

# Not among them, for it does not hold: a saga is not isolated. Add it, and the search shows who sees what.
NEVER_HALF = Invariant("never half", "Nobody sees a saga that is half done.", _half, any_order=True)
SAGA_PROPERTIES = (ENDS_WHOLE, PAIRED, IN_REVERSE, REMEMBERED, SOME_DONE)

Saga.expected = SAGA_PROPERTIES
PROTOCOL = Protocol(
    "saga", Saga, "Steps at several agents, one after the other; if one fails, those before it are undone.",
    settings=("coordinator", "steps", "will", "patience", "tries"), example="trip", place=210,
)
