"""A stage shows a scene: Plotly graphs, a sentence and tables. It holds no truth and no rule.

Plotly's own FigureWidget carries five megabytes of JavaScript into the page for every graph. A stage asks for plotly.js
once a page, packed, and then sends only what changed in the scene. The drawing itself stands in network.js and
stage.js.
"""

import gzip
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labkit.views.stage.patch import changes

Scene = dict[str, Any]  # plain data: {"panels": {name: {"kind": …, …}}}; see scene.py

_HERE = Path(__file__).parent


def _lines(*names: str) -> list[str]:
    """The files' lines without indents and comments: each stage of a page gets them again."""
    lines = [line.strip() for name in names for line in (_HERE / "js" / name).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("//")]


class Stage(anywidget.AnyWidget):
    """The widget that draws scenes and reports what was clicked."""

    _esm = "\n".join(_lines("network.js", "spacetime.js", "panels.js", "stage.js"))
    _css = _HERE / "css" / "stage.css"
    # Never assigned: a page that opens later reads the scene of that moment through the serialiser.
    _scene = traitlets.Any().tag(sync=True, to_json=lambda _value, stage: stage.whole())

    def __init__(
        self, scene: Scene, on_click: Callable[[dict[str, Any]], None] | None = None, **options: Any
    ) -> None:
        self.scene = scene
        self._number = 0  # of the last change sent; a page that misses one asks for the whole scene
        self._on_click = on_click
        super().__init__(**options)
        self.on_msg(self._heard)

    def show(self, scene: Scene) -> None:
        """Draw this scene from now on, in one message that holds what differs."""
        new = changes(self.scene, scene)
        self.scene = scene
        if new:
            self._number += 1
            self.send({"number": self._number, "changes": new})

    def whole(self) -> dict[str, Any]:
        """The scene with its number, as a page needs it to begin."""
        return {"number": self._number, "scene": self.scene}

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        match message:
            case {"want": "plotly"}:
                self.send({"plotly": True}, buffers=[packed_plotly()])
            case {"want": "scene"}:
                self.send({"whole": self.whole()})
            case {"probe": sent}:
                self.send({"probe": sent})
            case {"click": dict(click)} if self._on_click:
                self._on_click(click)


@cache
def packed_plotly() -> bytes:
    """plotly.js as the installed plotly package ships it, compressed: about 1.5 MB."""
    source = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return gzip.compress(source, 6, mtime=0)
