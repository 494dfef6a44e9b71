"""A picture with its controls, and one place where callbacks run: one lock, and every problem becomes one sentence.

Jupyter runs callbacks in several threads and swallows their exceptions; a learner would see nothing happen.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import RLock
from traceback import extract_tb, walk_tb
from types import FunctionType
from typing import Any, TypeAlias

import ipywidgets as widgets
from ipywidgets.widgets.widget_description import DescriptionStyle
from traitlets import TraitError

from labkit.network import Network
from labkit.values import ArgumentError, by_name, listed, plain_arguments
from labkit.views.stage.panels import Scene, TextPanel, text_panel
from labkit.views.stage.presenting import Cues
from labkit.views.stage.snapshot import snapshot
from labkit.views.stage.stage import Stage

Menu: TypeAlias = widgets.Dropdown | widgets.SelectionSlider | widgets.RadioButtons
_FIRST = object()  # the choice where none is made
NOT_DRAWN = (
    "If you read this sentence, this page does not draw widgets. Open the notebook in JupyterLab ('make lab'), "
    "reload the page, and run the cells from the top."
)


class Guarded(widgets.VBox):
    """A widget with a stage, buttons, controls and a status line.

    `click`, `press` and `choose` do what a hand does on the page: what goes wrong is said in `status`. A widget defines
    `_scene` where it shows more than its status, and `_act_on` where its picture can be clicked.
    """

    _stage: Stage
    _status = ("", "")  # (text, tone)
    _quiet = False
    _looks: dict[str, widgets.Widget] | None = None
    _act_on: Callable[[dict[str, Any]], None]
    children: tuple[widgets.Widget, ...]

    def __init_subclass__(cls, **options: Any) -> None:
        """Every public verb takes the lock, for clicks are handled while a cell runs."""
        super().__init_subclass__(**options)
        for name, verb in list(vars(cls).items()):
            if isinstance(verb, FunctionType) and not name.startswith("_"):
                setattr(cls, name, _one_at_a_time(plain_arguments(verb)))
            elif name == "__init__":
                setattr(cls, name, _in_one_sentence(plain_arguments(verb)))

    def __init__(self, *parts: widgets.Widget, **options: Any) -> None:
        super().__init__(parts, **options)
        self.add_class("day13-lab")
        self._cues = self._for_presenters()
        self._stage.list_keys(self._cues.panel())

    def __repr__(self) -> str:
        return NOT_DRAWN  # a viewer that cannot draw a widget shows its repr

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Beside the widget, its last picture for pages without a kernel."""
        return {**super()._repr_mimebundle_(**options), "text/html": snapshot(self.scene)}

    @property
    def scene(self) -> Scene:
        """What its stages show, as plain data."""
        stages = [part for part in self.children if isinstance(part, Stage)]
        return {"panels": {name: panel for stage in stages for name, panel in stage.scene["panels"].items()}}

    @property
    def status(self) -> str:
        """The sentence in the status line."""
        return self._status[0]

    def click(self, **where: Any) -> None:
        """What the page reports of a click: agent="a", or link=["a", "b"], near="a"; packet, time, key, beat."""
        def act() -> None:
            if not self._cues.hear(where.get("key")):
                self._act_on(where)

        self._guarded(act)

    @plain_arguments
    def press(self, label: str) -> None:
        """Press the button of that label; ValueError where there is none."""
        self._named(label, widgets.Button).click()

    @plain_arguments
    def choose(self, description: str, value: object) -> None:
        """Set the menu, slider or box of that description; ValueError where it cannot be set to that."""
        control = self.control(description)
        try:
            control.value = value
        except TraitError:
            offered = f": choose one of {listed(map(str, control.options))}" if hasattr(control, "options") else ""
            raise ValueError(f"{description!r} cannot be {value!r}{offered}") from None

    @plain_arguments
    def control(self, description: str) -> widgets.Widget:
        """The menu, slider or box of that description, to read; ValueError where there is none."""
        return self._named(description, widgets.ValueWidget)

    def _named(self, label: str, kind: type[widgets.Widget]) -> widgets.Widget:
        found = {part.description: part for part in _shown(self.children) if isinstance(part, kind)}
        if label not in found:
            raise ValueError(f"nothing is called {label!r} here: there is {listed(found, most=40)}")
        return found[label]

    # ---- for the widgets ---------------------------------------------------------------------------------------------

    def _for_presenters(self) -> Cues:
        """What a presenter can call up by a key."""
        return Cues()

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

    def _told(self, place: str) -> TextPanel:
        """The status line as a panel at that place."""
        text, tone = self._status
        return text_panel(text, place, tone)

    def _scene(self) -> Scene:
        """What the stage shows; the status line alone, where a widget has no more to show."""
        return {"panels": {"status": self._told("below")}}

    def _draw(self) -> None:
        self._stage.show(self._scene())

    def _button(self, label: str, act: Callable[[], object]) -> widgets.Button:
        if self._looks is None:  # one for all buttons: each layout and each style is a message to the page
            self._looks = {"layout": widgets.Layout(width="auto"), "style": widgets.ButtonStyle()}
        button = widgets.Button(description=label, **self._looks)
        button.on_click(lambda _button: self._guarded(act))
        return button

    def _on(self, control: widgets.Widget, act: Callable[[], object]) -> None:
        """Do this when the learner sets the control."""
        control.observe(lambda _change: self._guarded(lambda: None if self._quiet else act()), names="value")

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Programmatic updates of controls must not trigger callbacks."""
        with self._lock():
            before, self._quiet = self._quiet, True
            try:
                yield
            finally:
                self._quiet = before

    def _lock(self) -> Any:
        return self.__dict__.setdefault("_key", RLock())


class Controls:
    """Controls by name, some `above` the picture and some `below` it; `agent` and `other` choose a link.

    A widget's own kind adds its controls. They share a layout and a style, because each is a message to the page.
    """

    above: widgets.HBox
    below: widgets.HBox

    def __init__(self, layout: widgets.Layout, agents: Iterable[str]) -> None:
        self.wide = {"layout": layout, "style": DescriptionStyle()}
        self.agent = widgets.Dropdown(options=list(agents), description="Agent", **self.wide)
        self.other = widgets.Dropdown(description="Its link to", **self.wide)

    def offer_links(self, network: Network) -> None:
        """Offer the other ends of the chosen agent's links."""
        offer(self.other, sorted(network.graph[self.agent.value], key=by_name))


