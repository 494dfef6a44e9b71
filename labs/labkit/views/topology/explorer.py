"""Pick a topology, click a link away, see the network fall apart; everything a click does, a button does too."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets
import networkx as nx

from labkit.faults import PRESETS
from labkit.network import Crash, Cut, Groups, Heal, Network, NetworkChange, PartitionTracker, Reach, Restart, Way
from labkit.topology import build
from labkit.values import UndoStack, by_name, listed
from labkit.views.stage import Cues, Guarded, Scene, Stage, badges_panel, legend_panel, state_panel, text_panel
from labkit.views.topology.controls import BACK, BOTH, GIVEN, THERE, ExplorerControls
from labkit.views.topology.measures_table import Row, figures, measures_panels
from labkit.views.topology.news import News
from labkit.views.topology.picture import Change, explorer_picture, question

MEASURED_AT_ONCE = 30  # agents; up to here measuring is quicker than drawing


class TopologyExplorer(Guarded):
    """A network to break: choose a topology, cut and heal links, crash agents, watch the partitions.

    kind, agents, options: as for `labkit.topology.build`; or, instead of them, a graph that is there already, or a
    network with its faults. predict_first: ask for the number of partitions before each change shows. on_change: called
    with the network after each change. `predictions` holds what was predicted: (change in words, predicted, seen).
    """

    def __init__(
        self, kind: "str | nx.Graph[str] | Network" = "ring", agents: int | Sequence[str] = 8, *,
        predict_first: bool = False, on_change: Callable[[Network], object] | None = None, **options: Any,
    ) -> None:
        self.predictions: list[tuple[str, int, int]] = []
        self.reach: Reach = "mutual"
        self._on_change = on_change
        self._pending: Change | None = None  # waits for a prediction
        if isinstance(kind, Network | nx.Graph):
            self.network = _given(kind)
        else:
            self.network = Network(build(kind, agents, **options))
        self._first = self.network.graph
        self._news = News(self.network, "")
        self._history = UndoStack(self.network)
        self._stand_on(self.network)
        self._measures = measures_panels(self.network, self._groups, self._intact)
        whole = widgets.Layout()
        self._controls = ExplorerControls(self._button_for, whole, self.network, predict_first)
        self._stage = Stage(self._scene(), self.click, layout=whole)
        self._on(self._controls.topology, self._choose)
        self._on(self._controls.size, self._choose)
        self._on(self._controls.agent, lambda: self._controls.offer_links(self.network))
        self._on(self._controls.reach, self._regroup)
        self._on(self._controls.ways, self._draw)
        super().__init__(self._controls.above, self._stage, self._controls.below, layout=whole)

    # ---- what a learner's code may ask and do: the same verbs as the buttons -----------------------------------------

    @property
    def groups(self) -> Groups:
        """The partitions on show, largest first."""
        return self._groups

    def cut(self, a: str, b: str) -> None:
        """Cut a link in both directions."""
        self._turn(Cut, (a, b), (b, a))

    def heal(self, a: str, b: str) -> None:
        """Heal a link in both directions."""
        self._turn(Heal, (a, b), (b, a))

    def cut_way(self, source: str, target: str) -> None:
        """Cut one direction: `target` no longer hears `source`."""
        self._turn(Cut, (source, target))

    def heal_way(self, source: str, target: str) -> None:
        """Heal one direction of a link."""
        self._turn(Heal, (source, target))

    def crash(self, agent: str) -> None:
        """Stop an agent."""
        self._propose(f"crash {agent}", self.network.after(Crash(agent)))

    def restart(self, agent: str) -> None:
        """Start a crashed agent again."""
        self._propose(f"restart {agent}", self.network.after(Restart(agent)))

    def preset(self, name: str, agent: str | None = None) -> None:
        """Heal all, then apply a fault out of `labkit.faults.presets.PRESETS`; `agent` is the one to isolate."""
        if name not in PRESETS:
            raise ValueError(f"there is no preset {name!r}: choose one of {listed(PRESETS)}")
        intact = self.network.healed()
        events = PRESETS[name].events(intact, agent or self._controls.agent.value)
        self._propose(f"preset {name}", intact.after(*events), PRESETS[name].sentence)

    def heal_all(self) -> None:
        """Heal every link and restart every agent; the news is forgotten. Asks for no prediction."""
        self._forget()
        self._go(self.network.healed())

    def undo(self) -> None:
        """Take the last change back, a change of topology too."""
        self._pending = None
        self._refresh(self._history.undo())

    def redo(self) -> None:
        """Do again what was undone."""
        self._pending = None
        self._refresh(self._history.redo())

    def reset(self, kind: str | None = None, agents: int | None = None) -> None:
        """Go on with an intact network, of another kind or size if you like."""
        names, made = tuple(self.network.graph), self.network.graph.graph
        kind = made["kind"] if kind is None else kind
        agents = len(names) if agents is None else agents
        if kind == made["kind"] and agents == len(names):
            return self.heal_all()
        if kind == GIVEN:
            if made["kind"] == GIVEN:
                raise ValueError(f"this network has just these {len(names)} agents: choose another topology first")
            network = Network(self._first)
        else:
            options = made["options"] if kind == made["kind"] else {}
            whom = names if agents == len(names) else agents
            network = Network(build(kind, whom, relay=self.network.relays, **options))
        self._forget()
        return self._go(network)

    def broadcast(self, source: str, hop: int = 0) -> None:
        """Let `source` tell everyone, and show who has heard after that many hops."""
        self.network.broadcast(source)
        self._news = News(self.network, source, hop)
        self._refresh(self.network)

    def next_hop(self) -> None:
        """Show the news one hop farther on."""
        if not self._news.source:
            raise ValueError("nobody has news yet: choose an agent and press Broadcast")
        if not self._news.over:
            self._news = replace(self._news, hop=self._news.hop + 1)
        self._refresh(self.network)

    def reveal(self, partitions: int) -> None:
        """Predict how many partitions the waiting change leaves, and see it."""
        if self._pending is None:
            raise ValueError("nothing waits for a prediction: switch on 'Predict first', then cut a link")
        if partitions < 0:
            raise ValueError(f"there cannot be −{-partitions} partitions: predict 0, 1, 2 …")
        said, network = self._pending
        self._pending = None
        self._go(network)
        seen = len(self._groups)
        self.predictions.append((said, partitions, seen))
        right = partitions == seen
        self._say(f"Right: {said} leaves {seen}." if right else f"You said {partitions}; {said} leaves {seen}. Why?")

    # ---- from event to scene ---------------------------------------------------------------------------------------

    def _turn(self, event: type[Cut] | type[Heal], *ways: Way) -> None:
        """Cut or heal these directions of one link."""
        said = "–".join(sorted(ways[0], key=by_name)) if len(ways) == 2 else "→".join(ways[0])
        events: list[NetworkChange] = [event(*way) for way in ways]
        self._propose(f"{event.__name__.lower()} {said}", self.network.after(*events))

    def _propose(self, said: str, network: Network, remark: str = "") -> None:
        """Make it so, or, when predicting, keep it until the learner has said what will come."""
        if self._controls.predict.value:
            self._pending = (said, network)
            self._say("Nothing has changed yet.")
        else:
            self._go(network, remark)

    def _go(self, network: Network, remark: str = "") -> None:
        """Make this the present network; what changes nothing is no step to take back."""
        now = self.network
        if (network.graph, network.cut, network.crashed) != (now.graph, now.cut, now.crashed):
            self._history.go(network)
        self._refresh(network, remark)

    def _refresh(self, network: Network, remark: str = "") -> None:
        """Show the present network; in a large one the colours come first and the measures a moment later."""
        self.network = network
        self._news = replace(self._news, network=network)
        if self.network.graph is not self._graph:
            self._stand_on(self.network)
            self._offer()
        self._groups = self._follower.follow(self.network)
        self._status = (remark, "")
        if len(self.network.graph) > MEASURED_AT_ONCE:
            self._draw()
        self._measures = measures_panels(self.network, self._groups, self._intact)
        self._draw()
        if self._on_change is not None:
            self._on_change(self.network)

    def _stand_on(self, network: Network) -> None:
        """Keep what belongs to a topology and not to its faults."""
        self._graph = network.graph
        self._follower = PartitionTracker(network, self.reach)
        self._groups = self._follower.follow(network)
        intact = Network(network.graph)
        self._intact: tuple[Row, ...] = figures(intact, intact.partitions(self.reach))

    def _forget(self) -> None:
        """No prediction is waited for, and there is no news."""
        self._pending, self._news = None, News(self.network, "")

    def _scene(self) -> Scene:
        network, groups, news = self.network, self._groups, self._news
        picture = explorer_picture(network, groups, news, self._pending, self._controls.ways.value)
        return {"panels": {
            "summary": text_panel(question(self._pending) or picture["alt"] + news.sentence()),
            "network": picture,
            "partitions": badges_panel(network, groups),
            **self._measures,
            "status": self._told("beside"),
            "state": state_panel(network, groups, news.rounds),
            "legend": legend_panel(),
        }}

    def _for_presenters(self) -> Cues:
        return Cues(self.reset, {name: partial(self.preset, name) for name in PRESETS})

    # ---- from click and button to verb -----------------------------------------------------------------------------

    def _button_for(self, label: str) -> widgets.Button:
        acts: dict[str, Callable[[], object]] = {
            "Undo": self.undo, "Redo": self.redo, "Heal all": self.heal_all, "Reset": self.reset,
            "Apply": lambda: self.preset(self._controls.preset.value),
            "Crash": lambda: self.crash(self._controls.agent.value),
            "Restart": lambda: self.restart(self._controls.agent.value),
            "Cut": lambda: self._by_hand(Cut), "Heal": lambda: self._by_hand(Heal),
            "Broadcast": lambda: self.broadcast(self._controls.agent.value), "Next hop": self.next_hop,
            "Show": lambda: self.reveal(_whole(self._controls.guess.value, "partitions")),
        }
        return self._button(label, acts[label])

    def _directions(self, a: str, b: str) -> tuple[Way, ...]:
        """The directions of a link that are to be cut or healed, as the menu says, seen from a."""
        return {BOTH: ((a, b), (b, a)), THERE: ((a, b),), BACK: ((b, a),)}[self._controls.ways.value]

    def _by_hand(self, event: type[Cut] | type[Heal]) -> None:
        agent, other = self._controls.agent.value, self._controls.other.value
        if other is None:
            raise ValueError(f"{agent} has no links: choose another agent")
        self._turn(event, *self._directions(agent, other))

    def _act_on(self, click: dict[str, Any]) -> None:
        """A clicked agent crashes or restarts; a clicked link is cut, or healed where it is cut already."""
        if agent := click.get("agent"):
            (self.restart if agent in self.network.crashed else self.crash)(agent)
        elif link := click.get("link"):
            far, near = sorted(link, key=lambda name: name == click["near"])
            ways = self._directions(far, near)
            self._turn(Cut if any(way not in self.network.cut for way in ways) else Heal, *ways)

    def _choose(self) -> None:
        """Another topology or size by hand; one that cannot be is said and taken back."""
        try:
            self.reset(self._controls.topology.value, _whole(self._controls.size.value, "agents"))
        finally:
            self._offer()

    def _offer(self) -> None:
        with self._quietly():
            self._controls.offer(self.network)

    def _regroup(self) -> None:
        self.reach = self._controls.reach.value
        self._stand_on(self.network)
        self._refresh(self.network)


def _whole(number: float, what: str) -> int:
    """The number that was typed; ValueError where it is none to count with."""
    if not number.is_integer():
        raise ValueError(f"there cannot be {number:g} {what}: write a whole number")
    return int(number)


def _given(network: "nx.Graph[str] | Network") -> Network:
    """This network with a graph of its own, which says that it was not built."""
    made = network if isinstance(network, Network) else Network(network)
    graph: nx.Graph[str] = nx.Graph(made.graph, kind=GIVEN, options={})
    return replace(made, graph=graph)
