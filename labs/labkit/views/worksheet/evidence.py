"""What shows why an answer is wrong, opened: a run in a player, a network to try out by hand."""

from typing import Any

import ipywidgets as widgets
import networkx as nx

from labkit.engine import Simulator
from labkit.network import Network
from labkit.search import Exploration
from labkit.topology import forget, register
from labkit.values import by_name
from labkit.views.player import Player
from labkit.views.topology import TopologyExplorer

NAME = "of your answer"  # what the network is called in the explorer's menu of topologies


def opened(witness: Any) -> widgets.Widget | None:
    """A widget that shows it; None where nothing can be shown."""
    match witness:
        case Exploration() if witness.violated is not None:
            return _at_its_end(witness.replay())
        case Simulator():
            return _at_its_end(witness)
        case Network():
            return _explorer(witness.graph, witness)
        case nx.Graph() if len(witness) >= 2:
            return _explorer(witness)
    return None


def _at_its_end(sim: Simulator) -> Player:
    """The run as it ends, for it was stopped where it goes wrong, and all of it in the diagram, if it is short."""
    player = Player(sim, at=None)
    player.see_whole()
    return player


def _explorer(graph: "nx.Graph[str]", faulty: Network | None = None) -> TopologyExplorer:
    """This very network in an explorer, with its faults."""
    names = tuple(graph)
    links = [(a, b) for a, b in graph.edges]

    def given(agents: tuple[str, ...]) -> list[tuple[str, str]]:
        if set(agents) != set(names):
            raise ValueError(f"the network {NAME} has just these {len(names)} agents: choose another topology first")
        return links

    register(NAME, given)
    explorer = TopologyExplorer(NAME, names)
    forget(NAME)  # it is not one of the topologies to compare
    if faulty is not None:
        for source, target in sorted(faulty.cut):
            explorer.cut_way(source, target)
        for agent in sorted(faulty.crashed, key=by_name):
            explorer.crash(agent)
    return explorer
