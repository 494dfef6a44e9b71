"""The widgets of the notebooks."""

from labkit.views.player import Player
from labkit.views.prediction import Prediction, predict
from labkit.views.preflight import preflight
from labkit.views.side_by_side import SideBySide
from labkit.views.topology_comparison import TopologyComparison
from labkit.views.topology_explorer import TopologyExplorer
from labkit.views.voting_booth import VotingBooth

__all__ = [
    "Player", "Prediction", "SideBySide", "TopologyComparison", "TopologyExplorer", "VotingBooth", "predict",
    "preflight",
]
