"""Vote by click, twice at once: the lesson's class counts in one dictionary, the agents by the messages they get."""

from collections.abc import Callable, Hashable
from typing import Any

import ipywidgets as widgets

from labkit.engine import Request
from labkit.lesson import TRAPS, Poll, PollEvent, SendAgain, SetMembers, SetQuorum, explain, open_poll
from labkit.network import Cut, Heal, isolate
from labkit.protocols import Propose, Said, Vote
from labkit.values import UndoStack, by_name, listed, read
from labkit.views.stage import Cues, Guarded, Scene, Stage, text_panel
from labkit.views.voting import scene as show
from labkit.views.voting.controls import VotingControls

HINT = (
    "Propose first. Then click an agent to cast its vote, or a link to cut it. After a click on the picture the keys "
    "y, n and a (yes, no, abstain) vote for the agent in the menu, and the menu moves to the next."
)


class VotingBooth(Guarded):
    """A poll to hold and to spoil: propose, vote, cut links, move the quorum; see who counts what.

    agents, topology: as for `labkit.topology.build`. quorum: how many yes are asked for, more than half if left out.
    A click on an agent casts its vote on the chosen proposal, a click on a link cuts or heals it; once the picture has
    the focus, the keys y, n and a vote for the agent in the menu, then for the next. `traps` holds the traps of the
    lesson's class that were sprung so far.
    """

    def __init__(self, agents: int = 5, topology: str = "mesh", quorum: int | None = None) -> None:
        self._first = open_poll(agents, topology, quorum)
        self._history = UndoStack(self._first)
        self._found: tuple[str, ...] = ()
        self._selected = ""
        self._status = (HINT, "")
        whole = widgets.Layout()
        self._controls = VotingControls(self._button_for, whole, self.poll)
        self._controls.suggest(self.poll)
        self._stage = Stage(self._scene(), self.click, layout=whole)
        self._tables = Stage(self._words(), layout=whole)
        self._on(self._controls.quorum, lambda: self._do(SetQuorum(self._controls.quorum.value)))
        self._on(self._controls.proposal, self._choose)
        self._on(self._controls.click, self._draw)
        self._on(self._controls.agent, lambda: self._controls.offer_links(self.poll.network))
        super().__init__(self._controls.above, self._stage, self._controls.below, self._tables, layout=whole)

    # ---- what a learner's code may ask and do: the same verbs as the buttons -----------------------------------------

    @property
    def poll(self) -> Poll:
        return self._history.now

    @property
    def traps(self) -> tuple[str, ...]:
        """The traps that were sprung so far, in the order of the table; undo does not take them back."""
        return tuple(name for name in TRAPS if name in self._found)

    @property
    def quorum(self) -> int:
        """How many yes the lesson's class asks for; the agents never ask for half or less."""
        return self.poll.quorum

    @quorum.setter
    def quorum(self, votes: int | None) -> None:
        self._do(SetQuorum(votes))

    def propose(self, proposal_id: str, value: Hashable, by: str) -> None:
        """Let an agent put a value to the vote."""
        self._selected, before = proposal_id, self._selected
        try:
            self._do(Request(by, Propose(proposal_id, value)))
        except ValueError:
            self._selected = before
            raise
        self._controls.suggest(self.poll)

    def vote(self, proposal_id: str, agent: str, vote: Said) -> None:
        """Let an agent vote 'yes', 'no' or 'abstain'."""
        self._do(Request(agent, Vote(proposal_id, vote)))

    def cut(self, a: str, b: str) -> None:
        """Cut a link in both directions."""
        self._do(Cut(a, b), Cut(b, a))

    def heal(self, a: str, b: str) -> None:
        """Heal a link in both directions; what was lost stays lost until it is sent again."""
        self._do(Heal(a, b), Heal(b, a))

    def isolate(self, agent: str) -> None:
        """Cut all links of an agent."""
        self._do(*isolate(self.poll.network.graph, agent))

    def heal_all(self) -> None:
        """Heal every link."""
        if not self.poll.network.cut:
            raise ValueError("no link is cut: cut one first, then heal it")
        self._do(*(Heal(*way) for way in sorted(self.poll.network.cut)))

    def send_again(self) -> None:
        """Let all agents send their proposals and votes once more."""
        self._do(SendAgain())

    def add_member(self, agent: str) -> None:
        """Let an agent vote."""
        self._known(agent)
        self._do(SetMembers((*self.poll.members, agent)))

    def remove_member(self, agent: str) -> None:
        """Take the vote from an agent; if it votes all the same, it is a ghost."""
        self._known(agent)
        self._do(SetMembers(tuple(name for name in self.poll.members if name != agent)))

    def new_vote(self) -> None:
        """Forget all proposals and votes; members, quorum and cut links stay."""
        self._go(self.poll.emptied(), "A new vote: members, quorum and links are as before.")
        self._controls.suggest(self.poll)

    def undo(self) -> None:
        """Take the last change back."""
        self._history.undo()
        self._show("Undone.")

    def redo(self) -> None:
        """Do again what was undone."""
        self._history.redo()
        self._show("Done again.")

    def reset(self) -> None:
        """Begin afresh, as the booth was made; undo brings back what was."""
        self._go(self._first, "As in the beginning; Undo brings back what was.")
        self._controls.suggest(self.poll)

    # ---- from event to scene -----------------------------------------------------------------------------------------

    def _do(self, *events: PollEvent) -> None:
        before = self.poll
        after = before.after(*events)
        remark = explain(before, after, *events)
        self._found = (*self._found, *remark.traps)
        self._go(after, remark.text, "warning" if remark.traps else "")

    def _go(self, poll: Poll, text: str, tone: str = "") -> None:
        self._history.go(poll)
        self._show(text, tone)

    def _show(self, text: str, tone: str = "") -> None:
        """Show the present poll; the proposal on show stays, if it still exists."""
        if self._selected not in self.poll.ids:
            self._selected = self.poll.ids[-1] if self.poll.ids else ""
        with self._quietly():
            self._controls.offer(self.poll, self._selected)
        self._say(text, tone)

    def _draw(self) -> None:
        super()._draw()
        self._tables.show(self._words())

    def _scene(self) -> Scene:
        picture = show.votes_panel(self.poll, self._selected)
        vote = f"votes {self._controls.click.value} on {self._selected}" if self._selected else "has nothing to vote on"
        return {"panels": {
            "summary": text_panel(show.sentence(self.poll)),
            "sprung": show.traps_line(self.traps),
            "network": {**picture, "acts": [f"{name} {vote}" for name in picture["name"]], "ways": "–"},
            "status": self._told("main"),
            "tally": show.tally_panel(self.poll),
            "votes": show.votes_legend(),
            "verdicts": show.verdicts_panel(self.poll),
        }}

    def _words(self) -> Scene:
        return {"panels": {
            "agents": show.agents_panel(self.poll), "traps": show.traps_panel(self.traps), "marks": show.marks_panel(),
        }}

    def _known(self, agent: str) -> None:
        if agent not in self.poll.names:
            raise ValueError(f"there is no agent {agent!r}: the agents are {listed(self.poll.names, most=15)}")

    def _for_presenters(self) -> Cues:
        return Cues(self.reset, own=show.KEYS)

    # ---- from click and button to verb -------------------------------------------------------------------------------

    def _button_for(self, label: str) -> widgets.Button:
        acts: dict[str, Callable[[], object]] = {
            "Propose": self._propose_typed, "Majority": lambda: self._do(SetQuorum(None)),
            "Yes": lambda: self._vote_as("yes"), "No": lambda: self._vote_as("no"),
            "Abstain": lambda: self._vote_as("abstain"), "In or out of members": self._turn_member,
            "Cut": lambda: self.cut(self._controls.agent.value, self._controls.other.value),
            "Heal": lambda: self.heal(self._controls.agent.value, self._controls.other.value),
            "Isolate": lambda: self.isolate(self._controls.agent.value), "Heal all": self.heal_all,
            "Send votes again": self.send_again, "New vote": self.new_vote,
            "Undo": self.undo, "Redo": self.redo, "Reset": self.reset,
        }
        return self._button(label, acts[label])

    def _propose_typed(self) -> None:
        """None, a number or a quoted text is taken as Python reads it, else the text as it is."""
        box = self._controls
        self.propose(box.id.value.strip(), read(box.value.value), box.agent.value)

    def _vote_as(self, vote: Said) -> None:
        self._vote_of(self._controls.agent.value, vote)

    def _vote_of(self, agent: str, vote: Said) -> None:
        if not self._selected:
            raise ValueError("there is nothing to vote on: press Propose first")
        self.vote(self._selected, agent, vote)

    def _turn_member(self) -> None:
        agent = self._controls.agent.value
        (self.remove_member if agent in self.poll.members else self.add_member)(agent)

    def _choose(self) -> None:
        self._selected = self._controls.proposal.value
        self._show("")

    def _act_on(self, click: dict[str, Any]) -> None:
        """A clicked agent casts the vote that the menu says; a clicked link is cut, or healed where it is cut."""
        if key := click.get("key"):
            self._vote_as(show.KEYS[key])
            names = self.poll.names
            self._controls.agent.value = names[(names.index(self._controls.agent.value) + 1) % len(names)]
        elif agent := click.get("agent"):
            self._vote_of(agent, self._controls.click.value)
        elif link := click.get("link"):
            a, b = sorted(link, key=by_name)
            (self.heal if {(a, b), (b, a)} <= self.poll.network.cut else self.cut)(a, b)
