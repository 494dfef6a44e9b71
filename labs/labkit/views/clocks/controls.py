"""The menus and buttons round the clock bench: all that a click on the picture does, they do too."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from ipywidgets.widgets.widget_description import DescriptionStyle

from labkit.engine import Deliver, Snapshot
from labkit.values import brief, by_name
from labkit.views.clocks.words import LAMPORT, VECTOR
from labkit.views.stage import bar, offer

NOTHING: tuple[str, int | None] = ("–", None)


class ClockControls:
    """The two events and the stamps are chosen `above` the picture, and a run of one's own is made `below` it."""

    def __init__(self, press: Callable[[str], widgets.Button], agents: list[str], again: str, wait: str) -> None:
        style = DescriptionStyle()

        def menu(words: str, width: int, options: list[Any]) -> widgets.Dropdown:
            layout = widgets.Layout(width=f"{width}px")
            return widgets.Dropdown(options=options, description=words, layout=layout, style=style)

        self.events = menu("First event", 275, [NOTHING]), menu("Second event", 295, [NOTHING])
        self.stamps = menu("Stamps", 172, ["none", LAMPORT, VECTOR])
        self.agent, self.to = menu("Agent", 120, agents), menu("To", 90, [])
        self.message = menu("Message", 290, [])
        self.above = bar(*self.events, self.stamps, *map(press, ("Back", "Start empty", again)))
        self.below = bar(self.agent, press("Local event"), self.to, *map(press, ("Send", wait)), self.message,
                         press("Drop"))

    def offer(
        self, names: dict[int, str], chosen: tuple[int | None, int | None], moment: Snapshot, flying: list[Deliver]
    ) -> None:
        """Offer all events, the agents and whom the chosen one knows, and the messages on their way."""
        for menu, step in zip(self.events, chosen, strict=True):
            offer(menu, [NOTHING, *((name, step) for step, name in names.items())], step)
        offer(self.agent, sorted(moment.system.agents, key=by_name))
        offer(self.to, sorted(moment.system.agents[self.agent.value].peers, key=by_name))
        offer(self.message, [(f"{one.source} → {one.target} {brief(one.message, 24)}", one.number) for one in flying])
