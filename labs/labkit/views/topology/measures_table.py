"""The measures of a network beside those of the intact topology: what a fault has changed, in a table."""

from math import comb

import networkx as nx

from labkit.network import Network
from labkit.topology import communication, constraints, fault_tolerance, share_after
from labkit.values import listed
from labkit.views.stage import TablePanel, table_panel

Row = tuple[str, str]


def measures_panel(network: Network, intact: tuple[Row, ...]) -> TablePanel:
    """Communication, fault tolerance and constraints: intact, and now with an arrow where that differs.

    Counted are agents that are up and links that work both ways: what can be asked and answered.
    intact: the `figures` of the same topology without faults.
    """
    now = figures(network) if network.cut or network.crashed else intact
    rows = [
        [label, before, after if before == after else f"→ {after}"]
        for (label, before), (_, after) in zip(intact, now, strict=True)
    ]
    title = "Measures" if works_both_ways(network) else "Measures, of links that work both ways"
    return table_panel("side", title, ["", "Intact", "Now"], rows)


def works_both_ways(network: Network) -> bool:
    """Whether each link that works at all works in both directions."""
    return all((b, a) in network.cut for a, b in network.cut)


def figures(network: Network) -> tuple[Row, ...]:
    """Label and value, in words a learner reads."""
    graph = network.two_way()
    if len(graph) == 0:
        return tuple((label, "–") for label in _LABELS)
    told, faults = communication(graph), fault_tolerance(graph)
    asked = constraints(graph, told.diameter)
    split = not nx.is_connected(graph)
    majority = len(network.graph) // 2 + 1
    hearing = sum(degree + 1 >= majority for _, degree in graph.degree())
    values = (
        f"{told.reachable * comb(len(graph), 2) / comb(len(network.graph), 2):.0%}",
        str(told.diameter), f"{told.mean_hops:.2f}", f"{told.broadcast_messages} msgs",
        f"{told.busiest}: {told.busiest_load:.0%}" if told.busiest_load > 1e-9 else "nobody",
        listed(faults.articulation_points, most=3) or "none",
        listed((f"{a}–{b}" for a, b in faults.bridges), most=2) or "none",
        "split already" if split else str(faults.agent_connectivity),
        "split already" if split else str(faults.link_connectivity),
        f"{asked.most_links} ({asked.most_linked})", str(asked.links),
        f"{hearing} of {len(network.graph)}", _left(graph),
    )
    return tuple(zip(_LABELS, values, strict=True))


_LABELS = (
    "Pairs that can talk", "Hops, farthest", "Hops, mean", "Broadcast costs", "Busiest relay", "Splits if it crashes",
    "Splits if it is cut", "Crashes to split it", "Cuts to split it", "Most links", "Working links",
    "Talk to a majority", "After 2 crashes",
)


def _left(graph: "nx.Graph[str]") -> str:
    """How large the largest partition is on average, once two random agents of those that are up crash."""
    if len(graph) < 3:
        return "–"
    share = share_after(graph, 2)
    return f"{'' if share.exact else 'about '}{share.mean:.0%} together"
