"""The same agents for real, to cut, kill and restart: each is a process, and each link a cable between two servers.

The picture shows the truth, the table what processes and servers say; on a real network the two differ for a while.
While it runs the page asks for news a few times a second. Left out: messages on their way, which nobody sees on a real
network; `run` holds them, once they have arrived, for a Player.
"""

from contextlib import suppress
from typing import Any

from labkit.agents import Agent, create
from labkit.deploy import Deployed, deploy
from labkit.engine import Model, Recorded
from labkit.network import Way
from labkit.notebook import end_with_cell
from labkit.protocols import described, find
from labkit.topology import build
from labkit.values import brief, by_name, listed
from labkit.views.real.processes import Processes
from labkit.views.real.scene import (
    BELIEF,
    BELIEF_BEFORE,
    BELIEF_THEN,
    TRUTH_THEN,
    Question,
    clients_panel,
    counts,
    lights_panel,
    memory_of,
    picture,
    processes_panel,
    reached,
    reason,
)
from labkit.views.stage import Panel, Scene, Stage, bar, text_panel

MOST_AGENTS = 9
START = "Press Start: each agent becomes a process with a server of its own beside it."
STARTING = "Starting {} servers and {} processes. This takes some seconds."
HINT = "Click a link to cut it, an agent to kill it; the same again mends it."
REMEDY = "First press Stop; then run the cell of the class and this one again."
ENDED = "All processes have ended."
STOPPED = "What happened, the run of this lab (.run), opens in a Player."


