"""What shows why an answer is wrong, opened: a run in a player, a network to try out by hand, a table to read."""

from typing import Any

import ipywidgets as widgets
import networkx as nx

from labkit.engine import Simulator
from labkit.network import Network
from labkit.search import Exploration
from labkit.views.player import Player
from labkit.views.stage import Stage, table_panel
from labkit.views.topology import TopologyExplorer
from labkit.worksheet import CaseTable


def opened(witness: Any) -> widgets.Widget | None:
    """A widget that shows it; None where nothing can be shown."""
    match witness:
        case Exploration() if witness.violated is not None:
            return _at_its_end(witness.replay())
        case Simulator():
            return _at_its_end(witness)
        case Network():
            return TopologyExplorer(witness)
        case nx.Graph() if len(witness) >= 2:
            return TopologyExplorer(witness)
        case CaseTable(title=title, head=head, rows=rows):
            return Stage({"panels": {"case": table_panel("below", title, head, [[*row] for row in rows])}})
    return None


def _at_its_end(sim: Simulator) -> Player:
    """The run as it ends, for it was stopped where it goes wrong, and all of it in the diagram, if it is short."""
    player = Player(sim, at=None)
    player.see_whole()
    return player
