"""A run turned into facts about it: its log, its diagram, what clients got, what each side can do."""

from labkit.observe.causality import Causality, Happening, Link
from labkit.observe.detection import Quality, Suspicion, averaged, quality, suspicions
from labkit.observe.holdings import Holdings
from labkit.observe.lights import Monitor, Verdict
from labkit.observe.load import Load, Span
from labkit.observe.monitoring import (
    COMPLETION,
    ERRORS,
    OVERHEAD,
    THROUGHPUT,
    UTILISATION,
    MonitoringSystem,
    Sample,
    Summary,
    Trace,
    TraceSpan,
)
from labkit.observe.requests import ACKNOWLEDGED, CONFLICT, LOST, OPEN, OUTCOMES, REFUSED, ClientRequest, Requests
from labkit.observe.sides import Side, can_decide, sides_of
from labkit.observe.spacetime import Arrow, Era, Mark, SpaceTime
from labkit.observe.spreading import Spread, spread
from labkit.observe.traffic import sent
from labkit.observe.transcript import log, outcome
from labkit.observe.watching import watch
from labkit.observe.work import DOUBLED, REDONE, WORK_STATES, TaskState, work_of

__all__ = ["Load", "MonitoringSystem", "log", "sent", "spread", "watch"]
