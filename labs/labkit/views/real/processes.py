"""What the labs over a deployed model share: cables that are cut in two ways, and a presenter's keys."""

from labkit.deploy import Deployed
from labkit.engine import Model, Recorded
from labkit.network import Network
from labkit.views.real.running import Running
from labkit.views.stage import Cues

TOLD = "Both ends are told"
UNTOLD = "Nobody is told; the servers find out after about three seconds"


class Processes(Running[Deployed]):
    """A picture of a model that runs as processes; a widget defines `start` and `stop`."""

    ALL_MENDED = "All cables are whole. The servers call again about once a second."

    _model: Model
    _last: Recorded  # the run as the last look found it

    def start(self) -> None:
        """Start servers and processes."""
        raise NotImplementedError

    def stop(self) -> None:
        """End all processes."""
        raise NotImplementedError

    def cut(self, a: str, b: str, *, silent: bool = False) -> None:
        """Cut a cable: by a reset, of which both ends are told, or silently."""
        real = self._live
        self._check(a, b, cut=False)
        real.cut(a, b, silent=silent)
        self._say(f"The cable between {a} and {b} is cut. {UNTOLD if silent else TOLD}.")

    @property
    def _network(self) -> Network:
        return self._last.system.network

    @property
    def _now(self) -> Recorded:
        return Recorded.of(self._model.replay(())) if self._real is None else self._real.trace()

    def _for_presenters(self) -> Cues:
        return Cues(self._start_over, self._scenarios)

    def _start_over(self) -> None:
        if self._running:
            self.stop()
        self.start()
