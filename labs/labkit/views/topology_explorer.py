"""Pick a topology, click a link away, see the network fall apart; everything a click does, a button does too."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from labkit.history import History
from labkit.names import by_name, listed
from labkit.network import Crash, Cut, Fault, Follower, Heal, Network, Restart
from labkit.partition import Groups, Reach
from labkit.presets import PRESETS
from labkit.topology import build, kinds
from labkit.views import scene
from labkit.views.guarded import Guarded
from labkit.views.measures_table import figures, measures_panel
from labkit.views.stage import Stage

MEASURED_AT_ONCE = 30  # agents; up to here measuring is quicker than drawing
BOTH, THERE, BACK = "both ways", "only →", "only ←"


class TopologyExplorer(Guarded, widgets.VBox):
    """A network to break: choose a topology, cut and heal links, crash agents, watch the partitions.

    kind, agents, options: as for `labkit.topology.build`. predict_first: ask for the number of partitions before each
    change shows. on_change: called with the network after each change. `predictions` holds what was predicted:
    (change in words, predicted, seen).
    """

    def __init__(
        self,
        kind: str = "ring",
        agents: int = 8,
        *,
        predict_first: bool = False,
        on_change: Callable[[Network], object] | None = None,
        **options: Any,
    ) -> None:
        self._kind, self._options, self._on_change = kind, options, on_change
        self.reach: Reach = "mutual"
        self.predictions: list[tuple[str, int, int]] = []
        self._pending: tuple[str, Network] | None = None
        self._begin(Network(build(kind, agents, **options)))
        self._stage = Stage(self._scene(), self._clicked)
        self._make_controls(kind, agents, predict_first)
        super().__init__([self._controls, self._stage])
        self.add_class("day13-lab")

    # ---- what a learner's code may ask and do: the same verbs as the buttons -----------------------------------------

    @property
    def network(self) -> Network:
        return self._history.now

    @property
    def groups(self) -> Groups:
        """The partitions on show, largest first."""
        return self._groups

    def cut(self, a: str, b: str) -> None:
        """Cut a link in both directions."""
        self._change(f"cut {a}–{b}", Cut(a, b), Cut(b, a))

    def heal(self, a: str, b: str) -> None:
        """Heal a link in both directions."""
        self._change(f"heal {a}–{b}", Heal(a, b), Heal(b, a))

    def cut_way(self, source: str, target: str) -> None:
        """Cut one direction: `target` no longer hears `source`."""
        self._change(f"cut {source}→{target}", Cut(source, target))

    def heal_way(self, source: str, target: str) -> None:
        """Heal one direction of a link."""
        self._change(f"heal {source}→{target}", Heal(source, target))

    def crash(self, agent: str) -> None:
        """Stop an agent."""
        self._change(f"crash {agent}", Crash(agent))

    def restart(self, agent: str) -> None:
        """Start a crashed agent again."""
        self._change(f"restart {agent}", Restart(agent))

    def preset(self, name: str, agent: str | None = None) -> None:
        """Heal all, then apply a fault out of `labkit.presets.PRESETS`; `agent` is the one to isolate."""
        if name not in PRESETS:
            raise ValueError(f"there is no preset {name!r}: choose one of {listed(PRESETS)}")
        intact = self.network.healed()
        events = PRESETS[name].events(intact, agent or self._agent.value)
        self._propose(f"preset {name}", intact.after(*events), PRESETS[name].sentence)

    def heal_all(self) -> None:
        """Heal every link and restart every agent."""
        self._propose("heal all", self.network.healed())

    def undo(self) -> None:
        """Take the last change back."""
        self._pending = None
        self._history.undo()
        self._refresh()

    def redo(self) -> None:
        """Do again what was undone."""
        self._pending = None
        self._history.redo()
        self._refresh()

    def reset(self, kind: str | None = None, agents: int | None = None) -> None:
        """Begin again with an intact network, of another kind or size if you like."""
        kind = self._kind if kind is None else kind
        agents = len(self.network.graph) if agents is None else agents
        options = self._options if kind == self._kind else {}
        network = Network(build(kind, agents, **options))
        self._kind, self._options = kind, options
        self._begin(network)
        self._topology.value, self._size.value = kind, agents
        self._offer_agents()
        self._refresh()

    def broadcast(self, source: str, hop: int = 0) -> None:
        """Let `source` tell everyone, and show who has heard after that many hops."""
        self.network.broadcast(source)
        self._source, self._hop = source, hop
        self._refresh()

    def reveal(self, partitions: int) -> None:
        """Predict how many partitions the waiting change leaves, and see it."""
        if self._pending is None:
            raise ValueError("nothing waits for a prediction: switch on 'Predict first', then cut a link")
        said, network = self._pending
        self._pending = None
        self._history.go(network)
        self._refresh()
        seen = len(self._groups)
        self.predictions.append((said, partitions, seen))
        right = partitions == seen
        self._say(f"Right: {said} leaves {seen}." if right else f"You said {partitions}; {said} leaves {seen}. Why?")

    # ---- from event to scene ---------------------------------------------------------------------------------------

    def _begin(self, network: Network) -> None:
        self._history = History(network)
        self._follower = Follower(network, self.reach)
        self._groups = self._follower.follow(network)
        self._intact = figures(network)
        self._measures = measures_panel(network, self._intact)
        self._pending = None
        self._source, self._hop = "", 0

    def _change(self, said: str, *events: Fault) -> None:
        self._propose(said, self.network.after(*events))

    def _propose(self, said: str, network: Network, remark: str = "") -> None:
        """Make it so, or, when predicting, keep it until the learner has said what will come."""
        if self._predict.value:
            self._pending = (said, network)
            self._say(f"Predict first: how many partitions will there be after “{said}”? Say a number, press Show.")
            return
        self._history.go(network)
        self._refresh(remark)

    def _refresh(self, remark: str = "") -> None:
        """Show the present network; in a large one the colours come first and the measures a moment later."""
        self._groups = self._follower.follow(self.network)
        self._status = (remark, "")
        if len(self.network.graph) > MEASURED_AT_ONCE:
            self._draw()
        self._measures = measures_panel(self.network, self._intact)
        self._draw()
        if self._on_change is not None:
            self._on_change(self.network)

    def _scene(self) -> dict[str, Any]:
        rounds = self._rounds()
        network, groups = self.network, self._groups
        return {
            "panels": {
                "summary": scene.text_panel(self._summary(rounds)),
                "status": scene.text_panel(self._status[0], "side", self._status[1]),
                "network": scene.network_panel(network, groups, rounds[: self._hop + 1]),
                "partitions": scene.badges_panel(network, groups),
                "measures": self._measures,
                "state": scene.state_panel(network, groups, rounds[: self._hop + 1]),
            }
        }

    def _rounds(self) -> scene.Rounds:
        if not self._source or self._source in self.network.crashed:
            return ()
        return self.network.broadcast(self._source)

    def _summary(self, rounds: scene.Rounds) -> str:
        said = scene.sentence(self.network, self._groups)
        if not rounds:
            return said
        heard = sum(len(fresh) for fresh in rounds[: self._hop + 1])
        last = "; nobody else ever will" if self._hop >= len(rounds) - 1 and heard < len(self.network.graph) else ""
        return f"{said} After hop {min(self._hop, len(rounds) - 1)}, {heard} have heard {self._source}{last}."

    # ---- controls --------------------------------------------------------------------------------------------------

    def _make_controls(self, kind: str, agents: int, predict_first: bool) -> None:
        wide = widgets.Layout(width="auto")
        self._topology = widgets.Dropdown(options=kinds(), value=kind, description="Topology", layout=wide)
        number = widgets.Layout(width="150px")
        self._size = widgets.IntText(value=agents, description="Agents", layout=number)
        self._agent = widgets.Dropdown(description="Agent", layout=wide)
        self._other = widgets.Dropdown(description="its link to", layout=wide)
        self._ways = widgets.Dropdown(options=[BOTH, THERE, BACK], description="Clicks and cuts", layout=wide)
        self._reach = widgets.Dropdown(
            options=[("both hear each other", "mutual"), ("one direction is enough", "any")],
            description="Together if", layout=wide,
        )
        self._preset = widgets.Dropdown(options=list(PRESETS), description="Preset", layout=wide)
        self._predict = widgets.Checkbox(value=predict_first, description="Predict first", indent=False, layout=wide)
        self._guess = widgets.IntText(value=1, description="Partitions", layout=number)
        self._offer_agents()
        press = self._button
        rows = (
            (self._topology, self._size, press("Reset", lambda: self.reset()),
             self._preset, press("Apply", lambda: self.preset(self._preset.value)),
             press("Undo", self.undo), press("Redo", self.redo), press("Heal all", self.heal_all)),
            (self._agent, press("Crash", lambda: self.crash(self._agent.value)),
             press("Restart", lambda: self.restart(self._agent.value)),
             self._other, self._ways,
             press("Cut", lambda: self._by_hand(Cut)), press("Heal", lambda: self._by_hand(Heal))),
            (press("Broadcast", lambda: self.broadcast(self._agent.value)), press("Next hop", self._next_hop),
             self._predict, self._guess, press("Show", lambda: self.reveal(self._guess.value)), self._reach),
        )
        self._controls = widgets.VBox([widgets.HBox(row) for row in rows])
        self._controls.add_class("day13-controls")
        self._on(self._topology, self._choose)
        self._on(self._size, self._choose)
        self._on(self._agent, self._offer_links)
        self._on(self._reach, self._regroup)

    def _choose(self) -> None:
        """Another topology or size by hand; one that cannot be is said and taken back."""
        if (self._topology.value, self._size.value) == (self._kind, len(self.network.graph)):
            return
        try:
            self.reset(self._topology.value, self._size.value)
        finally:
            self._topology.value, self._size.value = self._kind, len(self.network.graph)

    def _offer_agents(self) -> None:
        names = sorted(self.network.graph, key=by_name)
        self._agent.options = names
        self._agent.value = names[0]
        self._offer_links()

    def _offer_links(self) -> None:
        near = sorted(self.network.graph[self._agent.value], key=by_name)
        self._other.options = near
        self._other.value = near[0] if near else None

    def _by_hand(self, event: type[Cut] | type[Heal]) -> None:
        if self._other.value is None:
            raise ValueError(f"{self._agent.value} has no links: choose another agent")
        self._turn(event, self._agent.value, self._other.value)

    def _turn(self, event: type[Cut] | type[Heal], a: str, b: str) -> None:
        """Cut or heal in the directions that the control names, seen from a."""
        ways = {BOTH: ((a, b), (b, a)), THERE: ((a, b),), BACK: ((b, a),)}[self._ways.value]
        said = "–".join(sorted((a, b), key=by_name)) if len(ways) == 2 else "→".join(ways[0])
        self._change(f"{event.__name__.lower()} {said}", *(event(*way) for way in ways))

    def _clicked(self, click: dict[str, Any]) -> None:
        def act() -> None:
            if click.get("agent"):
                agent = click["agent"]
                (self.restart if agent in self.network.crashed else self.crash)(agent)
            elif click.get("link"):
                far, near = sorted(click["link"], key=lambda name: name == click["near"])
                ways = {BOTH: ((far, near), (near, far)), THERE: ((far, near),), BACK: ((near, far),)}[self._ways.value]
                self._turn(Cut if any(way not in self.network.cut for way in ways) else Heal, far, near)

        self._guarded(act)

    def _next_hop(self) -> None:
        if not self._source:
            raise ValueError("nobody has news yet: choose an agent and press Broadcast")
        rounds = self._rounds()
        self._hop = min(self._hop + 1, max(0, len(rounds) - 1))
        self._refresh()

    def _regroup(self) -> None:
        self.reach = self._reach.value
        self._follower = Follower(self.network, self.reach)
        self._refresh()
