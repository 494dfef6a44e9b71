"""The gallery of faults: read what breaks, predict, then see what each strategy makes of the same fault."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import ipywidgets as widgets

from labkit.agents import Agent
from labkit.faults import GALLERY, Recovery, fault_case, report_on
from labkit.lesson import question
from labkit.protocols import CheckQuorum, LastWriterReplica, Raft, Replica, described
from labkit.values import expect
from labkit.views.questions import Prediction
from labkit.views.recovery.reports import OUTCOME_HEAD, bars_panel, labels, legend_panel, outcome_cells
from labkit.views.stage import Cues, Guarded, Scene, Stage, bar, clock_panel, table_panel, text_panel

STRATEGIES: tuple[type[Agent], ...] = (Raft, CheckQuorum, Replica, LastWriterReplica)

NOT_TRIED = "Predict first. Then let it happen: one cluster of each kind, the same fault at the same time."
TRIED = "25 requests each, one every 100 units until the heal; times in units."


class FaultGallery(Guarded):
    """Shapes of fault; for each a question, and what it does to agents of these classes, your own too.

    The fault begins at time 1,000 and is healed at 3,000; each agent's client asks in turn, one every 100 units.
    """

    def __init__(self, fault: str = "halves", kinds: Iterable[type[Agent]] = STRATEGIES, *, seed: int = 0) -> None:
        expect(kinds, (list, tuple), "kinds is a list of agent classes, kinds=[Raft]")
        self._fault, self._kinds, self._seed = fault_case(fault).name, tuple(kinds), seed
        if not self._kinds:
            raise ValueError("there is no strategy to try: give at least one class of agents, as kinds=[Raft]")
        for kind in self._kinds:
            if not isinstance(kind, type) or not issubclass(kind, Agent):
                raise ValueError(f"kinds is a list of agent classes, kinds=[Raft], but it holds {kind!r}")
        self._found: dict[tuple[str, int], Recovery] = {}  # by the fault and the place of the class
        self._questions: dict[str, Prediction] = {}
        self._outcomes: dict[str, Stage] = {}
        self._running, self._beat = False, 0
        self._choice = widgets.Dropdown(options=[*GALLERY], value=fault, description="Fault")
        self._on(self._choice, lambda: self.show(self._choice.value))
        self._row = bar(
            self._choice, self._button("Let it happen to all", self.try_it),
            self._button("All faults", self.try_all_faults),
        )
        self._status = (NOT_TRIED, "")
        self._stage = Stage(self._scene(), self.click)
        self._about, self._table = Stage(self._story()), Stage(self._all_faults())
        super().__init__(*self._parts())
        self.add_class("day13-gallery")

    @property
    def prediction(self) -> Prediction:
        """The question of the fault on show, with what was predicted."""
        if self._fault not in self._questions:
            self._questions[self._fault] = Prediction(question(fault_case(self._fault).question))
        return self._questions[self._fault]

    @property
    def reports(self) -> tuple[Recovery, ...]:
        """What came of the fault on show, one report per class; empty before it was let happen."""
        runs = [(self._fault, place) for place in range(len(self._kinds))]
        return tuple(self._found[run] for run in runs) if all(run in self._found for run in runs) else ()

    def show(self, fault: str) -> None:
        """Show another fault; what was predicted and tried before is kept."""
        self._fault = fault_case(fault).name
        with self._quietly():
            self._choice.value = self._fault
        self._show_one()

    def try_it(self) -> None:
        """Let the fault on show happen to a cluster of each class."""
        for place, kind in enumerate(self._kinds):
            self._say(f"{kind.__name__} is tried, {place + 1} of {len(self._kinds)} …")
            self._try(self._fault, place)
        if self._fault not in self._outcomes:
            self._outcomes[self._fault] = Stage(outcome_scene(self.reports))
        self._show_one()

    def try_all_faults(self) -> None:
        """Show a table of all faults and classes; it fills run by run while the page is open."""
        self._running = bool(self._missing())
        self.children = (self._row, self._table, self._stage)
        self._go_on()

    def complete(self) -> None:
        """Make all runs that the table of all faults still lacks, without waiting for the page."""
        for run in self._missing():
            self._try(*run)
        self._running = False
        self._go_on()

    def _show_one(self) -> None:
        self._running = False
        self._about.show(self._story())
        self.children = self._parts()
        broken = [f"✘ {label} broke a promise: {report.violated}."
                  for label, report in zip(labels(self.reports), self.reports, strict=True) if report.violated]
        self._say(" ".join(broken or [TRIED if self._fault in self._outcomes else NOT_TRIED]))

    def _missing(self) -> list[tuple[str, int]]:
        every = ((fault, place) for fault in GALLERY for place in range(len(self._kinds)))
        return [run for run in every if run not in self._found]

    def _try(self, fault: str, place: int) -> None:
        kind = self._kinds[place]
        if described(kind).ask("a", 1) is None:
            raise ValueError(f"agents of the class {kind.__name__} are asked nothing: choose a class with request")
        if (fault, place) not in self._found:
            self._found[fault, place] = report_on(fault, kind, seed=self._seed)

    def _for_presenters(self) -> Cues:
        return Cues(scenarios={name: partial(self.show, name) for name in GALLERY})

    def _act_on(self, click: dict[str, Any]) -> None:
        """The page has drawn the table and asks for the next run."""
        if self._running and click.get("beat") == self._beat:
            self._running = False  # a run that fails ends it
            self._try(*self._missing()[0])
            self._running = bool(self._missing())
            self._go_on()

    def _go_on(self) -> None:
        self._beat += 1
        self._table.show(self._all_faults())
        done, every = len(self._found), len(GALLERY) * len(self._kinds)
        self._say(f"{done} of {every} runs are made …" if self._running else f"All {every} runs are made. {TRIED}")

    def _scene(self) -> Scene:
        return {"panels": {
            "status": self._told("below"), "clock": clock_panel("below", self._running, self._beat, every=10),
        }}

    def _story(self) -> Scene:
        fault = fault_case(self._fault)
        where = f" Where it happened: {fault.incident}" if fault.incident else ""
        return {"panels": {"summary": text_panel(f"{fault.sentence}{where}")}}

    def _all_faults(self) -> Scene:
        """One row for each fault and class; “…” where the run is still to come."""
        rows = []
        for fault in GALLERY:
            for place, kind in enumerate(self._kinds):
                report = self._found.get((fault, place))
                cells = ["…"] * (len(OUTCOME_HEAD) - 1) if report is None else outcome_cells(report)
                rows.append([fault, kind.__name__, *cells])
        return {"panels": {"faults": table_panel("below", "All faults", ["Fault", *OUTCOME_HEAD], rows)}}

    def _parts(self) -> tuple[widgets.Widget, ...]:
        shown = self._outcomes.get(self._fault)
        return (self._row, self._about, self.prediction, *([shown] if shown else []), self._stage)


def outcome_scene(reports: tuple[Recovery, ...]) -> Scene:
    """What came of one fault, as bars and in figures."""
    rows = [[label, *outcome_cells(report)] for label, report in zip(labels(reports), reports, strict=True)]
    return {"panels": {
        "legend": legend_panel(reports, "below"),
        "bars": bars_panel(reports, "below"),
        "table": table_panel("below", "The same, in figures", OUTCOME_HEAD, rows),
    }}
