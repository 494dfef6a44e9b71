"""The same agents for real: processes, a messaging system between them, and cables that can be cut."""

from labkit.deploy.classroom import Classroom
from labkit.deploy.deployed import Deployed, deploy
from labkit.deploy.joining import Joined, take_seat
from labkit.deploy.playing import Played, play_for_real
from labkit.deploy.server import check_installed
from labkit.deploy.shared_store import Answer, Hold, Member
from labkit.deploy.sweeping import Sweeping, sweep
from labkit.deploy.swept import Run, Summary, Swept
from labkit.deploy.tracing import TraceError
from labkit.deploy.workers import InKernel

__all__ = ["deploy", "play_for_real", "sweep"]
