"""Is everything there that the lab needs, in words, before the first lesson starts."""

import sys
from importlib.metadata import PackageNotFoundError, version

import ipywidgets as widgets

from labkit.views.stage.guarded import NOT_DRAWN
from labkit.views.stage.panels import Panel, text_panel
from labkit.views.stage.stage import Stage

# What must be there, from which version on, and what it is for.
NEEDED = {
    "jupyterlab": ((4,), "the page you look at"),
    "ipywidgets": ((8, 1), "buttons and menus"),
    "jupyterlab-widgets": ((3,), "the part of ipywidgets that lives in the page"),
    "anywidget": ((0, 9), "the graphs that answer a click"),
    "plotly": ((7,), "the drawing library"),
    "networkx": ((3, 6), "graphs as data"),
}
OF_A_SERVER = ("jupyterlab",)  # where Python runs inside the page, there is none

NOT_STARTED = (
    "✘ The drawing has not started. If this line stays, the page forbids the scripts of widgets: ask whoever runs the "
    "server to allow <code>blob:</code> and <code>'unsafe-eval'</code> for scripts in its Content-Security-Policy."
)


class Preflight(widgets.VBox):
    """What `preflight` shows."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        lines = [f"⚠ {problem}" for problem in problems] or ["✔ Python and all packages are there."]
        panels: dict[str, Panel] = {f"line {i}": text_panel(text, "below") for i, text in enumerate(lines)}
        drawn = "✔ This page draws widgets, and the drawing library has arrived."
        waiting = "… The kernel has not answered yet. If this line stays, restart the kernel (menu Kernel)."
        panels["drawn"] = text_panel(drawn, "below")
        panels["probe"] = {"kind": "probe", "place": "below", "text": waiting}
        blocked = widgets.HTML(NOT_STARTED)
        blocked.add_class("day13-until-drawn")  # the drawing's style hides it
        super().__init__([blocked, Stage({"panels": panels})])

    def __repr__(self) -> str:
        return "✘ " + NOT_DRAWN


def preflight() -> Preflight:
    """Three lines: packages, drawing, kernel. In a page that draws no widgets, one line that says what to do."""
    return Preflight(missing(installed()))


def installed() -> dict[str, str]:
    """Versions of the needed packages; a package that is not there is left out."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in NEEDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def missing(found: dict[str, str], platform: str = sys.platform) -> tuple[str, ...]:
    """A sentence for each package that is missing or too old, with the remedy."""
    in_page = platform == "emscripten"
    remedy = "reload the page" if in_page else "close Jupyter and start it with 'make lab'"
    problems = []
    if _number(found["python"]) < (3, 11):
        problems.append(f"Python {found['python']} is too old, the lab needs 3.11 or newer: {remedy}.")
    for name, (least, purpose) in NEEDED.items():
        wanted = ".".join(map(str, least))
        if in_page and name in OF_A_SERVER:
            continue
        if name not in found:
            problems.append(f"{name} is missing ({purpose}): {remedy}.")
        elif _number(found[name]) < least:
            problems.append(f"{name} {found[name]} is too old ({purpose}), {wanted} or newer is needed: {remedy}.")
    return tuple(problems)


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())
