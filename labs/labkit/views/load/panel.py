"""A service under load that fails and does not come back by itself: pause its server, and try what helps.

Bronson et al., "Metastable failures in distributed systems" (HotOS 2021): a trigger pushes the service into a
state that keeps itself up after the trigger is gone. Left out: several servers, and calls of clients.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from labkit.engine import Simulator
from labkit.observe import Span
from labkit.patterns import RETRIES
from labkit.protocols import Service, described
from labkit.views.load.outcome import Outcome, outcome, spells
from labkit.views.load.scene import AXES, chart_panel, legend_panel, seen_at, sentence, tried_panel
from labkit.views.load.story import PAUSE, PAUSES, RESTARTS, WIDTH, Fault, Run, Setting, counted, first_state, told
from labkit.views.stage import Cues, Guarded, Scene, Stage, bar, clock_panel, offer, text_panel

CALLERS = range(2, 61)
LONGEST = AXES[-1]
AT_ONCE = 5_000  # units that are run again in one go
NO_LIMIT = "unbounded"  # a menu shows nothing for None
MENUS: dict[str, tuple[str, dict[Any, str]]] = {  # what a menu is called, and what it offers by which words
    "retry": ("Retry", {name: name for name in RETRIES}),
    "breaker": ("Breaker", {0: "off", 3: "3 failures"}),
    "queue": ("Queue", {20: "20", NO_LIMIT: NO_LIMIT}),
    "budget": ("Retry budget", {0: "off", 10: "one retry for ten calls"}),
    "load": ("Load", {50: "50 %", 75: "75 %", 90: "90 %"}),
}
WIDTHS = {"retry": 200, "breaker": 180, "queue": 180, "budget": 335, "load": 130}
HINT = "Pause the server, run on, and see what becomes of the calls. Then change a setting: the same happens again."
PUT_ASIDE = "You went on from time {:,}; what came later in that run is put aside."


class LoadPanel(Guarded):
    """One server with many callers around it, run as far as you like; every setting meets the same faults.

    retry, breaker, queue, budget, load: the first setting (`Setting` explains them). begin: how long it has run when it
    is first shown. kind: a class of your own, derived from Service. options go to the agents.
    """

    def __init__(
        self, callers: int = 40, *, seed: int = 1, retry: str = "at once", breaker: int = 0, queue: int | None = None,
        budget: int = 0, load: int = 75, begin: int = 1_000, kind: type[Service] = Service, **options: object,
    ) -> None:
        if callers not in CALLERS:
            raise ValueError(f"callers is a whole number from {CALLERS[0]} to {CALLERS[-1]}, not {callers!r}")
        if begin % WIDTH or not 0 <= begin <= LONGEST:
            raise ValueError(f"begin is a multiple of {WIDTH} from 0 to {LONGEST:,}, not {begin!r}")
        if not isinstance(kind, type) or not issubclass(kind, Service):
            raise ValueError(f"kind is a class of agents derived from Service, not {getattr(kind, '__name__', kind)!r}")
        if "every" in options or "server" in options:
            raise ValueError("the load says how often callers call, and the server is in the middle: leave out every "
                             "and server")
        described(kind).checked(options)
        self._callers, self._seed, self._kind, self._options, self._begin = callers, seed, kind, options, begin
        self._setting = Setting(retry, breaker, queue, budget, load)
        self._again: tuple[Fault, ...] = ()  # what happens again where a setting is changed
        self._tried: dict[tuple[Setting, tuple[Fault, ...]], tuple[int, Outcome]] = {}
        self._status = (HINT, "")
        self._beat = 0
        self._time = self._end = begin
        self._run = first_state(callers, seed, kind, self._setting, options)
        self._run.advance(begin)
        self._stage = Stage(self._scene(), self.click)
        self._make_controls()
        super().__init__(self._stage, *self._controls)
        self.add_class("day13-load")

    # ---- what it shows -----------------------------------------------------------------------------------------------

    @property
    def sim(self) -> Simulator:
        """The run, to its end; what is shown may be earlier."""
        return self._whole.sim

    @property
    def time(self) -> int:
        """The time that is shown."""
        self.complete()
        return self._time

    @property
    def setting(self) -> Setting:
        """What is tried now."""
        return self._setting

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was done to the server in this run, and when."""
        return self._whole.faults

    @property
    def spans(self) -> tuple[Span, ...]:
        """What the chart shows, 100 units each."""
        return self._whole.spans(self._time)

    @property
    def outcome(self) -> Outcome:
        """What has come of it by the time that is shown."""
        return outcome(self._whole, self._time)

    @property
    def tried(self) -> dict[tuple[Setting, tuple[Fault, ...]], Outcome]:
        """What came of each setting with its faults, this run last."""
        now = self._setting, self.faults
        before = {key: came for key, (_, came) in self._tried.items() if key != now}
        return {**before, now: outcome(self._whole, self._end)}

    # ---- what can be done --------------------------------------------------------------------------------------------

    def pause_server(self) -> None:
        """Let the server do nothing for 600 units; what arrives meanwhile waits."""
        self.complete()
        if any(one.begin <= self._time < one.end for one in spells(self._run.past(self._time))):
            raise ValueError("the server pauses already: run on, or go to an earlier time")
        self._strike(PAUSES, f"The server pauses from {self._time:,} to {self._time + PAUSE:,}.")

    def restart_server(self) -> None:
        """Crash the server and start it again at once: what waits there is lost."""
        self.complete()
        self._strike(RESTARTS, f"The server was restarted at {self._time:,}; what waited there is lost.")

    def run_on(self, units: int = 1_000) -> None:
        """Run that much longer, from the time that is shown."""
        self.complete()
        begin, end = self._time, self._time + units
        if units < WIDTH or units % WIDTH:
            raise ValueError(f"units is a multiple of {WIDTH}, not {units}")
        if end > LONGEST:
            raise ValueError(f"the panel draws no more than {LONGEST:,} units: start over, or go to an earlier time")
        remark = self._branch_off()
        self._run.advance(end)
        self._time = self._end = end
        self._show(remark or f"Run on from {begin:,} to {end:,}.")

    def go(self, time: int) -> None:
        """Show the service as it was at that time, a multiple of 100."""
        self.complete()
        if time % WIDTH or not 0 <= time <= self._end:
            raise ValueError(f"time is a multiple of {WIDTH} from 0 to {self._end:,}, not {time}")
        self._time = time
        later = f" The run goes on to {self._end:,}; what you do here begins another one." if time < self._end else ""
        self._show(f"The service as it was at {time:,}.{later}")

    def try_out(self, **changes: object) -> None:
        """Change the setting, and let the same happen again, up to the same time: try_out(breaker=3, load=90)."""
        if odd := [name for name in changes if name not in MENUS]:
            raise ValueError(f"there is no setting {odd[0]!r}: choose {', '.join(MENUS)}")
        setting = replace(self._setting, **changes)  # type: ignore[arg-type]
        if setting != self._setting:
            self._begin_again(setting, self._again, self._end)

    def start_over(self) -> None:
        """Begin again with this setting and without a fault."""
        self._begin_again(self._setting, (), self._begin, self._begin)
        self._show(f"Started over, without a fault. {HINT}")

    def complete(self) -> None:
        """Run to the end what is being run again, without waiting for the page."""
        if self._behind:
            while self._behind:
                self._catch_up()
            self._show(self._status[0])

    # ---- inside ------------------------------------------------------------------------------------------------------

    @property
    def _whole(self) -> Run:
        """The run when it has come to its end."""
        self.complete()
        return self._run

    @property
    def _behind(self) -> bool:
        return self._run.time < self._end

    def _begin_again(self, setting: Setting, faults: tuple[Fault, ...], end: int, time: int | None = None) -> None:
        """The first part at once, the rest in beats of the page, for a press takes no longer than two seconds."""
        run = first_state(self._callers, self._seed, self._kind, setting, self._options)
        self._keep()
        self._setting, self._run, self._again, self._end = setting, run, faults, end
        self._time = self._time if time is None else time
        self._beat += 1  # a page that still asks for the run before is not heard
        same = f"{counted(faults)} at the same times" if len(faults) > 3 else told(faults)
        self._status = (f"Started over with this setting: the same seed, {same}, up to {end:,}.", "")
        self._catch_up()
        self._show(self._status[0])

    def _catch_up(self) -> None:
        """Run the next part of what happens again."""
        try:
            self._run.replay(self._again, min(self._end, self._run.time + AT_ONCE))
        except Exception:  # of an agent of the learner's own: what there is can be looked at
            self._end = self._run.time
            raise
        finally:
            self._time = min(self._time, self._end)

    def _branch_off(self) -> str:
        """Where an earlier time is shown, go on with a branch from there; a remark on that."""
        if self._time == self._end == self._run.sim.now:
            return ""
        later = self._time < self._end
        self._keep()
        self._run, self._end = self._run.branch(self._time), self._time
        self._again = self._run.faults
        return PUT_ASIDE.format(self._time) if later else ""

    def _strike(self, kind: str, said: str) -> None:
        remark = self._branch_off()
        self._run.strike(kind)
        self._again = self._run.faults
        self._show(f"{said} {remark}".strip())

    def _keep(self) -> None:
        """Keep what came of this run; a run in which nothing was done to the server says nothing."""
        key = self._setting, self._run.faults
        if self._run.faults and not self._behind:
            self._tried.pop(key, None)
            self._tried[key] = self._end, outcome(self._run, self._end)

    def _scene(self) -> Scene:
        last = min(self._run.time, self._end)
        seen = seen_at(self._run, min(self._time, last))
        came = seen.outcome if seen.time == last else outcome(self._run, last)
        return {"panels": {
            "summary": text_panel(sentence(seen)),
            "legend": legend_panel(),
            "chart": chart_panel(seen, self._end),
            "tried": tried_panel((self._setting, self._run.faults), last, came, self._tried),
            "status": self._told("beside"),
            "clock": clock_panel("main", self._behind, self._beat, every=10),
        }}

    def _show(self, said: str) -> None:
        self._offer()
        self._say(said)

    def _for_presenters(self) -> Cues:
        return Cues(self.start_over)

    def _act_on(self, click: dict[str, Any]) -> None:
        """The page has drawn what there is and asks for more."""
        if click.get("beat") == self._beat and self._behind:
            self._beat += 1
            self._catch_up()
            self._draw()

    def _make_controls(self) -> None:
        self._menus = {}
        for name, (label, offered) in MENUS.items():
            self._menus[name] = menu = widgets.Dropdown(
                options=[(words, one) for one, words in offered.items()], description=label,
                layout=widgets.Layout(width=f"{WIDTHS[name]}px"), style={"description_width": "initial"},
            )
            self._on(menu, partial(self._choose, name))
        self._slider = widgets.IntSlider(
            min=0, max=WIDTH, step=WIDTH, description="Time", readout_format=",d", layout=widgets.Layout(width="460px"),
        )
        self._on(self._slider, lambda: self.go(WIDTH * round(self._slider.value / WIDTH)))  # typed, it may be any
        buttons = [
            self._button("Pause the server", self.pause_server),
            self._button("Restart the server", self.restart_server),
            self._button("Run 1,000", self.run_on), self._button("Start over", self.start_over),
        ]
        self._controls = bar(*self._menus.values()), bar(*buttons, self._slider)
        self._offer()

    def _choose(self, name: str) -> None:
        chosen = self._menus[name].value
        self.try_out(**{name: None if chosen == NO_LIMIT else chosen})

    def _offer(self) -> None:
        """Let the controls say what is so, whoever did it."""
        with self._quietly():
            for name, menu in self._menus.items():
                now = getattr(self._setting, name)
                now = NO_LIMIT if now is None else now
                known = now in [one for _, one in menu.options]
                new = [] if known else [(f"{now} %" if name == "load" else str(now), now)]
                offer(menu, [*menu.options, *new], now)
            self._slider.max = max(self._end, WIDTH)
            self._slider.value = self._time
