"""A run from what agents tell of themselves, where their classes may not be ours: told, not proved.

Each agent here is of the lab's class, but it does not act: its fields and effects are those that its process has
reported. So player, facets and properties work as on any run. What can be proved is: that each message was sent before
it was received, was received once, and by whom it was meant for; that a timer was set before it expired; and the order
of causes. A report in which one of these does not hold is refused, and nothing has changed.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from labkit.agents import Agent, AgentError, Codec, Effects, Invariant, Property
from labkit.deploy.classroom.fitting import EVENTS, Report, effects_of, state_of
from labkit.deploy.life import process_of
from labkit.deploy.wire import RefusedError, effect_texts, fields_of
from labkit.engine import Deliver, Drop, Event, Model, Request, System, Timeout
from labkit.network import Crash, Cut, Heal, Restart
from labkit.values import blank, frozendict, larger

Key = tuple[str, int, int]  # a message: who has sent it, in which life, the how many-th of it
Script = dict[str, tuple[Mapping[str, Any], Effects]]
Clock = frozendict[str, int]
MOST = 200  # letters of a reason, for it may quote what was told
EMPTY: tuple[Mapping[str, Any], Effects] = ({}, ())


class World(Protocol):
    """What events happen to: a simulation, or a system alone."""

    system: System

    def do(self, event: Event, time: int) -> object:
        """Let it happen."""


@dataclass
class Bare:
    """A system without a history."""

    system: System

    def do(self, event: Event, time: int) -> None:
        """Let it happen; the time does not matter."""
        self.system.apply(event)


class Sent(NamedTuple):
    """A message that was told and has not arrived."""

    packet: Deliver
    clock: Clock
    text: str


def key_of(data: bytes) -> Key:
    """The key of the message in this envelope."""
    table = fields_of(data)
    return table["sender"], table["life"], table["number"]


def told_agents(model: Model, script: Script) -> dict[str, Agent]:
    """The model's agents, which do what the script says; one that is not in it does nothing."""
    kinds = {kind: _teller(kind, script) for kind in dict.fromkeys(map(type, model.agents.values()))}
    found: dict[str, Agent] = {}
    for name, agent in model.agents.items():
        found[name] = blank(kinds[type(agent)])
        found[name].__dict__ = {**vars(agent)}
    return found


