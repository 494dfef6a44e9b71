"""Properties watched along a run: since which step is an invariant broken, or was a `Sometimes` seen?"""

from collections.abc import Iterable
from dataclasses import dataclass

from labkit.agents import Invariant, Property
from labkit.engine import Simulator


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
    """The lights of a simulation at any step; looks at each step once."""

    def __init__(self, sim: Simulator, properties: Iterable[Property]) -> None:
        self._sim, self._found = sim, {prop: Verdict(prop, None) for prop in properties}
        self._here = sim.at(0)
        self._look()

    def lights(self, step: int) -> list[Verdict]:
        """One light a property, as it is after that step: what is broken once stays broken."""
        if self._here.step < step:
            for done in self._sim.trace[self._here.step : step]:
                self._here.redo(done)
                if done.transition.agent is not None or not done.scheduled:
                    self._look()
        return [
            light if light.since is not None and light.since <= step else Verdict(light.prop, None)
            for light in self._found.values()
        ]

    def _look(self) -> None:
        world, step = self._here.system, self._here.step
        for prop, light in self._found.items():
            if light.since is not None:
                continue
            if isinstance(prop, Invariant):
                if (why := prop.violation(world)) is not None:
                    self._found[prop] = Verdict(prop, step, why)
            elif prop.seen(world):
                self._found[prop] = Verdict(prop, step)
