"""A dashboard of a running system: five metrics, the way of one request through the agents, and an event log.

A preview of Day 14. Left out: alerts, and dashboards of one's own.
"""

import ipywidgets as widgets

from labkit.engine import Simulator
from labkit.observe import THROUGHPUT, UTILISATION, Trace, watch
from labkit.values import by_name, expect
from labkit.views.monitoring import scene
from labkit.views.stage import Guarded, Scene, Stage, bar, offer, text_panel

NO_REQUEST = "no request yet"


class Dashboard(Guarded):
    """A simulation to run on and to watch by its metrics, its log and its traces; `monitoring` holds them."""

    def __init__(self, sim: Simulator) -> None:
        expect(sim, Simulator, "Dashboard shows a simulation, Dashboard(Model(build('mesh', 6), TaskQueue).simulate())")
        self.sim, self.monitoring = sim, watch(sim)
        names = sorted(sim.system.agents, key=by_name)
        self._request = widgets.Dropdown(options=self._requests(), description="Request")
        self._agent = widgets.Dropdown(options=names, value=names[-1], description="Agent")
        self._follow()
        self._stage = Stage(self._scene())
        row = bar(
            self._button("Run 100", lambda: self.run_on(100)), self._button("Run 500", lambda: self.run_on(500)),
            self._request, self._agent, self._button("Crash", lambda: self.crash(self._agent.value)),
            self._button("Restart", lambda: self.restart(self._agent.value)),
        )
        self._on(self._request, self._draw)
        super().__init__(self._stage, row)
        self.add_class("day13-dashboard")

    @property
    def trace(self) -> Trace | None:
        """The request whose way is shown; None before there is one."""
        chosen = self._request.value
        return None if chosen is None else self.monitoring.trace(chosen)

    def run_on(self, units: int = 100) -> None:
        """Run that much longer, and show the way of the newest request that was answered."""
        if units.__class__ is not int or units < 1:
            raise ValueError(f"units is how much longer to run, a whole number of at least 1, not {units!r}")
        self.sim.run(until=self.sim.now + units)
        self._follow()
        self._say("")

    def show(self, number: int) -> None:
        """Show the way of the request of that number."""
        self._request.value = self.monitoring.trace(number).number
        self._draw()

    def crash(self, agent: str) -> None:
        """Let an agent crash now."""
        self.sim.crash(agent)
        self._say(f"{agent} has crashed at {self.sim.now:,}. Run on.")

    def restart(self, agent: str) -> None:
        """Let a crashed agent start again now."""
        self.sim.restart(agent)
        self._say(f"{agent} is up again at {self.sim.now:,}. Run on.")

    def _requests(self) -> list[tuple[str, int | None]]:
        found: list[tuple[str, int | None]] = [
            (f"{trace.number}: {trace.operation}", trace.number) for trace in self.monitoring.traces]
        return found or [(NO_REQUEST, None)]

    def _follow(self) -> None:
        """Offer all requests, and choose the newest that was answered."""
        with self._quietly():
            offered = self._requests()
            answered = [trace.number for trace in self.monitoring.traces if trace.end is not None]
            offer(self._request, offered, answered[-1] if answered else offered[0][1])

    def _scene(self) -> Scene:
        monitoring, trace = self.monitoring, self.trace
        return {"panels": {
            "summary": text_panel(scene.sentence(monitoring, self.sim.now)),
            "trace": scene.legend_panel(trace), "spans": scene.trace_panel(trace),
            "metrics": scene.metrics_panel(monitoring, self.sim.now),
            "utilisation": scene.utilisation_panel(monitoring.samples(UTILISATION)),
            "throughput": scene.throughput_panel(monitoring.samples(THROUGHPUT)),
            "status": self._told("left"),
            "parts": scene.spans_panel(trace), "log": scene.log_panel(monitoring),
        }}
