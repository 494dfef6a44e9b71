"""The menus and buttons round the explorer's picture: all that a click on the picture does, they do too."""

from collections.abc import Callable

import ipywidgets as widgets

from labkit.faults import PRESETS
from labkit.network import Network
from labkit.topology import kinds
from labkit.values import by_name
from labkit.views.stage import Controls, bar, offer

BOTH, THERE, BACK = "both ways", "only →", "only ←"  # the directions of a link, seen from the first of its ends
GIVEN = "as given"  # the topology of a network that was there already


class ExplorerControls(Controls):
    """The explorer's controls; press makes the button of a label, bound to what it does."""

    def __init__(
        self, press: Callable[[str], widgets.Button], whole: widgets.Layout, network: Network, predict_first: bool
    ) -> None:
        undo = press("Undo")
        super().__init__(undo.layout, sorted(network.graph, key=by_name))
        wide, number = self.wide, {**self.wide, "layout": widgets.Layout(width="140px")}
        self.topology = widgets.Dropdown(options=kinds(), description="Topology", **wide)
        self.size = widgets.FloatText(description="Agents", **number)  # an IntText would make 1 of 1e9
        self.ways = widgets.Dropdown(options=[BOTH, THERE, BACK], description="Clicks and cuts", **wide)
        self.reach = widgets.Dropdown(
            options=[("both hear each other", "mutual"), ("one direction is enough", "any")],
            description="Together if", **wide,
        )
        self.preset = widgets.Dropdown(options=list(PRESETS), description="Preset", **wide)
        self.predict = widgets.Checkbox(predict_first, description="Predict first", indent=False, layout=undo.layout)
        self.guess = widgets.FloatText(value=1, description="Partitions", **number)
        self.offer(network)
        above = (
            self.topology, self.size, undo, *map(press, ("Redo", "Heal all", "Reset")),
            self.predict, self.guess, press("Show"),
        )
        below = (
            self.agent, *map(press, ("Crash", "Restart", "Broadcast", "Next hop")),
            self.other, self.ways, press("Cut"), press("Heal"), self.preset, press("Apply"),
            self.reach,
        )
        self.above, self.below = bar(*above, layout=whole), bar(*below, layout=whole)

    def offer(self, network: Network) -> None:
        """Say what the network is, and offer its agents."""
        kind = network.graph.graph["kind"]
        known = self.topology.options
        if kind not in known:  # registered since, or given
            known = (*kinds(), GIVEN) if kind == GIVEN else kinds()
        offer(self.topology, known, kind)
        self.size.value = len(network.graph)
        offer(self.agent, sorted(network.graph, key=by_name))
        self.offer_links(network)
