"""Which topology suits which needs: constraints reject, priorities rank, and every step can be redone by hand.

There is no score. A topology that breaks a constraint is rejected, and the constraint is named. The others are sorted
by the first priority, ties by the second, and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from labkit.topology import shapes
from labkit.topology.measures import communication, constraints, fault_tolerance
from labkit.values import expect

Figures = dict[str, int]


@dataclass(frozen=True)
class Criterion:
    """One column of the table."""

    label: str
    fewer_is_better: bool


CRITERIA: dict[str, Criterion] = {
    "hops": Criterion("hops at worst", True),
    "messages": Criterion("messages of a broadcast", True),
    "crashes": Criterion("crashes survived for sure", False),
    "cuts": Criterion("cuts survived for sure", False),
    "links_per_agent": Criterion("links of the busiest agent", True),
    "links": Criterion("links in all", True),
}


@dataclass(frozen=True)
class Needs:
    """What the network must do, and what matters most if several topologies do it.

    Each limit may be None (no limit). With `grow_to`, everything must still hold at that many agents.
    """

    agents: int = 8
    max_hops: int | None = None
    max_latency: float | None = None  # in the unit of time_per_hop
    time_per_hop: float = 1.0
    max_messages: int | None = None
    survive_crashes: int = 0  # any set of that many crashes leaves the others connected
    survive_cuts: int = 0  # any set of that many cuts leaves all connected
    max_links_per_agent: int | None = None
    max_links: int | None = None
    grow_to: int | None = None
    priorities: tuple[str, ...] = ("hops", "messages", "links")


@dataclass(frozen=True)
class Candidate:
    """One topology, its figures by criterion, and why it fits or not."""

    kind: str
    figures: Figures
    reasons: tuple[str, ...]  # constraints that it meets
    breaks: tuple[str, ...]  # constraints that it breaks, each with its figure

    @property
    def fits(self) -> bool:
        return not self.breaks


@dataclass(frozen=True)
class Advice:
    """All candidates, best first; those that break a constraint come last."""

    needs: Needs
    ranking: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate | None:
        """The topology to take, or None if none meets the needs."""
        return self.ranking[0] if self.ranking and self.ranking[0].fits else None

    def sentence(self) -> str:
        """The advice in one sentence."""
        if self.best is None:
            return "No topology meets all of these needs: loosen the constraint that matters least to you."
        first = CRITERIA[self.needs.priorities[0]] if self.needs.priorities else None
        why = f" ({first.label}: {self.best.figures[self.needs.priorities[0]]})" if first else ""
        others = [candidate.kind for candidate in self.ranking[1:] if candidate.fits]
        return f"Take the {self.best.kind}{why}; " + (
            f"next best: {', '.join(others)}." if others else "all others break a constraint."
        )

    def __str__(self) -> str:
        lines = [self.sentence()]
        for candidate in self.ranking:
            why = "; ".join(candidate.breaks or candidate.reasons) or "no constraint was set"
            lines.append(f"  {candidate.kind:8} {'fits' if candidate.fits else 'out'}: {why}")
        return "\n".join(lines)


def advise(needs: Needs, among: Sequence[str] | None = None) -> Advice:
    """Topologies ranked for these needs; `among` defaults to all that `build` knows.

    Raises ValueError for needs that contradict themselves, e.g. surviving more crashes than there are agents.
    """
    expect(needs, Needs, "advise takes what the network must do, Needs(agents=8, survive_crashes=1)")
    _refuse_contradictions(needs)
    candidates = [_judge(kind, needs) for kind in (shapes.kinds() if among is None else among)]
    return Advice(needs, tuple(sorted(candidates, key=lambda candidate: _place(candidate, needs.priorities))))


def figures(kind: str, agents: int) -> Figures:
    """The row of the table for that topology: one whole number per criterion."""
    return dict(_figures(kind, shapes.shape_of(kind), agents))


@lru_cache(maxsize=512)
def _figures(kind: str, _shape: shapes.Shape, agents: int) -> Figures:
    graph = shapes.build(kind, agents)
    told, faults = communication(graph), fault_tolerance(graph)
    asked = constraints(graph, told.diameter)
    return {
        "hops": told.diameter,
        "messages": told.broadcast_messages,
        "crashes": max(0, faults.agent_connectivity - 1),
        "cuts": max(0, faults.link_connectivity - 1),
        "links_per_agent": asked.most_links,
        "links": asked.links,
    }


def _judge(kind: str, needs: Needs) -> Candidate:
    now = figures(kind, needs.agents)
    reasons, breaks = _verdicts(now, needs, "")
    if needs.grow_to is not None and needs.grow_to != needs.agents:
        later = _verdicts(figures(kind, needs.grow_to), needs, f" at {needs.grow_to} agents")
        reasons, breaks = reasons + later[0], breaks + later[1]
    return Candidate(kind, now, reasons, breaks)


def _verdicts(row: Figures, needs: Needs, when: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Constraints met and constraints broken, in words."""
    latency, allowed = row["hops"] * needs.time_per_hop, needs.max_latency
    checks = [
        _check("hops", row, needs.max_hops),
        (latency <= allowed, f"worst latency {row['hops']} × {needs.time_per_hop:g} = {latency:g}, allowed {allowed:g}")
        if allowed is not None else None,
        _check("messages", row, needs.max_messages),
        _check("crashes", row, needs.survive_crashes or None),
        _check("cuts", row, needs.survive_cuts or None),
        _check("links_per_agent", row, needs.max_links_per_agent),
        _check("links", row, needs.max_links),
    ]
    met, broken = ([text + when for ok, text in filter(None, checks) if ok is wanted] for wanted in (True, False))
    return tuple(met), tuple(broken)


def _check(name: str, row: Figures, limit: int | None) -> tuple[bool, str] | None:
    """Whether this figure keeps the limit, and both in words; None without a limit."""
    if limit is None:
        return None
    at_most = CRITERIA[name].fewer_is_better
    text = f"{CRITERIA[name].label} {row[name]}, {'allowed' if at_most else 'wanted'} {limit}"
    return (row[name] <= limit if at_most else row[name] >= limit), text


def _place(candidate: Candidate, priorities: Sequence[str]) -> tuple[float, ...]:
    signs = [1 if CRITERIA[name].fewer_is_better else -1 for name in priorities]
    wished = [sign * candidate.figures[name] for sign, name in zip(signs, priorities, strict=True)]
    return len(candidate.breaks), *wished


def _refuse_contradictions(needs: Needs) -> None:
    if isinstance(needs.priorities, str):
        raise ValueError(f"priorities is a tuple of names: write ({needs.priorities!r},) with a comma")
    fewest = min(needs.agents, needs.grow_to or needs.agents)
    for size in (needs.agents, needs.grow_to):
        if size is not None:
            shapes.check_size(size)
    rules = [
        (all(name in CRITERIA for name in needs.priorities),
         f"priorities may be {', '.join(CRITERIA)}; one of {needs.priorities} is none of these"),
        (0 <= needs.survive_crashes <= fewest - 2,
         f"survive_crashes={needs.survive_crashes}: choose 0 to {fewest - 2}, so that two of {fewest} agents remain"),
        (needs.survive_cuts >= 0, f"survive_cuts={needs.survive_cuts}: choose 0 or more"),
        (needs.time_per_hop > 0, f"time_per_hop={needs.time_per_hop}: a hop takes a positive time"),
    ]
    for holds, remedy in rules:
        if not holds:
            raise ValueError(remedy)
