"""Metrics, events and traces of a system of agents, as a monitoring system keeps them, each with its simulated time.

The shape is that of Day 14's class, with one difference: it has no clock of its own. Whoever records something says
when, so the same run gives the same figures. `labkit.observe.watch` fills it from a simulation. Left out: alerts,
sampling, and a limit on what is kept.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from labkit.values import expect, listed

COMPLETION, UTILISATION, OVERHEAD = "task completion time", "agent utilisation", "communication overhead"
ERRORS, THROUGHPUT = "error rate", "throughput"
UNITS = {  # of the five metrics that matter for agents, in the order in which they are told
    COMPLETION: "units", UTILISATION: "%", OVERHEAD: "messages per task", ERRORS: "%", THROUGHPUT: "tasks in 100 units",
}


@dataclass(frozen=True)
class Sample:
    """One value of a metric; agent: whose it is, "" for the whole system."""

    name: str
    value: float
    time: int
    agent: str = ""


@dataclass(frozen=True)
class LoggedEvent:
    """Something that happened, in words."""

    time: int
    kind: str
    text: str
    agent: str = ""


@dataclass(frozen=True)
class TraceSpan:
    """A part of a trace: a message from `agent` to `to`, or, where `to` is "", something that `agent` was busy with."""

    name: str
    agent: str
    to: str
    begin: int
    end: int

    @property
    def duration(self) -> int:
        """How long it took."""
        return self.end - self.begin

    def __str__(self) -> str:
        who = f"{self.agent} → {self.to}" if self.to else self.agent
        return f"{self.begin} to {self.end}: {who}: {self.name}"


@dataclass(frozen=True)
class Trace:
    """One request on its way through the agents; end: when it was answered, None as long as it is not."""

    number: int
    operation: str
    agent: str  # that was asked
    begin: int
    end: int | None = None
    ok: bool | None = None
    spans: tuple[TraceSpan, ...] = ()

    @property
    def outcome(self) -> str:
        """What has become of it, in words."""
        if self.end is None:
            return "not answered yet"
        return f"{'answered' if self.ok else 'refused'} after {self.end - self.begin} units"

    def __str__(self) -> str:
        return f"{self.operation}, asked of {self.agent} at {self.begin}: {self.outcome}"


@dataclass(frozen=True)
class Summary:
    """The values of one metric in short."""

    name: str
    count: int
    mean: float
    least: float
    most: float

    def __str__(self) -> str:
        unit = UNITS.get(self.name, "")
        mean, least, most = (_number(one, unit) for one in (self.mean, self.least, self.most))
        if self.count == 1:
            return f"{mean} {unit}".rstrip() + " (1 value)"
        return f"{mean} {unit}".rstrip() + f" on average ({self.count} values, {least} to {most})"


class MonitoringSystem:
    """What is known of a system: record metrics, log events, start a trace and add its spans; then ask for a summary.

    refresh: called before anything is read, for a source that writes only when it is asked.
    """

    def __init__(self, refresh: Callable[[], None] = lambda: None) -> None:
        self._refresh = refresh
        self._samples: dict[str, list[Sample]] = {}
        self._events: list[LoggedEvent] = []
        self._traces: dict[int, Trace] = {}

    # ---- to write ----------------------------------------------------------------------------------------------------

    def record_metric(self, name: str, value: float, time: int, agent: str = "") -> None:
        """Keep this value of a metric."""
        expect(name, str, "a metric has a name, record_metric('tokens', 800, time=40)")
        self._samples.setdefault(name, []).append(Sample(name, value, time, agent))

    def log_event(self, kind: str, text: str, time: int, agent: str = "") -> None:
        """Keep this event."""
        self._events.append(LoggedEvent(time, kind, text, agent))

    def start_trace(self, number: int, operation: str, time: int, agent: str = "") -> None:
        """A request begins its way; its number is new."""
        if number in self._traces:
            raise ValueError(f"trace {number} has begun already: give this one another number")
        self._traces[number] = Trace(number, operation, agent, time)

    def add_span(self, number: int, name: str, begin: int, end: int, agent: str, to: str = "") -> None:
        """A part of the way of this request."""
        trace = self._known(number)
        self._traces[number] = replace(trace, spans=(*trace.spans, TraceSpan(name, agent, to, begin, end)))

    def end_trace(self, number: int, time: int, ok: bool = True) -> None:
        """The request is answered; ok=False: with a no."""
        self._traces[number] = replace(self._known(number), end=time, ok=ok)

    # ---- to read -----------------------------------------------------------------------------------------------------

    def get_metrics_summary(self, agent: str = "") -> dict[str, Summary]:
        """Each metric in short, those that matter for agents first; with an agent, of its own values only."""
        self._refresh()
        order = [*(name for name in UNITS if name in self._samples), *(n for n in self._samples if n not in UNITS)]
        chosen = {name: [one.value for one in self._samples[name] if not agent or one.agent == agent] for name in order}
        return {name: _summary(name, values) for name, values in chosen.items() if values}

    def samples(self, name: str) -> tuple[Sample, ...]:
        """All values of a metric, in order."""
        self._refresh()
        return tuple(self._samples.get(name, ()))

    @property
    def events(self) -> tuple[LoggedEvent, ...]:
        """All that was logged, in order."""
        self._refresh()
        return tuple(self._events)

    @property
    def traces(self) -> tuple[Trace, ...]:
        """All requests, in the order in which they were asked."""
        self._refresh()
        return tuple(self._traces.values())

    def trace(self, number: int) -> Trace:
        """The request of that number; ValueError where there is none."""
        self._refresh()
        return self._known(number)

    def _known(self, number: int) -> Trace:
        if number not in self._traces:
            there = listed(map(str, self._traces), most=12)
            raise ValueError(f"there is no trace {number!r}: {f'choose one of {there}' if there else 'start it first'}")
        return self._traces[number]


def _summary(name: str, values: Iterable[float]) -> Summary:
    found = [*values]
    return Summary(name, len(found), sum(found) / len(found), min(found), max(found))


def _number(value: float, unit: str) -> str:
    shown = 100 * value if unit == "%" else value
    return f"{shown:.0f}" if shown == round(shown) else f"{shown:.1f}"
