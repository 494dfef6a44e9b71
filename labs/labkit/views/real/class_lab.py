"""The class is the cluster: students bring one agent each, and the instructor's picture shows all and cuts them apart.

The picture shows the truth about the network, the table what agents say of themselves. While the class is open, the
page asks for news a few times a second. Left out: killing an agent of somebody else's computer.
"""

from collections import Counter
from typing import Any

from labkit.agents import Agent, create
from labkit.deploy import Classroom
from labkit.engine import Model, Recorded
from labkit.network import Crash, Network, Way
from labkit.notebook import end_with_cell
from labkit.protocols import described, find
from labkit.topology import build
from labkit.values import brief, by_name
from labkit.views.real.class_scene import (
    TOLD,
    TOLD_THEN,
    TRUTH_THEN,
    clients_panel,
    counted,
    invitations_panel,
    joined,
    judged_panel,
    losses,
    picture,
    seats_panel,
)
from labkit.views.real.running import Running
from labkit.views.real.scene import reason
from labkit.views.stage import Panel, Scene, Stage, bar, text_panel

MOST_SEATS = 24
HERE = "127.0.0.1"
START = "Press Open: a server starts on this computer, with one seat for each student."
ON_LOOPBACK = ("The class is open, for notebooks on this computer alone: host='…' opens it to others. Hand out the "
               "invitations below the picture.")
ON_NETWORK = ("The class is open: this computer listens at {}, port {}, and lets in whoever has an invitation. Hand "
              "them out.")
OPEN_ALREADY = "The class is open already. Hand out the invitations below the picture."
CLOSED = ("The class is over; all agents have heard it. What happened, the run of this lab (.run), opens in a "
          "Player.")


