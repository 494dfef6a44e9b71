"""The widgets of the notebooks."""

from labkit.views.topology_explorer import TopologyExplorer

__all__ = ["TopologyExplorer"]
