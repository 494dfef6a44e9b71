"""Every order of events, shortest runs first: either no run breaks an invariant, or a shortest run that does is shown.

Breadth-first search over the states of a system, after the model checkers TLC and stateright. An agent is asked once
per state and input (`encoding`). States that cannot matter are not visited (`reduction`). Left out: real time (a timer
may run out at any moment), and properties of infinite runs ("eventually …").
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
    """The result of a search."""

    model: Model
    states: int
    depth: int  # events in the longest run visited
    complete: bool  # the search visited everything: neither the limit nor the user stopped it
    remark: str  # why it is not complete
    violated: Invariant | None
    why: str  # how it is broken
    trace: tuple[Event, ...]  # a shortest run that breaks it, after the events that came first
    never: tuple[Sometimes, ...]  # properties that were true in no state
    seconds: float
    note: str = ""  # why more states were visited than necessary

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
    """Search every run with each request of the model made at most once and at most the given numbers of faults.

    after: events that come first, as in a simulator's trace. limit: of states. reduce: skip what cannot matter; without
    it every state is visited. Stop it with the square button or Ctrl-C: the result says how far it got.
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
    """One search: the configurations visited, each with the one it was reached from."""

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
            remark = remark or "more equal messages were in flight than the search can count"
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
        """The new configurations one event later, up to the first that breaks an invariant, if any."""
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
        """The events that lead to this configuration, from playing the moves in a real system."""
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
