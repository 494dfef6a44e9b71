"""A line of history: a run, and what is observed of it. A recorded one ends; what branches off it is simulated."""

from bisect import bisect_right
from dataclasses import dataclass

from labkit.agents import Properties
from labkit.engine import Event, Recorded, Simulator, Snapshot
from labkit.observe import Monitor, SpaceTime
from labkit.views.player.scene import lights_panel
from labkit.views.stage import BadgesPanel


@dataclass
class Branch:
    """A run of that name, and what is observed of it as it grows; real: how many of its steps were recorded."""

    name: str
    sim: Simulator
    chart: SpaceTime
    monitor: Monitor
    real: int | None = None  # None where it was simulated from the beginning

    @classmethod
    def main(cls, sim: Simulator, properties: Properties) -> "Branch":
        """The run that was given."""
        real = len(sim) if isinstance(sim, Recorded) else None
        return cls("main", sim, SpaceTime(sim), Monitor(sim, properties), real)

    def branch(self, number: int, moment: Snapshot, why: str) -> "Branch":
        """Another run that goes on in the simulator from that moment; the past is shared."""
        step, sim = moment.step, self.sim.branch(moment.step)
        sim.present.time = max(moment.time, sim.now)  # it may be between two steps
        real = None if self.real is None else min(step, self.real)
        name = f"{number}: {'' if real is None else 'simulated '}from step {step}" + (f", {why}" if why else "")
        return Branch(name, sim, self.chart.branch(sim), self.monitor.branch(sim), real)

    @property
    def recorded(self) -> bool:
        """Whether nothing can happen after its end, because all of it was recorded."""
        return isinstance(self.sim, Recorded)

    def titled(self, title: str) -> str:
        """What stands before the sentence on a moment: the title, and whether this branch goes on where it ended."""
        on = "" if self.real is None or self.recorded else f"simulated from step {self.real} on"
        told = ", ".join(filter(None, [title, on]))
        return told[:1].upper() + told[1:]

    def lights(self, step: int) -> BadgesPanel:
        """What is known of each property after that step."""
        over = self.recorded and step == len(self.sim)
        return lights_panel(self.monitor.verdicts(step), "not in this run" if over else "not yet")

    def at(self, step: int) -> Snapshot:
        """At the end of the run the simulator's own snapshot, which goes on with it; in the past a copy."""
        return self.sim.present if step == len(self.sim) else self.sim.at(step)

    def at_time(self, time: int) -> Snapshot:
        """At that time, between two steps; at the end of the run at the time of that."""
        moment = self.at(max(0, bisect_right(self.chart.times, time) - 1))
        if moment.step < len(self.sim):  # else it is the simulator's own
            moment.time = max(time, moment.time)
        return moment

    def middle(self, moment: Snapshot) -> int:
        """The time around which a diagram shows it: where nothing is left to happen, that of what happened last."""
        goes_on = moment.pending or moment.step < len(self.sim)
        return moment.time if goes_on else self.chart.times[moment.step]

    def event(self, step: int) -> Event | None:
        """What happened last, after that many steps."""
        return self.sim[step - 1].event if step else None
