"""Networks to break and to compare."""

from labkit.views.topology.comparison import TopologyComparison
from labkit.views.topology.explorer import TopologyExplorer
