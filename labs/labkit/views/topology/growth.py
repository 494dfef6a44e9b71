"""How topologies grow with the number of agents: as charts, and in words."""

from labkit.topology import figures, growth_law
from labkit.views import stage

SIZES = (5, 10, 25, 50, 100, 200)
GROWING = {"links": "Links in all", "links_per_agent": "Busiest agent’s links", "hops": "Hops, farthest pair"}
LAWS = ("links", "links_per_agent")


def growth_panels(kinds: dict[str, stage.Look]) -> dict[str, stage.Panel]:
    """A chart for each figure that grows, with one line per topology, and a table that names the laws."""
    charts = {f"growth {name}": _chart(name, title, kinds) for name, title in GROWING.items()}
    return {**charts, "laws": _laws_table(kinds)}


def _chart(name: str, title: str, kinds: dict[str, stage.Look]) -> stage.ChartPanel:
    lines = [
        {
            "type": "scatter", "mode": "lines+markers", "name": stage.literal(kind), "x": list(SIZES),
            "y": [figures(kind, n)[name] for n in SIZES],
            # Where lines coincide, the earlier and wider one shows on both sides of the later.
            "line": {"color": look.fill, "width": max(2, 9 - 3 * index)},
            "marker": {"symbol": look.symbol, "size": max(8, 20 - 4 * index)},
        }
        for index, (kind, look) in enumerate(kinds.items())
    ]
    return stage.chart_panel(
        "charts", 230, lines, title={"text": f"{title}, by agents", "font": {"size": 17}},
        font={"size": 15, "color": stage.INK}, xaxis=stage.FROM_ZERO, yaxis=stage.FROM_ZERO, hovermode="x unified",
        margin={"l": 62, "r": 12, "t": 40, "b": 32}, showlegend=False,
    )


def _laws_table(kinds: dict[str, stage.Look]) -> stage.TablePanel:
    """How links grow, in words. (Hops are left to the picture: up to 200 agents, √n and log n look the same.)"""
    rows = [[kind, *(growth_law(SIZES, tuple(figures(kind, n)[name] for n in SIZES)) for name in LAWS)]
            for kind in kinds]
    head = ["Topology", *(GROWING[name] for name in LAWS)]
    return stage.table_panel("words", "Growth in words, for n agents", head, rows)
