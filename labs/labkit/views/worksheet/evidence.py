"""What shows why an answer is wrong, opened: a run in a player, a network to try out by hand, a table to read."""

from typing import Any

import ipywidgets as widgets
import networkx as nx

from labkit.engine import Simulator
from labkit.network import Network
from labkit.search import Exploration
from labkit.views.stage import Stage, table_panel
from labkit.views.topology import TopologyExplorer
from labkit.views.worksheet.case import Case
from labkit.worksheet import CaseTable, Moment


def opened(witness: Any) -> widgets.Widget | None:
    """A widget that shows it; None where nothing can be shown. A run was stopped where it goes wrong, or says when."""
    match witness:
        case Exploration() if witness.violated is not None:
            return opened(witness.replay())
        case Simulator():
            return Case(Moment(witness, witness.now))
        case Moment():
            return Case(witness)
        case Network():
            return TopologyExplorer(witness)
        case nx.Graph() if len(witness) >= 2:
            return TopologyExplorer(witness)
        case CaseTable(title=title, head=head, rows=rows):
            return Stage({"panels": {"case": table_panel("below", title, head, [[*row] for row in rows])}})
    return None
