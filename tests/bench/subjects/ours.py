"""labkit's TopologyExplorer in that situation, with all that it shows: graph, badges, measures, states."""

from ipywidgets import Button, VBox
from labkit.faults import PRESETS, Preset
from labkit.network import cut
from labkit.views import TopologyExplorer
from subjects.situation import situation

HELD = "held together by one"


def show(kind: str, n: int) -> VBox:
    """The explorer, and a button that heals all links."""
    events = tuple(event for link in situation(kind, n).cut for event in cut(*link))
    PRESETS[HELD] = Preset(HELD, "Only one agent is linked to both halves.", lambda _network, _agent: events)
    explorer = TopologyExplorer(kind, n)
    explorer.preset(HELD)
    mend = Button(description="mend")
    mend.on_click(lambda _button: explorer.heal_all())
    return VBox([explorer, mend])
