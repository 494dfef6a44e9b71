"""What an exhaustive search found out, in words that claim no more than is known: within which bounds, and how far."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any

from labkit.agents import Invariant, Sometimes
from labkit.engine import Agents, Event, Model, Simulator, open_player, said
from labkit.values import listed

FAULTLESS = Invariant(
    "no handler breaks", "Every handler answers each event with effects that are possible", lambda world: None
)


@dataclass(frozen=True)
class Bounds:
    """Within which a search looked at runs: agents and requests there are, faults that may happen in one run."""

    agents: int
    requests: int
    timeouts: int
    drops: int
    duplicates: int
    crashes: int
    cuts: int

    def __str__(self) -> str:
        names = {"timeouts": "time-out", "duplicates": "duplicate", "crashes": "crash"}
        told = []
        for field, number in zip(fields(self), astuple(self), strict=True):
            if number or field.name in ("requests", "timeouts", "crashes"):
                one = names.get(field.name, field.name.removesuffix("s"))
                many = "crashes" if one == "crash" else f"{one}s"
                told.append(f"{number or 'no'} {one if number <= 1 else many}")
        return ", ".join(told)


@dataclass(frozen=True)
class Exploration:
    """The result of a search."""

    model: Model
    bounds: Bounds
    states: int
    depth: int  # events in the longest run visited
    complete: bool  # the search visited everything: neither a limit nor the user stopped it
    remark: str  # why it is not complete
    violated: Invariant | None
    why: str  # how it is broken
    trace: tuple[Event, ...]  # a shortest run that breaks it, after the events that came first
    never: tuple[Sometimes, ...]  # properties that were true in no state
    seconds: float
    note: str = ""  # why more states were visited than necessary
    timers: bool = False  # agents set timers

    @property
    def holds(self) -> bool:
        """Whether it is known that all invariants hold in all runs within the bounds, and that there is such a run."""
        return self.complete and self.depth > 0 and any(isinstance(prop, Invariant) for prop in self.model.properties)

    @property
    def breaks_down(self) -> bool:
        """Whether it has found a handler that breaks, and not a run in which a property does."""
        return self.violated is FAULTLESS

    def replay(self, agents: Agents | None = None) -> Simulator:
        """The run that breaks it as a simulation; agents: of another class, to try the same run on."""
        if self.violated is None:
            raise ValueError("no invariant is broken, so there is no run to replay: simulate the model instead")
        return (self.model if agents is None else self.model.played_by(agents)).replay(self.trace)

    def player(self, agents: Agents | None = None, **options: Any) -> Any:
        """That run in a `labkit.views.Player`; options are passed to it."""
        return open_player(self.replay(agents), **options)

    def __str__(self) -> str:
        looked = f"{self.states:,} states, runs of up to {self.depth} events, {self.seconds:.1f} s{self.note}"
        if self.violated:
            broken = f"✘ Broken: “{self.violated.sentence.rstrip('.')}”. Here: {self.why.rstrip('.')}."
            lines = [broken, f"A shortest run ({looked}):"]
            return "\n".join([*lines, *(f"{i:3}  {said(event)}" for i, event in enumerate(self.trace, 1))])
        unseen = f" Never seen: {listed(prop.name for prop in self.never)}." if self.never else ""
        if not self.complete:
            head = f"? NOT every run was looked at: {self.remark}. In those that were, no invariant is broken"
        elif self.holds:
            head = f"✔ No invariant is broken. Every run was looked at: {self.bounds}"
        else:
            head = f"? Nothing is shown by this, though every run was looked at: {self.bounds}"
        return "\n".join([f"{head} ({looked}).{unseen}", *self._warnings()])

    def _warnings(self) -> Iterator[str]:
        """What makes the result say less than it seems to."""
        if not any(isinstance(prop, Invariant) for prop in self.model.properties):
            yield "Mind: the model has no invariant, so only exceptions would have been found. Give it properties."
        if self.timers and not self.bounds.timeouts:
            yield "Mind: agents set timers, but no time-out was allowed. What comes after one was not looked at."
        if self.depth == 0:
            yield "Mind: nothing could happen. Give the model requests, or allow time-outs or crashes."
