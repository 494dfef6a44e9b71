"""A stage shows a scene: Plotly graphs, a sentence and tables. It holds no truth and no rule.

Plotly's own FigureWidget carries five megabytes of JavaScript into the page for every graph. A stage carries a small
loader (js/loader.js), which asks for the drawing and for plotly.js once a page; then only what changed in the scene is
sent: a click costs what it changed.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

import anywidget
import traitlets

from labkit.views.stage.bundle import drawing, loader, plotly_piece
from labkit.views.stage.panels import KeysPanel, Scene, keys_panel
from labkit.views.stage.snapshot import snapshot

Path = tuple[str | int, ...]
Change = tuple[Path, Any]  # where, and the new value there


class Stage(anywidget.AnyWidget):
    """The widget that draws scenes and reports what was clicked."""

    presenting: ClassVar[bool] = False  # all of them, or none
    everywhere: ClassVar["WeakSet[Stage]"] = WeakSet()

    _esm = loader()
    # Never assigned: a page that opens later reads the scene of that moment through the serialiser.
    _scene = traitlets.Any().tag(sync=True, to_json=lambda _value, stage: stage.whole())

    _still = traitlets.Any().tag(sync=True, to_json=lambda _value, stage: snapshot(stage.scene))

    def __init__(self, scene: Scene, on_click: Callable[..., None] | None = None, **options: Any) -> None:
        self._shown, self._listed = scene, keys_panel([], [])
        self.scene = self._for_the_room()
        self._number = 0  # of the last change sent; a page that misses one asks for the whole scene
        self._on_click = on_click
        super().__init__(**options)
        self.on_msg(self._heard)
        Stage.everywhere.add(self)

    def show(self, scene: Scene) -> None:
        """Draw this scene from now on, in one message that holds what differs."""
        self._shown = scene
        self.refresh()

    def list_keys(self, panel: KeysPanel) -> None:
        """List these keys when presenting."""
        self._listed = panel
        self.refresh()

    def refresh(self) -> None:
        """Send what differs from what the page has; also when presenting begins or ends."""
        scene = self._for_the_room()
        new = changes(self.scene, scene)
        self.scene = scene
        if new:
            self._number += 1
            self.send({"number": self._number, "changes": new})

    def whole(self) -> dict[str, Any]:
        """The scene with its number, as a page needs it to begin."""
        return {"number": self._number, "scene": self.scene}

    def _for_the_room(self) -> Scene:
        """What is shown, with the list of keys when presenting: it makes the drawing large."""
        if not self.presenting:
            return self._shown
        name = "keys" if self._listed["items"] else "large"  # of several stages of a widget, one has the keys
        return {"panels": {**self._shown["panels"], name: self._listed}}

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        match message:
            case {"want": "drawing"}:
                self.send(drawing())
            case {"want": "scene"}:
                self.send({"whole": self.whole()})
            case {"want": str(thing)} if thing.startswith("plotly "):
                pieces, piece = plotly_piece(int(thing.split()[1]))
                self.send({"have": thing, "of": pieces}, buffers=[piece])
            case {"probe": sent}:
                self.send({"probe": sent})
            case {"click": dict(click)} if self._on_click:
                self._on_click(**click)


def changes(old: Any, new: Any, path: Path = ()) -> list[Change]:
    """The assignments that turn `old` into `new`: down to single elements, or a whole list where that is shorter."""
    if old is new or old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [change for key in new for change in changes(old[key], new[key], (*path, key))]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        differ = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if 4 * len(differ) < len(new):
            return [change for i in differ for change in changes(old[i], new[i], (*path, i))]
    return [(path, new)]