def cautious(properties: tuple[Property, ...], failed: Counter[str]) -> tuple[Property, ...]:
    """The same properties; one that fails on what was told is counted by its name, and takes nothing for broken."""
    def heed(prop: Property, rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def told(world: Any) -> Any:
            try:
                return rule(world)
            except Exception:  # agents of another kind tell what ours never do
                failed[prop.name] += 1
                return None

        return told

    return tuple(replace(one, violation=heed(one, one.violation)) if isinstance(one, Invariant)
                 else replace(one, seen=heed(one, one.seen)) for one in properties)


class Telling:
    """Takes news of agents, in the order in which they could know of each other, into a world.

    All are down until they have joined. script: what the agents of that world do next. time: of the news, in units.
    """

    def __init__(self, model: Model, codec: Codec, world: World, script: Script, ways: frozenset[tuple[str, str]],
                 time: Callable[[float], int]) -> None:
        self._world, self._codec, self._script, self._ways, self._time = world, codec, script, ways, time
        self._kinds = {name: type(agent) for name, agent in model.agents.items()}
        self.lost: Counter[str] = Counter()  # messages, by why
        self.sent: dict[Key, Sent] = {}
        self.life: dict[str, int] = {}  # of those that have joined
        self._clock: dict[str, Clock] = {}
        self._number: dict[str, int] = {}
        self._line: dict[tuple[str, str], deque[Key]] = {}
        self._asked: dict[str, dict[int, Hashable]] = {name: {} for name in model.agents}
        self._last = 0
        for name in model.agents:
            world.do(Crash(name), 0)

    @property
    def system(self) -> System:
        """The state as it was told."""
        return self._world.system

    def take(self, news: Report) -> None:
        """Take in what has happened; RefusedError if that cannot have happened, and then nothing has changed."""
        time, agent = self._time(news["at"]), news.get("agent", "")
        match news["what"]:
            case what if what in EVENTS:
                self._report(news, time)
            case "joined":
                self.life[agent] = news["life"]
            case "ended":
                self._end(agent, time)
            case "dropped":
                if one := self.sent.pop((*news["of"],), None):
                    self._lose(one.packet, news["why"], time)
                    self._trim(self._line[one.packet.source, one.packet.target])
            case "asked":
                self._asked[agent][news["number"]] = news["value"]
                if agent not in self.life:  # one that has only just joined hears it when it has begun
                    self._unheard(agent, time)
            case "cut" | "heal":
                for ends in (news["link"], news["link"][::-1]):
                    self._world.do((Cut if news["what"] == "cut" else Heal)(*ends), time)

    # ---- reports -----------------------------------------------------------------------------------------------------

    def _report(self, report: Report, time: int) -> None:
        agent, life = report["agent"], report["life"]
        process, key = process_of(agent, life), (*report["of"],) if report["what"] == "receive" else None
        if life != self.life.get(agent) or (report["what"] == "start") != (agent in self.system.down):
            raise RefusedError("it reports of a life that it does not have")
        event = self._event(report)
        clock = self._clock.get(process, frozendict())
        clock = larger(clock, self.sent[key].clock) if key else clock
        clock = clock | {process: clock.get(process, 0) + 1}
        if clock != report["clock"]:
            raise RefusedError("the clock of its report is not the one that it can have")
        kind = self._kinds[agent]
        state = state_of(report["fields"], kind, self._codec, whole=report["what"] == "start")
        effects = effects_of(report["effects"], self._codec)
        if effect_texts(self._codec, effects) != report["effects"]:
            raise RefusedError("it tells of its effects in other words than an agent does")
        self._do(agent, event, state, effects, time)
        self._clock[process] = clock
        if report["what"] == "request":
            del self._asked[agent][report["of"]]
        if key:
            del self.sent[key]
            self._lose_before(agent, key, time)
        self._note_sent(agent, life, clock, report, time)

    def _event(self, report: Report) -> Event:
        agent, of = report["agent"], report["of"]
        match report["what"]:
            case "start":
                return Restart(agent)
            case "timeout":
                return Timeout(agent, of)
            case "request":
                if of not in self._asked[agent]:
                    raise RefusedError("it answers a request that nobody has made")
                return Request(agent, self._asked[agent][of])
        one = self.sent.get((*of,))
        if one is None or one.packet.target != agent:
            raise RefusedError("it reports a message that was not sent to it, or has arrived before")
        return one.packet

    def _do(self, agent: str, event: Event, state: Mapping[str, Any], effects: Effects, time: int) -> None:
        self._script[agent] = state, effects
        try:
            self._world.do(event, time)
        except (AgentError, ValueError) as wrong:
            raise RefusedError(str(wrong)[:MOST]) from None
        finally:
            self._script.pop(agent, None)

    # ---- messages ----------------------------------------------------------------------------------------------------

    def _note_sent(self, agent: str, life: int, clock: Clock, report: Report, time: int) -> None:
        process, new = process_of(agent, life), []
        for packet in reversed(self.system.flight.values()):
            if packet.number <= self._last:
                break
            new.append(packet)
        texts = [one[1] for one in report["effects"] if isinstance(one, list)]
        for packet, text in zip(reversed(new), texts, strict=True):
            number = self._number[process] = self._number.get(process, 0) + 1
            self._last = packet.number
            if (agent, packet.target) not in self._ways:
                self._lose(packet, f"no way from {agent} to {packet.target}", time)
                continue
            self.sent[agent, life, number] = Sent(packet, clock, text)
            self._line.setdefault((agent, packet.target), deque()).append((agent, life, number))

    def _lose_before(self, agent: str, key: Key, time: int) -> None:
        """What was sent earlier on this way and has not arrived never will."""
        line = self._line.get((key[0], agent), deque())
        while line and line[0] != key:
            if one := self.sent.pop(line.popleft(), None):
                self._lose(one.packet, "on the way", time)
        if line:
            line.popleft()

    def _trim(self, line: deque[Key]) -> None:
        """What is lost need not be remembered."""
        while line and line[0] not in self.sent:
            line.popleft()

    def _lose(self, packet: Deliver, why: str, time: int) -> None:
        self.lost[why] += 1
        self._world.do(Drop(packet, why), time)

    # ---- ends --------------------------------------------------------------------------------------------------------

    def _end(self, agent: str, time: int) -> None:
        """It has left: what was on its way to it is lost, and what it was asked is not answered."""
        if self.life.pop(agent, None) is None:
            return
        if agent not in self.system.down:
            self._world.do(Crash(agent), time)
        for key, one in [*self.sent.items()]:
            if one.packet.target == agent:
                del self.sent[key]
                self._lose(one.packet, f"{agent} is down", time)
        for (_, target), line in self._line.items():
            if target == agent:
                self._trim(line)
        self._unheard(agent, time)

    def _unheard(self, agent: str, time: int) -> None:
        for value in self._asked[agent].values():
            self._world.do(Request(agent, value), time)
        self._asked[agent] = {}


def _teller(kind: type[Agent], script: Script) -> type[Agent]:
    """The class, but its handlers do what is in the script."""
    def told(self: Agent, *_: object) -> Effects:
        state, effects = script.get(self.id, EMPTY)
        vars(self).update(state)
        return effects

    return type(kind.__name__, (kind,), dict.fromkeys(("start", "receive", "timeout", "request"), told))
