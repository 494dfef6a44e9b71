"""Turn N, R and W of a quorum store: can a read be stale, says who, and a run that shows it."""

from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from labkit.engine import Simulator
from labkit.search import Exploration
from labkit.values import listed
from labkit.views.player import Player
from labkit.views.quorum import scene as show
from labkit.views.quorum.answer import AT_ONCE, MOST_REPLICAS, Question, most_states, searched, settled, witness
from labkit.views.stage import Cues, Guarded, Scene, Stage, bar, clock_panel, text_panel

HINT = "Turn N, R and W, or press a setting known by name. Where a read can be stale, Show the run steps through it."
SETTINGS = {
    "One and all": "R = 1, W = N: reads are cheap, but one replica down stops all writes.",
    "Majority": "R and W more than half of N: works while fewer than half are down.",
    "Fast and loose": "R = W = 1: the fastest answer is enough; a read may be stale.",
    "Dynamo": "N = 3, R = W = 2, sloppy: stand-ins keep it writable; a read may be stale.",
}
KINDS = ("strict", "sloppy")
SHOW, BACK = "Show the run", "Back to the dial"


class QuorumDial(Guarded):
    """N replicas, R of them for a read, W for a write: can a read be stale? The rule's answer, checked by a search.

    sloppy: stand-ins count where replicas are silent. `question` holds the setting, `stale` the answer, `found` how far
    the search has come, `run` a run that ends in a stale read; `complete` searches on without waiting for the page.
    """

    def __init__(self, replicas: int = 3, reads: int = 1, writes: int = 1, *, sloppy: bool = False) -> None:
        self._question = _checked(replicas, reads, writes, sloppy)
        self._limit, self._beat = AT_ONCE, 0
        self._player: Player | None = None
        self._status = (HINT, "")
        self._stage = Stage(self._scene(), self.click, layout=widgets.Layout())
        self._make_controls()
        self._parts = (self._dials, self._presets, self._stage)
        super().__init__(*self._parts)
        self.add_class("day13-dial")

    # ---- what a learner's code may ask and do: the same verbs as the controls ----------------------------------------

    @property
    def question(self) -> Question:
        """What the dials say."""
        return self._question

    @property
    def stale(self) -> bool:
        """Whether a read can be stale, by the rule."""
        return self._question.stale

    @property
    def found(self) -> Exploration:
        """What the search has found so far."""
        return searched(self._question, self._limit)

    @property
    def run(self) -> Simulator | None:
        """A run that ends in a stale read, a shortest one where the search has found it; None where none is known."""
        return witness(self._question, self.found)

    @property
    def player(self) -> Player | None:
        """The run on show."""
        return self._player

    def turn(self, replicas: int | None = None, reads: int | None = None, writes: int | None = None) -> None:
        """Set N, R or W; where N gets smaller, R and W go with it."""
        now = self._question
        n = now.replicas if replicas is None else replicas
        r, w = (min(old, n) if new is None and n.__class__ is int else old if new is None else new
                for old, new in ((now.reads, reads), (now.writes, writes)))
        self._go(_checked(n, r, w, now.sloppy))

    def count(self, kind: str) -> None:
        """Let 'strict' quorums count replicas only, and 'sloppy' ones stand-ins, too."""
        if kind not in KINDS:
            raise ValueError(f"a quorum is 'strict' or 'sloppy', not {kind!r}")
        self._go(replace(self._question, sloppy=kind == "sloppy"))

    def take(self, name: str) -> None:
        """Take a setting known by name, with N as it is; Dynamo has an N of its own."""
        n, sloppy = self._question.replicas, self._question.sloppy
        named = {
            "One and all": (n, 1, n, sloppy), "Majority": (n, n // 2 + 1, n // 2 + 1, sloppy),
            "Fast and loose": (n, 1, 1, sloppy), "Dynamo": (3, 2, 2, True),
        }
        if name not in named:
            raise ValueError(f"no setting is called {name!r}: there is {listed(named)}")
        self._go(Question(*named[name]))
        self._say(f"{name}: {SETTINGS[name]}")

    def complete(self) -> None:
        """Search as far as the search goes, without waiting for the page."""
        self._limit = most_states(self._question)
        self._draw()

    def show_run(self) -> None:
        """Show a run to a stale read in place of the replicas, to step through."""
        run = self.run
        if run is None:
            raise ValueError("with these dials no read is stale, so there is no run to show: turn R or W down until "
                             "R + W is not more than N, or choose sloppy")
        self._player = Player(run, title=show.title(self._question))
        self._player.fit(tall=0.4, low=230, row=max(16, 170 // self._question.agents))
        self._arrange()

    def back_to_dial(self) -> None:
        """Show the replicas again."""
        self._player = None
        self._arrange()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _go(self, question: Question) -> None:
        self._question = question
        self._limit = AT_ONCE
        self._beat += 1  # a page that still asks for the old search is not heard
        self._offer()
        if self._player is not None:
            self.back_to_dial()
        self._say(HINT)

    def _searching(self) -> bool:
        return not settled(self.found) and self._limit < most_states(self._question)

    def _scene(self) -> Scene:
        """Answer, replicas and prices; with the beat the page asks for the rest of the search."""
        now, found = self._question, self.found
        run = None if self._searching() else self.run
        return {"panels": {
            "summary": text_panel(show.answer(now)),
            "replicas": show.replicas_panel(now),
            "legend": show.legend_panel(),
            "check": text_panel(show.check(now, found, 0 if run is None else len(run)), "side"),
            "price": show.price_panel(now),
            "status": self._told("side"),
            "known": show.known_panel(SETTINGS),
            "clock": clock_panel("side", self._searching(), self._beat, every=50),
        }}

    def _act_on(self, click: dict[str, Any]) -> None:
        """The page has drawn what there is and asks for the rest."""
        if click.get("beat") == self._beat and self._searching():
            self._beat += 1
            self.complete()

    def _arrange(self) -> None:
        """The replicas, or in their place the run."""
        shown = "none" if self._player else ""
        self._stage.layout.display = self._presets.layout.display = shown
        self._show.description = BACK if self._player else SHOW
        self.children = (*self._parts, self._player) if self._player else self._parts

    def _make_controls(self) -> None:
        dial = {"min": 1, "continuous_update": False, "layout": widgets.Layout(width="244px"),
                "style": {"description_width": "initial"}}
        self._replicas = widgets.IntSlider(value=1, max=MOST_REPLICAS, description="N, replicas", **dial)
        self._reads = widgets.IntSlider(value=1, max=MOST_REPLICAS, description="R, to read", **dial)
        self._writes = widgets.IntSlider(value=1, max=MOST_REPLICAS, description="W, to write", **dial)
        self._kind = widgets.Dropdown(options=KINDS, description="Quorum", layout=widgets.Layout(width="165px"),
                                      style={"description_width": "initial"})
        self._offer()
        self._on(self._replicas, lambda: self.turn(replicas=self._replicas.value))
        self._on(self._reads, lambda: self.turn(reads=self._reads.value))
        self._on(self._writes, lambda: self.turn(writes=self._writes.value))
        self._on(self._kind, lambda: self.count(self._kind.value))
        self._show = self._button(SHOW, lambda: self.back_to_dial() if self._player else self.show_run())
        self._show.layout = widgets.Layout(width="150px")
        self._show.add_class("day13-toggle")
        self._dials = bar(self._replicas, self._reads, self._writes, self._kind, self._show)
        self._presets = bar(*(self._preset(name) for name in SETTINGS), layout=widgets.Layout())

    def _for_presenters(self) -> Cues:
        return Cues(scenarios={name: partial(self.take, name) for name in SETTINGS})

    def _preset(self, name: str) -> widgets.Button:
        return self._button(name, lambda: self.take(name))

    def _offer(self) -> None:
        """Let the dials say what is set, whoever set it."""
        now = self._question
        with self._quietly():
            self._replicas.value, self._kind.value = now.replicas, KINDS[now.sloppy]
            for slider, value in ((self._reads, now.reads), (self._writes, now.writes)):
                slider.max, slider.value = now.replicas, value


def _checked(replicas: int, reads: int, writes: int, sloppy: bool) -> Question:
    for name, number, most in (("replicas", replicas, MOST_REPLICAS), ("reads", reads, replicas),
                               ("writes", writes, replicas)):
        if number.__class__ is not int or not 1 <= number <= most:
            raise ValueError(f"{name} is a whole number from 1 to {most}, not {number!r}")
    if not isinstance(sloppy, bool):
        raise ValueError(f"sloppy is True or False, not {sloppy!r}")
    return Question(replicas, reads, writes, sloppy)
