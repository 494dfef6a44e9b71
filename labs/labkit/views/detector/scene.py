"""A failure detector's bargain as plain data: noticed soon against wrong often, one point per setting.

Each point is the mean of a few runs of `labkit.observe.detection.quality`; the dashed line is the formula for the fixed
timeout. A few: a point still wobbles from seed to seed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from labkit.agents import Agent
from labkit.engine import LATENCY
from labkit.observe import Quality, averaged, quality
from labkit.protocols import FixedTimeout, PhiAccrual, Swim
from labkit.views import stage

PERIOD = FixedTimeout.period
POINT, CHOSEN = stage.partition_look(0), stage.Look("#D55E00", stage.BLACK, "star-diamond")
FORMULA = stage.Look("#009E73", stage.BLACK, "circle")


@dataclass(frozen=True)
class Detector:
    """A detector with the setting that is tuned, its values, how long and how many the runs are, its rule in words."""

    kind: Callable[..., Agent]
    option: str  # what the agent calls the setting
    label: str  # what the slider calls it; its first word names the setting in texts
    values: tuple[int, ...]
    first: int
    crash: int
    until: int
    runs: int
    rule: str

    @property
    def word(self) -> str:
        """What texts call the setting."""
        return self.label.split()[0].lower()


DETECTORS = {
    "fixed timeout": Detector(
        FixedTimeout, "silence", "Patience (units of silence)", tuple(range(60, 401, 20)), 200, 2_000, 4_000, 5,
        f"heartbeats every {PERIOD} units; {{}} units of silence are too long",
    ),
    "phi accrual": Detector(
        PhiAccrual, "threshold", "Threshold φ", tuple(range(1, 9)), 3, 2_000, 3_000, 2,
        f"heartbeats every {PERIOD} units; a silence of φ = {{}} is too unlikely",
    ),
    "SWIM": Detector(
        Swim, "period", "Period (units a probe)", tuple(range(120, 401, 20)), 200, 2_000, 6_000, 8,
        "one peer is probed every {} units, by friends too if it does not answer",
    ),
}


@dataclass(frozen=True)
class Setting:
    """All that a picture depends on: same setting, same picture."""

    detector: str
    value: int
    agents: int
    loss: int  # percent
    seed: int


@lru_cache(maxsize=4096)
def measured(setting: Setting) -> Quality:
    """The mean of some runs, with a crash in each."""
    found, options = DETECTORS[setting.detector], {DETECTORS[setting.detector].option: setting.value}
    return averaged([
        quality(
            found.kind, setting.agents, crash=found.crash, until=found.until, loss=setting.loss / 100,
            seed=found.runs * setting.seed + i, **options,  # type: ignore[arg-type]
        )
        for i in range(found.runs)
    ])


def alarms(detector: str, run: Quality) -> float:
    """False alarms in 1,000 units, of all agents together."""
    return 1_000 * run.mistakes / DETECTORS[detector].until


def expected_alarms(patience: int, agents: int, loss: float) -> float:
    """False alarms in 1,000 units: a heartbeat comes, and all that could come within the patience are lost."""
    low, high = LATENCY
    width = high - low + 1
    chance = 0.0
    for later in range(low - high, high - low + 1):  # by how much the next one travels longer
        beats = max(0, (patience - later - 1) // PERIOD)  # a heartbeat that comes at the last moment comes too late
        chance += (width - abs(later)) / width**2 * loss**beats
    run = DETECTORS["fixed timeout"]
    pairs = (agents - 1) * (agents * run.crash + (agents - 2) * (run.until - run.crash)) / run.until
    return 1_000 * pairs * (1 - loss) / PERIOD * chance


def expected_time(patience: int, agents: int, loss: float) -> float:
    """Units until all suspect: the patience, less the age of the last heartbeat that anybody had heard."""
    nobody = loss ** (agents - 1)
    return max(0.0, patience - PERIOD / 2 - PERIOD * nobody / (1 - nobody))


def sentence(chosen: Setting, run: Quality) -> str:
    """What the chosen setting is good for, in these runs."""
    found = DETECTORS[chosen.detector]
    noticed = f"is noticed by all after {run.everyone:.0f} units" if run.everyone is not None else (
        f"is not always noticed by all within {found.until - found.crash:,} units")
    wrong = f"{alarms(chosen.detector, run):.1f} false alarms in 1,000 units" if run.mistakes else "no false alarm"
    rule = found.rule.format(chosen.value)
    return (f"On average a crash {noticed}; {wrong}; {run.messages:.0f} messages of each agent. “{chosen.detector}”: "
            f"{rule}; {chosen.loss}% of messages are lost; {found.runs} runs, seed {chosen.seed}.")


def curve_panel(chosen: Setting, runs: Mapping[int, Quality]) -> stage.ChartPanel:
    """The curve with the chosen point; runs: those that were measured so far, by the value of the setting."""
    seen = [(value, run.everyone, alarms(chosen.detector, run)) for value, run in sorted(runs.items())
            if run.everyone is not None]
    option = DETECTORS[chosen.detector].word
    curve = {
        "type": "scatter", "mode": "lines+markers", "name": f"{DETECTORS[chosen.detector].runs} runs for each {option}",
        "x": [time for _, time, _ in seen], "y": [wrong for _, _, wrong in seen],
        "text": [f"{option} {value}" for value, _, _ in seen],
        "hovertemplate": "%{text}: %{x:.0f} units, %{y:.2f} false alarms<extra></extra>",
        "line": {"color": POINT.fill, "width": 1}, "marker": {"symbol": POINT.symbol, "size": 11},
    }
    here = [point for point in seen if point[0] == chosen.value]
    late = bool(here) and (here[0][1] or 0) > 0.75 * max(time or 0 for _, time, _ in seen)
    side = "left" if late and len(seen) > 1 else "right"  # not out of the picture
    mark = {
        "type": "scatter", "mode": "markers+text", "name": f"chosen: {option} {chosen.value}",
        "x": [time for _, time, _ in here], "y": [wrong for _, _, wrong in here],
        "text": [f"{option} {value}" for value, _, _ in here], "textposition": f"top {side}", "cliponaxis": False,
        "textfont": {"size": 18, "color": stage.INK}, "hoverinfo": "skip",
        "marker": {"symbol": CHOSEN.symbol, "size": 22, "color": CHOSEN.fill,
                   "line": {"color": stage.BLACK, "width": 2}},
    }
    axis = {**stage.FROM_ZERO, "fixedrange": True}
    return stage.chart_panel(
        "main", 400, [curve, *_formula(chosen), mark], showlegend=False, hovermode="closest",
        hoverlabel={"font": {"size": 16}},
        xaxis={**axis, "title": {"text": "units until all notice a crash (down and left is better)"}},
        yaxis={**axis, "title": {"text": "false alarms in 1,000 units"}},
        margin={"l": 70, "r": 16, "t": 16, "b": 60},
    )


def legend_panel(chosen: Setting) -> stage.BadgesPanel:
    """What the marks of the curve mean; a line of text, so that it never lies over the curve."""
    found = DETECTORS[chosen.detector]
    items = [["●", f"{found.runs} runs for each {found.word}", POINT.fill, POINT.ink],
             ["✦", "chosen", CHOSEN.fill, CHOSEN.ink]]
    if chosen.detector == "fixed timeout":
        items.append(["╌", "formula: (1 − p)·pᵏ, k heartbeats lost in a row", FORMULA.fill, FORMULA.ink])
    return {"kind": "badges", "place": "main", "items": items}


def _formula(chosen: Setting) -> list[dict[str, Any]]:
    """The line of the fixed timeout; the other detectors have none."""
    if chosen.detector != "fixed timeout":
        return []
    values = DETECTORS[chosen.detector].values
    patience = range(values[0], values[-1] + 1, 5)
    loss = chosen.loss / 100
    return [{
        "type": "scatter", "mode": "lines", "name": "formula, (1 − p)·pᵏ for k heartbeats lost in a row",
        "x": [round(expected_time(value, chosen.agents, loss), 1) for value in patience],
        "y": [round(expected_alarms(value, chosen.agents, loss), 4) for value in patience],
        "line": {"color": FORMULA.fill, "width": 4, "dash": "dash"}, "hoverinfo": "skip",
    }]


def settings_panel(chosen: Setting, runs: Mapping[int, Quality]) -> stage.TablePanel:
    """The same in numbers, one row per setting; “…” where the run is still to come."""
    found = DETECTORS[chosen.detector]
    rows = []
    for value in found.values:
        mark = f"▶ {value}" if value == chosen.value else str(value)
        run = runs.get(value)
        if run is None:
            rows.append([mark, "…", "…", "…"])
        else:
            late = "not by all" if run.everyone is None else f"{run.everyone:.0f}"
            rows.append([mark, late, f"{alarms(chosen.detector, run):.2f}", f"{run.messages:.0f}"])
    head = [found.word.capitalize(), "Noticed by all after", "False alarms in 1,000", "Messages per agent, 1,000"]
    return stage.table_panel("side", "Every setting in numbers (▶ is chosen)", head, rows)
