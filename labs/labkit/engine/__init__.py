"""One state, one clock: what can happen, the state of everything, and a simulator that rewinds."""

from labkit.engine.events import Deliver, Drop, Duplicate, Event, Forward, Request, Timeout, said
from labkit.engine.playback import PACE, replay
from labkit.engine.simulator import LATENCY, Range, Simulator
from labkit.engine.snapshot import Scheduled, Snapshot, Step, packet_of
from labkit.engine.system import System, ToSchedule

__all__ = ["Simulator", "replay"]