class ClassLab(Running[Classroom]):
    """A system of agents on students' computers, over one server on this one.

    protocol: a name of the catalogue or an agent class. host: the address of this computer at which the server listens;
    any but 127.0.0.1 opens a port to its network. port: 0 for any that is free. pace: how many milliseconds a unit of
    time lasts. options go to the agents. It ends with the kernel, too.
    """

    LINK = "the link between {} and {}"
    AT_REST = "the class is not open: press Open first"
    NOT_YET = "not open yet."
    OVER = "the class is over. This is how it was at the end."
    MENDED = "Between {} and {} messages pass again."
    ALL_MENDED = "Messages pass everywhere again."

    def __init__(
        self, protocol: str | type[Agent] = "raft", topology: str = "mesh", seats: int = 5, *, host: str = HERE,
        port: int = 0, seed: int = 0, pace: int = 5, relay: bool = True, **options: object,
    ) -> None:
        if not 2 <= seats <= MOST_SEATS:
            raise ValueError(f"seats is a whole number from 2 to {MOST_SEATS}, not {seats}: open two classes for more")
        found = find(protocol) if isinstance(protocol, str) else described(protocol)
        graph = build(topology, seats, relay=relay)
        names = sorted(graph, key=by_name)
        self._options = found.checked(options)
        self._model = Model(graph, create(found.kind, names, **self._options), found.properties)
        self._protocol, self._host, self._port, self._seed, self._pace = found, host, port, seed, pace
        self._status = START, ""
        self._asked = 0
        self._links = frozenset[Way]()  # where messages pass, as the last look found it
        self._last = self._model.replay(()).system
        self._shown: dict[str, Panel] = {  # the places are kept for what will be there
            "seats": seats_panel(self._model.replay(map(Crash, names)).system, {}, {}, (), {}),
            "clients": clients_panel(()), "counts": text_panel("", "lights"),
            "invitations": invitations_panel(()),
        }
        self._stage = Stage(self._scene(), self.click)
        controls = self._link_controls(names)
        agent, other = controls.agent, controls.other
        end_with_cell(self.end_class)
        super().__init__(self._stage, bar(
            self._button("Open", self.open_class), self._button("End", self.end_class), agent,
            self._button("Ask", lambda: self.ask(agent.value)), other,
            self._button("Cut", lambda: self.cut(agent.value, other.value)),
            self._button("Mend", lambda: self.heal(agent.value, other.value)),
            self._button("Isolate", lambda: self.isolate(agent.value)), self._button("Mend all", self.heal_all),
        ))

    # ---- the verbs ---------------------------------------------------------------------------------------------------

    def open_class(self) -> None:
        """Start the server; one sentence says what is missing where it cannot be."""
        if self._running:
            self._say(OPEN_ALREADY)
            return
        self._real = Classroom(self._model, self._protocol.name, self._options, seed=self._seed,
                               pace=float(self._pace), host=self._host, port=self._port)
        self._beat, self._links = self._beat + 1, frozenset()
        self._say(ON_LOOPBACK if self._host == HERE else ON_NETWORK.format(self._host, self._real.port))

    def end_class(self) -> None:
        """Tell all agents that the class is over, and end the server."""
        self._end()
        self._say(CLOSED)

    def ask(self, agent: str) -> None:
        """Let the agent's client ask for something, as in a running lab of the simulator."""
        wish = self._protocol.ask(agent, self._asked + 1)
        if wish is None:
            raise ValueError(f"agents of {self._protocol.name} are asked for nothing: they act by themselves")
        self._live.request(agent, wish)
        self._asked += 1
        deaf = "" if agent in self._live.seated else f" Seat {agent} is empty, so nobody hears it."
        self._say(f"A client asks {agent} for {brief(wish)}.{deaf}")

    def cut(self, a: str, b: str) -> None:
        """Let no message pass between the two."""
        self._live.cut(a, b)
        self._say(f"Between {a} and {b} no message passes. Nobody is told: their agents have to notice.")

    def isolate(self, agent: str) -> None:
        """Let no message pass from or to this agent."""
        self._live.isolate(agent)
        self._say(f"Agent {agent} is cut off from all others. It runs on, and knows nothing of it.")

    @property
    def run(self) -> Recorded:
        """What agents have told so far, for a Player."""
        with self._lock():
            return Recorded.of(self._model.replay(())) if self._real is None else self._real.trace()

    @property
    def invitations(self) -> dict[str, str]:
        """For each seat the line that its student runs in a notebook."""
        lines = {} if self._real is None else self._real.invitations
        return {name: f'join("{line}", "{self._protocol.name}")' for name, line in lines.items()}

    # ---- inside ------------------------------------------------------------------------------------------------------

    @property
    def _network(self) -> Network:
        return self._last.network

    def _scene(self) -> Scene:
        room = self._real
        shown = self._take_news()
        system = self._last
        kinds, ends = ({}, dict.fromkeys(system.agents, "")) if room is None else (room.kinds, room.ends)
        said = joined(system.network)
        summary = f"{self._protocol.name}, played by the class: {self._heading(said)}"
        drawn = picture(system, kinds, ends, said if room else summary)
        panels: dict[str, Panel] = {
            "summary": text_panel(summary), "network": self._in_time(drawn, TRUTH_THEN), "status": self._told("lights"),
            "clock": self._clock(),
        }
        return {"panels": panels | shown}

    def _take_news(self) -> dict[str, Panel]:
        """Take in what was told; where that cannot be, the status says why, and what there was before is shown."""
        try:
            if self._real is not None:
                self._last = self._real.system
                self._shown = self._news(self._real)
        except Exception as wrong:
            self._status = reason(wrong), "warning"
        return self._shown

    def _news(self, room: Classroom) -> dict[str, Panel]:
        """What agents say, which properties are broken if that is true, what was lost and refused."""
        try:
            self._links = room.links()
        except ValueError:
            if room.running:  # else it has just ended, which the status says
                raise
        strangers = counted(room.refused.get("", Counter()))
        return {
            "seats": seats_panel(self._last, room.kinds, room.ends, self._links, room.refused,
                                 TOLD_THEN if self._over else TOLD),
            "clients": clients_panel(room.answered),
            "strangers": text_panel(strangers and f"Refused, from senders without a seat: {strangers}.", "right"),
            "counts": text_panel(f"{room.events:,} events told. {losses(room.lost)}", "lights"),
            "lights": judged_panel(room.verdicts, room.events, sorted(room.unjudged)),
            "invitations": invitations_panel(self.invitations.values() if self._running else ()),
        }

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"agent": str(agent)}:
                self._choose(agent)
                cut = self._last.network.cut
                links = [(agent, near) for near in self._last.network.graph[agent]]
                if all(way in cut for way in links):
                    for way in links:
                        self._live.heal(*way)
                    self._say(f"Agent {agent} hears the others again.")
                else:
                    self.isolate(agent)
            case _:
                super()._act_on(click)
