"""One measure for many values and seeds, while the page draws what has come in: a bar, a plot, a table.

The runs are made by processes of this computer, or by any other executor; a page without processes makes them itself, a
few whenever it asks for news. Nothing begins before the page has drawn the widget, or `start` or `complete` is called.
"""

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets

from labkit.deploy import Sweeping, Swept
from labkit.notebook import end_with_cell
from labkit.views.stage import Guarded, Panel, Scene, Stage, bar, clock_panel, text_panel
from labkit.views.sweeps.scene import legend_panel, plot_panel, results_panel, sentence

EVERY = 200  # milliseconds from one look to the next
WAITS = "It starts once this page has drawn it."
STARTING = "It begins. The first results take a second or more."
RUNNING = "It runs. Stop ends it early; what there is by then is kept."
STOPPED = "Stopped: no more runs begin. Start goes on with those that are left."
DONE = "All runs are done."


class Sweep(Guarded):
    """The plot of measure(value, seed) for each of these values, with each of the seeds.

    what: the values are, for the plot. All else is as for `labkit.deploy.sweep`. `result` holds what has come in.
    """

    def __init__(
        self, measure: Callable[[Any, int], Any], values: Iterable[Any], *, seeds: Any = 20,
        executor: Any = None, source: str = "", what: str = "value",
    ) -> None:
        self._sweeping = Sweeping(measure, values, seeds=seeds, executor=executor, source=source)
        self._what, self._beat, self._asks = what, 0, True  # whether the page asks for news
        self._status = WAITS, ""
        self._bar = widgets.IntProgress(max=self._sweeping.wanted, description="Runs",
                                        layout=widgets.Layout(width="420px"))
        self._stage = Stage(self._scene(), self.click)
        super().__init__(bar(self._button("Start", self.start), self._button("Stop", self.stop), self._bar),
                         self._stage)
        self.add_class("day13-sweep")
        end_with_cell(self.stop)

    @property
    def result(self) -> Swept:
        """What has come in so far."""
        return self._sweeping.result

    def start(self) -> None:
        """Make the runs that there is no result of, in the background."""
        self._sweeping.begin()
        self._go_on()

    def stop(self) -> None:
        """Begin no more runs; what there is stays."""
        self._sweeping.stop()
        self._go_on()

    def complete(self) -> None:
        """Make all runs, and wait for them; an interrupt stops them."""
        try:
            self.start()
            while self._sweeping.running:
                self._sweeping.take(EVERY / 1_000)
        except BaseException:
            self.stop()
            raise
        self.stop()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Draw what there is, and let the page ask again if more is to come."""
        self._beat, self._asks = self._beat + 1, self._sweeping.running
        if self._asks:
            self._say(RUNNING if self._sweeping.made else STARTING)
        else:
            self._say(DONE if self._sweeping.made == self._sweeping.wanted else STOPPED)

    def _act_on(self, click: dict[str, Any]) -> None:
        """The page has drawn what there is, and asks for more."""
        if click.get("beat") != self._beat or not self._asks:
            return
        self._asks = False  # should it raise
        if self._sweeping.running:
            self._sweeping.take()
        else:
            self._sweeping.begin()
        self._go_on()

    def _scene(self) -> Scene:
        swept = self._sweeping.result
        self._bar.value = len(swept.runs)
        panels: dict[str, Panel] = {
            "summary": text_panel(sentence(swept, self._what)),
            "legend": legend_panel(swept), "plot": plot_panel(swept, self._what),
            "results": results_panel(swept, self._what), "status": self._told("said"),
            "clock": clock_panel("said", self._asks, self._beat, EVERY),
        }
        if swept.trouble:
            panels["trouble"] = text_panel(f"{swept.trouble}.", "side", "warning")
        return {"panels": panels}

