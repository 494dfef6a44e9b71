"""One run from the reports of all processes: in causal order, as the simulator's own events, so that all judges it.

Each report carries the vector clock of its event. An event is taken in when everything that it could know has been
taken in; of those that can come next, the earliest by the computer's clock. Then the same event is applied to a
simulation of the same agents, which must answer with the same effects as the process did; otherwise the run is no
behaviour of these agents, and that is said. So properties, player and space–time diagram see a real run like any other.

What has no cause among the agents (a cable is cut) takes its place by the computer's clock. A message is known to be
lost when a later one of the same way has arrived, for a way keeps the order. Left out: how a message hops over agents
in between; where it was when it was lost.
"""

import gc
import json
from collections import Counter, deque
from collections.abc import Hashable, Iterable
from heapq import heappop, heappush

from labkit.agents import Agent, Codec, act
from labkit.deploy.life import Report, process_of
from labkit.deploy.wire import Told, effect_texts
from labkit.engine import Deliver, Drop, Event, Model, Request, Scheduled, Simulator, Timeout
from labkit.network import Crash, Restart
from labkit.values import brief

EVENTS = ("start", "receive", "timeout", "request")  # of an agent; the others happen to it
NO_CLOCK: dict[str, int] = {}
Key = tuple[str, int, int]  # a message: who has sent it, in which life, the how many-th of it
Sent = tuple[Deliver, int]  # a message, and the order of what the simulator has planned for it


class TraceError(ValueError):
    """What the processes reported is no run of these agents; the text says where it differs."""


