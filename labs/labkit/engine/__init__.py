"""One state, one clock: the events, the state of everything, and a simulator that rewinds."""

from labkit.engine.capacity import Capacity
from labkit.engine.events import (
    Deliver,
    Drop,
    Duplicate,
    Event,
    Forward,
    Pause,
    Request,
    Timeout,
    Wait,
    packet_of,
    said,
)
from labkit.engine.model import PACE, Agents, Model
from labkit.engine.recorded import Recorded
from labkit.engine.show import open_player
from labkit.engine.simulator import LATENCY, Range, Simulator
from labkit.engine.snapshot import Scheduled, Snapshot, Step
from labkit.engine.system import Started, System
from labkit.engine.weather import Weather

__all__ = ["Model"]
