"""Two runs of the same schedule, one beside the other: the broken agents and the sound ones, step by step."""

from functools import partial

import ipywidgets as widgets

from labkit.engine import Recorded, said
from labkit.values import expect, plain_arguments
from labkit.views.player.player import Player
from labkit.views.stage import Cues, Guarded, Stage, bar

SIDES = ("left", "right")


class SideBySide(Guarded):
    """Two players that show the same step; what is done with these buttons is done in both.

    A run with fewer steps waits at its end until the other has shown all of its own; then both go on, but a recorded
    one stays at its end.
    """

    def __init__(self, left: Player, right: Player) -> None:
        for player in (left, right):
            expect(player, Player, "SideBySide shows two players, SideBySide(Player(sim), Player(other))")
        if left is right:
            raise ValueError("SideBySide shows two players: make a second one, Player(sim)")
        self.players = (left, right)
        self._kept = [len(player.sim) for player in self.players]
        self._own = widgets.ToggleButton(description="Controls of each run", layout=widgets.Layout(width="auto"))
        self._own.add_class("day13-toggle")
        self._on(self._own, self._show_own)
        buttons = bar(
            self._button("Both: beginning", lambda: self.go(0)), self._button("Both: back", self.back),
            self._button("Both: step", self.step), self._button("Both: end", self.end), self._own,
        )
        span = min(end - begin for begin, end in (player.window for player in self.players))
        for player in self.players:
            player.fit(tall=0.36, low=190, row=24, span=span)
        self._status = self._sentence(), ""
        self._stage = Stage(self._scene(), self.click)
        half = widgets.Layout(width="50%", min_width="420px")
        boxes = [widgets.VBox([player], layout=half) for player in self.players]
        pair = widgets.HBox(boxes, layout=widgets.Layout(align_items="flex-start"))
        super().__init__(buttons, self._stage, pair)
        for name in ("day13-pair", "day13-alone"):
            self.add_class(name)

    @property
    def differ_from(self) -> int | None:
        """The first step at which not the same happens in the two runs; None where there is none so far."""
        left, right = (player.sim for player in self.players)
        for step, (one, other) in enumerate(zip(left.trace, right.trace, strict=False), 1):
            if one.event != other.event and said(one.event) != said(other.event):
                return step
        return None if len(left) == len(right) else min(len(left), len(right)) + 1

    def step(self) -> None:
        """One step on in both, into what was kept; where both are at their end, into what happens next."""
        ahead = [player for player in self.players if player.moment.step < len(player.sim)]
        behind = min((player.moment.step for player in ahead), default=0)
        due = [player for player in ahead if player.moment.step == behind] or self.players
        moved = [player.step() for player in due]
        if not any(moved):
            raise ValueError("nothing is left to happen in either run: go back, or do something in one of them")
        self._say(self._sentence())

    def back(self) -> None:
        """One step back in both, or in the one that is ahead."""
        step = max(player.moment.step for player in self.players)
        if not step:
            raise ValueError("this is the beginning of both runs: there is nothing to go back to")
        self.go(step - 1)

    def end(self) -> None:
        """Show the end of what has happened in both."""
        self.go(max(len(player.sim) for player in self.players))

    def go(self, step: int) -> None:
        """Show both after that many steps, or at their end where they have fewer."""
        last = max(len(player.sim) for player in self.players)
        if not 0 <= step <= last:
            raise ValueError(f"there is no step {step:,}: the runs have steps 0 to {last:,}")
        for player in self.players:
            player.go(min(step, len(player.sim)))
        self._say(self._sentence())

    @plain_arguments
    def go_to_time(self, time: int) -> None:
        """Show both as they were at that time, however many steps each had made; one that ended earlier at its end."""
        if time < 0:
            raise ValueError(f"time is a whole number from 0 on, not {time}")
        for player in self.players:
            player.go_to_time(time)
        ends = ((side, player.sim.now) for side, player in zip(SIDES, self.players, strict=True))
        told = [f"The {side} run ends at time {end:,}." for side, end in ends if end < time]
        self._say(" ".join([f"Both are shown at time {time:,}.", *told]) if len(told) < 2 else " ".join(told))

    def _for_presenters(self) -> Cues:
        return Cues(partial(self.go, 0))

    def _sentence(self) -> str:
        """Which step is on show, whether the runs still agree, and which of them has ended."""
        steps = [player.moment.step for player in self.players]
        step = max(steps)
        told = [f"Step {step:,}."]
        if (first := self.differ_from) is not None and step >= first:
            told.append(f"The runs differ from step {first:,} on.")
        elif step and steps[0] == steps[1]:
            told.append("The same has happened in both runs.")
        for side, at, kept, player in zip(SIDES, steps, self._kept, self.players, strict=True):
            if at == len(player.sim) and isinstance(player.sim, Recorded):
                told.append(f"The {side} run ends {'here' if at == step else f'at step {at:,}'}, as it happened.")
            elif at == len(player.sim) < step:
                why = f": {player.sim.skipped[0][1]}" if player.sim.skipped and at == kept else ""
                told.append(f"The {side} run is at its end, step {at:,}{why}.")
        return " ".join(told)

    def _show_own(self) -> None:
        (self.remove_class if self._own.value else self.add_class)("day13-alone")