def bar(*controls: widgets.Widget, **options: Any) -> widgets.HBox:
    """A row of controls in the lab's look; a narrow page wraps it."""
    row = widgets.HBox(controls, **options)
    row.add_class("day13-controls")
    return row


def offer(menu: Menu, options: Iterable[Any], chosen: object = _FIRST) -> None:
    """Offer these and choose one of them; without `chosen`, the first where the options are new.

    The page hears of both at once: a choice that came a moment after its options would undo what was chosen meanwhile.
    """
    with menu.hold_sync():
        if (new := list(options)) != list(menu.options):
            menu.options = new
            menu.index = 0 if new else None
        if chosen is not _FIRST:
            menu.value = chosen


def _one_at_a_time(verb: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(verb)
    def locked(self: Guarded, *args: Any, **named: Any) -> Any:
        with self._lock():
            return verb(self, *args, **named)

    return locked


def _in_one_sentence(build: Callable[..., None]) -> Callable[..., None]:
    """What cannot be built is said without the lab's own lines; what the learner's own code raises keeps its lines."""
    @wraps(build)
    def built(self: Guarded, *args: Any, **named: Any) -> None:
        try:
            build(self, *args, **named)
        except ValueError as wrong:
            through = [str(frame.f_globals.get("__name__")) for frame, _line in walk_tb(wrong.__traceback__)]
            if type(wrong) is not ValueError or not all(name.startswith("labkit.") for name in through):
                raise
            raise ArgumentError(str(wrong)) from wrong

    return built


def _shown(parts: Iterable[widgets.Widget]) -> Iterator[widgets.Widget]:
    """What can be pressed or set, but not in a widget with a status line of its own."""
    for part in parts:
        if getattr(part, "description", "") and part.layout.visibility != "hidden":
            yield part
        if not isinstance(part, Guarded):
            yield from _shown(getattr(part, "children", ()))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _blame(bug: Exception) -> str:
    """What was raised, where, in one sentence: for code that the learner wrote (on_change, a topology) or for ours."""
    last = extract_tb(bug.__traceback__)[-1]
    where = f"{last.name}, line {last.lineno}"
    return f"{where}, raised {type(bug).__name__}: {bug}. Mend it and click again; nothing is lost."
