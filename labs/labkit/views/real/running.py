"""What all widgets over a running system share: whether it runs, links to cut and mend, and a look now and then.

What is running is a `Deployed` or a `Classroom`. The page asks for each look, with the number of the one before it, so
two pages of one widget ask no more often than one.
"""

from collections.abc import Iterable
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets as widgets

from labkit.network import Network
from labkit.views.stage import Controls, Guarded, Panel, clock_panel


class Cuttable(Protocol):
    """A running system whose links can be cut."""

    @property
    def running(self) -> bool: ...
    def heal(self, a: str, b: str) -> None: ...
    def heal_all(self) -> None: ...


Real = TypeVar("Real", bound=Cuttable)


class Running(Guarded, Generic[Real]):
    """A picture of a running system that is asked for news until it ends.

    A widget defines `_network` and `cut`; `AT_REST` names the button that starts its system.
    """

    AT_REST = "nothing runs: press Start first"
    MENDED = "The cable between {} and {} is whole. The servers call again about once a second."
    ALL_MENDED = "All cables are whole."
    EVERY = 400  # milliseconds from one look to the next

    _real: Real | None = None
    _beat = 0
    _controls: Controls

    def cut(self, a: str, b: str) -> None:
        """Cut the link between two agents."""
        raise NotImplementedError

    def heal(self, a: str, b: str) -> None:
        """Mend the link between two agents."""
        self._live.heal(a, b)
        self._say(self.MENDED.format(a, b))

    def heal_all(self) -> None:
        """Mend all links."""
        self._live.heal_all()
        self._say(self.ALL_MENDED)

    def look(self) -> None:
        """Draw what has happened by now, without waiting for the page."""
        self._draw()

    @property
    def _network(self) -> Network:
        """The network as the last look found it."""
        raise NotImplementedError

    @property
    def _running(self) -> bool:
        return self._real is not None and self._real.running

    @property
    def _live(self) -> Real:
        if self._real is None or not self._running:
            raise ValueError(self.AT_REST)
        return self._real

    def _link_controls(self, names: Iterable[str]) -> Controls:
        """The menus that choose an agent and one of its links."""
        self._controls = Controls(widgets.Layout(width="150px"), names)
        self._on(self._controls.agent, lambda: self._controls.offer_links(self._network))
        self._controls.offer_links(self._network)
        return self._controls

    def _clock(self) -> Panel:
        return clock_panel("below", self._running, self._beat, self.EVERY)

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"beat": beat}:
                if self._running and beat == self._beat:
                    self._beat += 1
                    self._draw()
            case {"link": [str(a), str(b)]}:
                (self.heal if (a, b) in self._network.cut else self.cut)(a, b)
