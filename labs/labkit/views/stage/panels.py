"""The kinds of panels of which a scene is made, as typed plain data. js/types.js says the same for the drawing.

A place says where on the stage a panel is (css/stage.css).
"""

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict

from labkit.views.stage.palette import INK, WHITE

# The two kinds of axes that charts use.
BARE = {"fixedrange": True, "zeroline": False, "showgrid": False}
FROM_ZERO = {"gridcolor": "#E3E7EA", "zerolinecolor": "#9AA3AB", "rangemode": "tozero"}


class TextPanel(TypedDict):
    """A sentence; the tone is "" or "warning"."""

    kind: Literal["text"]
    place: str
    text: str
    tone: str


class BadgesPanel(TypedDict):
    """Badges: [sign, words, fill, ink] each, or one more: the sentence that explains it."""

    kind: Literal["badges"]
    place: str
    items: list[list[str]]


class TablePanel(TypedDict):
    """A table that unfolds; `more` is another one inside it."""

    kind: Literal["table"]
    place: str
    open: bool
    title: str
    head: list[str]
    rows: list[list[str]]
    more: NotRequired["TablePanel"]
    hints: NotRequired[list[str]]  # one per row, for who asks what it means


class ChartPanel(TypedDict):
    """A Plotly figure, {"data": …, "layout": …}."""

    kind: Literal["chart"]
    place: str
    height: int
    figure: dict[str, Any]


class ClockPanel(TypedDict):
    """While it runs, the page asks for the next beat, that many milliseconds after it has drawn the last."""

    kind: Literal["clock"]
    place: str
    running: bool
    beat: int
    every: int
    keys: NotRequired[list[str]]  # that the kernel wants to hear of


class ProbePanel(TypedDict):
    """How long the round trip to the kernel takes; the text until it is known."""

    kind: Literal["probe"]
    place: str
    text: str


class KeysPanel(TypedDict):
    """In presenter mode: the keys of the widget, [key, what it does] each; its stage is drawn larger."""

    kind: Literal["keys"]
    place: Literal["keys"]
    items: list[list[str]]
    keys: list[str]  # that the kernel wants to hear of


class NetworkPanel(TypedDict):
    """A network: one entry per agent in each column, links by number; what may be missing is how it is laid out."""

    kind: Literal["network"]
    place: str
    clickable: bool
    alt: str
    name: list[str]
    x: list[float]
    y: list[float]
    links: list[list[int]]  # the numbers of two agents each
    fill: list[str]
    ink: list[str]
    symbol: list[str]
    letter: list[str]
    edge: list[str]
    note: list[str]
    cut: list[int]
    down: list[int]
    oneway: list[list[int]]  # [link, 1 or -1: from its first end or to it]
    lit: list[int]
    faint: NotRequired[list[int]]  # links that carried repeats
    marked: NotRequired[list[int]]  # links that are about to change
    acts: NotRequired[list[str]]  # what a click on each agent will do
    ways: NotRequired[str]  # what a click on a link turns: – both directions, → towards its nearer end, ← from there
    packets: NotRequired[list[list[Any]]]  # [number, from, to, share of the way, word, words]
    title: NotRequired[str]
    low: NotRequired[int]
    tall: NotRequired[float]
    margin: NotRequired[int]
    big: NotRequired[int]
    thin: NotRequired[bool]
    wire: NotRequired[str]
    keys: NotRequired[list[str]]


# A space–time diagram; "from" is a word of Python's own. Rows are agents.
SpacetimePanel = TypedDict("SpacetimePanel", {
    "kind": Literal["spacetime"], "place": str, "agents": list[str], "title": str, "from": int, "to": int, "now": int,
    "alt": str,
    "life": list[list[Any]],  # [row, from, to, colour]
    "cuts": list[list[int]],  # [from, to]
    "arrows": list[list[Any]],  # [number, from, sent, to, until, fate, share to draw, words]
    "marks": list[list[Any]],  # [row, time, symbol, colour, words], and the step where a click chooses it
    "legend": list[list[str]],  # badges, folded under the title
    "row": NotRequired[int],
    "way": NotRequired[list[list[int]]],  # [row, time, row, time]: the way from one chosen event to another
    "stamps": NotRequired[list[list[Any]]],  # [row, time, text]: written above what happened there
    "chooses": NotRequired[bool],  # a click chooses an event, and goes to no time
})

Panel = (
    TextPanel | BadgesPanel | TablePanel | ChartPanel | ClockPanel | ProbePanel | KeysPanel | NetworkPanel
    | SpacetimePanel
)


class Scene(TypedDict):
    """All that a stage shows; panels of one place keep this order."""

    panels: dict[str, Panel]


def literal(text: str) -> str:
    """A text as it is, for a chart: Plotly would take <b> for its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def text_panel(text: str, place: str = "top", tone: str = "") -> TextPanel:
    return {"kind": "text", "place": place, "text": text, "tone": tone}


def table_panel(
    place: str, title: str, head: Sequence[str], rows: Sequence[list[str]], *, unfolded: bool = True,
    hints: Sequence[str] = (),
) -> TablePanel:
    panel: TablePanel = {
        "kind": "table", "place": place, "open": unfolded, "title": title, "head": [*head], "rows": [*rows],
    }
    return {**panel, "hints": [*hints]} if hints else panel


def clock_panel(place: str, running: bool, beat: int, every: int) -> ClockPanel:
    return {"kind": "clock", "place": place, "running": running, "beat": beat, "every": every}


def keys_panel(items: list[list[str]], keys: list[str]) -> KeysPanel:
    return {"kind": "keys", "place": "keys", "items": items, "keys": keys}


def chart_panel(place: str, height: int, data: list[dict[str, Any]], **layout: object) -> ChartPanel:
    """Plotly traces on white, in the lab's letters; the layout adds to that."""
    look = {
        "font": {"size": 16, "color": INK}, "paper_bgcolor": WHITE, "plot_bgcolor": WHITE, "dragmode": False, **layout,
    }
    return {"kind": "chart", "place": place, "height": height, "figure": {"data": data, "layout": look}}
