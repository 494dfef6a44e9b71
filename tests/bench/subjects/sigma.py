"""ipysigma in that situation. It cannot change what it has drawn, so each click puts a new widget in its place."""

from ipysigma import Sigma
from ipywidgets import Button, VBox
from subjects.situation import situation


def show(kind: str, n: int) -> VBox:
    """The graph, and a button that heals all links."""
    begin = situation(kind, n)
    for _, data in begin.graph.nodes(data=True):
        data["x"], data["y"] = data.pop("pos")
    place = VBox()

    def draw() -> None:
        widget = Sigma(begin.graph, raw_node_color=begin.colours(), default_node_size=12,
                       hide_info_panel=True, hide_search=True)
        widget.observe(clicked, names="selected_node")
        place.children = [widget]

    def clicked(change: dict[str, str | None]) -> None:
        if change["new"] is not None:
            begin.toggle(change["new"])
            draw()

    def mended(_button: Button) -> None:
        begin.cut.clear()
        draw()

    draw()
    mend = Button(description="mend")
    mend.on_click(mended)
    return VBox([place, mend])
