"""The topologies side by side, how they grow, and which one fits needs that the learner moves with sliders."""

from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from labkit.network import Network
from labkit.topology import CRITERIA, Advice, Candidate, Needs, advise, build, figures, kinds, shape_of
from labkit.views import stage
from labkit.views.topology.growth import SIZES, growth_panels

FREE = "no limit"
FIRST = {criterion.label: name for name, criterion in CRITERIA.items()}
FIT, GROWTH = "which one fits", "how they grow"


class TopologyComparison(stage.Guarded):
    """Topologies at the same size, their growth, and advice that follows the sliders; `advice` holds it.

    among: their names; those of the lesson and all that were registered if left out.
    """

    def __init__(self, agents: int = 12, among: Iterable[str] | None = None) -> None:
        build("ring", agents)  # a size that cannot be is said at once
        self._among = kinds() if among is None else tuple(among)
        for kind in self._among:
            shape_of(kind)  # raises ValueError for one that is not known
        self._make_controls(agents)
        self._judge()
        self._stage = stage.Stage(self._scene())
        super().__init__(self._controls, self._stage)

    @property
    def needs(self) -> Needs:
        """The needs that the controls say."""
        limit: dict[str, Any] = {name: slider.value for name, slider in self._limits.items() if slider.value != FREE}
        first = FIRST[self._first.value]
        return Needs(
            agents=self._agents.value, survive_crashes=self._crashes.value,
            priorities=(first, *(name for name in ("hops", "messages", "links") if name != first)),
            **limit,
        )

    def _make_controls(self, agents: int) -> None:
        wide = {"layout": widgets.Layout(width="100%"), "style": {"description_width": "190px"}}
        common = {**wide, "continuous_update": True}
        self._agents = widgets.IntSlider(agents, 2, max(40, agents), description="Agents", **common)
        self._crashes = widgets.IntSlider(0, 0, 5, description="Crashes to survive", **common)
        choices = {
            "max_hops": ("At most hops", (1, 2, 3, 4, 6, 8, 12, 16)),
            "max_messages": ("At most messages", (5, 7, 10, 20, 40, 80, 160, 400)),
            "max_links_per_agent": ("At most links an agent", (1, 2, 3, 4, 6, 8, 12, 24)),
            "max_links": ("At most links in all", (5, 10, 15, 20, 40, 80, 200)),
            "grow_to": ("Must also hold for", (20, 50, 100, 200)),
        }
        self._limits = {
            name: widgets.SelectionSlider(
                options=[*((f"{n} agents" if name == "grow_to" else str(n), n) for n in values), (FREE, FREE)],
                value=FREE, description=label, **common,
            )
            for name, (label, values) in choices.items()
        }
        self._first = widgets.Dropdown(
            options=list(FIRST), value=CRITERIA["hops"].label, description="What matters most", **wide
        )
        self._page = widgets.Dropdown(options=[FIT, GROWTH], description="Show", **wide)
        needs = [self._agents, self._crashes, *self._limits.values(), self._first]
        for control in needs:
            self._on(control, self._advise)
        self._on(self._page, self._draw)
        self._controls = stage.bar(*needs, self._page)
        self._controls.add_class("day13-sliders")

    def _judge(self) -> None:
        """Advice among the topologies that can be built; why the others cannot, is kept."""
        needs = self.needs
        self._unfit = _unfit(self._among, {needs.agents, needs.grow_to or needs.agents, *SIZES})
        self.advice = advise(needs, [kind for kind in self._among if kind not in self._unfit])

    def _advise(self) -> None:
        self._judge()
        self._status = ("", "")
        self._draw()

    def _scene(self) -> stage.Scene:
        fit = [kind for kind in self._among if kind not in self._unfit]
        looks = {kind: stage.partition_look(i) for i, kind in enumerate(fit)}
        pictures = {f"net {kind}": _picture(kind, look, self.advice) for kind, look in looks.items()}
        growing = self._page.value == GROWTH
        return {"panels": {
            "summary": stage.text_panel(self.advice.sentence()),
            "status": self._told("top"),
            **pictures,
            **(growth_panels(looks) if growing else {"advice": _advice_table(self.advice, self._unfit)}),
        }}


def _unfit(offered: Iterable[str], sizes: Iterable[int]) -> dict[str, str]:
    """The topologies that raise at one of these sizes, each with what they say."""
    found = {}
    for kind in offered:
        for agents in sorted(sizes):
            try:
                figures(kind, agents)
            except Exception as wrong:  # a topology may be code of the learner's
                found[kind] = f"with {agents} agents: {wrong}"
                break
    return found


def _picture(kind: str, look: stage.Look, advice: Advice) -> stage.NetworkPanel:
    """A small network, with its place in the advice as title."""
    network = Network(build(kind, advice.needs.agents))
    panel = stage.network_panel(network, network.partitions())
    place = [candidate.kind for candidate in advice.ranking].index(kind)
    verdict = f"choice {place + 1}" if advice.ranking[place].fits else "✘ out"
    n = len(network.graph)
    return panel | {
        "place": "row", "clickable": False, "low": 150, "tall": 0.8, "big": 24, "thin": True,
        "title": f"{kind}: {verdict}",
        "alt": f"{kind} of {n} agents, {verdict}", "name": [""] * n,
        "fill": [look.fill] * n, "symbol": [look.symbol] * n,
    }


def _advice_table(advice: Advice, unfit: dict[str, str]) -> stage.TablePanel:
    rows = [
        [candidate.kind, *(str(candidate.figures[name]) for name in CRITERIA), _verdict(candidate)]
        for candidate in advice.ranking
    ]
    rows += [[kind, *("–" for _ in CRITERIA), f"cannot be built {why}"] for kind, why in unfit.items()]
    head = ["Topology", *(criterion.label for criterion in CRITERIA.values()), "Verdict"]
    return stage.table_panel("advice", "Best first; sorted by hand-checkable figures", head, rows)


def _verdict(candidate: Candidate) -> str:
    if candidate.breaks:
        return "out: " + "; ".join(candidate.breaks)
    return "fits: " + "; ".join(candidate.reasons) if candidate.reasons else "fits"
