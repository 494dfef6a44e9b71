"""The menus and buttons round a player's picture: all that a click on the picture does, they do too."""

from collections.abc import Callable, Mapping

import ipywidgets as widgets

from labkit.agents import Agent
from labkit.engine import Recorded, Simulator, Snapshot
from labkit.observe import Arrow
from labkit.protocols import described
from labkit.values import brief, by_name
from labkit.views.player.scene import SPANS
from labkit.views.stage import Controls, bar, offer

KEYS = {"← →": "step", "space": "play", "Home End": "to its ends"}  # in words
SPEEDS = {"slow": 1200, "normal": 500, "fast": 120}  # milliseconds from one step to the next


class PlayerControls(Controls):
    """The player's controls; press makes the button of a label, bound to what it does.

    `above` goes through time; its slider takes what room the row has. `mending` begins a branch and makes good what is
    broken, `acts` does all other things to the run, each on one row of a wide page. What changes with the run has a
    fixed width, so that no row wraps later.
    """

    def __init__(
        self, press: Callable[[str], widgets.Button], whole: widgets.Layout, agents: Mapping[str, Agent]
    ) -> None:
        self.play = press("Play")
        super().__init__(self.play.layout, sorted(agents, key=by_name))
        self.play.layout = widgets.Layout(width="76px")
        self.play.add_class("day13-toggle")
        wide, style = self.wide, self.wide["style"]

        def box(width: int) -> dict[str, widgets.Widget]:
            return {"layout": widgets.Layout(width=f"{width}px"), "style": style}

        room = widgets.Layout(width="220px", flex="1 1 220px", max_width="640px")
        self.scrub = widgets.IntSlider(min=0, max=1, description="Step", layout=room)
        self.speed = widgets.Dropdown(options=list(SPEEDS), value="normal", description="Speed", **wide)
        spans = [(f"{span} units", span) for span in SPANS]
        self.span = widgets.Dropdown(options=spans, description="Show", **wide)
        self.branch = widgets.Dropdown(description="Branch", **box(170))
        self.message = widgets.Dropdown(description="Message", **box(350))
        self.value = widgets.Text(value=example(agents), description="Client asks for", layout=box(250)["layout"])
        self.above = bar(
            *map(press, ("Back", "Step")), self.play, self.scrub, self.speed, self.span, self.branch, layout=whole,
        )
        self.mending = [*map(press, ("Branch here", "Heal all", "Restart all"))]
        asking = [self.value, press("Send request")] if takes_requests(agents) else []
        self.acts = [
            self.agent, *map(press, ("Crash", "Restart")), self.other, *map(press, ("Cut", "Heal")),
            *asking, self.message, press("Drop"),
        ]

    def offer(self, moment: Snapshot, last: int, flying: list[Arrow], branches: tuple[str, ...], branch: int) -> None:
        """Say where we are, and offer what there is here."""
        self.scrub.max = max(last, 1)
        self.scrub.value = moment.step
        offer(self.branch, [(name, i) for i, name in enumerate(branches)], branch)
        offer(self.message, [
            (f"{packet.source} → {packet.target} {brief(packet.message, 21)}", packet.number)
            for packet in (arrow.packet for arrow in flying)
        ])
        self.offer_links(moment.system.network)


def nothing_left(run: Simulator) -> str:
    """Why no step is left in this run, and what can be done."""
    if isinstance(run, Recorded):
        on = run.final or "Branch here, or an act such as Crash, opens a branch that is simulated"
        return f"This run ended here: {on}."
    asking = "ask as a client, or " if takes_requests(run.system.agents) else ""
    return f"Nothing is left to happen: {asking}go back and do something else."


def takes_requests(agents: Mapping[str, Agent]) -> bool:
    """Whether a client can ask any of these agents for something."""
    return any(type(agent).request is not Agent.request for agent in agents.values())


def example(agents: Mapping[str, Agent]) -> str:
    """A request that these agents understand, as a client may write it."""
    return described(type(agents[min(agents, key=by_name)])).example
