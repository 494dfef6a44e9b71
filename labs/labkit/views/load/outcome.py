"""What came of a run of a service under load: how long each fault lasted, and how the service did around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labkit.observe import Span
from labkit.views.load.story import PAUSE, PAUSES, RESTARTS, Fault, Run

ENOUGH = 5  # spans in which calls are answered, until a service counts as itself again


class Spell(NamedTuple):
    """From when to when a fault lasts; a restart takes no time, and it ends a pause."""

    begin: int
    end: int
    kind: str


@dataclass(frozen=True)
class Outcome:
    """Calls answered in time in 100 units: before the first fault, in the pauses, and at the end; None: no such time.

    queue: at its longest. again: how many units after the end of the last fault it was itself again, for good; None:
    not by now. over: whether the last fault is over.
    """

    before: float | None
    during: float | None
    after: float | None
    queue: int
    again: int | None
    over: bool


def spells(faults: Sequence[Fault]) -> list[Spell]:
    """How long each fault lasts."""
    found = []
    for number, (time, kind) in enumerate(faults):
        cures = [later.time for later in faults[number:] if later.kind == RESTARTS]
        end = min(time + PAUSE, *cures) if cures and kind == PAUSES else time + PAUSE * (kind == PAUSES)
        found.append(Spell(time, end, kind))
    return found


def outcome(run: Run, until: int) -> Outcome:
    """What came of a run by that time."""
    spans, all_spells = run.spans(until), spells(run.past(until))
    last = all_spells[-1] if all_spells else Spell(until, until, "")
    paused = [span for span in spans if any(one.begin <= span.begin < one.end for one in all_spells)]
    since = itself_again(spans, last.begin) if all_spells else None
    return Outcome(
        rate([span for span in spans if not all_spells or span.end <= all_spells[0].begin]), rate(paused),
        rate([span for span in spans if span.begin >= max(last.end, until - 1_000)]),
        max([run.waiting(until), *(span.queue for span in spans)]),
        None if since is None else max(0, since - last.end), last.end <= until,
    )


def itself_again(spans: Sequence[Span], since: int) -> int | None:
    """From when on nine of ten calls are answered in time for five spans, and half of them ever after."""
    found = None
    later = [span for span in spans if span.begin >= since]
    for first in range(len(later) - ENOUGH + 1):
        these = later[first : first + ENOUGH]
        good, offered = sum(span.good for span in these), sum(span.offered for span in these)
        if found is None and 10 * good >= 9 * offered:
            found = these[0].begin
        elif 2 * good < offered:
            found = None
    return found


def rate(spans: Sequence[Span]) -> float | None:
    """Calls answered in time in 100 units; None where there is no time."""
    return sum(span.good for span in spans) / len(spans) if spans else None
