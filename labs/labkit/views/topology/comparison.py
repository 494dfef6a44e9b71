"""The topologies side by side, how they grow, and which one fits needs that the learner moves with sliders."""

from typing import Any

import ipywidgets as widgets

from labkit.network import Network
from labkit.topology import CRITERIA, Advice, Candidate, Needs, advise, build, figures, growth_law, kinds
from labkit.views import stage

SIZES = (5, 10, 25, 50, 100, 200)
FREE = "no limit"
GROWING = {"links": "Links in all", "links_per_agent": "Busiest agent’s links", "hops": "Hops, farthest pair"}
LAWS = ("links", "links_per_agent")
FIRST = {criterion.label: name for name, criterion in CRITERIA.items()}


class TopologyComparison(stage.Guarded):
    """All topologies at the same size, their growth, and advice that follows the sliders; `advice` holds it."""

    def __init__(self, agents: int = 12) -> None:
        build("ring", agents)  # a size that cannot be is said at once
        self._make_controls(agents)
        self.advice = advise(self.needs)
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
            "max_messages": ("At most messages", (5, 10, 20, 40, 80, 160, 400)),
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
        controls = [self._agents, self._crashes, *self._limits.values(), self._first]
        for control in controls:
            self._on(control, self._advise)
        self._controls = stage.bar(*controls)
        self._controls.add_class("day13-sliders")

    def _advise(self) -> None:
        self.advice = advise(self.needs)
        self._status = ("", "")
        self._draw()

    def _scene(self) -> stage.Scene:
        pictures = {f"net {kind}": _picture(kind, self.advice) for kind in kinds()}
        charts = {f"growth {name}": _growth_chart(name, title) for name, title in GROWING.items()}
        return {"panels": {
            "summary": stage.text_panel(self.advice.sentence()),
            "status": self._told("top"),
            **pictures,
            "advice": _advice_table(self.advice),
            **charts,
            "laws": _laws_table(),
        }}


def _picture(kind: str, advice: Advice) -> stage.NetworkPanel:
    """A small network, with its place in the advice as title."""
    network = Network(build(kind, advice.needs.agents))
    panel = stage.network_panel(network, network.partitions())
    place = [candidate.kind for candidate in advice.ranking].index(kind)
    verdict = f"choice {place + 1}" if advice.ranking[place].fits else "✘ out"
    look = stage.partition_look(list(kinds()).index(kind))
    n = len(network.graph)
    return panel | {
        "place": "row", "clickable": False, "low": 150, "tall": 0.8, "big": 24, "thin": True,
        "title": f"{kind}: {verdict}",
        "alt": f"{kind} of {n} agents, {verdict}", "name": [""] * n,
        "fill": [look.fill] * n, "symbol": [look.symbol] * n,
    }


def _advice_table(advice: Advice) -> stage.TablePanel:
    rows = [
        [candidate.kind, *(str(candidate.figures[name]) for name in CRITERIA), _verdict(candidate)]
        for candidate in advice.ranking
    ]
    head = ["Topology", *(criterion.label for criterion in CRITERIA.values()), "Verdict"]
    return stage.table_panel("below", "Best first; sorted by hand-checkable figures", head, rows)


def _verdict(candidate: Candidate) -> str:
    if candidate.breaks:
        return "out: " + "; ".join(candidate.breaks)
    return "fits: " + "; ".join(candidate.reasons) if candidate.reasons else "fits"


def _laws_table() -> stage.TablePanel:
    """How links grow, in words. (Hops are left to the picture: up to 200 agents, √n and log n look the same.)"""
    rows = [
        [kind, *(growth_law(SIZES, tuple(figures(kind, n)[name] for n in SIZES)) for name in LAWS)]
        for kind in kinds()
    ]
    head = ["Topology", *(GROWING[name] for name in LAWS)]
    return stage.table_panel("words", "Growth in words, for n agents", head, rows)


def _growth_chart(name: str, title: str) -> stage.ChartPanel:
    """One line per topology over the number of agents, as a Plotly figure."""
    lines = []
    for index, kind in enumerate(kinds()):
        look = stage.partition_look(index)
        lines.append({
            "type": "scatter", "mode": "lines+markers", "name": kind, "x": list(SIZES),
            "y": [figures(kind, n)[name] for n in SIZES],
            # Where lines coincide, the earlier and wider one shows on both sides of the later.
            "line": {"color": look.fill, "width": max(2, 9 - 3 * index)},
            "marker": {"symbol": look.symbol, "size": max(8, 20 - 4 * index)},
        })
    return stage.chart_panel(
        "charts", 300, lines, title={"text": f"{title}, by agents", "font": {"size": 17}},
        font={"size": 15, "color": stage.INK}, xaxis=stage.FROM_ZERO, yaxis=stage.FROM_ZERO, hovermode="x unified",
        margin={"l": 62, "r": 12, "t": 44, "b": 84},
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"},
    )
