"""A run that was recorded: it ends where its record ends, and nothing is invented after that.

It can be looked at like any simulation. Its branches go on in the simulator, with the messages and the timers that were
pending at their first step, where the agents' classes are there.
"""

from typing import NoReturn

from labkit.engine.events import Event
from labkit.engine.simulator import Simulator


class Recorded(Simulator):
    """What has happened elsewhere, such as in real processes; `branch` gives a simulation that goes on from a step.

    `step` finds nothing that is due. Whatever else would let something happen raises ValueError, which names `branch`.
    final: why not even a branch can go on; empty where one can.
    """

    final = ""

    @classmethod
    def of(cls, run: Simulator, step: int | None = None, *, final: str = "") -> "Recorded":
        """What has happened in this run up to that step, or up to now; what happens in it later is not part of it."""
        new = cls.__new__(cls)
        vars(new).update(vars(Simulator.branch(run, step)), final=final)
        return new

    def branch(self, step: int | None = None) -> Simulator:
        """A simulation that goes on from that step; ValueError where nobody can say how."""
        if self.final:
            raise ValueError(self.final)
        return super().branch(step)

    def next_due(self) -> None:
        """Nothing is due: all that was recorded has happened."""

    def run(self, until: int | None = None, steps: int | None = None) -> NoReturn:
        """ValueError: the run has ended."""
        self._refuse()

    def do(self, event: Event, time: int | None = None, order: int = 0) -> NoReturn:
        """ValueError: the run has ended."""
        self._refuse()

    def plan(self, time: int, event: Event) -> NoReturn:
        """ValueError: the run has ended."""
        self._refuse()

    def begin_with(self, *events: Event) -> NoReturn:
        """ValueError: the run has ended."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        on = self.final or "its branch() goes on in the simulator"
        raise ValueError(f"this run was recorded and ends at time {self.now}: {on}")
