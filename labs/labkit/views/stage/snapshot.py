"""The last picture without a kernel: sentences and a small drawing, for exported pages and GitHub's preview."""

from html import escape

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
    x, y = _spread(net["x"], WIDTH), _spread([-v for v in net["y"]], HEIGHT)
    dotted = {**dict.fromkeys(net["cut"], CUT), **dict.fromkeys(net["down"], DOWN)}
    lines = "".join(
        f'<path d="M{x[a]} {y[a]}L{x[b]} {y[b]}" {dotted.get(i) or SOLID.format(net["fill"][a])}/>'
        for i, (a, b) in enumerate(net["links"])
    )
    agents = "".join(
        f'<circle cx="{x[i]}" cy="{y[i]}" r="{RADIUS}" fill="{net["fill"][i]}"/>'
        f'<text x="{x[i]}" y="{y[i] + 5}" fill="{net["ink"][i]}">{escape(name[:3] + net["letter"][i])}</text>'
        for i, name in enumerate(net["name"])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        f'aria-label="{escape(net["alt"])}" style="background:#fff"><g stroke-width="2">{lines}</g>'
        f'<g font-family="sans-serif" font-size="13" text-anchor="middle">{agents}</g></svg>'
    )


def _spread(values: list[float], length: int) -> list[int]:
    """Pixels for these places, with room for an agent at both ends."""
    low, high = min(values), max(values)
    room = length - 4 * RADIUS
    if high == low:
        return [length // 2] * len(values)
    return [round(2 * RADIUS + room * (value - low) / (high - low)) for value in values]
