"""The only call from a run up to its widget, imported when it is called.

So `found.player()` works in a notebook, and nothing below `labkit.views` needs a screen.
"""

from importlib import import_module
from typing import Any

from labkit.engine.simulator import Simulator


def open_player(run: Simulator, **options: Any) -> Any:
    """A `labkit.views.Player` for this run; options are passed to it."""
    return import_module("labkit.views").Player(run, **options)
