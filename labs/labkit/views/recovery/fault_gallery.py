"""The gallery of faults: read what breaks, predict, then see what each strategy makes of the same fault."""

from collections.abc import Iterable

import ipywidgets as widgets

from labkit.agents import Agent
from labkit.faults import GALLERY, Recovery, fault_case, report_on
from labkit.lesson import question
from labkit.protocols import CheckQuorum, LastWriterReplica, Raft, Replica, described
from labkit.views.questions import Prediction
from labkit.views.recovery.reports import Reports
from labkit.views.stage import Guarded, Scene, Stage, bar, text_panel

STRATEGIES: tuple[type[Agent], ...] = (Raft, CheckQuorum, Replica, LastWriterReplica)

NOT_TRIED = "Predict first. Then let it happen: one cluster of each kind, the same fault at the same time."


class FaultGallery(Guarded):
    """Ten shapes of fault; for each a question, and what it does to agents of these classes, your own too.

    The fault begins at time 1,000 and is healed at 3,000; each agent's client asks in turn, one every 100 units.
    """

    def __init__(self, fault: str = "halves", kinds: Iterable[type[Agent]] = STRATEGIES, *, seed: int = 0) -> None:
        self._fault, self._kinds, self._seed = fault_case(fault).name, tuple(kinds), seed
        if not self._kinds:
            raise ValueError("there is no strategy to try: give at least one class of agents, as kinds=[Raft]")
        self._found: dict[str, Reports] = {}
        self._questions: dict[str, Prediction] = {}
        self._choice = widgets.Dropdown(options=[*GALLERY], value=fault, description="Fault")
        self._on(self._choice, lambda: self.show(self._choice.value))
        self._row = bar(self._choice, self._button("Let it happen to all", self.try_it))
        self._status = (NOT_TRIED, "")
        self._stage = Stage(self._scene())
        self._about = Stage(self._story())
        super().__init__(*self._parts())

    @property
    def prediction(self) -> Prediction:
        """The question of the fault on show, with what was predicted."""
        if self._fault not in self._questions:
            self._questions[self._fault] = Prediction(question(fault_case(self._fault).question))
        return self._questions[self._fault]

    @property
    def reports(self) -> tuple[Recovery, ...]:
        """What came of the fault on show, one report per class; empty before it was let happen."""
        shown = self._found.get(self._fault)
        return shown.reports if shown else ()

    def show(self, fault: str) -> None:
        """Show another fault; what was predicted and tried before is kept."""
        self._fault = fault_case(fault).name
        with self._quietly():
            self._choice.value = self._fault
        self._about.show(self._story())
        self.children = self._parts()
        self._say("" if self.reports else NOT_TRIED)

    def try_it(self) -> None:
        """Let the fault happen to a cluster of each class."""
        if not self.reports:
            found = []
            for number, kind in enumerate(self._kinds, 1):
                self._say(f"{kind.__name__} is tried, {number} of {len(self._kinds)} …")
                found.append(self._survive(kind))
            self._found[self._fault] = Reports(found)
        self.children = self._parts()
        self._say("")

    def _survive(self, kind: type[Agent]) -> Recovery:
        if described(kind).ask("a", 1) is None:
            raise ValueError(f"agents of the class {kind.__name__} are asked nothing: choose a class with request")
        return report_on(self._fault, kind, seed=self._seed)

    def _story(self) -> Scene:
        fault = fault_case(self._fault)
        where = f" Where it happened: {fault.incident}" if fault.incident else ""
        return {"panels": {"summary": text_panel(f"{fault.sentence}{where}")}}

    def _parts(self) -> tuple[widgets.Widget, ...]:
        shown = self._found.get(self._fault)
        return (self._row, self._about, self.prediction, self._stage, *([shown] if shown else []))
