"""NATS's own store, to cut apart: write and read through any server, take a lease, and watch what its Raft does.

The picture shows the truth, the table what each server says of the Raft group. A call is made at once, and its line in
the log is completed when it is answered, so nothing waits for it. Left out: agents' own messages; they are idle here.
"""

from time import monotonic
from typing import Any

import ipywidgets as widgets

from labkit.deploy import Member, deploy
from labkit.engine import Model
from labkit.notebook import end_with_cell
from labkit.protocols import FirstComeVoting
from labkit.topology import build
from labkit.values import listed
from labkit.views.real.processes import Processes
from labkit.views.real.scene import reached, reason
from labkit.views.real.store_scene import GROUPS, TRUTH_THEN, calls_panel, lease_panel, picture, raft_panel
from labkit.views.stage import Panel, Scene, Stage, bar, text_panel

KEY = "x"
LONGEST = 20  # characters of a value
FOR_LEASE = 20.0  # seconds for which a client tries to get the lease
START = "Press Start: some servers of NATS begin, and keep one store together."
STARTING = "{} servers start and elect a leader. This takes some seconds; where two want to lead, about ten."
HINT = "Click a link to cut it; the same again mends it. Click a server to call through it."
STOPPED = "All processes have ended."


class StoreLab(Processes):
    """The store of 3 or 5 servers on this computer, and the cables between them.

    seconds: how long a client waits for the answer to a write or a read. `start` begins, `stop` ends; it ends with the
    kernel, too.
    """

    def __init__(self, agents: int = 5, *, seconds: float = 2.0) -> None:
        if agents not in (3, 5):
            raise ValueError(f"agents is 3 or 5, not {agents}: a store is kept by 3 or 5 servers, and answers while a "
                             f"majority of them is connected")
        self._model = Model(build("mesh", agents), FirstComeVoting)
        self._names = sorted(self._model.agents)
        self._seconds = seconds
        self._status = START, ""
        self._began = 0.0
        self._members: list[Member] = []
        self._broken = ""  # why nothing more is reported
        self._last = self._now
        self._link_controls(self._names).agent.description = "Server"
        self._value = widgets.Text("1", description="Value", layout=self._controls.wide["layout"])
        self._group = widgets.Dropdown(options=GROUPS, description="Raft of", layout=widgets.Layout(width="190px"))
        self._stage = Stage(self._scene(), self.click)
        self._on(self._group, self.look)
        end_with_cell(self.stop)
        super().__init__(self._stage, self._calls(), self._cables())

    def _calls(self) -> widgets.HBox:
        server = self._controls.agent
        return bar(
            self._button("Start", self.start), self._button("Stop", self.stop), server,
            self._value, self._button("Put", lambda: self.put(server.value, self._value.value)),
            self._button("Read through the leader", lambda: self.read(server.value)),
            self._button("Read here", lambda: self.read(server.value, stale=True)),
            self._button("Take the lease", lambda: self.take_lease(server.value)),
        )

    def _cables(self) -> widgets.HBox:
        server, other = self._controls.agent, self._controls.other
        return bar(
            other, self._button("Cut", lambda: self.cut(server.value, other.value)),
            self._button("Silence", lambda: self.cut(server.value, other.value, silent=True)),
            self._button("Mend", lambda: self.heal(server.value, other.value)),
            self._button("Isolate", lambda: self.isolate(server.value)), self._button("Mend all", self.heal_all),
            self._group,
        )

    # ---- the verbs ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the servers; one sentence says what is missing where they cannot be."""
        if self._running:
            self._say(f"It runs already. {HINT}")
            return
        self._real, self._members, self._broken = None, [], ""
        self._last = self._now
        self._say(STARTING.format(len(self._names)))
        self._real, self._began = deploy(self._model, store=True), monotonic()
        self._beat += 1
        self._say(f"It runs. {HINT}")

    def stop(self) -> None:
        """End all processes."""
        self._end()
        self._say(f"{STOPPED} {self._broken}".strip(), "warning" if self._broken else "")

    def put(self, agent: str, value: str) -> None:
        """Let a client write the value through that agent's server; the next number is proposed then."""
        if not (1 <= len(value) <= LONGEST and value == value.strip()):
            raise ValueError(f"a value has 1 to {LONGEST} characters, and no blank at its beginning or end")
        self._live.store.begin_put(agent, KEY, value, seconds=self._seconds)
        self._value.value = str(int(value) + 1) if value.isdecimal() else value
        self._say(f"A client of {agent} writes {value}, and waits {self._seconds:g} s for an answer at most.")

    def read(self, agent: str, *, stale: bool = False) -> None:
        """Let a client read through that agent's server: from the leader, or (stale) what the server has itself."""
        self._live.store.begin_get(agent, KEY, stale=stale, seconds=self._seconds)
        whose = f"what {agent}'s server has; it may be old" if stale else "what the leader has, if one is reached"
        self._say(f"A client of {agent} reads {whose}.")

    def take_lease(self, agent: str) -> None:
        """Let that agent's client take the lease as soon as it is free, and keep it while it can."""
        self._live.store.begin_lease(agent, seconds=FOR_LEASE)
        self._say(f"A client of {agent} wants the lease, and tries for {FOR_LEASE:.0f} s. It lasts 3 s and is renewed "
                  f"every second.")

    def isolate(self, *agents: str) -> None:
        """Cut all cables between these servers and the others."""
        self._live.isolate(*agents)
        self._say(f"All cables between {listed(agents)} and the others are cut.")

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _scene(self) -> Scene:
        if self._running:
            self._take_news()
        system = self._last.system
        members = [one for one in self._members if one.group == self._group.value]
        said = reached(system.network).replace("agents", "servers")
        store = None if self._real is None else self._real.store
        summary = f"The store of NATS: {self._heading(said)}"
        drawn = picture(system, members, said if self._real else summary)
        panels: dict[str, Panel] = {
            "summary": text_panel(summary), "network": self._in_time(drawn, TRUTH_THEN),
            "raft": raft_panel(self._names, members, self._group.value, over=self._over),
            "lease": lease_panel(store.holds if store else [], self._began, self._running),
            "calls": calls_panel(store.answers if store else [], self._began, self._running),
            "status": self._told("lights"), "clock": self._clock(),
        }
        return {"panels": panels}

    def _take_news(self) -> None:
        """Take in what has been reported; where nothing is left that could report, the status says so."""
        try:
            self._last = self._now
            self._members = self._live.store.groups()
        except Exception as wrong:
            self._broken = reason(wrong)
            self._status = self._broken, "warning"

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"agent": str(agent)}:
                self._choose(agent)
            case _:
                super()._act_on(click)
