"""ipycytoscape in that situation: a click on a node reaches Python, which recolours in one of two ways.

By node, as its examples do: a message for each node that changes. By style: one message, and every rule is read again.
"""

from collections.abc import Callable
from typing import Any

from ipycytoscape import CytoscapeWidget
from ipywidgets import Button, VBox
from subjects.situation import Situation, situation

Colours = dict[str, str]

STYLE = [
    {"selector": "node", "style": {"background-color": "data(color)", "width": 24, "height": 24}},
    {"selector": "edge", "style": {"width": 1, "line-color": "#5B6770"}},
]


def show_by_node(kind: str, n: int) -> VBox:
    return _show(situation(kind, n), _colour_nodes)


def show_by_style(kind: str, n: int) -> VBox:
    return _show(situation(kind, n), _colour_by_rules)


def _show(begin: Situation, colour: Callable[[CytoscapeWidget, Colours], None]) -> VBox:
    """The graph, and a button that heals all links."""
    widget = CytoscapeWidget()
    widget.graph.add_graph_from_json(_elements(begin))
    widget.set_layout(name="preset", fit=True)
    widget.set_style(STYLE)

    def clicked(node: dict[str, Any]) -> None:
        begin.toggle(node["data"]["id"])
        colour(widget, begin.colours())

    def mended(_button: Button) -> None:
        begin.cut.clear()
        colour(widget, begin.colours())

    widget.on("node", "click", clicked)
    mend = Button(description="mend")
    mend.on_click(mended)
    return VBox([widget, mend])


def _colour_nodes(widget: CytoscapeWidget, colours: Colours) -> None:
    for node in widget.graph.nodes:  # an equal value sends nothing
        node.data = node.data | {"color": colours[node.data["id"]]}


def _colour_by_rules(widget: CytoscapeWidget, colours: Colours) -> None:
    rules = []
    for colour in dict.fromkeys(colours.values()):
        names = ", ".join(f"#{name}" for name in colours if colours[name] == colour)
        rules.append({"selector": names, "style": {"background-color": colour}})
    widget.set_style([*STYLE, *rules])


def _elements(begin: Situation) -> dict[str, Any]:
    colours, places = begin.colours(), begin.graph.nodes(data="pos")
    return {
        "nodes": [
            {"data": {"id": name, "color": colours[name]}, "position": {"x": 300 * x, "y": -300 * y},
             "grabbable": False}
            for name, (x, y) in places
        ],
        "edges": [{"data": {"source": a, "target": b}} for a, b in begin.graph.edges],
    }
