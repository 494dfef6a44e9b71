"""A run that shows why an answer is wrong, opened at the moment when it does, with a mark on the agents concerned."""

from bisect import bisect_right

from labkit.values import listed
from labkit.views.player import Player
from labkit.views.stage import DEAD, Scene
from labkit.worksheet import Moment

WRONG = "✘"


class Case(Player):
    """All of the run in the diagram, if it is short, and below it what every agent knows."""

    def __init__(self, moment: Moment) -> None:
        self._marks = moment.marks
        super().__init__(moment.sim, at=bisect_right(moment.sim.trace, moment.time, key=lambda done: done.time))
        self.see_whole()

    def _scene(self) -> Scene:
        scene = super()._scene()
        network, lights, agents = (scene["panels"][name] for name in ("network", "lights", "agents"))
        if network["kind"] == "network":  # its mark is all that there is room for beside an agent
            notes = zip(network["name"], network["note"], strict=True)
            network["note"] = [f"{WRONG} {self._marks[name]}" if name in self._marks else note for name, note in notes]
        if lights["kind"] == "badges":
            lights["items"] = [*self._badges(), *lights["items"]]
        if agents["kind"] == "table":
            agents["open"] = True
        return scene

    def _badges(self) -> list[list[str]]:
        """One for each thing that is wrong, with the agents that it is wrong with."""
        named = {words: listed(name for name, said in self._marks.items() if said == words)
                 for words in self._marks.values()}
        return [[WRONG, f"{words}: {names}", DEAD.fill, DEAD.ink] for words, names in named.items()]
