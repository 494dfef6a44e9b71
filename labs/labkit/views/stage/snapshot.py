"""The last picture without a kernel: sentences and a small drawing, for exported pages and GitHub's preview."""

from html import escape

from labkit.values import Svg, pixels
from labkit.views.stage.panels import NetworkPanel, Scene

WIDTH, HEIGHT, RADIUS = 480, 320, 14
MOST_LINKS = 300  # more would make every saved notebook large
ASLEEP = "This picture stands still. To make it answer clicks, open the notebook in JupyterLab and run its cells."
SOLID = 'stroke="{}"'
CUT = 'stroke="#B34700" stroke-dasharray="4 7"'
DOWN = 'stroke="#9AA3AB" stroke-dasharray="2 6"'


def snapshot(scene: Scene) -> str:
    """The sentences and the networks of a scene as HTML that needs no script."""
    panels = scene["panels"].values()
    said = [panel["text"] for panel in panels if panel["kind"] == "text" and panel["text"]]
    drawn = [_drawing(panel) for panel in panels if panel["kind"] == "network" and len(panel["links"]) <= MOST_LINKS]
    return "".join([*(f"<p>{escape(text)}</p>" for text in said), *drawn, f"<p><em>{ASLEEP}</em></p>"])


def _drawing(net: NetworkPanel) -> str:
    """One network as SVG: links that work are solid, all others dotted."""
    x, y = pixels(net["x"], WIDTH, 2 * RADIUS), pixels([-value for value in net["y"]], HEIGHT, 2 * RADIUS)
    dotted = {**dict.fromkeys(net["cut"], CUT), **dict.fromkeys(net["down"], DOWN)}
    picture = Svg(WIDTH, HEIGHT, net["alt"])
    for i, (a, b) in enumerate(net["links"]):
        picture.line(x[a], y[a], x[b], y[b], dotted.get(i) or SOLID.format(net["fill"][a]))
    for i, name in enumerate(net["name"]):
        picture.circle(x[i], y[i], RADIUS, net["fill"][i])
        picture.label(x[i], y[i] + 5, name[:3] + net["letter"][i], net["ink"][i])
    return str(picture)
