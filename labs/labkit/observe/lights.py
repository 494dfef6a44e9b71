"""Properties watched along a run: since which step is an invariant broken, or was a `Sometimes` seen?"""

from copy import copy
from dataclasses import dataclass

from labkit.agents import Invariant, Properties, Property, World, as_properties, is_seen, violation_of
from labkit.engine import Simulator, Snapshot, Step


@dataclass(frozen=True)
class Verdict:
    """What is known of a property after a step; `since` is when it was broken or seen, `why` says by what."""

    prop: Property
    since: int | None
    why: str = ""

    @property
    def bad(self) -> bool:
        """Whether an invariant is broken."""
        return self.since is not None and isinstance(self.prop, Invariant)


class Monitor:
    """The verdicts on a simulation at any step; it looks at each step once.

    A past that was there before is judged as far as somebody asks; from its end on each step is judged as the simulator
    makes it.
    """

    def __init__(self, sim: Simulator, properties: Properties | None = None) -> None:
        self._sim = sim
        promised = sim.properties if properties is None else as_properties(properties)
        self._found = {prop: Verdict(prop, None) for prop in promised}
        self._past: Snapshot | None = sim.at(0)  # as far as it is judged; None once that is all
        self._judge(self._past.system, 0)

    def branch(self, sim: Simulator) -> "Monitor":
        """The monitor of a branch that has just begun; what is known of the common past is known here, too."""
        new, step = copy(self), len(sim)
        known = step if self._past is None else min(step, self._past.step)
        new._sim, new._past = sim, sim.at(known)
        new._found = {
            prop: verdict if verdict.since is not None and verdict.since <= known else Verdict(prop, None)
            for prop, verdict in self._found.items()
        }
        new._catch_up(known)
        return new

    def verdicts(self, step: int) -> list[Verdict]:
        """One for each property, as it is after that step: what is broken once stays broken."""
        self._catch_up(step)
        return [
            verdict if verdict.since is not None and verdict.since <= step else Verdict(verdict.prop, None)
            for verdict in self._found.values()
        ]

    def _catch_up(self, step: int) -> None:
        past = self._past
        while past is not None and past.step < step:
            done = self._sim[past.step]
            past.redo(done)
            self._judge_after(done, past.system, past.step)
        if past is not None and past.step == len(self._sim):
            self._past = None
            self._sim.watch(lambda done: self._judge_after(done, self._sim.system, len(self._sim)))

    def _judge_after(self, done: Step, world: World, step: int) -> None:
        if done.transition.agent is not None or not done.scheduled:  # else nothing changed that a property may see
            self._judge(world, step)

    def _judge(self, world: World, step: int) -> None:
        for prop, verdict in self._found.items():
            if verdict.since is not None:
                continue
            if isinstance(prop, Invariant):
                if (why := violation_of(prop, world)) is not None:
                    self._found[prop] = Verdict(prop, step, why)
            elif is_seen(prop, world):
                self._found[prop] = Verdict(prop, step)
