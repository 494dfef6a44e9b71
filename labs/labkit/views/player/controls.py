"""The menus and buttons round a player's picture: all that a click on the picture does, they do too."""

from collections.abc import Callable

import ipywidgets as widgets
from ipywidgets.widgets.widget_description import DescriptionStyle

from labkit.engine import Snapshot
from labkit.observe import Arrow
from labkit.values import brief, by_name

SPEEDS = {"slow": 1200, "normal": 500, "fast": 120}  # milliseconds from one step to the next
SPANS = (50, 100, 300, 1000)  # units of time in the diagram


class PlayerControls:
    """Controls by name, some `above` the picture and some `below` it; press makes the button of a label."""

    def __init__(self, press: Callable[[str], widgets.Button], whole: widgets.Layout, agents: list[str]) -> None:
        self.play, style = press("Play"), DescriptionStyle()
        wide = {"layout": self.play.layout, "style": style}
        self.scrub = widgets.IntSlider(min=0, max=1, description="Step", layout=widgets.Layout(width="280px"))
        self.speed = widgets.Dropdown(options=list(SPEEDS), value="normal", description="Speed", **wide)
        self.span = widgets.Dropdown(options=[(f"{span} units", span) for span in SPANS], value=100,
                                     description="Show", **wide)
        self.branch = widgets.Dropdown(description="Branch", **wide)
        self.agent = widgets.Dropdown(options=agents, value=agents[0], description="Agent", **wide)
        self.other = widgets.Dropdown(description="Its link to", **wide)
        self.message = widgets.Dropdown(description="Message", **wide)
        narrow = widgets.Layout(width="230px")
        self.value = widgets.Text(description="Client asks for", layout=narrow)
        above = (
            press("Back"), press("Step"), self.play, self.scrub, self.speed, self.span, self.branch,
            press("Branch here"),
        )
        below = (
            self.agent, *map(press, ("Crash", "Restart")), self.value, press("Send request"),
            self.other, *map(press, ("Cut", "Heal", "Heal all")), self.message, press("Drop"),
        )
        self.offering = False
        self.above, self.below = widgets.HBox(above, layout=whole), widgets.HBox(below, layout=whole)
        for box in (self.above, self.below):
            box.add_class("day13-controls")

    def offer(
        self, moment: Snapshot, last: int, flying: list[Arrow], branches: list[str], branch: int
    ) -> None:
        """Say where we are, and offer what there is here. What is said here is no choice of the learner's."""
        self.offering = True
        self.scrub.max = max(last, 1)
        self.scrub.value = moment.step
        names = [(name, i) for i, name in enumerate(branches)]
        if names != list(self.branch.options):
            self.branch.options = names
        self.branch.value = branch
        here = [(f"{packet.source} → {packet.target} {brief(packet.message, 28)}", packet.number)
                for packet in (arrow.packet for arrow in flying)]
        if here != list(self.message.options):
            self.message.options = here
            self.message.value = here[0][1] if here else None
        self.offer_links(moment)
        self.offering = False

    def offer_links(self, moment: Snapshot) -> None:
        """Offer the links of the chosen agent."""
        near = sorted(moment.system.network.graph[self.agent.value], key=by_name)
        if near != list(self.other.options):
            self.other.options = near
            self.other.value = near[0] if near else None
