"""One place where callbacks run: one lock, and every problem becomes one sentence in the widget.

Jupyter runs callbacks in several threads and swallows their exceptions; a learner would see nothing happen.
"""

import traceback
from collections.abc import Callable
from threading import RLock
from typing import Any

import ipywidgets as widgets

from labkit.views.stage.panels import Scene
from labkit.views.stage.stage import Stage

NOT_DRAWN = (
    "If you read this sentence, this page does not draw widgets. Open the notebook in JupyterLab ('make lab'), "
    "reload the page, and run the cells from the top."
)


class Guarded:
    """Mix-in for a widget with a stage: buttons, observers and the status line. The widget defines `_scene`."""

    _stage: Stage
    _status = ("", "")  # (text, tone)
    _looks: dict[str, widgets.Widget] | None = None
    _scene: Callable[[], Scene]

    def __repr__(self) -> str:
        return NOT_DRAWN  # a viewer that cannot draw a widget shows its repr

    def _guarded(self, act: Callable[[], object]) -> None:
        """Run a callback; what it raises is said in the status line, and the widget stays usable."""
        with self._lock():
            try:
                act()
            except ValueError as wrong:
                self._say(_sentence(str(wrong)), "warning")
            except Exception as bug:
                self._say(_blame(bug), "warning")

    def _say(self, text: str, tone: str = "") -> None:
        self._status = (text, tone)
        self._draw()

    def _draw(self) -> None:
        self._stage.show(self._scene())

    def _button(self, label: str, act: Callable[[], object]) -> widgets.Button:
        if self._looks is None:  # one for all buttons: each layout and each style is a message to the page
            self._looks = {"layout": widgets.Layout(width="auto"), "style": widgets.ButtonStyle()}
        button = widgets.Button(description=label, **self._looks)
        button.on_click(lambda _button: self._guarded(act))
        return button

    def _on(self, control: widgets.Widget, act: Callable[[], object]) -> None:
        control.observe(lambda _change: self._guarded(act), names="value")

    def _lock(self) -> Any:
        return self.__dict__.setdefault("_one_at_a_time", RLock())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _blame(bug: Exception) -> str:
    """What was raised, where, in one sentence: for code that the learner wrote (on_change, a topology) or for ours."""
    last = traceback.extract_tb(bug.__traceback__)[-1]
    where = f"{last.name}, line {last.lineno}"
    return f"{where}, raised {type(bug).__name__}: {bug}. Mend it and click again; nothing is lost."
