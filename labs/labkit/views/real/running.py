"""What all widgets over a running system share: whether it runs, links to cut and mend, and a look now and then.

What is running is a `Deployed` or a `Classroom`. The page asks for each look, with the number of the one before it, so
two pages of one widget ask no more often than one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets as widgets

from labkit.network import Cut, Network
from labkit.views.stage import Controls, Cues, Guarded, NetworkPanel, Panel, clock_panel


class Cuttable(Protocol):
    """A running system whose links can be cut."""

    @property
    def running(self) -> bool: ...
    def stop(self) -> None: ...
    def heal(self, a: str, b: str) -> None: ...
    def heal_all(self) -> None: ...


Real = TypeVar("Real", bound=Cuttable)


class Running(Guarded, Generic[Real]):
    """A picture of a running system that is asked for news until it ends.

    A widget defines `_network` and `cut`; `AT_REST` names the button that starts its system.
    """

    AT_REST = "nothing runs: press Start first"
    NOT_YET = "nothing runs yet."
    OVER = "all processes have ended. This is how it was at the end."
    MENDED = "The cable between {} and {} is whole. The servers call again about once a second."
    ALL_MENDED = "All cables are whole."
    LINK = "the cable between {} and {}"
    EVERY = 400  # milliseconds from one look to the next

    _real: Real | None = None
    _beat = 0
    _controls: Controls

    def __init__(self, *parts: widgets.Widget) -> None:
        super().__init__(*parts)
        self.add_class("day13-real")

    def cut(self, a: str, b: str) -> None:
        """Cut the link between two agents."""
        raise NotImplementedError

    def heal(self, a: str, b: str) -> None:
        """Mend the link between two agents."""
        real = self._live
        self._check(a, b, cut=True)
        real.heal(a, b)
        self._say(self.MENDED.format(a, b))

    def heal_all(self) -> None:
        """Mend all links."""
        self._live.heal_all()
        self._say(self.ALL_MENDED)

    def look(self) -> None:
        """Draw what has happened by now, without waiting for the page."""
        self._draw()

    def _check(self, a: str, b: str, *, cut: bool) -> None:
        """ValueError unless the link is there, and cut or whole as it should be."""
        self._network.after(Cut(a, b))
        if ((a, b) in self._network.cut) != cut:
            is_so, remedy = ("whole", "there is nothing to mend") if cut else ("cut", "mend it first")
            raise ValueError(f"{self.LINK.format(a, b)} is {is_so} already: {remedy}")

    @property
    def _network(self) -> Network:
        """The network as the last look found it."""
        raise NotImplementedError

    @property
    def _running(self) -> bool:
        return self._real is not None and self._real.running

    @property
    def _over(self) -> bool:
        return self._real is not None and not self._real.running

    @property
    def _live(self) -> Real:
        if self._real is None or not self._running:
            raise ValueError(self.AT_REST)
        return self._real

    def _end(self) -> None:
        """End what runs; nothing is left to do where it has ended already."""
        if self._real is None:
            raise ValueError(self.AT_REST)
        self._real.stop()

    def _heading(self, said: str) -> str:
        """What is said of the network, or that nothing runs yet or any more."""
        if self._real is None:
            return self.NOT_YET
        return self.OVER if self._over else said

    def _in_time(self, panel: NetworkPanel, then: str) -> NetworkPanel:
        """The picture without notes before anything runs, and with the other title once all has ended."""
        if self._real is None:
            return {**panel, "note": [""] * len(panel["name"]), "title": "The network, not yet running"}
        return {**panel, "title": then} if self._over else panel

    def _link_controls(self, names: Iterable[str]) -> Controls:
        """The menus that choose an agent and one of its links."""
        self._controls = Controls(widgets.Layout(width="150px"), names)
        self._on(self._controls.agent, lambda: self._controls.offer_links(self._network))
        self._controls.offer_links(self._network)
        return self._controls

    def _choose(self, agent: str) -> None:
        """Let the menus follow a click on an agent."""
        with self._quietly():
            self._controls.agent.value = agent
        self._controls.offer_links(self._network)

    @property
    def _scenarios(self) -> Mapping[str, Callable[[], object]]:
        """What a presenter calls up by a digit."""
        return {"mend all": self.heal_all}

    def _for_presenters(self) -> Cues:
        return Cues(scenarios=self._scenarios)

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
