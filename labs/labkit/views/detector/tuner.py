"""Tune a failure detector: the sooner it notices a crash, the more often it is wrong; sliders move along the curve."""

from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets

from labkit.observe import Quality
from labkit.views.detector.scene import (
    DETECTORS,
    Setting,
    curve_panel,
    legend_panel,
    measured,
    sentence,
    settings_panel,
)
from labkit.views.stage import Cues, Guarded, Scene, Stage, bar, clock_panel, offer, text_panel

LOSSES = tuple(range(0, 41, 5))
SEEDS = 20
SIZES = range(2, 9)
HINT = "Move the sliders: each point has runs of its own, and all other settings stay as they are."


class DetectorTuner(Guarded):
    """The bargain of a failure detector on a mesh of that many agents: time to notice against false alarms.

    `quality` holds what the chosen setting came to; the other points of the curve follow while the page is open.
    """

    def __init__(self, agents: int = 5) -> None:
        if isinstance(agents, bool) or agents not in SIZES:
            raise ValueError(f"agents is a whole number from {SIZES[0]} to {SIZES[-1]}, not {agents!r}")
        self._setting = Setting("fixed timeout", DETECTORS["fixed timeout"].first, agents, 20, 0)
        self._values = {name: detector.first for name, detector in DETECTORS.items()}
        self._runs: dict[int, Quality] = {}
        self._beat = 0
        self._status = (HINT, "")
        self._measure()
        self._stage = Stage(self._scene(), self.click)
        self._make_controls()
        super().__init__(self._controls, self._stage)
        self.add_class("day13-tuner")

    @property
    def setting(self) -> Setting:
        """What is chosen now; same setting, same picture."""
        return self._setting

    @property
    def quality(self) -> Quality:
        """How good the detector was on average, in the runs with the chosen setting."""
        return measured(self._setting)

    def use(self, detector: str) -> None:
        """Take another detector, at the setting that it was left with."""
        if detector not in DETECTORS:
            raise ValueError(f"there is no detector {detector!r}: choose {', '.join(map(repr, DETECTORS))}")
        self._go(replace(self._setting, detector=detector, value=self._values[detector]))

    def tune(self, value: int) -> None:
        """Set the patience of the fixed timeout, the threshold of phi accrual or the period of SWIM."""
        found = DETECTORS[self._setting.detector]
        _among(value, found.values, found.word)
        self._values[self._setting.detector] = value
        self._go(replace(self._setting, value=value))

    def lose(self, percent: int) -> None:
        """Set how many percent of the messages are lost."""
        _among(percent, LOSSES, "loss")
        self._go(replace(self._setting, loss=percent))

    def run_again(self, seed: int | None = None) -> None:
        """Run all again with this seed, or with the next one."""
        seed = (self._setting.seed + 1) % SEEDS if seed is None else seed
        _among(seed, tuple(range(SEEDS)), "seed")
        self._go(replace(self._setting, seed=seed))

    def complete(self) -> None:
        """Make all runs that the curve still lacks, without waiting for the page."""
        while self._missing():
            self._measure()
        self._draw()

    def _go(self, setting: Setting) -> None:
        if replace(setting, value=self._setting.value) != self._setting:
            self._runs = {}
        self._setting = setting
        self._beat += 1  # a page that still asks for the old curve is not heard
        self._measure()
        self._offer()
        self._say(HINT)

    def _for_presenters(self) -> Cues:
        return Cues(scenarios={name: partial(self.use, name) for name in DETECTORS})

    def _missing(self) -> list[int]:
        """The values without a run, the chosen one first, then both ends, so that the axes are settled early."""
        values = DETECTORS[self._setting.detector].values
        order = dict.fromkeys((self._setting.value, values[0], values[-1], *values))
        return [value for value in order if value not in self._runs]

    def _measure(self) -> None:
        """Make the next run; the chosen one comes first."""
        for value in self._missing()[:1]:
            self._runs[value] = measured(replace(self._setting, value=value))

    def _scene(self) -> Scene:
        """Curve, sentence and table; with the beat the page asks for the next run, as long as one is missing."""
        chosen, runs = self._setting, self._runs
        return {"panels": {
            "summary": text_panel(sentence(chosen, runs[chosen.value])),
            "legend": legend_panel(chosen),
            "curve": curve_panel(chosen, runs),
            "settings": settings_panel(chosen, runs),
            "status": self._told("said"),
            "clock": clock_panel("said", bool(self._missing()), self._beat, every=10),
        }}

    def _act_on(self, click: dict[str, Any]) -> None:
        """The page has drawn what there is and asks for more."""
        if click.get("beat") == self._beat and self._missing():
            self._beat += 1
            self._measure()
            self._draw()

    def _make_controls(self) -> None:
        wide, style = widgets.Layout(width="430px"), {"description_width": "200px"}
        self._detector = widgets.Dropdown(options=list(DETECTORS), description="Detector", layout=wide, style=style)
        self._value = widgets.SelectionSlider(options=[0], layout=wide, style=style)
        self._loss = widgets.SelectionSlider(
            options=[(f"{percent} %", percent) for percent in LOSSES], description="Messages lost", layout=wide,
            style=style, continuous_update=False,
        )
        self._seed = widgets.Dropdown(
            options=list(range(SEEDS)), description="Seed", layout=widgets.Layout(width="130px"), style=style
        )
        self._offer()
        self._on(self._detector, lambda: self.use(self._detector.value))
        self._on(self._value, lambda: self.tune(self._value.value))
        self._on(self._loss, lambda: self.lose(self._loss.value))
        self._on(self._seed, lambda: self.run_again(self._seed.value))
        again = self._button("Run again with another seed", self.run_again)
        self._controls = bar(self._detector, self._value, self._loss, self._seed, again)

    def _offer(self) -> None:
        """Let the controls say what is chosen, whoever chose it."""
        found, now = DETECTORS[self._setting.detector], self._setting
        with self._quietly():
            offer(self._value, found.values, now.value)
            self._value.description = found.label
            self._detector.value = now.detector
            self._loss.value, self._seed.value = now.loss, now.seed


def _among(value: object, values: tuple[int, ...], name: str) -> None:
    if isinstance(value, bool) or value not in values:
        step = values[1] - values[0]
        raise ValueError(f"{name} goes from {values[0]} to {values[-1]} in steps of {step}, not {value!r}")
