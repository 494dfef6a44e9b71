"""Who is measured: where the agent that is clicked stands on the page, and what is seen, in JavaScript."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """One way of showing the situation; `spot` and `see` are JavaScript functions."""

    name: str
    start: tuple[str, str]  # module and function
    spot: str  # → [x, y]
    see: str  # → a text that differs when the picture does
    package: str = "labkit"


_POINTS = "[...document.querySelectorAll('.day13-stage .scatterlayer .trace:first-child .point')]"
_CYTOSCAPE = "[...document.querySelectorAll('div')].find(div => div._cyreg)._cyreg.cy"
_SIGMA = "[...document.querySelectorAll('canvas.sigma-nodes')].at(-1)"


def _middle(element: str) -> str:
    return (f"() => {{ const box = {element}.getBoundingClientRect(); "
            "return [box.x + box.width / 2, box.y + box.height / 2]; }")


_CYTOSCAPE_SPOT = f"""() => {{
  const cy = {_CYTOSCAPE}, box = cy.container().getBoundingClientRect(), at = cy.nodes()[0].renderedPosition();
  return [box.x + at.x, box.y + at.y];
}}"""
_CYTOSCAPE_SEE = f"""() => {{
  const cy = {_CYTOSCAPE};
  const drawn = () => (cy.benchDrawn = cy.nodes().map(node => node.style('background-color')).join());
  cy.benchWatched ??= Boolean(cy.on('render', drawn));
  return cy.benchDrawn ?? '';
}}"""

ECHO = Subject(
    "bare echo", ("echo", "show"), _middle("document.querySelector('.bench-echo')"),
    "() => document.querySelector('.bench-echo').textContent",
)
OURS = Subject(
    "ours", ("ours", "show"), _middle(f"{_POINTS}[0]"),
    f"() => {_POINTS}.map(point => point.style.fill).join()",
)
RIVALS = (
    Subject("ipycytoscape, by node", ("cytoscape", "show_by_node"), _CYTOSCAPE_SPOT, _CYTOSCAPE_SEE, "ipycytoscape"),
    Subject("ipycytoscape, by style", ("cytoscape", "show_by_style"), _CYTOSCAPE_SPOT, _CYTOSCAPE_SEE, "ipycytoscape"),
    Subject(
        "ipysigma, new each time", ("sigma", "show"), _middle(_SIGMA),
        f"() => {{ const canvas = {_SIGMA}; return canvas?.benchDrawn ? `${{benchNumber(canvas)}}` : ''; }}",
        "ipysigma",
    ),
)
