"""Presenter mode: one switch for all widgets of a notebook makes them large, and gives keys to what a teacher needs.

The keys reach a widget once it, or one of its buttons, has the focus; in a box that takes text they write.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from labkit.values import expect
from labkit.views.stage.panels import KeysPanel, keys_panel
from labkit.views.stage.stage import Stage

AFRESH, LATER, EARLIER = "r", "PageDown", "PageUp"  # a clicker sends the last two
DIGITS = tuple("123456789")
NOTHING: Mapping[str, Any] = MappingProxyType({})


def present(on: bool = True) -> None:
    """Show every widget of this notebook as for a room full of people: large, with its keys; off: as for one reader.

    It holds for widgets that were made before and for those that are made later.
    """
    expect(on, bool, "present() switches presenter mode on, present(False) switches it off")
    Stage.presenting = on
    for stage in list(Stage.everywhere):
        stage.refresh()


class Cues:
    """What a presenter calls up by a key: the beginning, and scenarios by their names, in their order.

    own: keys that the widget has anyway, with what they do.
    """

    def __init__(
        self, afresh: Callable[[], object] | None = None, scenarios: Mapping[str, Callable[[], object]] = NOTHING,
        own: Mapping[str, str] = NOTHING,
    ) -> None:
        self._afresh, self._scenarios, self._own = afresh, [*scenarios.items()], own
        self._place = -1  # of the scenario on show

    def panel(self) -> KeysPanel:
        """The keys in a line, for the widget."""
        said = [*self._own.items()]
        keys: list[str] = []
        if self._afresh:
            said.append(("r", "start over"))
            keys.append(AFRESH)
        if self._scenarios:
            names = [name for name, _ in self._scenarios]
            said.append(("Page ↑ ↓", "other scenario"))
            said += [*zip(DIGITS, names, strict=False)]
            keys += [LATER, EARLIER, *DIGITS[: len(names)]]
        return keys_panel([[key, words] for key, words in said], keys)

    def hear(self, key: Any) -> bool:
        """Do what the key calls up; False where it calls up nothing."""
        if key == AFRESH and self._afresh:
            self._place = -1
            self._afresh()
        elif key in (LATER, EARLIER) and self._scenarios:
            there = self._place + (1 if key == LATER else -1)
            self._call_up(max(0, min(there, len(self._scenarios) - 1)))
        elif key in DIGITS[: len(self._scenarios)]:
            self._call_up(DIGITS.index(key))
        else:
            return False
        return True

    def _call_up(self, place: int) -> None:
        self._place = place
        self._scenarios[place][1]()
