"""The widgets of the notebooks."""

from labkit.views.detector.tuner import DetectorTuner
from labkit.views.merging.bench import MergeBench
from labkit.views.player.player import Player
from labkit.views.player.side_by_side import SideBySide
from labkit.views.questions.prediction import Prediction, predict
from labkit.views.recovery.fault_gallery import FaultGallery
from labkit.views.recovery.partition_lab import PartitionLab
from labkit.views.recovery.reports import Reports
from labkit.views.stage.preflight import preflight
from labkit.views.topology.comparison import TopologyComparison
from labkit.views.topology.explorer import TopologyExplorer
from labkit.views.voting.booth import VotingBooth

__all__ = [
    "DetectorTuner", "FaultGallery", "MergeBench", "PartitionLab", "Player", "Reports", "SideBySide",
    "TopologyComparison", "TopologyExplorer", "VotingBooth", "predict", "preflight",
]
