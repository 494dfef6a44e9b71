"""Every order of events, nearest first: either no run breaks an invariant, or here is a shortest run that does.

Breadth-first search over the states of a system, after the model checkers TLC and stateright. Agents are asked once for
each state and input (`encoding`). What cannot matter is not visited (`reduction`). Left out: real time (a
timer may run out at any moment), and properties of infinite runs ("in the end …").
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from tqdm.auto import tqdm

from labkit.agents import Invariant, Sometimes, first_violation
from labkit.engine import Agents, Event, Model, Simulator, System, open_player, said
from labkit.search.reduction import Reduction
from labkit.search.space import Configuration, Move, Space
from labkit.values import listed

TOO_MUCH = "; pruning was limited: the relevance analysis exceeded its budget"


@dataclass(frozen=True)
class Exploration:
    """What a search of a model has found."""

    model: Model
    states: int
    depth: int  # events in the longest run looked at
    complete: bool  # nothing was left out: not by the limit, not by hand
    remark: str  # why it is not complete
    violated: Invariant | None
    why: str  # what breaks it
    trace: tuple[Event, ...]  # the shortest run that breaks it, what went before included
    never: tuple[Sometimes, ...]  # what came true in no state
    seconds: float
    note: str = ""  # why more was visited than need be

    def replay(self, agents: Agents | None = None) -> Simulator:
        """The run that breaks it as a simulation; agents: of another class, to see what they make of the same run."""
        if self.violated is None:
            raise ValueError("nothing was broken, so there is no run to show: simulate the model instead")
        return (self.model if agents is None else self.model.played_by(agents)).replay(self.trace)

    def player(self, agents: Agents | None = None, **options: Any) -> Any:
        """That run in a `labkit.views.Player`; options go to it."""
        return open_player(self.replay(agents), **options)

    def __str__(self) -> str:
        looked = f"{self.states:,} states, runs of up to {self.depth} events, {self.seconds:.1f} s{self.note}"
        if self.violated:
            broken = f"✘ Broken: “{self.violated.sentence.rstrip('.')}”. {self.why[:1].upper()}{self.why[1:]}."
            head = [broken, f"A shortest run ({looked}):"]
            return "\n".join([*head, *(f"{i:3}  {said(event)}" for i, event in enumerate(self.trace, 1))])
        how = "Every run was looked at" if self.complete else f"NOT every run was looked at: {self.remark}"
        unseen = f" Never seen: {listed(prop.name for prop in self.never)}." if self.never else ""
        return f"{'✔' if self.complete else '?'} No invariant is broken. {how} ({looked}).{unseen}"


def explore(
    model: Model,
    *,
    timeouts: int = 0,
    drops: int = 0,
    duplicates: int = 0,
    crashes: int = 0,
    cuts: int = 0,
    after: Iterable[Event] = (),
    limit: int = 200_000,
    reduce: bool = True,
    progress: bool = True,
) -> Exploration:
    """Look at every run in which each request of the model is made at most once and at most so many faults happen.

    after: events that come first, as a simulator's trace has them. limit: of states. reduce: leave out what cannot
    matter; without it every single state is visited. Stop it with the square button or Ctrl-C: it says how far it got.
    """
    start = System(model.topology, model.agents)
    for name in start.agents:
        start.start(name)
    before = tuple(after)
    for event in before:
        start.apply(event)
    space = Space(start, model.requests, (timeouts, drops, duplicates, crashes, cuts))
    return _Search(model, space, start, before).run(limit, reduce, progress)


Successors = Callable[[Configuration], Iterator[tuple[Move, Configuration]]]


class _Search:
    """One search: what was visited, and from where."""

    def __init__(self, model: Model, space: Space, start: System, before: tuple[Event, ...]) -> None:
        self._model, self._space = model, space
        self._start, self._before = start, before
        self._parents: dict[Configuration, tuple[Configuration, Move] | None] = {}
        self._never = [prop for prop in model.properties if isinstance(prop, Sometimes)]
        self._judged: set[tuple[object, ...]] = set()
        self._depth = 0

    def run(self, limit: int, reduce: bool, progress: bool) -> Exploration:
        began, remark = perf_counter(), ""
        space = self._space
        reduction = Reduction(space) if reduce else None
        successors = reduction.moves if reduction else space.all_moves
        level = [space.first]
        self._parents[space.first] = None
        broken = self._judge(space.first)
        with tqdm(total=limit, unit=" states", disable=not progress, delay=1, leave=False) as bar:
            try:
                while level and not broken and not remark:
                    level, broken = self._next_level(level, successors, limit)
                    self._depth += bool(level)
                    if len(self._parents) >= limit:
                        remark = f"the limit of {limit:,} states was reached"
                    bar.update(len(self._parents) - bar.n)
            except KeyboardInterrupt:
                remark = "it was stopped by hand"
        if space.copies_overflowed:
            remark = remark or "more equal messages were in flight than are told apart"
        note = TOO_MUCH if reduction and reduction.gave_up else ""
        trace = self._trace(level[-1]) if broken else ()
        invariant, why = broken or (None, "")
        return Exploration(
            self._model, len(self._parents), self._depth, not remark and not broken, remark, invariant, why, trace,
            tuple(self._never), perf_counter() - began, note,
        )

    def _next_level(
        self, level: list[Configuration], successors: Successors, limit: int
    ) -> tuple[list[Configuration], tuple[Invariant, str] | None]:
        """All that is new one event on; it ends with the first configuration that breaks an invariant, if any."""
        fresh: list[Configuration] = []
        for here in level:
            for move, there in successors(here):
                if there not in self._parents:
                    self._parents[there] = (here, move)
                    fresh.append(there)
                    if broken := self._judge(there):
                        return fresh, broken
            if len(self._parents) >= limit:
                break
        return fresh, None

    def _judge(self, here: Configuration) -> tuple[Invariant, str] | None:
        key = (here.agents, here.down, here.said, here.asked)
        if key in self._judged:
            return None
        self._judged.add(key)
        seen = self._space.seen(here)
        self._never = [prop for prop in self._never if not prop.seen(seen)]
        return first_violation(self._model.properties, seen)

    def _trace(self, last: Configuration) -> tuple[Event, ...]:
        """The events that lead to this configuration, played again in a real system."""
        moves: list[Move] = []
        step = self._parents[last]
        while step is not None:
            moves.append(step[1])
            step = self._parents[step[0]]
        system, events = self._start.copy(), list(self._before)
        for move in reversed(moves):
            events.append(self._space.event(move, system))
            system.apply(events[-1])
        return tuple(events)
