"""A line of history: a run with its diagram and its lights."""

from dataclasses import dataclass

from labkit.engine import Event, Simulator, Snapshot
from labkit.observe import Monitor, SpaceTime


@dataclass
class Branch:
    """A run of that name, and what is observed of it as it grows."""

    name: str
    sim: Simulator
    chart: SpaceTime
    monitor: Monitor

    def at(self, step: int) -> Snapshot:
        """At the end of the run the simulator's own snapshot, which goes on with it; in the past a copy."""
        return self.sim.present if step == len(self.sim) else self.sim.at(step)

    def event(self, step: int) -> Event | None:
        """What happened last, after that many steps."""
        return self.sim[step - 1].event if step else None
