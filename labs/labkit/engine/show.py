"""From a run to the widget that shows it, without knowing one: what is installed says which class opens a player.

So `found.player()` works in a notebook, and nothing below the widgets needs a screen. pyproject.toml names the class,
as an entry point of the group `labkit.player`.
"""

from importlib.metadata import entry_points
from typing import Any

from labkit.engine.simulator import Simulator


def open_player(run: Simulator, **options: Any) -> Any:
    """A player on this run, a `Player` of the widgets unless something else is installed; options go to it."""
    for player in entry_points(group="labkit.player"):
        return player.load()(run, **options)
    raise ValueError("no player is installed: start Jupyter again with 'make lab', or use Player(found.replay())")
