"""The menus and buttons round the voting booth: all that a click on the picture does, they do too."""

from collections.abc import Callable

import ipywidgets as widgets
from ipywidgets.widgets.widget_string import TextStyle

from labkit.lesson import Poll
from labkit.protocols import VOTES
from labkit.views.stage import Controls, bar, offer

SUGGESTED = {"p": "red", "q": "blue", "r": "green", "s": "yellow"}


class VotingControls(Controls):
    """The booth's controls; press makes the button of a label, bound to what it does."""

    def __init__(self, press: Callable[[str], widgets.Button], whole: widgets.Layout, poll: Poll) -> None:
        undo, text = press("Undo"), TextStyle()
        super().__init__(undo.layout, poll.names)
        self.id = widgets.Text(description="Id", layout=widgets.Layout(width="90px"), style=text)
        self.value = widgets.Text(
            description="Value", placeholder="red, 0, None", layout=widgets.Layout(width="150px"), style=text
        )
        fixed, wider = widgets.Layout(width="210px"), widgets.Layout(width="260px")
        self.proposal = widgets.Dropdown(description="Proposal", layout=fixed, style=self.wide["style"])
        self.click = widgets.Dropdown(options=VOTES, description="A click votes", **self.wide)
        self.quorum = widgets.IntSlider(
            min=0, max=len(poll.names), description="Quorum", continuous_update=False, layout=wider
        )
        above = (
            self.agent, self.id, self.value, press("Propose"),
            self.proposal, *map(press, ("Yes", "No", "Abstain")), self.click,
        )
        below = (
            self.quorum, press("Majority"), press("In or out of members"), self.other,
            *map(press, ("Cut", "Heal", "Isolate", "Heal all", "Send votes again")),
            undo, *map(press, ("Redo", "New vote", "Reset")),
        )
        self.above, self.below = bar(*above, layout=whole), bar(*below, layout=whole)
        self.offer(poll, "")

    def offer(self, poll: Poll, selected: str) -> None:
        """Say what the poll is, and offer its proposals, links and next id."""
        self.quorum.max, self.quorum.value = len(poll.members), poll.quorum
        choices = [(f"{name} = {made['value']!r}"[:24], name) for name, made in poll.lesson.proposals.items()]
        offer(self.proposal, choices, selected or None)
        self.offer_links(poll.network)

    def suggest(self, poll: Poll) -> None:
        """Write the next id and a value into the boxes."""
        free = next((name for name in SUGGESTED if name not in poll.ids), "p")
        self.id.value, self.value.value = free, SUGGESTED[free]
