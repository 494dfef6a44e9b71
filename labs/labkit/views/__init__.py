"""The widgets of the notebooks."""

from labkit.views.clocks import ClockBench
from labkit.views.coordination import TaskBoard
from labkit.views.detector import DetectorTuner
from labkit.views.load import LoadPanel
from labkit.views.merging import MergeBench
from labkit.views.monitoring import Dashboard
from labkit.views.player import Player, SideBySide
from labkit.views.questions import Prediction, predict
from labkit.views.quorum import QuorumDial
from labkit.views.real import ClassLab, RealLab, StoreLab, join
from labkit.views.recovery import FaultGallery, PartitionLab, Reports
from labkit.views.stage import preflight, present
from labkit.views.sweeps import Sweep
from labkit.views.topology import TopologyComparison, TopologyExplorer
from labkit.views.voting import VotingBooth
from labkit.views.worksheet import Quiz, check, hand_in, hint, progress, solution

__all__ = [
    "ClassLab", "ClockBench", "Dashboard", "DetectorTuner", "FaultGallery", "LoadPanel", "MergeBench", "PartitionLab",
    "Player", "Quiz", "QuorumDial", "RealLab", "Reports", "SideBySide", "StoreLab", "Sweep", "TaskBoard",
    "TopologyComparison", "TopologyExplorer", "VotingBooth", "check", "hand_in", "hint", "join", "predict", "preflight",
    "present", "progress", "solution",
]
