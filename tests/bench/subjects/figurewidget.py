"""The same picture in plotly's own FigureWidget, which carries plotly.js into the page for every figure."""

from labkit.topology import build
from plotly.graph_objects import FigureWidget, Scatter


def show(kind: str, n: int) -> FigureWidget:
    """Links as one trace, agents as another."""
    graph = build(kind, n)
    places = dict(graph.nodes(data="pos"))
    ends = [end for a, b in graph.edges for end in (places[a], places[b], (None, None))]
    links = Scatter(x=[x for x, _ in ends], y=[y for _, y in ends], mode="lines")
    agents = Scatter(
        x=[x for x, _ in places.values()], y=[y for _, y in places.values()], text=list(places),
        mode="markers+text", marker={"size": 42},
    )
    return FigureWidget([links, agents])
