"""The menus and buttons round a player's picture: all that a click on the picture does, they do too."""

from collections.abc import Callable

import ipywidgets as widgets

from labkit.engine import Snapshot
from labkit.observe import Arrow
from labkit.values import brief
from labkit.views.stage import Controls, bar, offer

SPEEDS = {"slow": 1200, "normal": 500, "fast": 120}  # milliseconds from one step to the next
SPANS = (50, 100, 300, 1000)  # units of time in the diagram


class PlayerControls(Controls):
    """The player's controls; press makes the button of a label, bound to what it does."""

    def __init__(self, press: Callable[[str], widgets.Button], whole: widgets.Layout, agents: list[str]) -> None:
        self.play = press("Play")
        super().__init__(self.play.layout, agents)
        wide, style = self.wide, self.wide["style"]
        self.scrub = widgets.IntSlider(min=0, max=1, description="Step", layout=widgets.Layout(width="280px"))
        self.speed = widgets.Dropdown(options=list(SPEEDS), value="normal", description="Speed", **wide)
        spans = [(f"{span} units", span) for span in SPANS]
        self.span = widgets.Dropdown(options=spans, value=100, description="Show", **wide)
        # Of fixed width: with the names of later branches the row would wrap.
        self.branch = widgets.Dropdown(description="Branch", layout=widgets.Layout(width="134px"), style=style)
        self.message = widgets.Dropdown(description="Message", **wide)
        self.value = widgets.Text(description="Client asks for", layout=widgets.Layout(width="230px"))
        above = (
            *map(press, ("Back", "Step")), self.play, self.scrub, self.speed, self.span, self.branch,
            press("Branch here"),
        )
        below = (
            self.agent, *map(press, ("Crash", "Restart")), self.value, press("Send request"),
            self.other, *map(press, ("Cut", "Heal", "Heal all")), self.message, press("Drop"),
        )
        self.above, self.below = bar(*above, layout=whole), bar(*below, layout=whole)

    def offer(self, moment: Snapshot, last: int, flying: list[Arrow], branches: tuple[str, ...], branch: int) -> None:
        """Say where we are, and offer what there is here."""
        self.scrub.max = max(last, 1)
        self.scrub.value = moment.step
        offer(self.branch, [(name, i) for i, name in enumerate(branches)])
        self.branch.value = branch
        offer(self.message, [
            (f"{packet.source} → {packet.target} {brief(packet.message, 28)}", packet.number)
            for packet in (arrow.packet for arrow in flying)
        ])
        self.offer_links(moment.system.network)
