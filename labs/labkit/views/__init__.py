"""The widgets of the notebooks."""

from labkit.views.prediction import Prediction, predict
from labkit.views.preflight import preflight
from labkit.views.topology_comparison import TopologyComparison
from labkit.views.topology_explorer import TopologyExplorer

__all__ = ["Prediction", "TopologyComparison", "TopologyExplorer", "predict", "preflight"]
