"""Two runs of the same schedule, one beside the other: the broken agents and the sound ones, step by step in time."""

import ipywidgets as widgets

from labkit.values import expect
from labkit.views.player.player import Player
from labkit.views.stage import Guarded, Stage, bar


class SideBySide(Guarded):
    """Two players that go on together; what is done with these buttons is done in both."""

    def __init__(self, left: Player, right: Player) -> None:
        for player in (left, right):
            expect(player, Player, "SideBySide shows two players, SideBySide(Player(sim), Player(other))")
        self.players = (left, right)
        buttons = bar(
            self._button("Both: beginning", lambda: self.go_to_time(0)), self._button("Both: back", self.back),
            self._button("Both: step", self.step), self._button("Both: end", self.end),
        )
        self._stage = Stage(self._scene())
        half = widgets.Layout(width="50%", min_width="420px")
        boxes = [widgets.VBox([player], layout=half) for player in self.players]
        pair = widgets.HBox(boxes, layout=widgets.Layout(align_items="flex-start"))
        super().__init__(buttons, self._stage, pair)

    def step(self) -> None:
        """Go on in both to the next moment at which something happens in one of them."""
        times = [time for player in self.players if (time := player.next_time()) is not None]
        if not times:
            raise ValueError("nothing is left to happen in either run: go back, or do something in one of them")
        self.go_to_time(min(times))

    def back(self) -> None:
        """Go back in both to the moment before."""
        now = max(player.moment.time for player in self.players)
        self.go_to_time(max((time for player in self.players for time in player.times if time < now), default=0))

    def end(self) -> None:
        """Show the end of what has happened in both."""
        self.go_to_time(max(player.times[-1] for player in self.players))

    def go_to_time(self, time: int) -> None:
        """Show both as they are at that time, and let happen what has not happened yet."""
        for player in self.players:
            while (due := player.next_time()) is not None and due <= time and player.moment.step == len(player.sim):
                player.step()
            player.go_to_time(time)
        self._say(f"Both at time {time}.")
