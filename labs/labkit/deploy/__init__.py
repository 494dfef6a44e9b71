"""The same agents for real: processes, a messaging system between them, and cables that can be cut."""

from labkit.deploy.classroom.classroom import Classroom
from labkit.deploy.classroom.joining import Joined, take_seat
from labkit.deploy.deployed import Deployed, deploy
from labkit.deploy.playing import Played, play_for_real
from labkit.deploy.server import check_installed
from labkit.deploy.store.shared_store import Answer, Hold, Member
from labkit.deploy.sweeps.sweeping import Sweeping, sweep
from labkit.deploy.sweeps.swept import Run, Summary, Swept
from labkit.deploy.sweeps.workers import InKernel
from labkit.deploy.tracing import TraceError

__all__ = ["deploy", "play_for_real", "sweep"]