class RealLab(Processes):
    """A system of processes on this computer, with the verbs of the simulator.

    protocol: a name of the catalogue or an agent class. pace: how many milliseconds a unit of time lasts. options go to
    the agents. `start` begins, `stop` ends; it ends with the kernel, too.
    """

    def __init__(
        self, protocol: str | type[Agent] = "raft", topology: str = "mesh", agents: int = 5, *, seed: int = 0,
        pace: int = 2, relay: bool = True, **options: object,
    ) -> None:
        if not 2 <= agents <= MOST_AGENTS:
            raise ValueError(f"agents is a whole number from 2 to {MOST_AGENTS}, for each needs two processes, "
                             f"not {agents}")
        found = find(protocol) if isinstance(protocol, str) else described(protocol)
        graph = build(topology, agents, relay=relay)
        names = sorted(graph, key=by_name)
        self._model = Model(graph, create(found.kind, names, **found.checked(options)), found.properties)
        self._protocol, self._seed, self._pace = found, seed, pace
        self._status = START, ""
        self._asked = 0
        self._questions: list[Question] = []
        self._shown: dict[str, Panel] = {}  # what there was to show before something broke
        self._broken = ""  # and what that was
        self._last = self._now
        self._stage = Stage(self._scene(), self.click)
        controls = self._link_controls(names)
        agent, other = controls.agent, controls.other
        end_with_cell(self.stop)
        super().__init__(self._stage, bar(
            self._button("Start", self.start), self._button("Stop", self.stop),
            agent, self._button("Kill", lambda: self.crash(agent.value)),
            self._button("Restart", lambda: self.restart(agent.value)),
            self._button("Ask", lambda: self.ask(agent.value)),
            other, self._button("Cut", lambda: self.cut(agent.value, other.value)),
            self._button("Silence", lambda: self.cut(agent.value, other.value, silent=True)),
            self._button("Mend", lambda: self.heal(agent.value, other.value)),
            self._button("Isolate", lambda: self.isolate(agent.value)), self._button("Mend all", self.heal_all),
        ))

    # ---- the verbs ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start servers and processes; one sentence says what is missing where they cannot be."""
        if self._running and self._live:
            self._say(f"It runs already. {HINT}")
            return
        count = len(self._model.agents)
        self._real, self._questions, self._shown, self._broken = None, [], {}, ""
        self._say(STARTING.format(count, count))
        self._real = deploy(self._model, seed=self._seed, pace=float(self._pace))
        self._beat += 1
        self._say(f"It runs. {HINT}")

    def stop(self) -> None:
        """End all processes."""
        self._end()
        self._say(f"{ENDED} {self._broken or STOPPED}", "warning" if self._broken else "")

    def ask(self, agent: str) -> None:
        """Let the agent's client ask for something, as in a running lab of the simulator."""
        real = self._live
        wish = self._protocol.ask(agent, self._asked + 1)
        if wish is None:
            raise ValueError(f"agents of {self._protocol.name} are asked for nothing: they act by themselves")
        self._asked += 1
        heard = agent in real.processes
        real.request(agent, wish)
        self._questions.append(Question(agent, wish, heard))
        deaf = "" if heard else " It is killed, and does not hear it."
        self._say(f"A client asks {agent} for {brief(wish)}.{deaf}")

    def isolate(self, agent: str) -> None:
        """Cut all cables of an agent."""
        self._live.isolate(agent)
        self._say(f"All cables of {agent} are cut. Its process runs on, and knows nothing of it.")

    def crash(self, agent: str) -> None:
        """Kill an agent's process."""
        self._live.crash(agent)
        self._say(f"The process of {agent} is killed. What it has written to the disk is left.")

    def restart(self, agent: str) -> None:
        """Start a process for a killed agent."""
        if agent in self._live.processes:
            raise ValueError(f"agent {agent} runs: kill it first")
        self._live.restart(agent)
        self._say(f"{agent} has a new process, which reads from the disk what the old one has written.")

    @property
    def run(self) -> Recorded:
        """What has happened so far, for a Player."""
        with self._lock():
            return self._now

    # ---- inside ------------------------------------------------------------------------------------------------------

    @property
    def _live(self) -> Deployed:
        if self._broken and self._running:
            raise ValueError(f"{self._broken} {REMEDY}")
        return super()._live

    def _scene(self) -> Scene:
        self._take_news()
        system = self._last.system
        said = reached(system.network)
        summary = f"{self._protocol.name}, for real: {self._heading(said)}"
        drawn = picture(system, self._real.broken, said) if self._real else picture(system, (), summary)
        panels: dict[str, Panel] = {
            "summary": text_panel(summary), "network": self._in_time(drawn, TRUTH_THEN),
            "status": self._told("lights"), "clock": self._clock(),
        }
        return {"panels": panels | self._shown}

    def _take_news(self) -> None:
        """Take in what was reported; where that cannot be, the status says why, and what there was before is shown."""
        try:
            self._last = self._now
            if self._real is not None:
                self._shown = self._news(self._real)
        except Exception as wrong:  # an agent has broken, or what a class of the learner's says of itself
            self._broken = reason(wrong)
            self._status = f"{self._broken} {REMEDY}" if self._running else f"{ENDED} {self._broken}", "warning"
            if (table := self._shown.get("processes")) and table["kind"] == "table":
                self._shown["processes"] = {**table, "title": BELIEF_BEFORE}

    def _news(self, real: Deployed) -> dict[str, Panel]:
        """What processes and servers say, which properties are broken, what was lost."""
        system = self._last.system
        latencies, processes = dict[Way, float](), dict[str, int]()
        with suppress(ValueError):  # it has just ended, which the status says
            latencies, processes = real.latencies(), real.processes
        cut = self._running and bool(system.network.cut)
        again = listed(sorted(real.restarted, key=by_name))
        died = f" The server of {again} had died and was started again." if again else ""
        return {
            "processes": processes_panel(system, real.broken, processes, latencies, memory_of,
                                         BELIEF_THEN if self._over else BELIEF),
            "lights": lights_panel(real.verdicts, len(self._last)),
            "counts": text_panel(counts(len(self._last), real.lost, cut=cut) + died, "right"),
            "clients": clients_panel(self._questions, real.replies, processes),
        }

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"agent": str(agent)}:
                self._choose(agent)
                (self.restart if agent in self._last.system.down else self.crash)(agent)
            case _:
                super()._act_on(click)
