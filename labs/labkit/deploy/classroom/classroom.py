"""A class as one system: each agent is brought by a student's notebook, and the instructor's has the network.

The verbs are those of the simulator, as far as they are the network's: request, cut, heal, isolate. The run is what
agents tell of themselves (`telling`), so it is told, not proved. Everything here ends with `stop`, with the `with`
block, with the kernel, however that ends; agents then hear that the class is over. Left out: killing an agent of
somebody else's computer.
"""

import json
import secrets
from collections import Counter
from collections.abc import Hashable, Mapping
from contextlib import suppress
from time import monotonic
from types import TracebackType

from labkit.agents import Replied, check_immutable, codec_of
from labkit.deploy.classroom.asking import Answered, Question, answered
from labkit.deploy.classroom.class_server import LOOPBACK, check_host, check_names, checked_size, codes_of
from labkit.deploy.classroom.fitting import EVENTS
from labkit.deploy.classroom.telling import Script, Telling, cautious, told_agents
from labkit.deploy.driven import Driven, longer
from labkit.deploy.owner import SOON, News, owning
from labkit.deploy.roles import pairs_of, roles_of
from labkit.deploy.server import check_installed
from labkit.engine import Model, Recorded, Simulator, System
from labkit.network import Network, Way, isolate
from labkit.notebook import end_with_cell
from labkit.observe import Monitor, Verdict
from labkit.values import by_name, expect, frozendict, listed, plain_arguments

NOBODY_HERE = "what agents of others would do next, nobody here knows: their classes are in their notebooks"
OVER = "the class is over"
SLOWEST = 60_000  # milliseconds that a link takes at most
MOST_REASONS = 30  # that are told apart, by seat


