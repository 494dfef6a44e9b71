"""The agents of a model for real: a process for each, a server beside each, and cables between them that can be cut.

The verbs are those of the simulator: request, cut, heal, isolate, crash, restart, run. Real are the processes, the
messages between them, the time and the kill of a crash; what goes wrong in them goes wrong by itself. `trace` turns
what happened into a simulation, for the player and the properties. Everything ends with `stop`, with the `with` block,
with the kernel, however that ends. Once an agent has broken, `trace` and `stop` are left; all else says what broke.
Left out: cutting one direction of a link (a connection does not survive it); what an agent's handler starts itself.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from types import TracebackType

from labkit.agents import AgentError, Replied, check_immutable, codec_of
from labkit.deploy.driven import Driven, longer
from labkit.deploy.life import EVENT
from labkit.deploy.owner import SOON, News, owning, uninterrupted
from labkit.deploy.replies import Replies
from labkit.deploy.roles import pairs_of, plan_of, roles_of
from labkit.deploy.server import check_address, needed
from labkit.deploy.store.jetstream import check_shape
from labkit.deploy.store.shared_store import SharedStore
from labkit.deploy.tracing import TraceError, Tracing
from labkit.deploy.wire import LARGEST
from labkit.engine import Model, Recorded, System
from labkit.network import Cut, Heal, Network, Way, isolate
from labkit.observe import Monitor, Verdict
from labkit.values import by_name, expect, listed, plain_arguments

DIED = "the process of agent {} has ended while it started: deploy the model again"
HEEDED = 2.0  # seconds within which an agent says that it loses messages; one that is stopped says nothing
SLOWEST = 400  # milliseconds that a cable takes at most


@plain_arguments
def deploy(
    model: Model, *, seed: int = 0, pace: float = 1.0, source: str = "", store: bool = False,
    servers: str | None = None,
) -> "Deployed":
    """The agents of this model as processes; the model's requests are made as soon as all have begun.

    seed: of the delays that timers have in their ranges. pace: how many milliseconds a unit of time lasts. source: the
    text of the cells that define the agents' class, where that is neither in a module nor found in the notebook. store:
    the servers keep NATS's own store, too; for that there must be 3 or 5 agents, all linked. servers: one NATS server
    elsewhere, nats://user:password@host:port, instead of one beside each agent. All agents have that user's rights
    there; what its owner allows to others is beyond this lab. All messages go through an exchange on this computer,
    which is what is cut, always silently. Raises ValueError with the remedy where a server cannot be had.
    """
    expect(model, Model, "deploy takes a model, deploy(Model(build('mesh', 5), Raft))")
    address = check_address(servers or "")
    if store:
        check_shape(model.topology, address)
    return Deployed(model, seed, pace, source, store, address)


class Deployed(Driven):
    """A running system; made by `deploy`."""

    def __init__(self, model: Model, seed: int, pace: float, source: str, store: bool, servers: str) -> None:
        self.model = model
        self.refused: Counter[str] = Counter()  # what came over the network and was no message, by why
        self._losing: set[tuple[str, str, float]] = set()  # what agents have said that they lose
        self.broken: set[str] = set()  # agents that went wrong, which ends their processes
        self.restarted: Counter[str] = Counter()  # servers that had died and were started again, by agent
        server = needed(servers)
        self._names = sorted(model.agents, key=by_name)
        self._codec = codec_of(*dict.fromkeys(type(agent) for agent in model.agents.values()))
        session = secrets.token_hex(8)
        self._roles = roles_of(model, self._codec, session, seed, pace, source)
        self._network = Network(model.topology)
        self._lives: dict[str, tuple[int, int]] = {}  # the life and the process of each agent
        self._awaited = {*self._names} | ({""} if store else set())  # until they are linked; "": the store
        self._down, self._requests, self._wrong = set[str](), 0, ""
        self._replies = Replies(self._codec)
        self._monitor: Monitor | None = None
        self.store = SharedStore(self._names if store else (), self._command, self.until)
        with owning(self._hear) as self._owner:
            self._build(session, server, servers)
            self._tracing = Tracing(model, self._codec, pairs_of(self._roles), monotonic(), pace)
            self._begin()

    def __enter__(self) -> "Deployed":
        return self

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # ---- the verbs ---------------------------------------------------------------------------------------------------

    @plain_arguments
    def request(self, agent: str, value: Hashable) -> None:
        """Let a client make a request to the agent; one that is down does not hear it."""
        self._known(agent)
        check_immutable(value, f"the request to {agent}")
        if len(text := self._codec.text(value)) > LARGEST:
            raise ValueError(f"a request has at most {LARGEST:,} letters, this one {len(text):,}: ask for less at once")
        self._requests += 1
        line = {"do": "request", "number": self._requests, "value": text}
        self._tracing.ask(agent, self._requests, value, down=agent in self._down, at=monotonic())
        if agent not in self._down:
            self._owner.tell(agent, line)

    @plain_arguments
    def cut(self, a: str, b: str, *, silent: bool = False) -> None:
        """Cut the cable between two agents. silent: nobody is told; the servers find out after about three seconds."""
        self._change(a, b, Cut, "cut", silent=silent)

    @plain_arguments
    def heal(self, a: str, b: str) -> None:
        """Mend the cable; the servers find that out when they call again, which they do about once a second."""
        self._change(a, b, Heal, "heal")

    def isolate(self, *group: str, silent: bool = False) -> None:
        """Cut every cable between these agents and all others."""
        events = isolate(self.model.topology, *group)
        for one in events[::2]:  # of each pair, one direction
            self.cut(one.source, one.target, silent=silent)

    def heal_all(self) -> None:
        """Mend every cable; agents that were killed stay down."""
        for a, b in sorted(self._network.cut):
            if by_name(a) < by_name(b):
                self.heal(a, b)

    @plain_arguments
    def slow(self, a: str, b: str, milliseconds: int) -> None:
        """From now on everything takes that much longer over the cable, in either direction; up to 400 ms."""
        seconds = longer(milliseconds, SLOWEST, "servers take a slower cable for a cut one")
        self._command("slow", **self._ends(a, b), seconds=seconds)

    @plain_arguments
    def lose(self, a: str, b: str, chance: float) -> None:
        """From now on a message on this link is lost with that chance, in either direction."""
        self._ends(a, b)
        if not 0 <= chance <= 1:
            raise ValueError(f"chance is a number between 0 and 1, not {chance!r}")
        for here, there in ((a, b), (b, a)):
            self._roles[here].setdefault("loss", {})[there] = chance  # so that a new process begins with it
            self._command("tell", agent=here, line={"do": "lose", "from": there, "chance": chance})
            self.until(partial(self._loses, here, there, chance), HEEDED)

    @plain_arguments
    def crash(self, agent: str) -> None:
        """Kill the agent's process, in the middle of whatever it does; what it has written to the disk is left."""
        self._known(agent)
        if agent in self._down:
            raise ValueError(f"agent {agent} is down already: restart it first")
        self._command("crash", agent=agent)

    @plain_arguments
    def restart(self, agent: str) -> None:
        """Start a process for the agent again, which reads its durable fields from the disk."""
        self._known(agent)
        if agent not in self._down:
            raise ValueError(f"agent {agent} runs: crash it first")
        self._down.discard(agent)
        self._command("restart", agent=agent, role=self._roles[agent] | {"life": self._lives[agent][0] + 1})

    def run(self, seconds: float) -> None:
        """Let time pass, and take in what the processes report."""
        self.until(lambda: False, seconds)

    def stop(self) -> None:
        """End all processes; what was reported can still be looked at."""
        if not self._owner.ended:
            with uninterrupted(), suppress(TraceError):  # which `trace` says
                self._owner.end()
                self._settled()
                self._tracing.end(monotonic())

    # ---- what can be seen --------------------------------------------------------------------------------------------

    @property
    def system(self) -> System:
        """The state of all agents, as far as it has been reported and its causes are known."""
        return self._settled().sim.system

    def trace(self) -> Recorded:
        """What has happened so far, for a Player and the properties; also once an agent has broken."""
        self._owner.take(then=self._tracing.settle)
        return Recorded.of(self._tracing.sim)

    @property
    def verdicts(self) -> list[Verdict]:
        """What is known of each property of the model by now; once asked for, each event is judged as it comes in."""
        if self._monitor is None:
            self._monitor = Monitor(self._tracing.sim)
        return self._monitor.verdicts(len(self._settled().sim))

    @property
    def replies(self) -> Sequence[Replied]:
        """What clients were told, in the order in which it was reported; asking for it costs next to nothing."""
        self._take()
        return self._replies.told

    @property
    def lost(self) -> Mapping[str, int]:
        """How many messages are known to be lost, by why."""
        return self._settled().lost

    @property
    def processes(self) -> dict[str, int]:
        """The process number of each agent that runs."""
        self._take()
        return {name: self._lives[name][1] for name in self._names if self.running and name not in self._down}

    def links(self) -> frozenset[Way]:
        """Which servers are connected with each other, as they say themselves: pairs of agents, in order."""
        return frozenset(way for way in self.latencies() if by_name(way[0]) < by_name(way[1]))

    def latencies(self) -> dict[Way, float]:
        """How many milliseconds there and back take, as each server says of those that it is connected with."""
        return {(a, b): time for a, others in self._command("links")["answer"] for b, time in others.items()}

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _build(self, session: str, server: str, servers: str) -> None:
        self._owner.write(plan_of(self._roles, self.model.topology, server, session, self.folder,
                                  store="" in self._awaited, elsewhere=servers))
        if not self._owner.wait(lambda: bool(self._wrong) or not self._awaited):
            raise ValueError(f"the agents' processes have not started within {SOON:.0f} s: this computer is too busy")
        self._complain()

    def _begin(self) -> None:
        for name in self._names:
            self._command("tell", agent=name, line={"do": "begin"})
        for agent, value in self.model.requests:
            self.request(agent, value)

    def _loses(self, here: str, there: str, chance: float) -> bool:
        return (here, there, chance) in self._losing or here in self._down

    def _known(self, agent: str) -> None:
        self._owner.check()
        self._take()
        if agent not in self.model.agents:
            raise ValueError(f"there is no agent {agent!r}: the agents are {listed(self._names, most=12)}")

    def _change(self, a: str, b: str, kind: type[Cut] | type[Heal], do: str, **how: object) -> None:
        def done(news: News) -> None:
            for event in (kind(a, b), kind(b, a)):
                self._network = self._network.after(event)
                self._tracing.change(news["at"], event)

        self._command(do, done, **self._ends(a, b), **how)

    def _command(self, do: str, then: Callable[[News], object] = bool, /, **given: object) -> News:
        answer = self._owner.command(do, then, **given)
        self._complain()
        return answer

    def _take(self, seconds: float = 0.0) -> None:
        super()._take(seconds)
        self._complain()

    def _settled(self) -> Tracing:
        """The run, after all that has been reported."""
        self._owner.take(then=self._tracing.settle)
        self._complain()
        return self._tracing

    def _complain(self) -> None:
        if self._wrong and not self._owner.ended:
            raise AgentError(self._wrong)

    def _hear(self, line: bytes) -> None:
        if line.startswith(EVENT):
            self._tracing.keep(line)
            self._replies.take(line)
            return
        news = json.loads(line)
        match news["what"]:
            case "process":
                self._lives[news["agent"]] = news["life"], news["pid"]
            case "linked":
                self._awaited.discard(news["agent"])
            case "servers":
                self.restarted.update(news["again"])
            case "answered" | "hold":
                self.store.hear(news)
            case "refused":
                self.refused[news["why"]] += 1
            case "losing":
                self._losing.add((news["agent"], news["from"], news["chance"]))
            case "broke" | "failed":
                self.broken |= {news["agent"]} if "agent" in news else set()
                self._wrong = self._wrong or news["why"]
            case "ended" if self._owner.ended:
                pass  # by our own doing
            case "ended" if not hasattr(self, "_tracing"):
                self._wrong = self._wrong or DIED.format(news["agent"])
            case what:
                if what == "ended":
                    self._down.add(news["agent"])
                self._tracing.take(news)
