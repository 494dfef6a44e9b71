"""The widgets of the notebooks."""

from labkit.views.detector_tuner import DetectorTuner
from labkit.views.fault_gallery import FaultGallery
from labkit.views.merge_bench import MergeBench
from labkit.views.partition_lab import PartitionLab
from labkit.views.player import Player
from labkit.views.prediction import Prediction, predict
from labkit.views.preflight import preflight
from labkit.views.reports import Reports
from labkit.views.side_by_side import SideBySide
from labkit.views.topology_comparison import TopologyComparison
from labkit.views.topology_explorer import TopologyExplorer
from labkit.views.voting_booth import VotingBooth

__all__ = [
    "DetectorTuner", "FaultGallery", "MergeBench", "PartitionLab", "Player", "Prediction", "Reports", "SideBySide",
    "TopologyComparison", "TopologyExplorer", "VotingBooth", "predict", "preflight",
]