class Classroom(Driven):
    """Seats for the agents of a model, over one server on this computer.

    protocol: its name in the catalogue, or "". options: those of the agents. host: the address of this computer at
    which the server listens; any but 127.0.0.1 opens a port to the network. port: 0 for any free one. pace: how many
    milliseconds a unit of time lasts. source: as for `deploy`.
    """

    @plain_arguments
    def __init__(
        self, model: Model, protocol: str = "", options: Mapping[str, object] = frozendict(), *, seed: int = 0,
        pace: float = 5.0, source: str = "", host: str = LOOPBACK, port: int = 0,
    ) -> None:
        expect(model, Model, "a class is opened for a model, Model(build('mesh', 5), Raft)")
        if not 0 <= port < 65_536:
            raise ValueError(f"port is a number from 1 to 65535, or 0 for any that is free, not {port!r}")
        check_names(model.agents)
        server = str(check_installed())
        self.model = model
        self.refused: dict[str, Counter[str]] = {}  # by seat ('' where nobody knows whose): what, how often
        self.kinds: dict[str, str] = {}  # by seat: what each agent's class calls itself
        self.ends: dict[str, str] = {}  # by seat: why its last agent has gone
        self._questions: list[Question] = []  # of all clients, in the order in which the class heard of them
        self._replies: list[tuple[int | None, Replied]] = []  # each with the life of its agent
        self._names, self._host, self.port = sorted(model.agents, key=by_name), check_host(host), 0
        self._codec, self._wrong = codec_of(*dict.fromkeys(map(type, model.agents.values()))), ""
        self._closed = False  # what comes then is the end of the class, and no part of its run
        self._monitor: Monitor | None = None
        self._network = Network(model.topology)
        session = secrets.token_hex(4)
        self._codes = codes_of(self._names, session)
        roles = roles_of(model, self._codec, session, seed, pace, source)
        for role in roles.values():
            role["numbers"] = {name: name for name in self._names}
        began, unit, script = monotonic(), pace / 1_000, Script()
        self.unjudged: Counter[str] = Counter()  # properties that cannot be judged by what was told
        self._sim = Simulator(model.topology, told_agents(model, script),
                              properties=cautious(model.properties, self.unjudged))
        self._telling = Telling(model, self._codec, self._sim, script, pairs_of(roles),
                                lambda at: max(self._sim.now, round((at - began) / unit)))
        with owning(self._hear) as self._owner:
            end_with_cell(self.stop)
            self._owner.write({
                "folder": str(self._owner.folder), "server": server, "session": session, "host": host, "port": port,
                "secret": secrets.token_hex(16), "codes": self._codes, "roles": {}, "store": "", "seats": roles,
                "protocol": protocol, "options": self._codec.text(frozendict(options)),
                "numbers": {name: name for name in self._names},
                "links": [sorted(link, key=by_name) for link in model.topology.edges],
            })
            self._owner.wait(lambda: bool(self.port or self._wrong))
            if not self.port:
                raise ValueError(self._wrong or f"the server has not started within {SOON:.0f} s")

    def __enter__(self) -> "Classroom":
        return self

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # ---- the verbs ---------------------------------------------------------------------------------------------------

    @plain_arguments
    def request(self, agent: str, value: Hashable) -> None:
        """Let a client make a request to the agent; one whose seat is empty does not hear it."""
        if agent not in self.model.agents:
            raise ValueError(f"there is no agent {agent!r}: the agents are {listed(self._names, most=12)}")
        check_immutable(value, f"the request to {agent}")
        self._command("request", agent=agent, value=checked_size(self._codec.text(value)))

    @plain_arguments
    def cut(self, a: str, b: str) -> None:
        """From now on the two hear nothing of each other, and nobody is told."""
        self._command("cut", **self._ends(a, b), silent=True)

    @plain_arguments
    def heal(self, a: str, b: str) -> None:
        """The two hear each other again."""
        self._command("heal", **self._ends(a, b))

    def isolate(self, *group: str) -> None:
        """Cut every link between these agents and all others."""
        for one in isolate(self.model.topology, *group)[::2]:  # of each pair, one direction
            self.cut(one.source, one.target)

    def heal_all(self) -> None:
        """Mend every link."""
        for a, b in sorted(self.system.network.cut):
            if by_name(a) < by_name(b):
                self.heal(a, b)

    @plain_arguments
    def slow(self, a: str, b: str, milliseconds: int) -> None:
        """From now on everything takes that much longer between the two."""
        self._command("slow", **self._ends(a, b), seconds=longer(milliseconds, SLOWEST, "a minute is the most"))

    def stop(self) -> None:
        """Tell all agents that the class is over, and end the server; what was told can still be looked at."""
        if not self._owner.ended:
            try:
                if not self._wrong:
                    with suppress(ValueError):  # the server was killed, so nobody can be told
                        self._owner.command("over", why=OVER)
            finally:
                self._owner.end()
            self._owner.take()

    # ---- what can be seen --------------------------------------------------------------------------------------------

    @property
    def invitations(self) -> dict[str, str]:
        """For each seat the line that its student joins with; whoever has it can speak for that seat."""
        return {name: f"nats://{name}:{code}@{self._host}:{self.port}" for name, code in self._codes.items()}

    @property
    def system(self) -> System:
        """The state of all agents, as they have told it."""
        self._owner.take()
        return self._sim.system

    def trace(self) -> Recorded:
        """What has been told so far, for a Player and the properties; without branches, for its agents are not here."""
        self._owner.take()
        return Recorded.of(self._sim, final=NOBODY_HERE)

    @property
    def verdicts(self) -> list[Verdict]:
        """What is known of each property, as far as agents tell the truth."""
        if self._monitor is None:
            self._monitor = Monitor(self._sim)
        return self._monitor.verdicts(len(self._sim))

    @property
    def lost(self) -> Mapping[str, int]:
        """How many messages are known to be lost, by why."""
        return self._telling.lost

    @property
    def events(self) -> int:
        """How many events there were; that all seats are empty at first is none."""
        return len(self._sim) - len(self._names)

    @property
    def seated(self) -> tuple[str, ...]:
        """The seats that are taken."""
        self._owner.take()
        return tuple(name for name in self._names if name in self._telling.life)

    @property
    def answered(self) -> list[Answered]:
        """What all clients asked for, in order, each with what it was told, if agents tell the truth."""
        return answered(self._questions, self._replies, self._why_not)

    def links(self) -> frozenset[Way]:
        """Between which agents messages pass: pairs of agents, in order."""
        told = self._command("links")["answer"]
        return frozenset((a, b) for a, others in told for b in others if by_name(a) < by_name(b))

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _why_not(self, question: Question) -> str:
        if question.life is None:
            return "the seat was empty"
        if self._telling.life.get(question.agent) != question.life:
            return "that agent has left"
        return "" if self.running else OVER

    def _command(self, do: str, **given: object) -> News:
        if not self.running:
            raise ValueError(f"{OVER}: open it again")
        answer = self._owner.command(do, **given)
        if self._wrong:
            raise ValueError(self._wrong)
        return answer

    def _hear(self, line: bytes) -> None:
        if self._closed:
            return
        news: News = json.loads(line)
        agent = news.get("agent", "")
        match news["what"]:
            case "open":
                self.port = news["port"]
            case "over":
                self._closed = True
            case "refused":
                counts = self.refused.setdefault(agent, Counter())
                counts[news["why"] if news["why"] in counts or len(counts) < MOST_REASONS else "something else"] += 1
            case "failed":
                self._wrong = self._wrong or news["why"]
            case what if what in (*EVENTS, "joined", "ended", "dropped", "asked", "cut", "heal"):
                if what == "joined":
                    self.kinds[agent] = news["kind"]
                    self.ends.pop(agent, None)
                elif what == "ended":
                    self.ends[agent] = news["why"]
                elif what == "asked":
                    news["value"] = self._codec.value(news["value"])
                    self._questions.append(Question(agent, news["value"], self._telling.life.get(agent)))
                before, life = len(self._sim.system.history), self._telling.life.get(agent)
                self._telling.take(news)
                said = self._sim.system.history[before:]
                self._replies += [(life, one) for one in said if isinstance(one, Replied)]