class Tracing:
    """Takes in reports and makes a simulation of them, `sim`, as far as all causes are known.

    began: the computer's time, in seconds, at which time 0 of the run is. pace: milliseconds per unit. ways: the pairs
    of agents between which there is a way.
    """

    def __init__(self, model: Model, codec: Codec, ways: Iterable[tuple[str, str]], began: float, pace: float) -> None:
        self.sim = Simulator(model.topology, model.agents, properties=model.properties)
        self.lost: Counter[str] = Counter()  # messages, by why
        self._codec, self._ways, self._began, self._unit = codec, frozenset(ways), began, pace / 1_000
        self._fresh: dict[str, Agent] = dict(model.agents)
        self._lines: list[bytes] = []  # reports that nobody has looked at yet
        self._waiting: dict[str, deque[Report]] = {name: deque() for name in model.agents}
        self._changes: deque[tuple[float, Event]] = deque()
        self._seen: dict[str, int] = {}  # by process: how many of its events were reported
        self._done: dict[str, int] = {}  # by process: how many are taken in
        self._asked: dict[str, dict[int, Hashable]] = {name: {} for name in model.agents}
        self._ready: list[tuple[float, int, str]] = []  # a heap: agents whose first report can be taken in, and when
        self._blocked: dict[str, list[str]] = {}  # by process: the agents whose first report waits for its next event
        self._offered: set[str] = set()  # the agents in either
        self._places = {name: place for place, name in enumerate(model.agents)}
        self._packets: dict[Key, Sent] = {}  # those under way
        self._ways_sent: dict[tuple[str, str], deque[Key]] = {}
        self._sent: dict[str, int] = {}  # by process
        self._error = ""
        for name in model.agents:
            self._note_sent(name, 0, [item for item in self.sim.present.pending.values() if _source(item) == name])

    # ---- taking in ---------------------------------------------------------------------------------------------------

    def ask(self, agent: str, number: int, value: Hashable, *, down: bool, at: float) -> None:
        """A client's request is on its way to the agent, or to one that is down."""
        self._asked[agent][number] = value
        if down:
            self._waiting[agent].append({"what": "in vain", "agent": agent, "life": 0, "of": number, "at": at})

    def change(self, at: float, event: Event) -> None:
        """A cable was cut or mended."""
        self._changes.append((at, event))

    def keep(self, line: bytes) -> None:
        """The text of an event's report has come in; it is looked at when the run is asked for."""
        self._lines.append(line)

    def take(self, report: Report) -> None:
        """A report has come in; each is taken once."""
        self._catch_up()
        self._take(report)

    def _catch_up(self) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            self._take(json.loads(str(line, "utf-8")))

    def _take(self, report: Report) -> None:
        agent, life = report["agent"], report["life"]
        if report["what"] in EVENTS:
            process = process_of(agent, life)
            place = report["clock"][process]
            if place <= self._seen.get(process, 0):
                return
            self._seen[process] = place
        elif report["what"] == "ended":
            heard = {one["of"] for one in self._waiting[agent] if one["what"] in ("request", "in vain")}
            asked = self._asked[agent]
            report["unheard"] = [asked.pop(number) for number in [*asked] if number not in heard]
        self._waiting[agent].append(report)

    def settle(self) -> None:
        """Apply what can be applied; TraceError where a process did what its agent does not do."""
        self._catch_up()
        if self._error:
            raise TraceError(self._error)
        collecting = gc.isenabled()
        gc.disable()  # the trace has no cycles, and looking for them takes the longer the longer it is
        try:
            for agent in self._waiting:
                self._offer(agent)
            while (report := self._next()) is not None:
                self._apply(report)
                self._offer(report["agent"])
        except ValueError as wrong:
            self._error = str(wrong)
            raise TraceError(self._error) from None
        finally:
            if collecting:
                gc.enable()

    def _offer(self, agent: str) -> None:
        """Put the first of its reports among those that can be taken in, or with the process that it waits for."""
        if agent in self._offered or not self._waiting[agent]:
            return
        self._offered.add(agent)
        report = self._waiting[agent][0]
        own = process_of(agent, report["life"]) if report["what"] in EVENTS else ""
        for process, count in report.get("clock", NO_CLOCK).items():
            if self._done.get(process, 0) < count - (process == own):
                self._blocked.setdefault(process, []).append(agent)
                return
        heappush(self._ready, (report["at"], self._places[agent], agent))

    def _next(self) -> Report | None:
        """The earliest of the reports whose causes are taken in; changes of the network come in between."""
        while self._changes and (not self._ready or self._changes[0][0] <= self._ready[0][0]):
            at, event = self._changes.popleft()
            self.sim.do(event, self._time(at))
        if not self._ready:
            return None
        agent = heappop(self._ready)[2]
        self._offered.discard(agent)
        return self._waiting[agent].popleft()

    def _is_done(self, process: str, count: int) -> None:
        """So many events of that process are taken in; who waited for them may go on."""
        self._done[process] = count
        for agent in self._blocked.pop(process, ()):
            self._offered.discard(agent)
            self._offer(agent)

    def _time(self, at: float) -> int:
        return max(self.sim.now, round((at - self._began) / self._unit))

    # ---- one event ---------------------------------------------------------------------------------------------------

    def _apply(self, report: Report) -> None:
        agent, life, time = report["agent"], report["life"], self._time(report["at"])
        match report["what"]:
            case "start" if not life:
                self._compare(report, effect_texts(self._codec, act(self._fresh[agent], "start").effects))
                self._is_done(agent, 1)
                return
            case "start":
                self._do(report, Restart(agent), 0, time)
            case "receive":
                self._drop_before(agent, self._key(report), time)
                self._do(report, *self._arriving(report), time)
            case "timeout":
                self._do(report, Timeout(agent, report["of"]), 0, time)
            case "request":
                self._do(report, Request(agent, self._asked[agent].pop(report["of"])), 0, time)
            case "lost":
                if sent := self._packets.pop(self._key(report), None):
                    self._lose(sent, "by chance", time)
            case "ended":
                if agent not in self.sim.system.down:  # else it was killed before it had begun again
                    self.sim.do(Crash(agent), time)
                for value in report["unheard"]:
                    self.sim.do(Request(agent, value), time)
            case "in vain":
                self.sim.do(Request(agent, self._asked[agent].pop(report["of"])), time)

    def _key(self, report: Report) -> Key:
        sender, life, number = report["of"]
        return sender, life, number

    def _arriving(self, report: Report) -> Sent:
        key = self._key(report)
        if key not in self._packets:
            raise TraceError(f"agent {report['agent']} has received message {key[2]} of {key[0]}, which in the replay "
                             f"was not sent, or has arrived before")
        return self._packets.pop(key)

    def _do(self, report: Report, event: Event, order: int, time: int) -> None:
        step = self.sim.do(event, time, order)
        agent, life = report["agent"], report["life"]
        process = process_of(agent, life)
        self._compare(report, effect_texts(self._codec, step.transition.effects))
        self._note_sent(agent, life, step.scheduled)
        self._is_done(process, report["clock"][process])

    def _compare(self, report: Report, replayed: list[Told]) -> None:
        if report["effects"] != replayed:
            raise TraceError(
                f"agent {report['agent']} as a process answered “{report['what']}” with {_told(report['effects'])}, in "
                f"the replay with {_told(replayed)}: does its class depend on something besides its fields, such as "
                f"the time, a random number, or the order of a set?"
            )

    # ---- messages ----------------------------------------------------------------------------------------------------

    def _note_sent(self, agent: str, life: int, scheduled: Iterable[Scheduled]) -> None:
        process = process_of(agent, life)
        for item in scheduled:
            if (packet := item.packet) is None:  # it is a timer
                continue
            number = self._sent[process] = self._sent.get(process, 0) + 1
            if (agent, packet.target) not in self._ways:
                self._lose((packet, item.order), f"no way from {agent} to {packet.target}", self.sim.now)
                continue
            self._packets[agent, life, number] = packet, item.order
            self._ways_sent.setdefault((agent, packet.target), deque()).append((agent, life, number))

    def _drop_before(self, agent: str, key: Key, time: int) -> None:
        """What was sent earlier on this way and has not arrived never will."""
        line = self._ways_sent.get((key[0], agent), deque())
        while line and line[0] != key:
            if sent := self._packets.pop(line.popleft(), None):
                self._lose(sent, "on the way", time)
        if line:
            line.popleft()

    def end(self, at: float) -> None:
        """All processes have ended: what has not arrived by now never will."""
        while self._packets:
            self._lose(self._packets.pop(next(iter(self._packets))), "under way at the end", self._time(at))

    def _lose(self, sent: Sent, why: str, time: int) -> None:
        packet, order = sent
        self.lost[why] += 1
        self.sim.do(Drop(packet, why), time, order)


def _source(item: Scheduled) -> str:
    """The sender, if that is a message."""
    return item.packet.source if item.packet else ""


def _told(effects: list[Told]) -> str:
    texts = (one if isinstance(one, str) else f"to {one[0]}: {one[1]}" for one in effects)
    return brief("; ".join(texts) or "nothing", 200)
